"""The semantic map of a smear: one of ten classes for every pixel."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import InputError
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.domain.taxonomy import Taxonomy

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


def map_class(label: str, taxonomy: Taxonomy | None = None) -> str | None:
    """Class of the ten-class map for a class of a smear; None where the map has none for it.

    The map has no class for immature granulocytes, erythroblasts and cells that are unidentified.

    Args:
        label: Key of the class.
        taxonomy: That the class is of; "blood" by default. What that of blood knows is broadened there too:
            in marrow bands and segmented neutrophils have no class above them, but in blood they have.
    """
    known, blood = load_taxonomy("smear_map"), load_taxonomy("blood")
    own = (taxonomy or blood).lineage(label)
    broader = [key for step in own for key in (blood.lineage(step) if step in blood else (step,))]
    return next((key for key in broader if key in known), None)
