"""How much light a stained smear absorbs: optical density, and the empty background it is measured from.

Absorbance is proportional to the amount of dye in the light's path (Beer and Lambert) only where intensities
are linear, and camera files are not: they carry the sRGB curve of IEC 61966-2-1, which is undone first.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.image import RgbPixels

# Density of the darkest value, 0, as if it were half a level: -log10 of 0 has no value.
_DARKEST = 0.5
LEVELS_PER_DENSITY = 64.0
"""Grey levels per unit of optical density in `density_levels`."""


def _linear_light(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Relative luminous intensity 0..1 of sRGB levels 0..255 (IEC 61966-2-1)."""
    v = levels / 255.0
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


_LINEAR = _linear_light(np.arange(256, dtype=np.float64)).astype(np.float32)
_DENSITY = -np.log10(_linear_light(np.maximum(np.arange(256, dtype=np.float64), _DARKEST)))
_DENSITY_FLOAT = _DENSITY.astype(np.float32)
_DENSITY_LEVELS = np.rint(_DENSITY * LEVELS_PER_DENSITY).clip(0, 255).astype(np.uint8)


def linear_light(pixels: RgbPixels) -> NDArray[np.float32]:
    """Intensities in 0..1 that are proportional to light, from sRGB pixels (H, W, 3)."""
    return np.asarray(cv2.LUT(pixels, _LINEAR), np.float32)


def optical_density(pixels: RgbPixels, background: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
    """Absorbance -log10(I / I0) of each channel.

    Args:
        pixels: RGB, shape (H, W, 3), uint8, sRGB-encoded.
        background: Linear intensities I0 (3,) of the empty slide (see `background_light`); 1 by default.

    Returns:
        Array (H, W, 3), float32; below 0 where a pixel is brighter than the background.
    """
    density = np.asarray(cv2.LUT(pixels, _DENSITY_FLOAT), np.float32)
    if background is None:
        return density
    return density + np.log10(np.maximum(background, 1e-6)).astype(np.float32)


def density_levels(pixels: RgbPixels, channel: int = 1) -> NDArray[np.uint8]:
    """Optical density of one channel in whole levels, for histograms and thresholds.

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
        channel: 0 red, 1 green, 2 blue. Green is what haemoglobin, eosin and azure dyes all absorb.

    Returns:
        Array (H, W), uint8: density times `LEVELS_PER_DENSITY`, at most 255.
    """
    return np.asarray(cv2.LUT(np.ascontiguousarray(pixels[..., channel]), _DENSITY_LEVELS), np.uint8)


def background_light(pixels: RgbPixels) -> NDArray[np.float32]:
    """Light that passes the empty slide: the linear intensity of the commonest bright colour.

    The background of a smear is its brightest large even area. Of the pixels brighter than the picture's mean
    the commonest green level and its neighbours are taken, so specks brighter than the slide do not count.

    Args:
        pixels: RGB, shape (H, W, 3), uint8.

    Returns:
        Array (3,), float32, in 0..1.
    """
    step = max(1, int(np.sqrt(pixels.shape[0] * pixels.shape[1] / 16384)))
    sample = pixels[::step, ::step].reshape(-1, 3)
    green = sample[:, 1]
    counts = np.bincount(green, minlength=256).astype(np.float64)
    counts[: int(green.mean())] = 0
    level = int(np.convolve(counts, np.ones(7), "same").argmax())
    chosen = sample[np.abs(green.astype(np.int16) - level) <= 3]
    return np.asarray(
        _LINEAR[chosen].mean(axis=0) if len(chosen) else _LINEAR[sample].max(axis=0), np.float32
    )
