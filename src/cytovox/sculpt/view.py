"""The surroundings of one cell on a grid in micrometres."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray, polygon_box
from cytovox.domain.image import RgbPixels
from cytovox.imaging.resample import crop_square
from cytovox.imaging.smoothing import smooth_known
from cytovox.sculpt.outline_depth import depth_inside, evened

MARGIN_UM = 1.2
"""Ground about the cell that its view shows."""
_LEAST_STEPS = 12
"""Pixels across a cell, at least: with fewer the footprint of a platelet is off by more than 2 %."""
_FINEST_UM = 0.05


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell's pixels, resampled, and how deep each lies in the cell.

    Attributes:
        pixels: RGB, shape (n, n, 3), uint8.
        step_um: Distance of two pixels.
        centre_px: Middle (x, y) of the view in pixels of the picture.
        mpp_um: Micrometres per pixel of the picture.
        depth_um: Distance to the outline, above 0 inside, shape (n, n).
        shown: Which pixels lie in the picture, shape (n, n); the others repeat its border.
    """

    pixels: RgbPixels
    step_um: float
    centre_px: tuple[float, float]
    mpp_um: float
    depth_um: FloatArray
    shown: NDArray[np.bool_]

    @property
    def axis_um(self) -> FloatArray:
        """Places of columns (left to right) and of rows (top to bottom) about the middle, shape (n,)."""
        return grid_axis(len(self.pixels), self.step_um)

    def depth_in(self, outlines: tuple[FloatArray, ...]) -> FloatArray:
        """How deep the pixels lie in other outlines of the picture, um, shape (n, n); above 0 inside.

        Args:
            outlines: Polygons (vertices, 2) of (x, y) in pixels of the picture.
        """
        local = tuple((evened(points) - self.centre_px) * np.float32(self.mpp_um) for points in outlines)
        return depth_inside(local, self.axis_um, self.axis_um)

    def covered_by(self, outlines: tuple[FloatArray, ...], margin_um: float) -> NDArray[np.bool_]:
        """Which pixels lie in one of some outlines, within a margin about it or beyond the picture."""
        covered = ~self.shown
        for points in outlines:
            covered |= self.depth_in((points,)) > -margin_um
        return covered

    def drape(self, known: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """The pixels with colours of the nearest known ones in place of those not known, shape (n, n, 3).

        What lies beyond the picture is never known.
        """
        known = known & self.shown
        if not known.any():
            return self.pixels
        near = smooth_known(self.pixels.astype(np.float32), known, 1.5)
        return np.where(known[..., None], self.pixels, np.rint(near)).clip(0, 255).astype(np.uint8)


def cell_view(pixels: RgbPixels, outline: FloatArray, mpp_um: float, step_um: float) -> CellView:
    """The view of a cell, with a margin of ground about it.

    Args:
        pixels: The picture, RGB, shape (H, W, 3), uint8.
        outline: The cell's outline (vertices, 2) of (x, y) in pixels of the picture.
        mpp_um: Micrometres per pixel of the picture.
        step_um: Wanted distance of two pixels of the view; small cells get a finer one.
    """
    box = polygon_box(outline).astype(np.float64)
    centre = (float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2)
    width_um = float((box[2:] - box[:2]).max()) * mpp_um
    side_um = width_um + 2 * MARGIN_UM
    count = max(16, round(side_um / min(step_um, max(width_um / _LEAST_STEPS, _FINEST_UM))))
    step = side_um / count
    local = (evened(outline) - np.array(centre, np.float32)) * np.float32(mpp_um)
    axis = grid_axis(count, step)
    return CellView(
        pixels=crop_square(pixels, centre, side_um / mpp_um, count),
        step_um=step,
        centre_px=centre,
        mpp_um=mpp_um,
        depth_um=depth_inside((local,), axis, axis),
        shown=_within(axis / mpp_um, centre, pixels.shape),
    )


def _within(axis_px: FloatArray, centre_px: tuple[float, float], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    x, y = axis_px + centre_px[0], axis_px + centre_px[1]
    rows, columns = (y > 0) & (y < shape[0]), (x > 0) & (x < shape[1])
    return np.asarray(rows[:, None] & columns[None, :])


def grid_axis(count: int, step: float) -> FloatArray:
    """Middles of `count` steps, about 0."""
    return ((np.arange(count) - (count - 1) / 2) * step).astype(np.float32)
