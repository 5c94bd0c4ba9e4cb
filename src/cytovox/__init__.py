"""Cytovox: a smear picture in, every cell out.

The public surface is small and stable; everything else is private until asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cytovox.analysis.classify import classify_cells
    from cytovox.analysis.smear import SmearOptions, analyze_smear
    from cytovox.domain.cells import CellTable
    from cytovox.domain.errors import CytovoxError
    from cytovox.domain.findings import CellPredictions, SmearFindings
    from cytovox.domain.image import SmearImage
    from cytovox.io.smear import open_smear

_HOMES = {
    "CellPredictions": "cytovox.domain.findings",
    "CellTable": "cytovox.domain.cells",
    "CytovoxError": "cytovox.domain.errors",
    "SmearFindings": "cytovox.domain.findings",
    "SmearImage": "cytovox.domain.image",
    "SmearOptions": "cytovox.analysis.smear",
    "analyze_smear": "cytovox.analysis.smear",
    "classify_cells": "cytovox.analysis.classify",
    "open_smear": "cytovox.io.smear",
}

__all__ = [
    "CellPredictions",
    "CellTable",
    "CytovoxError",
    "SmearFindings",
    "SmearImage",
    "SmearOptions",
    "analyze_smear",
    "classify_cells",
    "open_smear",
]


def __getattr__(name: str) -> object:
    # Lazily: `import cytovox` in a shell or a test costs nothing until a model is asked for.
    if name not in _HOMES:
        raise AttributeError(f"module 'cytovox' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
