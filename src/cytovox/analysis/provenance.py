"""How a result came about, enough to repeat it."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.findings import ModelUse, Provenance


def provenance_of(
    values: NDArray[Any],
    models: tuple[ModelUse, ...],
    options: Mapping[str, str | float | int | bool | None],
) -> Provenance:
    """Provenance of a run that ends now.

    Args:
        values: Pixels or voxels as they were analysed; their bytes are hashed.
        models: Bundles that took part.
        options: Options of the run, as plain values.
    """
    return Provenance(
        cytovox_version=_own_version(),
        created_utc=datetime.now(UTC).isoformat(timespec="seconds"),
        models=models,
        options=options,
        input_sha256=hashlib.sha256(np.ascontiguousarray(values).data).hexdigest(),
    )


@cache
def _own_version() -> str:
    # Read once: looking through installed packages costs 2 ms, a twentieth of a field.
    try:
        return version("cytovox")
    except PackageNotFoundError:
        return "unknown"
