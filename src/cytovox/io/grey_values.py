"""Grey values as stacks keep them: small types, finite, and what is said of their origin."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.findings import QualityWarning
from cytovox.domain.volume import Modality

_AIR_HU = -500
_BEYOND_HU = 40_000
_SOME_AIR = 0.01


def tidy(voxels: NDArray[Any]) -> tuple[NDArray[Any], tuple[QualityWarning, ...]]:
    """Values in the smallest of uint8, int16, int32 and float32 that holds them, and what was odd.

    Values that are no numbers become the smallest value.
    """
    if voxels.dtype.kind == "f":
        return _finite(voxels)
    if voxels.dtype.kind == "b":
        return voxels.astype(np.uint8), ()
    low, high = (int(voxels.min()), int(voxels.max())) if voxels.size else (0, 0)
    if voxels.dtype == np.uint8:
        return voxels, ()
    for kind in (np.int16, np.int32):
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return voxels.astype(kind, copy=False), ()
    return voxels.astype(np.float32), ()


def _finite(voxels: NDArray[Any]) -> tuple[NDArray[Any], tuple[QualityWarning, ...]]:
    with np.errstate(over="ignore"):  # what no 32-bit number holds becomes infinite, and is counted below
        values = voxels.astype(np.float32)
    finite = np.isfinite(values)
    if finite.all():
        return values, ()
    values[~finite] = values[finite].min() if finite.any() else 0
    count = int(np.count_nonzero(~finite))
    return values, (
        QualityWarning(
            "not_a_number", f"Voxels without a number: {count:,}. They were set to the smallest value."
        ),
    )


def guessed_modality(
    voxels: NDArray[Any], known: Modality | None
) -> tuple[Modality, tuple[QualityWarning, ...]]:
    """What a stack was made with, where its file has no word for it.

    CT is told by air: at least 1 % of the voxels at or below -500, which MR values never reach, and none
    above 40,000. Anything else stays "other".

    Args:
        voxels: Grey values.
        known: What the caller said, which wins without a warning.
    """
    if known is not None:
        return known, ()
    if voxels.max() <= _BEYOND_HU and np.count_nonzero(voxels <= _AIR_HU) >= _SOME_AIR * voxels.size:
        return Modality.CT, (
            QualityWarning(
                "modality_guessed", "The file does not say so, but its values are those of a CT; taken as CT."
            ),
        )
    return Modality.OTHER, (
        QualityWarning(
            "modality_unknown",
            "The file does not say whether it is CT or MR. Say so to have its values read rightly.",
        ),
    )


def unplaced() -> QualityWarning:
    """What is said of a file that does not place its voxels in a patient."""
    return QualityWarning(
        "no_position",
        "The file does not say where its voxels lie in the patient. Left and right, and the head end, may be "
        "the wrong way round.",
    )
