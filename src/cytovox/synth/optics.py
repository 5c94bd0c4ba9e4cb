"""Light through a stained film: absorption by Beer and Lambert, edges by refraction, display encoding."""

import cv2
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray


def linear_light(srgb: NDArray[np.integer] | NDArray[np.floating]) -> NDArray[np.float64]:
    """Linear light 0..1 of display values 0..255 (IEC 61966-2-1)."""
    value = np.asarray(srgb, np.float64) / 255.0
    return np.asarray(np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4))


def display_values(light: FloatArray) -> NDArray[np.uint8]:
    """Display values of linear light 0..1, rounded and clipped (IEC 61966-2-1)."""
    steps = np.clip(light * _CODES + 0.5, 0, _CODES).astype(np.uint16)
    return np.asarray(_ENCODING[steps])


_CODES = 8191
"""Steps of the encoding table: fine enough that the darkest display values are each met."""

_LEVELS = np.arange(_CODES + 1) / _CODES
_ENCODING = np.round(
    255.0 * np.where(_LEVELS <= 0.0031308, 12.92 * _LEVELS, 1.055 * _LEVELS ** (1 / 2.4) - 0.055)
).astype(np.uint8)


def transmission(dyes: FloatArray, absorbance: NDArray[np.float64]) -> FloatArray:
    """Share of the light that passes the film: 10 to the minus sum of amount times absorbance.

    Amounts of cells that lie on each other add, so their transmissions multiply (Beer-Lambert law).

    Args:
        dyes: Amount of each dye, shape (H, W, D).
        absorbance: Decadic absorbance of one unit of each dye, shape (D, 3).

    Returns:
        Linear transmission in red, green and blue, shape (H, W, 3), 0..1.
    """
    height, width, _ = dyes.shape
    density = dyes.reshape(height * width, -1) @ (absorbance * -np.log(10.0)).astype(np.float32)
    return np.asarray(np.exp(density).reshape(height, width, 3))


def refraction(thickness_um: FloatArray, mpp_um: float, defocus: float) -> FloatArray:
    """Factor on the light by which thin transparent edges show when slightly out of focus, shape (H, W).

    Transport of intensity (Teague, J Opt Soc Am 73 (1983) 1434): off focus, intensity changes with the second
    derivative of the optical path, here the film's thickness smoothed to optical resolution.

    Args:
        thickness_um: Thickness of cells, um, shape (H, W).
        mpp_um: Micrometres per pixel.
        defocus: Strength in um; above 0 a bright halo outside the border and a dark line inside.
    """
    smooth = cv2.GaussianBlur(thickness_um, (0, 0), max(0.22 / mpp_um, 0.5))
    curvature = cv2.Laplacian(smooth, cv2.CV_32F, ksize=3) * np.float32(0.25 / mpp_um**2)
    return np.asarray(np.exp(np.clip(defocus * curvature, -0.7, 0.7)), np.float32)
