"""Outlines that a person draws: whether they can be those of cells."""

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import InputError
from cytovox.domain.geometry import FloatArray

Polygon = tuple[tuple[float, float], ...]

MOST_VERTICES = 500
"""Of an outline that a person draws: one each pixel of a cell 150 px wide."""
STEPS_PER_PX = 10
"""Outlines are kept to a tenth of a pixel. On that grid the tests below are exact."""


def checked_polygon(polygon: Polygon, width: int, height: int) -> Polygon:
    """The outline on the grid of tenths of a pixel, without points that follow an equal one.

    Args:
        polygon: Points (x, y) in pixels, in order; closes itself.
        width: Columns of the picture.
        height: Rows of the picture.

    Raises:
        InputError: It has too few or too many points, leaves the picture, crosses itself or is empty.
    """
    if not 3 <= len(polygon) <= MOST_VERTICES:
        raise InputError(f"outline: expected 3 to {MOST_VERTICES} points, got {len(polygon)}")
    points = np.array(polygon, np.float64)
    if not ((points >= 0) & (points <= (width, height))).all():
        raise InputError(
            f"outline: expected points within the picture, x from 0 to {width} and y from 0 to {height}; "
            "got some beyond it"
        )
    grid = np.rint(points * STEPS_PER_PX).astype(np.int64)
    grid = grid[(grid != np.roll(grid, 1, axis=0)).any(axis=1)]
    if len(grid) < 3 or _twice_area(grid) == 0:
        raise InputError("outline: expected one that encloses a part of the picture, got an empty one")
    if not _is_simple(grid):
        raise InputError("outline: expected a line that does not cross or touch itself, got one that does")
    return tuple((x / STEPS_PER_PX, y / STEPS_PER_PX) for x, y in grid.tolist())


def all_inside(outline: FloatArray, points: FloatArray) -> bool:
    """Whether all points lie in a simple polygon, by the even-odd rule.

    Args:
        outline: Vertices (n, 2).
        points: Shape (m, 2).
    """
    x, y = points[:, None, 0], points[:, None, 1]
    from_x, from_y = outline[None, :, 0], outline[None, :, 1]
    to_x, to_y = np.roll(from_x, -1, axis=1), np.roll(from_y, -1, axis=1)
    level = (from_y > y) != (to_y > y)
    rise = np.where(to_y == from_y, 1.0, to_y - from_y)
    crossed = level & (x < from_x + (y - from_y) * (to_x - from_x) / rise)
    return bool((crossed.sum(axis=1) % 2 == 1).all())


def _twice_area(grid: NDArray[np.int64]) -> int:
    following = np.roll(grid, -1, axis=0)
    return abs(int((grid[:, 0] * following[:, 1] - grid[:, 1] * following[:, 0]).sum()))


def _is_simple(grid: NDArray[np.int64]) -> bool:
    """Whether no two edges of a polygon meet but at the vertex that neighbours share.

    Two segments meet where their boxes do and the ends of each lie on both sides of the other, or on it
    (Cormen et al., Introduction to Algorithms, 3rd ed., section 33.1).
    """
    count = len(grid)
    start, end = grid, np.roll(grid, -1, axis=0)
    edge = end - start
    before = np.sign(_cross(edge[:, None], start[None] - start[:, None]))
    after = np.sign(_cross(edge[:, None], end[None] - start[:, None]))
    straddles = before * after <= 0
    low, high = np.minimum(start, end), np.maximum(start, end)
    boxes_meet = ((low[:, None] <= high[None]) & (low[None] <= high[:, None])).all(axis=2)
    meet = boxes_meet & straddles & straddles.T
    apart = (np.arange(count)[:, None] - np.arange(count)[None]) % count
    if meet[(apart > 1) & (apart < count - 1)].any():
        return False
    onward = np.roll(edge, -1, axis=0)
    folds_back = (_cross(edge, onward) == 0) & ((edge * onward).sum(axis=1) < 0)
    return not folds_back.any()


def _cross(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    return first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]
