"""From outlines in a crop to the maps that the finder learns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray, polygon_area, polygon_box, star_radii
from cytovox.training.finder_network import CENTRE_STRIDE, RADIUS_UNIT_PX, RAYS, SHAPE_STRIDE


@dataclass(frozen=True, slots=True)
class FinderTargets:
    """Maps of one crop of side `s`.

    Attributes:
        centres: Shape (classes, s / 2, s / 2), 0..1, 1 at the centre pixels.
        shapes: Shape (2 + rays, s / 4, s / 4): offsets and log radii in `RADIUS_UNIT_PX`.
        inside: Shape (s / 4, s / 4): weight of each shape pixel.
    """

    centres: FloatArray
    shapes: FloatArray
    inside: FloatArray


def draw_targets(
    outlines: list[FloatArray], kinds: NDArray[np.int64], *, side: int, classes: int
) -> FinderTargets:
    """Maps of the given visible outlines (each (n, 2), px of the crop, non-empty)."""
    centres = np.zeros((classes, side // CENTRE_STRIDE, side // CENTRE_STRIDE), np.float32)
    shapes = np.zeros((2 + RAYS, side // SHAPE_STRIDE, side // SHAPE_STRIDE), np.float32)
    inside = np.zeros(shapes.shape[1:], np.float32)
    nearest = np.full(inside.shape, np.inf, np.float32)
    # Large cells first: a platelet on a red cell keeps its own shape pixels.
    for i in sorted(range(len(outlines)), key=lambda i: -polygon_area(outlines[i])):
        box = polygon_box(outlines[i])
        middle = (box[:2] + box[2:]) * np.float32(0.5)
        extent = np.maximum(box[2:] - box[:2], np.float32(2.0))
        _draw_centre(centres[kinds[i]], middle, extent)
        radii = np.maximum(star_radii(outlines[i], middle, RAYS), np.float32(0.5))
        pixels, apart = _middle_pixels(nearest, middle, extent)
        unit = SHAPE_STRIDE / RADIUS_UNIT_PX
        # Every cell weighs the same, however large.
        inside[pixels] = 1.0 / max(len(apart), 1)
        shapes[(slice(0, 2), *pixels)] = -apart.T * unit
        shapes[(slice(2, None), *pixels)] = np.log(radii / RADIUS_UNIT_PX)[:, None]
    return FinderTargets(centres, shapes, inside)


def _draw_centre(centre_map: FloatArray, middle: FloatArray, extent: FloatArray) -> None:
    at = middle / CENTRE_STRIDE - 0.5
    sigma = np.maximum(extent / CENTRE_STRIDE * 0.11, 0.7)
    pixel = np.clip(np.round(at), 0, np.array(centre_map.shape[::-1]) - 1).astype(int)
    reach = np.ceil(3 * sigma).astype(int)
    low = np.maximum(pixel - reach, 0)
    high = np.minimum(pixel + reach + 1, centre_map.shape[::-1])
    x = (np.arange(low[0], high[0]) - pixel[0]) / sigma[0]
    y = (np.arange(low[1], high[1]) - pixel[1]) / sigma[1]
    bump = np.exp(-0.5 * (x[None, :] ** 2 + y[:, None] ** 2)).astype(np.float32)
    window = centre_map[low[1] : high[1], low[0] : high[0]]
    np.maximum(window, bump, out=window)


def _middle_pixels(
    nearest: FloatArray, middle: FloatArray, extent: FloatArray
) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64]], FloatArray]:
    """Shape pixels about a cell's middle that no cell claims more closely, and their (x, y) from the middle.

    `nearest` holds the relative distance of the claim on each pixel, and is updated.
    """
    at = middle / SHAPE_STRIDE - 0.5
    reach = np.maximum(extent / SHAPE_STRIDE * 0.22, 1.0)
    height, width = nearest.shape
    x = np.arange(width, dtype=np.float32)[None, :] - at[0]
    y = np.arange(height, dtype=np.float32)[:, None] - at[1]
    distance = np.sqrt((x / reach[0]) ** 2 + (y / reach[1]) ** 2)
    mine = (distance <= 1.0) & (distance < nearest)
    nearest[mine] = distance[mine]
    rows, columns = np.nonzero(mine)
    return (rows, columns), np.stack([x[0, columns], y[rows, 0]], axis=1)
