"""Square crops mirrored at the picture's border, and what a network says of them laid back onto it."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import RgbPixels
from cytovox.imaging.resample import crop_square


@dataclass(frozen=True, slots=True)
class Window:
    """Maps on a rectangle of a picture's own pixels.

    Attributes:
        values: Shape (c, h, w), float32.
        top: Row of the picture that the first row lies on.
        left: Column of the picture that the first column lies on.
    """

    values: FloatArray
    top: int
    left: int


def mirrored_crop(
    pixels: RgbPixels, centre_xy: tuple[float, float], side_px: float, out_px: int
) -> RgbPixels:
    """As `resample.crop_square`, but beyond its border the picture goes on as its mirror image.

    A cell that the border cuts then is a whole, if odd, one: a network that outlines cells does not draw back
    from the border, as it does where the outermost pixels are repeated.

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
        centre_xy: Centre of the window (x, y) in pixels.
        side_px: Side of the window in pixels of the picture.
        out_px: Side of the result in pixels.
    """
    reach = math.ceil(side_px / 2) + 3
    (x, columns), (y, rows) = (
        (math.floor(middle) - reach, np.arange(math.floor(middle) - reach, math.floor(middle) + reach + 1))
        for middle in centre_xy
    )
    slab = pixels[_mirrored(rows, pixels.shape[0])[:, None], _mirrored(columns, pixels.shape[1])]
    return crop_square(slab, (centre_xy[0] - x, centre_xy[1] - y), side_px=side_px, out_px=out_px)


def _mirrored(indices: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    folded = indices % (2 * length)
    return np.where(folded < length, folded, 2 * length - 1 - folded)


def uncrop(
    maps: FloatArray, centre_xy: tuple[float, float], side_px: float, picture_size: tuple[int, int]
) -> Window:
    """Maps of a crop that `resample.crop_square` cut, at the pixels of the picture; its inverse.

    Args:
        maps: Shape (c, side, side), float32.
        centre_xy: Centre of the crop (x, y) in pixels of the picture.
        side_px: Side of the crop in pixels of the picture.
        picture_size: Height and width of the picture.

    Returns:
        The part of the crop within the picture; empty where they do not meet.
    """
    corner = (centre_xy[0] - side_px / 2, centre_xy[1] - side_px / 2)
    (left, right), (top, bottom) = (
        (max(0, math.floor(low)), min(length, math.ceil(low + side_px)))
        for low, length in zip(corner, picture_size[::-1], strict=True)
    )
    if right <= left or bottom <= top:
        return Window(np.zeros((len(maps), 0, 0), np.float32), 0, 0)
    step = side_px / maps.shape[-1]
    # Pixel middles: picture left + j + 0.5 <-> crop (left + j + 0.5 - corner) / step; OpenCV counts middles
    # as whole.
    to_crop = np.array(
        [
            [1 / step, 0, (left + 0.5 - corner[0]) / step - 0.5],
            [0, 1 / step, (top + 0.5 - corner[1]) / step - 0.5],
        ]
    )
    # Enlarged linearly, borders would show the crop's pixels as facets.
    method = cv2.INTER_LINEAR if step <= 1 else cv2.INTER_CUBIC
    laid = cv2.warpAffine(
        np.ascontiguousarray(np.moveaxis(maps, 0, -1)),
        to_crop,
        (right - left, bottom - top),
        flags=method | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    stacked = laid.reshape(bottom - top, right - left, len(maps))
    return Window(np.ascontiguousarray(np.moveaxis(stacked, -1, 0)), top, left)
