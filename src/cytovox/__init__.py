"""Cytovox: a smear picture in, every cell out; a stack of slices in, its organs out.

The public surface is small and stable; everything else is private until asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cytovox.analysis.classify import classify_cells
    from cytovox.analysis.explain import explain_cell
    from cytovox.analysis.smear import SmearOptions, analyze_smear
    from cytovox.analysis.volume import VolumeOptions, analyze_volume
    from cytovox.domain.cells import CellTable
    from cytovox.domain.errors import CytovoxError
    from cytovox.domain.explanation import Explanation
    from cytovox.domain.findings import SmearFindings
    from cytovox.domain.image import SmearImage
    from cytovox.domain.predictions import CellPredictions
    from cytovox.domain.volume import LabelMap, Volume
    from cytovox.domain.volume_findings import VolumeFindings
    from cytovox.io.label_maps import open_label_map
    from cytovox.io.smear import open_smear
    from cytovox.io.volume import open_volume

_HOMES = {
    "CellPredictions": "cytovox.domain.predictions",
    "CellTable": "cytovox.domain.cells",
    "CytovoxError": "cytovox.domain.errors",
    "Explanation": "cytovox.domain.explanation",
    "LabelMap": "cytovox.domain.volume",
    "SmearFindings": "cytovox.domain.findings",
    "SmearImage": "cytovox.domain.image",
    "SmearOptions": "cytovox.analysis.smear",
    "Volume": "cytovox.domain.volume",
    "VolumeFindings": "cytovox.domain.volume_findings",
    "VolumeOptions": "cytovox.analysis.volume",
    "analyze_smear": "cytovox.analysis.smear",
    "analyze_volume": "cytovox.analysis.volume",
    "classify_cells": "cytovox.analysis.classify",
    "explain_cell": "cytovox.analysis.explain",
    "open_label_map": "cytovox.io.label_maps",
    "open_smear": "cytovox.io.smear",
    "open_volume": "cytovox.io.volume",
}

__all__ = [
    "CellPredictions",
    "CellTable",
    "CytovoxError",
    "Explanation",
    "LabelMap",
    "SmearFindings",
    "SmearImage",
    "SmearOptions",
    "Volume",
    "VolumeFindings",
    "VolumeOptions",
    "analyze_smear",
    "analyze_volume",
    "classify_cells",
    "explain_cell",
    "open_label_map",
    "open_smear",
    "open_volume",
]


def __getattr__(name: str) -> object:
    # Lazily: `import cytovox` in a shell or a test costs nothing until a model is asked for.
    if name not in _HOMES:
        raise AttributeError(f"module 'cytovox' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
