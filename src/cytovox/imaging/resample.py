"""Pictures at another size: whole pictures by a factor, square windows around a point."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import InputError
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import RgbPixels

# More sample points per side of a new pixel than this are replaced by shrinking the window first.
_MAX_POINTS = 8


def resample(pixels: RgbPixels, factor: float) -> RgbPixels:
    """The picture enlarged (factor above 1) or shrunk (below 1), without aliasing.

    Shrinking averages areas, so the mean of the picture stays; enlarging is bicubic.

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
        factor: New pixels per old pixel along each side, above 0.

    Returns:
        Shape (round(H * factor), round(W * factor), 3), each side at least 1; a picture that keeps its size
        is returned as it is, not copied.

    Raises:
        InputError: `factor` is not a positive number.
    """
    if not (math.isfinite(factor) and factor > 0):
        raise InputError(f"resample: expected a factor above 0, got {factor}")
    height, width = pixels.shape[:2]
    size = (max(1, round(height * factor)), max(1, round(width * factor)))
    return resize(pixels, size)


def resize(pixels: RgbPixels, size: tuple[int, int]) -> RgbPixels:
    """The picture at a given height and width, without aliasing.

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
        size: New height and width in pixels.
    """
    height, width = pixels.shape[:2]
    if size == (height, width):
        return pixels
    shrinking = size[0] <= height and size[1] <= width
    method = cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, (size[1], size[0]), interpolation=method), np.uint8)


def resize_map(values: FloatArray, size: tuple[int, int]) -> FloatArray:
    """A map of numbers at a given height and width: bilinear, so that no value exceeds the old ones.

    Args:
        values: Shape (h, w), float32.
        size: New height and width.
    """
    return np.asarray(cv2.resize(values, (size[1], size[0]), interpolation=cv2.INTER_LINEAR), np.float32)


def sample_grid(
    values: NDArray[np.integer | np.floating],
    size: tuple[int, int],
    first_xy: tuple[float, float],
    step: float,
) -> NDArray[np.integer | np.floating]:
    """A plane at the points of an even grid: numbers bilinear, classes (uint8) from the nearest pixel.

    Beyond the plane its outermost values are repeated.

    Args:
        values: Shape (h, w), float32 or uint8.
        size: Rows and columns of the grid.
        first_xy: Where the grid begins (x, y), in pixels of the plane; pixel middles are whole numbers here.
        step: Distance of its points, in the same unit.
    """
    matrix = np.array([[step, 0, first_xy[0]], [0, step, first_xy[1]]])
    method = cv2.INTER_NEAREST if values.dtype == np.uint8 else cv2.INTER_LINEAR
    return np.asarray(
        cv2.warpAffine(
            values, matrix, size[::-1], flags=cv2.WARP_INVERSE_MAP | method, borderMode=cv2.BORDER_REPLICATE
        )
    )


def crop_square(
    pixels: RgbPixels,
    centre_xy: tuple[float, float],
    side_px: float,
    out_px: int,
) -> RgbPixels:
    """The square window around a point, resampled to `out_px` x `out_px`; exact to a fraction of a pixel.

    Where the window reaches beyond the picture, the outermost pixels are repeated.

    Coordinates are continuous: the picture spans 0..W and 0..H, the middle of its first pixel is (0.5, 0.5).

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
        centre_xy: Centre of the window (x, y) in pixels; it may lie outside the picture.
        side_px: Side of the window in pixels of the picture, not necessarily whole.
        out_px: Side of the result in pixels.

    Returns:
        Shape (out_px, out_px, 3), uint8.

    Raises:
        InputError: A size is not above 0, or a number is not finite.
    """
    if out_px < 1 or side_px <= 0 or not all(map(math.isfinite, (side_px, *centre_xy))):
        raise InputError(
            f"crop: expected finite sizes above 0, got {side_px} px around {centre_xy}, {out_px} px"
        )
    slab, (left, top) = _slab(pixels, (centre_xy[0] - side_px / 2, centre_xy[1] - side_px / 2), side_px)
    # Shrinking samples each new pixel at several points and averages them: a warp alone would alias.
    points = max(1, math.ceil(side_px / out_px - 1e-6))
    if points > _MAX_POINTS:
        smaller = resample(slab, _MAX_POINTS * out_px / side_px)
        ratio_y, ratio_x = smaller.shape[0] / slab.shape[0], smaller.shape[1] / slab.shape[1]
        slab, left, top = smaller, left * ratio_x, top * ratio_y
        step_x, step_y, points = side_px * ratio_x / out_px, side_px * ratio_y / out_px, _MAX_POINTS
    else:
        step_x = step_y = side_px / out_px
    step_x, step_y = step_x / points, step_y / points
    # Pixel middles: result i + 0.5 <-> slab left + (i + 0.5) * step; OpenCV counts pixel middles as whole.
    to_slab = np.array([[step_x, 0, left + 0.5 * step_x - 0.5], [0, step_y, top + 0.5 * step_y - 0.5]])
    method = cv2.INTER_LINEAR if step_x >= 1 or points > 1 else cv2.INTER_CUBIC
    warped = cv2.warpAffine(
        slab,
        to_slab,
        (out_px * points, out_px * points),
        flags=method | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return resize(np.asarray(warped, np.uint8), (out_px, out_px))


def _slab(
    pixels: RgbPixels, corner_xy: tuple[float, float], side_px: float
) -> tuple[RgbPixels, tuple[float, float]]:
    """The part of the picture that a window touches, with a margin, and the window's (x, y) corner in it.

    A window that lies wholly outside gets the nearest part, whose edge then fills it.
    """
    bounds = []
    for low, length in zip(corner_xy, (pixels.shape[1], pixels.shape[0]), strict=True):
        first = min(max(0, math.floor(low) - 2), length - 1)
        last = max(first + 1, min(length, math.ceil(low + side_px) + 2))
        bounds.append((first, last))
    (x0, x1), (y0, y1) = bounds
    return pixels[y0:y1, x0:x1], (corner_xy[0] - x0, corner_xy[1] - y0)
