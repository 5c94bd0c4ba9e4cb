"""Connected regions of masks: telling them apart, filling them, drawing their outlines."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.measure import find_contours

from cytovox.domain.geometry import FloatArray, polygon_area

Mask = NDArray[np.bool_]


def connected_regions(mask: Mask) -> NDArray[np.int32]:
    """Number of the region each pixel belongs to, from 1; 0 outside. Touching by a corner connects.

    Args:
        mask: Shape (H, W).
    """
    return np.asarray(cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)[1], np.int32)


def region_windows(mask: Mask, least_px: float) -> Iterator[tuple[tuple[slice, slice], Mask]]:
    """Where each region of a mask lies, and its pixels there; pixels that touch by a corner are apart.

    Args:
        mask: Shape (H, W).
        least_px: Area in pixels below which a region is left out.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    for number in range(1, count):
        left, top, width, height, area = (int(v) for v in stats[number])
        if area >= least_px:
            where = (slice(top, top + height), slice(left, left + width))
            yield where, labels[where] == number


def region_near(mask: Mask, point_xy: tuple[float, float]) -> Mask:
    """The one region that covers most of what is near a point: the largest, weighed by nearness.

    A cell's centre may lie outside its mask (in the bay of a bent cell), and a speck may lie on it: neither
    the region under the point nor the largest one alone is always the cell.

    Args:
        mask: Shape (H, W).
        point_xy: (x, y) in pixels; pixel middles lie at one half.

    Returns:
        Mask of the same shape; empty where `mask` is.
    """
    regions = connected_regions(mask)
    count = int(regions.max(initial=0))
    if count <= 1:
        return mask
    rows, columns = np.nonzero(mask)
    apart = (columns + 0.5 - point_xy[0]) ** 2 + (rows + 0.5 - point_xy[1]) ** 2
    spread = len(rows) / np.pi
    weight = np.bincount(regions[rows, columns], np.exp(-apart / spread), count + 1)
    return np.asarray(regions == int(weight.argmax()))


def filled(mask: Mask, largest_hole_px: float = np.inf) -> Mask:
    """The mask without holes: regions of the outside that do not reach the border.

    Args:
        mask: Shape (H, W).
        largest_hole_px: Area in pixels above which a hole stays one.
    """
    # A hole is bounded by pixels that touch by corners: the outside is connected by edges only.
    outside = np.pad(~mask, 1, constant_values=True).astype(np.uint8)
    _, regions, stats, _ = cv2.connectedComponentsWithStats(outside, connectivity=4)
    hole = stats[:, cv2.CC_STAT_AREA] <= largest_hole_px
    hole[[0, int(regions[0, 0])]] = False
    return np.asarray(mask | hole[regions][1:-1, 1:-1])


def without_crumbs(mask: Mask, least_px: float) -> Mask:
    """The mask without regions of less than an area in pixels."""
    _, regions, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    kept = stats[:, cv2.CC_STAT_AREA] >= least_px
    kept[0] = False
    return np.asarray(kept[regions])


def level_outlines(values: FloatArray, level: float) -> tuple[FloatArray, ...]:
    """Outer borders of the regions above a level, to a fraction of a pixel, largest first.

    Marching squares (Lorensen and Cline, SIGGRAPH 1987, in the plane): vertices lie where the values, taken
    as linear between pixel middles, cross the level. Borders of holes are left out.

    Args:
        values: Shape (H, W).
        level: See above.

    Returns:
        Polygons (vertices, 2) of (x, y): 0 is the left or upper border of the array, pixel middles lie at
        one half.
    """
    low = np.float32(min(float(values.min(initial=level)), level) - 1.0)
    padded = np.pad(values, 1, constant_values=low)
    contours = find_contours(padded, level)  # type: ignore[no-untyped-call]
    polygons = [np.asarray(contour[:-1, ::-1] - 0.5, np.float32) for contour in contours if len(contour) > 3]
    # skimage walks round high values one way and round holes the other.
    outer = [points for points in polygons if _signed_area(points) > 0]
    return tuple(sorted(outer, key=polygon_area, reverse=True))


def _signed_area(points: FloatArray) -> float:
    x, y = points[:, 0].astype(np.float64), points[:, 1].astype(np.float64)
    return float(0.5 * (np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))))
