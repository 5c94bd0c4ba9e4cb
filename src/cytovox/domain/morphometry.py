"""Measures of cells' shapes, as columns beside the table of cells."""

from dataclasses import dataclass, fields

import numpy as np

from cytovox.domain.errors import InputError
from cytovox.domain.geometry import FloatArray


@dataclass(frozen=True, slots=True)
class Morphometry:
    """Measures of n cells; each column has shape (n,) and holds NaN where it was not measured.

    Attributes:
        circularity: 4 pi area / perimeter^2 of the outline: 1 for a disc, less for anything else (Cox 1927).
        nucleus_area_px: Area of the nucleus, square pixels.
        nucleus_area_um2: The same in square micrometres; NaN also where the scale is unknown.
        nucleus_to_cytoplasm_ratio: Area of the nucleus over area of the cytoplasm.
        nucleus_circularity: Circularity of the nucleus; of all lobes together where it has several.
        lobes: Lobes of the nucleus: parts joined by no more than a thread.
        nucleus_stain_density: Mean optical density of the nucleus over the three colours.
        cytoplasm_stain_density: Mean optical density of the cytoplasm over the three colours.
    """

    circularity: FloatArray
    nucleus_area_px: FloatArray
    nucleus_area_um2: FloatArray
    nucleus_to_cytoplasm_ratio: FloatArray
    nucleus_circularity: FloatArray
    lobes: FloatArray
    nucleus_stain_density: FloatArray
    cytoplasm_stain_density: FloatArray

    def __post_init__(self) -> None:
        shapes = {name: getattr(self, name).shape for name in MEASURES}
        if len(set(shapes.values())) != 1 or self.circularity.ndim != 1:
            raise InputError(f"morphometry: expected columns of equal length, got shapes {shapes}")

    def __len__(self) -> int:
        return len(self.circularity)

    @classmethod
    def unmeasured(cls, cells: int) -> "Morphometry":
        """Columns of NaN for that many cells."""
        return cls(**{name: np.full(cells, np.nan, np.float32) for name in MEASURES})


MEASURES = tuple(f.name for f in fields(Morphometry))
"""Names of the columns, in order."""
