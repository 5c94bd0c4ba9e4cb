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
        middle = (box[:2] + box[2:]) / 2
        extent = np.maximum(box[2:] - box[:2], 2.0)
        _draw_centre(centres[kinds[i]], middle, extent)
        radii = np.maximum(star_radii(outlines[i], middle, RAYS), 0.5)
        _draw_shape(shapes, inside, nearest, middle, extent, radii)
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


def _draw_shape(
    shapes: FloatArray,
    inside: FloatArray,
    nearest: FloatArray,
    middle: FloatArray,
    extent: FloatArray,
    radii: FloatArray,
) -> None:
    at = middle / SHAPE_STRIDE - 0.5
    reach = np.maximum(extent / SHAPE_STRIDE * 0.22, 1.0)
    low = np.maximum(np.floor(at - reach), 0).astype(int)
    high = np.minimum(np.ceil(at + reach) + 1, np.array(inside.shape[::-1])).astype(int)
    if (high <= low).any():
        return
    x = np.arange(low[0], high[0], dtype=np.float32)[None, :] - at[0]
    y = np.arange(low[1], high[1], dtype=np.float32)[:, None] - at[1]
    distance = np.sqrt((x / reach[0]) ** 2 + (y / reach[1]) ** 2)
    rows, columns = np.nonzero((distance <= 1.0) & (distance < nearest[low[1] : high[1], low[0] : high[0]]))
    rows_at, columns_at = rows + low[1], columns + low[0]
    nearest[rows_at, columns_at] = distance[rows, columns]
    # Every cell weighs the same, however large.
    inside[rows_at, columns_at] = 1.0 / max(len(rows), 1)
    unit = SHAPE_STRIDE / RADIUS_UNIT_PX
    shapes[0, rows_at, columns_at] = -x[0, columns] * unit
    shapes[1, rows_at, columns_at] = -y[rows, 0] * unit
    shapes[2:, rows_at, columns_at] = np.log(radii / RADIUS_UNIT_PX)[:, None]
