"""The semantic map of a smear: one of ten classes for every pixel."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import InputError
from cytovox.domain.taxonomies import load_taxonomy

WHITE_TYPES = ("eosinophil", "basophil", "neutrophil", "lymphocyte", "monocyte")
"""The map's classes that are white cells."""


@dataclass(frozen=True, slots=True)
class SmearMap:
    """Class of every pixel, as index into the classes of the taxonomy "smear_map" (0 = background).

    Attributes:
        classes: Shape (H, W), uint8: consistent with the cells, so that each cell shows one class.
        raw: Shape (H, W), uint8: the network's own answer for each pixel.
    """

    classes: NDArray[np.uint8]
    raw: NDArray[np.uint8]

    def __post_init__(self) -> None:
        known = len(load_taxonomy("smear_map").classes)
        for name in ("classes", "raw"):
            values = getattr(self, name)
            if values.ndim != 2 or values.dtype != np.uint8 or values.shape != self.classes.shape:
                raise InputError(
                    f"smear map: '{name}' should be uint8 of shape (H, W), got {values.dtype} {values.shape}"
                )
            if values.size and values.max() >= known:
                raise InputError(f"smear map: classes should be below {known}, got {values.max()}")

    @property
    def pixels(self) -> dict[str, int]:
        """Number of pixels of each class of `classes`, in class order."""
        keys = load_taxonomy("smear_map").keys
        counts = np.bincount(self.classes.ravel(), minlength=len(keys))
        return {key: int(count) for key, count in zip(keys, counts, strict=True)}


def map_class(label: str) -> str | None:
    """Class of the ten-class map for a key of the blood taxonomy; None where the map has none for it.

    The map has no class for immature granulocytes, erythroblasts and cells that are unidentified.
    """
    known = load_taxonomy("smear_map")
    return next((key for key in load_taxonomy("blood").lineage(label) if key in known), None)
