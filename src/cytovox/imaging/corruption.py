"""What goes wrong with a picture, one thing at a time and by a known amount: for tests of robustness.

Light is changed where it is light: exposure, colour temperature and stain act on linear intensities, and the
sRGB curve of IEC 61966-2-1 is put back afterwards.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import InputError
from cytovox.domain.image import RgbPixels
from cytovox.imaging.stain import background_light, linear_light, optical_density

DAYLIGHT_K = 6500.0
"""Colour temperature that leaves a picture as it is: the white of sRGB, nearly."""

# Primaries of sRGB: from CIE XYZ to linear RGB (IEC 61966-2-1).
_RGB_OF_XYZ = np.array(
    [[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]], dtype=np.float64
)
# Unit optical-density vectors: haematoxylin, eosin, and what neither explains; and haematoxylin, DAB and the
# rest (Ruifrok and Johnston, Anal Quant Cytol Histol 23 (2001) 291).
_HAEMATOXYLIN_EOSIN = np.array([[0.650, 0.704, 0.286], [0.072, 0.990, 0.105], [0.268, 0.570, 0.776]])
_HAEMATOXYLIN_DAB = np.array([[0.650, 0.704, 0.286], [0.268, 0.570, 0.776], [0.711, 0.424, 0.562]])
_SUBPIXEL = 8


def blur(pixels: RgbPixels, sd_px: float) -> RgbPixels:
    """The picture under a Gaussian blur, as of motion or a poor lens; 0 leaves it as it is.

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
        sd_px: Standard deviation in pixels.
    """
    if sd_px <= 0:
        return pixels
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sd_px, borderType=cv2.BORDER_REFLECT_101), np.uint8)


def defocus(pixels: RgbPixels, radius_px: float) -> RgbPixels:
    """The picture out of focus: each point spread over a disc (geometrical optics); 0 leaves it as it is.

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
        radius_px: Radius of the disc in pixels.
    """
    if radius_px <= 0:
        return pixels
    return np.asarray(cv2.filter2D(pixels, -1, disc(radius_px), borderType=cv2.BORDER_REFLECT_101), np.uint8)


def disc(radius_px: float) -> NDArray[np.float64]:
    """A disc of weights that add to 1; a pixel at the edge has the share of it that lies inside.

    Args:
        radius_px: Radius in pixels, above 0.
    """
    reach = math.ceil(radius_px)
    side = 2 * reach + 1
    axis = (np.arange(side * _SUBPIXEL) + 0.5) / _SUBPIXEL - side / 2
    inside = (axis[:, None] ** 2 + axis**2 <= radius_px**2).astype(np.float64)
    shares = inside.reshape(side, _SUBPIXEL, side, _SUBPIXEL).mean(axis=(1, 3))
    return np.asarray(shares / shares.sum())


def jpeg(pixels: RgbPixels, quality: int) -> RgbPixels:
    """The picture after JPEG compression.

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
        quality: 1 to 100, as the encoder counts.
    """
    _, packed = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR_RGB), np.uint8)


def expose(pixels: RgbPixels, factor: float) -> RgbPixels:
    """The picture with more or less light; what passes the sensor's range is cut off.

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
        factor: Light relative to the picture's; 1 leaves it as it is.
    """
    return _encode(linear_light(pixels) * np.float32(factor))


def relight(pixels: RgbPixels, kelvin: float) -> RgbPixels:
    """The picture in the light of another lamp, without white balance, at the same green.

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
        kelvin: Colour temperature of the lamp, 2500 to 20000; `DAYLIGHT_K` leaves the picture as it is.

    Raises:
        InputError: The temperature is out of that range.
    """
    gain = lamp_colour(kelvin) / lamp_colour(DAYLIGHT_K)
    return _encode(linear_light(pixels) * gain.astype(np.float32))


def lamp_colour(kelvin: float) -> NDArray[np.float64]:
    """Linear RGB (3,) of a black body, green = 1.

    The black body's chromaticity is the cubic spline of Kim et al., J Korean Phys Soc 41 (2002) 865.

    Args:
        kelvin: Temperature, 2500 to 20000.

    Raises:
        InputError: The temperature is out of that range.
    """
    if not 2500 <= kelvin <= 20000:
        raise InputError(f"colour temperature: expected 2500 to 20000 kelvin, got {kelvin}")
    t = 1e3 / kelvin
    if kelvin <= 4000:
        x = -0.2661239 * t**3 - 0.2343589 * t**2 + 0.8776956 * t + 0.179910
        y = -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867
    else:
        x = -3.0258469 * t**3 + 2.1070379 * t**2 + 0.2226347 * t + 0.240390
        y = 3.0817580 * x**3 - 5.87338670 * x**2 + 3.75112997 * x - 0.37001483
    rgb = _RGB_OF_XYZ @ np.array([x / y, 1.0, (1 - x - y) / y])
    return np.asarray(rgb / rgb[1])


def stain(pixels: RgbPixels, strength: float) -> RgbPixels:
    """The picture as if the film had taken up more or less stain; the empty slide stays as it is.

    Optical density above the background is proportional to the amount of stain (Beer and Lambert).

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
        strength: Amount of stain relative to the picture's; 1 leaves it as it is.
    """
    background = background_light(pixels)
    density = optical_density(pixels, background)
    return _encode(background * np.power(np.float32(10), -density * np.float32(strength)))


def rotate(pixels: RgbPixels, degrees: float) -> RgbPixels:
    """The picture turned anticlockwise about its middle, of the same size; the corners are mirrored in.

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
        degrees: Any angle; multiples of 360 leave the picture as it is.
    """
    if degrees % 360 == 0:
        return pixels
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    turned = cv2.warpAffine(
        pixels, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101
    )
    return np.asarray(turned, np.uint8)


def immunostain(pixels: RgbPixels) -> RgbPixels:
    """The picture in the colours of another stain: what took up eosin shows the brown of DAB instead.

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
    """
    background = background_light(pixels)
    density = optical_density(pixels, background).astype(np.float64)
    amounts = np.maximum(density @ np.linalg.inv(_HAEMATOXYLIN_EOSIN), 0.0)
    return _encode((background * 10.0 ** -(amounts @ _HAEMATOXYLIN_DAB)).astype(np.float32))


def _encode(light: NDArray[np.float32]) -> RgbPixels:
    """Pixels as sRGB of linear intensities, cut to 0..1 (IEC 61966-2-1)."""
    v = np.clip(light, 0.0, 1.0)
    levels = np.where(v <= 0.0031308, 12.92 * v, 1.055 * np.power(v, np.float32(1 / 2.4)) - 0.055)
    return np.rint(levels * 255.0).astype(np.uint8)
