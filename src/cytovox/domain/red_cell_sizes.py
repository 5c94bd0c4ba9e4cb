"""How much the red cells of a picture differ in size."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cytovox.domain.findings import SmearFindings
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import ScaleOrigin

FEWEST = 30
"""Red cells below which no spread is told."""
RED_CELLS = ("red_cell", "infected_red_cell")
_INDEPENDENT = {ScaleOrigin.GIVEN, ScaleOrigin.METADATA}


@dataclass(frozen=True, slots=True)
class SizeSpread:
    """Diameters of red cells seen from above: of discs as large as their outlines.

    Attributes:
        cells: How many were measured: those that lie wholly in the picture.
        variation: Standard deviation over mean. It is no RDW, which speaks of volumes.
        mean_um: Mean diameter, or None where the scale is not known from elsewhere. A scale estimated from
            the red cells themselves would give back the size that it assumed.
        sd_um: Standard deviation, or None as the mean.
    """

    cells: int
    variation: float
    mean_um: float | None
    sd_um: float | None


def red_cell_sizes(pictures: Sequence[SmearFindings]) -> SizeSpread | None:
    """Spread of the diameters over all pictures; None of fewer than 30 whole red cells.

    Where the scale of one picture is not known independently, each picture's diameters are taken in units of
    their mean.
    """
    known = all(picture.scale.origin in _INDEPENDENT for picture in pictures)
    measured = [d for picture in pictures if len(d := _diameters(picture, in_um=known))]
    if sum(map(len, measured)) < FEWEST:
        return None
    if not known:
        measured = [d / d.mean() for d in measured]
    diameters = np.concatenate(measured)
    mean, sd = float(diameters.mean()), float(diameters.std(ddof=1))
    return SizeSpread(len(diameters), sd / mean, mean if known else None, sd if known else None)


def _diameters(picture: SmearFindings, *, in_um: bool) -> FloatArray:
    cells = picture.cells
    xmin, ymin, xmax, ymax = cells.box.T
    whole = (xmin > 0) & (ymin > 0) & (xmax < picture.width) & (ymax < picture.height)
    area = cells.area_px[np.isin(cells.label, RED_CELLS) & whole]
    scale = picture.scale.mpp_um if in_um and picture.scale.mpp_um is not None else 1.0
    return np.asarray(np.sqrt(area * (4 / np.pi)) * scale, np.float32)
