"""White cells by type: size, outline and painter of each."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from cytovox.synth.film import Layers
from cytovox.synth.granulocytes import paint_band, paint_basophil, paint_eosinophil, paint_segmented
from cytovox.synth.mononuclear import paint_lymphocyte, paint_monocyte
from cytovox.synth.shapes import CellGrid, RadialOutline, blob

Painter = Callable[[CellGrid, float, np.random.Generator], Layers]


@dataclass(frozen=True, slots=True)
class WhiteCellType:
    """What is drawn at random for a white cell of one type, and who paints it.

    Attributes:
        diameter_um: Smallest and largest diameter on a dried smear, um.
        axis_ratio: Largest ratio of long to short axis.
        roughness: Border waves as a fraction of the radius.
        paint: Called with the grid, the mean radius in um and the random source.
    """

    diameter_um: tuple[float, float]
    axis_ratio: float
    roughness: float
    paint: Painter


# Usual sizes on dried films, within 10 to 18 um as a whole (small lymphocytes a little less).
WHITE_CELL_TYPES = MappingProxyType(
    {
        "neutrophil_segmented": WhiteCellType((12.0, 14.5), 1.18, 0.02, paint_segmented),
        "neutrophil_band": WhiteCellType((12.0, 14.5), 1.15, 0.02, paint_band),
        "eosinophil": WhiteCellType((12.5, 15.0), 1.14, 0.02, paint_eosinophil),
        "basophil": WhiteCellType((11.0, 13.5), 1.14, 0.022, paint_basophil),
        "lymphocyte": WhiteCellType((9.5, 12.5), 1.18, 0.035, paint_lymphocyte),
        "monocyte": WhiteCellType((14.5, 17.5), 1.22, 0.04, paint_monocyte),
    }
)


def white_cell_outline(key: str, rng: np.random.Generator) -> RadialOutline:
    """Border of a white cell of that type about (0, 0)."""
    kind = WHITE_CELL_TYPES[key]
    # Squared: lymphocytes are mostly small; granulocytes vary little, so the skew does not show there.
    low, high = kind.diameter_um
    diameter_um = low + (high - low) * rng.uniform() ** (2.0 if key == "lymphocyte" else 1.0)
    ratio = rng.uniform(1.0, kind.axis_ratio)
    return blob(rng, diameter_um, axis_ratio=ratio, roughness=kind.roughness, harmonics=(2, 9))


def paint_white_cell(key: str, outline: RadialOutline, grid: CellGrid, rng: np.random.Generator) -> Layers:
    """One white cell on its grid."""
    reach_um = float(np.sqrt(outline.area_um2 / np.pi))
    return WHITE_CELL_TYPES[key].paint(grid, reach_um, rng)
