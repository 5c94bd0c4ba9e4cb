"""The pixels inside an outline, deep inside it, and close about it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray
from cytovox.imaging.tiling import Region

_SHIFT = 4
"""Fractional bits of OpenCV's vertices: a sixteenth of a pixel."""
_HALF_PX = 0.5
"""By how much `cv2.fillPoly` grows a disc: with it, radii of 3 to 40 px come out to 0.09 px."""


def window_around(outline: FloatArray, shape: tuple[int, ...], margin_px: int = 0) -> Region | None:
    """The part of a picture that an outline and a margin about it cover; None where that is nothing.

    Args:
        outline: Points (n, 2) of (x, y) in pixels.
        shape: Rows and columns of the picture.
        margin_px: Pixels on each side.
    """
    low = np.maximum(np.floor(outline.min(axis=0)).astype(int) - margin_px, 0)
    high = np.minimum(np.ceil(outline.max(axis=0)).astype(int) + margin_px, [shape[1], shape[0]])
    if (high <= low).any():
        return None
    return Region(int(low[1]), int(low[0]), int(high[1] - low[1]), int(high[0] - low[0]))


def pixels_inside(outline: FloatArray, window: Region) -> NDArray[np.bool_]:
    """Whether the middle of each pixel of a window lies in an outline; shape (height, width)."""
    mask = np.zeros((window.height, window.width), np.uint8)
    # cv2.fillPoly also fills what the border passes through, so that discs grow by half a pixel all round:
    # the outline is drawn in by that much. skimage.draw.polygon needs no such care and ten times as long.
    middle = outline.mean(axis=0)
    from_middle = outline - middle
    length = np.maximum(np.hypot(from_middle[:, 0], from_middle[:, 1]), 1e-6)[:, None]
    drawn_in = middle + from_middle * np.maximum(1.0 - _HALF_PX / length, 0.0)
    # OpenCV's pixel middles are whole numbers, ours are at one half.
    corner = np.array([window.left + 0.5, window.top + 0.5])
    points = np.round((drawn_in - corner) * (1 << _SHIFT)).astype(np.int32)
    cv2.fillPoly(mask, [points], 1, cv2.LINE_8, _SHIFT)
    return mask > 0


def core_of(mask: NDArray[np.bool_], depth_px: int) -> NDArray[np.bool_]:
    """The pixels of a mask at least `depth_px` from its outside; beyond the array counts as inside."""
    return np.asarray(cv2.erode(mask.astype(np.uint8), _disc(depth_px)) > 0)


def reach_of(mask: NDArray[np.bool_], distance_px: int) -> NDArray[np.bool_]:
    """The pixels of a mask and those within `distance_px` of them."""
    return np.asarray(cv2.dilate(mask.astype(np.uint8), _disc(distance_px)) > 0)


def _disc(radius_px: int) -> NDArray[np.uint8]:
    side = 2 * radius_px + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)
