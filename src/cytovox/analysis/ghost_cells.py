"""Red cells that absorb no light are not there.

On a smudged film of a stain it never saw, the network now and then draws a red cell on empty ground, surely
enough to pass a threshold. What it draws must absorb light as the red cells of the same picture do.
"""

import numpy as np
from numpy.typing import NDArray

from cytovox.analysis.star_decoding import StarCells
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import RgbPixels
from cytovox.imaging.stain import density_levels

_LEAST_SHARE = 0.25
"""Of the median red cell's density. Of 885 true red cells of detection/bccd and txl val one has less."""
_SURE_SCORE = 0.3
_FEWEST_SURE = 5
_INSIDE = (0.3, 0.55, 0.8)
_AROUND = (1.2,)


def without_ghosts(cells: StarCells, pixels: RgbPixels, *, red_cell: int) -> StarCells:
    """The cells without red cells that are no darker than the ground.

    Args:
        cells: In pixels of the picture.
        pixels: The picture, RGB (H, W, 3).
        red_cell: Index of the red cells' class.
    """
    sure = (cells.kind == red_cell) & (cells.score > _SURE_SCORE)
    if np.count_nonzero(sure) < _FEWEST_SURE:
        return cells
    density = density_levels(pixels)
    around = _sample(density, cells, _AROUND)
    # A cell amid others sees no ground near by: the picture's ground then stands in.
    ground = np.minimum(around.min(axis=1), np.percentile(around, 10))
    contrast = _sample(density, cells, _INSIDE).mean(axis=1) - ground
    ghost = (cells.kind == red_cell) & (contrast < _LEAST_SHARE * np.median(contrast[sure]))
    return cells[np.flatnonzero(~ghost)]


def _sample(density: NDArray[np.uint8], cells: StarCells, shares: tuple[float, ...]) -> FloatArray:
    """Density at every second ray of each cell, at the given shares of its radius; shape (n, samples)."""
    centre = cells.centre[:, None]
    points = np.concatenate([centre + share * (cells.outlines[:, ::2] - centre) for share in shares], axis=1)
    columns = np.clip(points[..., 0].astype(int), 0, density.shape[1] - 1)
    rows = np.clip(points[..., 1].astype(int), 0, density.shape[0] - 1)
    return np.asarray(density[rows, columns], np.float32)
