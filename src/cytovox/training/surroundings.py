"""Hiding what lies around a cell, so that a type is not read from its neighbourhood or its laboratory."""

import cv2
import numpy as np
from numpy.random import Generator

from cytovox.domain.image import RgbPixels


def hide_surroundings(pixels: RgbPixels, um_per_px: float, other: RgbPixels, random: Generator) -> RgbPixels:
    """The picture with its outer part replaced, beyond a soft circle of 8 to 11 um about the middle.

    A white cell's radius is below 10 um; 8 um cuts the rims of the largest ones, as a neighbour would.

    Args:
        pixels: RGB, shape (side, side, 3) uint8.
        um_per_px: Physical size of its pixel.
        other: What the outer part shows instead: a picture of that shape, or one of its colours.
        random: Source of chance.
    """
    side = pixels.shape[0]
    middle = (side - 1) / 2
    y, x = np.mgrid[:side, :side].astype(np.float32)
    radius = random.uniform(8.0, 11.0) / um_per_px
    inside = np.clip((radius - np.hypot(x - middle, y - middle)) / 3.0 + 0.5, 0.0, 1.0)[..., None]
    mixed = pixels * inside + other.astype(np.float32) * (1 - inside)
    return np.asarray(mixed, np.uint8)


def ground_of(pixels: RgbPixels) -> RgbPixels:
    """The picture's own empty ground everywhere: the colour of its brightest tenth, blurred."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    bright = pixels[grey >= np.percentile(grey, 90)]
    return np.broadcast_to(bright.mean(axis=0).astype(np.uint8), pixels.shape)
