"""Figures of the models that took part, from the bundles that are installed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from cytovox.domain.findings import ModelUse
from cytovox.report.report_sections import Measured, ModelFigures


class InstalledBundle(Protocol):
    """What a report needs to know of a model bundle."""

    @property
    def sha256(self) -> str:
        """Hash of its network."""

    @property
    def task(self) -> str:
        """What it does."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """Its `bundle.json`."""


def model_figures(used: Iterable[ModelUse], installed: Iterable[InstalledBundle]) -> tuple[ModelFigures, ...]:
    """Each model once, in the order of its use, with the figures of that very version where it is installed.

    Args:
        used: By one picture or several.
        installed: Bundles on this machine.
    """
    known = {bundle.sha256: bundle for bundle in installed}
    return tuple(_of(use, known.get(use.sha256)) for use in dict.fromkeys(used))


def _of(use: ModelUse, bundle: InstalledBundle | None) -> ModelFigures:
    if bundle is None:
        return ModelFigures(use.name, use.version, use.sha256)
    entries: Sequence[Mapping[str, Any]] = bundle.manifest.get("measured", ())
    return ModelFigures(
        use.name,
        use.version,
        use.sha256,
        bundle.task,
        tuple(
            Measured(
                str(entry["metric"]),
                float(entry["value"]),
                str(entry.get("data", "")),
                str(entry.get("note", "")),
            )
            for entry in entries
        ),
    )
