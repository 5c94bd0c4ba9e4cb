"""Contrast and noise of a picture, changed the same way in training and in use."""

import cv2
import numpy as np

from cytovox.domain.errors import InputError
from cytovox.domain.image import RgbPixels


def enhance_contrast(pixels: RgbPixels, *, limit: float = 2.0, tiles: int = 4) -> RgbPixels:
    """The picture with its lightness equalised tile by tile (CLAHE: Zuiderveld, Graphics Gems IV, 1994).

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
        limit: Largest slope of the equalisation; 1 changes hardly anything.
        tiles: Tiles along each side.

    Raises:
        InputError: A figure is out of range.
    """
    if not limit > 0 or tiles < 1:
        raise InputError(f"contrast: expected a limit above 0 and at least one tile, got {limit} and {tiles}")
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)
    lab[..., 0] = cv2.createCLAHE(limit, (tiles, tiles)).apply(np.ascontiguousarray(lab[..., 0]))
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), np.uint8)


def denoise(pixels: RgbPixels, *, strength: float = 12.0) -> RgbPixels:
    """The picture with noise averaged away and edges kept (bilateral filter: Tomasi and Manduchi, ICCV 1998).

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
        strength: Grey levels up to which differences are taken for noise.

    Raises:
        InputError: The strength is not above 0.
    """
    if not strength > 0:
        raise InputError(f"denoise: expected a strength above 0, got {strength}")
    return np.asarray(cv2.bilateralFilter(pixels, 5, 2 * strength, 2.0), np.uint8)
