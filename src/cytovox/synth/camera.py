"""From light behind the film to a picture: uneven lamp, optical blur, noise."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import RgbPixels
from cytovox.synth.optics import display_values
from cytovox.synth.texture import smooth_noise

CHROMATIC_BLUR = (1.06, 0.96, 1.12)
"""Red, green and blue do not focus in one plane: blur of each relative to the mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """How the field was photographed.

    Attributes:
        blur_um: Standard deviation of the optical blur, um.
        noise: Standard deviation of the noise of a white pixel, as a fraction of white.
        illumination_gradient: Fall of the light from one side of the field to the other, as a fraction.
        vignetting: Loss of light in the corners, as a fraction.
    """

    blur_um: float = 0.1
    noise: float = 0.006
    illumination_gradient: float = 0.03
    vignetting: float = 0.04


def photograph(
    passed: FloatArray, lamp: NDArray[np.float64], mpp_um: float, camera: Camera, rng: np.random.Generator
) -> RgbPixels:
    """Picture of a film, RGB (H, W, 3) uint8.

    Args:
        passed: Share of the light that passes the film, shape (H, W, 3).
        lamp: Linear light of the empty slide, shape (3,).
        mpp_um: Micrometres per pixel.
        camera: Optics and sensor.
        rng: Source of noise and of the direction of the gradient.
    """
    height, width, _ = passed.shape
    light = passed * (illumination((height, width), camera, rng)[..., None] * lamp.astype(np.float32))
    for channel, factor in enumerate(CHROMATIC_BLUR):
        sigma_px = camera.blur_um * factor / mpp_um
        if sigma_px > 0.15:
            light[..., channel] = cv2.GaussianBlur(light[..., channel], (0, 0), sigma_px)
    return display_values(light + sensor_noise(light, camera.noise, rng))


def illumination(shape: tuple[int, int], camera: Camera, rng: np.random.Generator) -> FloatArray:
    """Relative brightness of the lamp over the field, mean about 1, shape (H, W)."""
    rows = np.linspace(-1.0, 1.0, shape[0], dtype=np.float32)[:, None]
    columns = np.linspace(-1.0, 1.0, shape[1], dtype=np.float32)[None, :]
    angle = rng.uniform(0.0, 2.0 * np.pi)
    slope = 0.5 * camera.illumination_gradient * (np.cos(angle) * columns + np.sin(angle) * rows)
    uneven = 0.1 * camera.illumination_gradient * smooth_noise(shape, 0.4 * max(shape), rng)
    return np.asarray((1.0 + slope + uneven) * (1.0 - 0.5 * camera.vignetting * (rows**2 + columns**2)))


def sensor_noise(light: FloatArray, noise: float, rng: np.random.Generator) -> FloatArray:
    """Noise to add to linear light: photon noise, growing with its root, softened by colour interpolation."""
    if noise == 0:
        return np.zeros_like(light)
    raw = rng.standard_normal(light.shape, dtype=np.float32)
    # A Bayer sensor interpolates two of three colours, so neighbours share noise; 2.02 restores its power.
    soft = cv2.GaussianBlur(raw, (0, 0), 0.6) * np.float32(2.02)
    return np.asarray(soft * noise * np.sqrt(np.clip(light, 0.02, None)), np.float32)
