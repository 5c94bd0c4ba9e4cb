"""Random changes of colour, sharpness and compression: what another stain, microscope or camera would do.

Geometry is handled where the crops are cut, because it must move outlines too.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cytovox.domain.image import RgbPixels

# Unit optical-density vectors of haematoxylin and eosin (Ruifrok and Johnston, Anal Quant Cytol
# Histol 23 (2001) 291).
HAEMATOXYLIN_EOSIN_RESIDUAL = np.array(
    [[0.650, 0.704, 0.286], [0.072, 0.990, 0.105], [0.268, 0.570, 0.776]], dtype=np.float32
)
_FROM_RGB = np.linalg.inv(HAEMATOXYLIN_EOSIN_RESIDUAL)
_OPTICAL_DENSITY = (-np.log((np.arange(256, dtype=np.float32) + 1.0) / 256.0)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class AppearanceOptions:
    """How far appearance is varied; each figure is a standard deviation or a probability.

    Attributes:
        least_strength: Each picture's spreads of colour are multiplied by a factor between this and 1, so
            that mild and wide variation both occur.
        stain: Log-normal spread of each stain's strength.
        mixing: Spread of the off-diagonal stain mixing (hue of the stains).
        channel_gain: Log-normal spread of each colour channel's optical density (dye and camera filters).
        saturation: Log-normal spread of the distance from grey.
        illumination: Largest loss of light in a colour channel.
        overexposure: Probability of up to 1.6 times too much light, clipped: pale cytoplasm is lost in white
            while the nucleus stays dark, as cameras with automatic contrast show it.
        gamma: Log-normal spread of the camera's gamma.
        blur: Probability of a defocus of up to `blur_px` standard deviations.
        blur_px: See `blur`.
        coarse: Probability that the picture passes through a coarser pixel grid (up to 2.5 times).
        sharpen: Probability of a camera's sharpening.
        noise: Probability of sensor noise of up to 8 grey levels.
        jpeg: Probability of JPEG compression at quality 30 to 90.
    """

    least_strength: float = 1.0
    stain: float = 0.3
    mixing: float = 0.08
    channel_gain: float = 0.0
    saturation: float = 0.0
    illumination: float = 0.3
    overexposure: float = 0.0
    gamma: float = 0.15
    blur: float = 0.3
    blur_px: float = 1.6
    coarse: float = 0.15
    sharpen: float = 0.0
    noise: float = 0.25
    jpeg: float = 0.3


def vary_appearance(pixels: RgbPixels, options: AppearanceOptions, random: Generator) -> RgbPixels:
    """The same cells as another stain, microscope and camera would show them; shape and type are kept."""
    out: RgbPixels = _vary_stain(pixels, options, random)
    if random.random() < options.blur:
        out = np.asarray(cv2.GaussianBlur(out, (0, 0), random.uniform(0.3, options.blur_px)), np.uint8)
    if random.random() < options.coarse:
        out = _coarsen(out, random.uniform(1.3, 2.5))
    if random.random() < options.sharpen:
        out = _sharpen(out, random.uniform(0.3, 1.5))
    if random.random() < options.noise:
        out = _add_noise(out, random.uniform(1.0, 8.0), random)
    if random.random() < options.jpeg:
        out = _compress(out, int(random.integers(30, 91)))
    return np.ascontiguousarray(out)


def _vary_stain(pixels: RgbPixels, options: AppearanceOptions, random: Generator) -> RgbPixels:
    far = random.uniform(options.least_strength, 1.0)
    strength = np.exp(far * random.normal(0.0, options.stain, 3)).astype(np.float32)
    mixing = np.diag(strength) + far * random.normal(0.0, options.mixing, (3, 3))
    matrix = _FROM_RGB @ mixing @ HAEMATOXYLIN_EOSIN_RESIDUAL
    matrix = matrix * np.exp(far * random.normal(0.0, options.channel_gain, 3))
    matrix = matrix @ _saturation(float(np.exp(far * random.normal(0.0, options.saturation))))
    density = cv2.transform(cv2.LUT(pixels, _OPTICAL_DENSITY), matrix.astype(np.float32).T)
    channel_light = 1.0 - far * random.uniform(0.0, options.illumination, 3) * random.random()
    light = channel_light * random.uniform(0.85, 1.1)
    darker = np.exp(far * random.normal(0.0, options.gamma))
    if random.random() < options.overexposure:
        lost = random.uniform(0.0, 0.5)
        darker, light = darker * (1.0 + lost * random.random()), light * np.exp(lost)
    transmitted = cv2.exp(density * np.float32(-darker)) * (light * 255.0).astype(np.float32)
    return np.clip(transmitted, 0, 255).astype(np.uint8)


def _saturation(factor: float) -> NDArray[np.float64]:
    """Matrix that keeps a row vector's mean and scales its distance from grey."""
    grey = np.full((3, 3), 1 / 3)
    return np.asarray(grey + factor * (np.eye(3) - grey))


def _sharpen(pixels: RgbPixels, strength: float) -> RgbPixels:
    soft = cv2.GaussianBlur(pixels, (0, 0), 1.2)
    return np.asarray(cv2.addWeighted(pixels, 1 + strength, soft, -strength, 0.0), np.uint8)


def _coarsen(pixels: RgbPixels, factor: float) -> RgbPixels:
    height, width = pixels.shape[:2]
    small = cv2.resize(pixels, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def _add_noise(pixels: RgbPixels, sigma: float, random: Generator) -> RgbPixels:
    noise = random.standard_normal(pixels.shape, dtype=np.float32) * np.float32(sigma)
    return np.clip(pixels.astype(np.float32) + noise, 0, 255).astype(np.uint8)


def _compress(pixels: RgbPixels, quality: int) -> RgbPixels:
    _, packed = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR_RGB), np.uint8)
