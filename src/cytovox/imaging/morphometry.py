"""Measures of a cell's shape and stain, from outlines and masks."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray, polygon_area
from cytovox.domain.image import RgbPixels
from cytovox.imaging.regions import Mask
from cytovox.imaging.stain import optical_density

THREAD = 0.55
"""Width of the bridge between parts of a nucleus, over the smaller part's, up to which they are two."""

_LEAST_LOBE = 0.3
"""Width of a part of the nucleus, as a share of the widest part's, from which it counts as a lobe."""
_SMOOTHING = 0.08
"""Blur of the distance to the border, as a share of the radius of a disc of the nucleus's area."""


def perimeter(points: FloatArray) -> float:
    """Length of a closed polygon.

    Outlines that follow a smooth edge to a fraction of a pixel (`regions.level_outlines`) give a disc's
    perimeter to 1 % from a radius of 5 px; counting border pixels does not (Vossepoel and Smeulders, Computer
    Graphics and Image Processing 20 (1982) 347).

    Args:
        points: Vertices (n, 2) of (x, y), in order; the polygon closes itself.
    """
    steps = np.diff(points, axis=0, append=points[:1])
    return float(np.hypot(steps[:, 0], steps[:, 1]).sum())


def circularity(outlines: Sequence[FloatArray]) -> float:
    """4 pi area / perimeter^2 (Cox, J Paleontology 1 (1927) 179), of all outlines together: 1 for one disc.

    Args:
        outlines: Polygons (n, 2); areas and perimeters add up.

    Returns:
        0..1; NaN without an outline.
    """
    around = sum(perimeter(points) for points in outlines)
    if around <= 0:
        return float("nan")
    return float(4 * np.pi * sum(polygon_area(points) for points in outlines) / around**2)


def nucleus_to_cytoplasm_ratio(cell: Mask, nucleus: Mask) -> float:
    """Area of the nucleus over area of the cytoplasm, which is the cell without the nucleus.

    Returns:
        From 0; NaN without a cell, infinity where the nucleus fills it.
    """
    of_cell, of_nucleus = int(cell.sum()), int((cell & nucleus).sum())
    if of_cell == 0:
        return float("nan")
    return of_nucleus / (of_cell - of_nucleus) if of_cell > of_nucleus else float("inf")


def stain_density(pixels: RgbPixels, mask: Mask, background: NDArray[np.float32]) -> float:
    """Mean optical density over the mask's pixels and the three colours.

    Args:
        pixels: RGB, shape (H, W, 3), uint8, sRGB-encoded.
        mask: Shape (H, W).
        background: Linear light (3,) of the empty slide (`stain.background_light`).

    Returns:
        Decadic absorbance; NaN where the mask is empty.
    """
    if not mask.any():
        return float("nan")
    return float(optical_density(pixels[mask][None], background).mean())


def lobes(nucleus: Mask) -> int:
    """Number of lobes: parts that hang together by a thread, or not at all.

    A lobe is a hill of the distance to the border. Neighbouring hills are one lobe unless the pass between
    them is lower than `THREAD` of the lower hill: the bridge is then that much narrower than the part. All
    lengths are relative to the nucleus, so that no scale is needed. Lobes that lie on one another count as
    one.

    Args:
        nucleus: Shape (H, W).

    Returns:
        From 1; 0 where the mask is empty.
    """
    if not nucleus.any():
        return 0
    hills = _hills(nucleus)
    return _merged(*hills)


def _hills(nucleus: Mask) -> tuple[NDArray[np.float64], dict[tuple[int, int], float]]:
    """Heights of the hills of the distance to the border, and of the highest pass between two neighbours."""
    padded = np.pad(nucleus, 2).astype(np.uint8)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    sigma = _SMOOTHING * float(np.sqrt(nucleus.sum() / np.pi))
    smooth = np.where(padded > 0, cv2.GaussianBlur(distance, (0, 0), max(sigma, 0.5)), 0).astype(np.float32)
    basins = _basins(smooth)
    heights = np.zeros(int(basins.max(initial=0)) + 1)
    np.maximum.at(heights, basins.ravel(), np.asarray(distance, np.float64).ravel())
    passes: dict[tuple[int, int], float] = {}
    for first, second, low, other in (
        (basins[:, :-1], basins[:, 1:], distance[:, :-1], distance[:, 1:]),
        (basins[:-1], basins[1:], distance[:-1], distance[1:]),
        (basins[:-1, :-1], basins[1:, 1:], distance[:-1, :-1], distance[1:, 1:]),
        (basins[:-1, 1:], basins[1:, :-1], distance[:-1, 1:], distance[1:, :-1]),
    ):
        meets = (first != second) & (first > 0) & (second > 0)
        height = np.minimum(low[meets], other[meets])
        for a, b, h in zip(first[meets].tolist(), second[meets].tolist(), height.tolist(), strict=True):
            pair = (min(a, b), max(a, b))
            passes[pair] = max(passes.get(pair, 0.0), h)
    return heights, passes


def _basins(heights: FloatArray) -> NDArray[np.int64]:
    """Number from 1 of the hill that the steepest way up from each pixel ends on; 0 where the height is 0.

    The zones of a watershed of the negative heights; level tops count as hills of their own.
    """
    columns = heights.shape[1]
    # In the array's frame of zeros nothing climbs, so that rolling round its ends does no harm.
    steps = [0, 1, -1, columns, -columns, columns + 1, columns - 1, 1 - columns, -columns - 1]
    flat = heights.ravel()
    around = np.stack([np.roll(flat, -step) for step in steps])
    ahead = np.arange(flat.size) + np.array(steps)[around.argmax(axis=0)]
    while not np.array_equal(further := ahead[ahead], ahead):
        ahead = further
    inside = flat > 0
    numbers = np.zeros(flat.size, np.int64)
    numbers[inside] = np.unique(ahead[inside], return_inverse=True)[1] + 1
    return numbers.reshape(heights.shape)


def _merged(heights: NDArray[np.float64], passes: dict[tuple[int, int], float]) -> int:
    """Number of hills left when those that no narrow pass divides are one, slivers not counted."""
    owner = list(range(len(heights)))
    tops = heights.tolist()

    def root(hill: int) -> int:
        while owner[hill] != hill:
            hill = owner[hill]
        return hill

    # From the widest bridge down: what a wide bridge joins is one part when the narrower ones are judged.
    for (a, b), height in sorted(passes.items(), key=lambda entry: -entry[1]):
        first, second = root(a), root(b)
        if first != second and height > THREAD * min(tops[first], tops[second]):
            owner[second] = first
            tops[first] = max(tops[first], tops[second])
    left = [tops[hill] for hill in range(1, len(tops)) if root(hill) == hill]
    return max(1, int(sum(top >= _LEAST_LOBE * max(left) for top in left)))
