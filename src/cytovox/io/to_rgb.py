"""Arrays as picture files hold them, turned into 8-bit RGB."""

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.image import RgbPixels

_DEPTHS = (8, 10, 12, 14, 16)
_ROWS_AT_ONCE = 256


class UnusablePixelsError(ValueError):
    """Pixel values that have no reading as a photograph; the message says what was expected and what came."""


def eight_bit(samples: NDArray[np.generic], bits: int | None = None) -> NDArray[np.uint8]:
    """Samples scaled to 0..255.

    16-bit files often hold 10, 12 or 14 bits: without `bits`, the smallest depth that holds the largest
    sample is taken. Floating-point samples must lie in 0..1 or in 0..255.

    Args:
        samples: Any shape; bool, uint8, uint16, uint32, float16, float32 or float64.
        bits: Meaningful bits of unsigned samples, where the file says so.

    Raises:
        UnusablePixelsError: The type or range has no reading.
    """
    if samples.dtype == np.uint8 and bits in {None, 8}:
        return samples.astype(np.uint8, copy=False)
    if samples.dtype == np.bool_:
        return samples.astype(np.uint8) * np.uint8(255)
    if samples.dtype.kind == "f":
        return _from_floats(samples)
    if samples.dtype.kind != "u":
        raise UnusablePixelsError(f"expected unsigned or floating-point samples, got {samples.dtype}")
    largest = int(samples.max(initial=0))
    depth = bits if bits not in {None, 16, 32} else next((d for d in _DEPTHS if largest < 2**d), None)
    if depth is None:
        raise UnusablePixelsError(f"expected samples of at most 16 bits, got values up to {largest}")
    return _scaled(samples, 255.0 / (2**depth - 1))


def _from_floats(samples: NDArray[np.generic]) -> NDArray[np.uint8]:
    low, high = float(samples.min(initial=0)), float(samples.max(initial=0))
    if not (np.isfinite(low) and np.isfinite(high)) or low < 0 or high > 255:
        raise UnusablePixelsError(
            f"expected floating-point samples in 0..1 or 0..255, got {low:g} to {high:g}; "
            "export the picture as 8-bit or 16-bit"
        )
    return _scaled(samples, 255.0 if high <= 1 else 1.0)


def _scaled(samples: NDArray[np.generic], factor: float) -> NDArray[np.uint8]:
    # A few rows at a time: the floating-point copy of a large picture would take four times its memory.
    scaled = np.empty(samples.shape, np.uint8)
    for top in range(0, len(samples), _ROWS_AT_ONCE):
        rows = samples[top : top + _ROWS_AT_ONCE].astype(np.float32) * np.float32(factor)
        scaled[top : top + _ROWS_AT_ONCE] = np.rint(rows).clip(0, 255)
    return scaled


def on_white(
    colour: NDArray[np.uint8], alpha: NDArray[np.uint8], *, premultiplied: bool = False
) -> NDArray[np.uint8]:
    """Colour (H, W, C) seen through its opacity (H, W) in front of white.

    Args:
        colour: 8-bit samples.
        alpha: 0 transparent, 255 opaque.
        premultiplied: Whether the colour was multiplied by its opacity already (TIFF: associated alpha).
    """
    shown = np.empty_like(colour)
    for top in range(0, len(colour), _ROWS_AT_ONCE):
        rows = slice(top, top + _ROWS_AT_ONCE)
        opacity = alpha[rows, :, None].astype(np.float32) / np.float32(255)
        front = colour[rows].astype(np.float32) * (np.float32(1) if premultiplied else opacity)
        shown[rows] = np.rint(front + np.float32(255) * (1 - opacity)).clip(0, 255)
    return shown


def rgb(samples: NDArray[np.uint8]) -> RgbPixels:
    """Grey (H, W) or (H, W, 1), or RGB (H, W, 3), as RGB (perhaps a view)."""
    grey = samples[..., None] if samples.ndim == 2 else samples
    return np.broadcast_to(grey, (*grey.shape[:2], 3))


def upright(pixels: RgbPixels, orientation: int) -> RgbPixels:
    """The picture as it was meant to be seen, contiguous and writeable.

    Args:
        pixels: As stored.
        orientation: The EXIF and TIFF tag 274: 1 upright, 3 upside down, 6 and 8 turned, even numbers below
            6 and odd ones above 4 mirrored as well; other values count as 1.
    """
    if orientation in {5, 6, 7, 8}:
        pixels = pixels.transpose(1, 0, 2)
    if orientation in {3, 4, 7, 8}:
        pixels = pixels[::-1]
    if orientation in {2, 3, 6, 7}:
        pixels = pixels[:, ::-1]
    return np.require(pixels, requirements=["C_CONTIGUOUS", "WRITEABLE"])
