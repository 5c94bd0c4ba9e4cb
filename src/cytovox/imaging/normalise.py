"""The one way from pixels to a network's input, in training and in use."""

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.image import RgbPixels


def normalise(pixels: RgbPixels) -> NDArray[np.float32]:
    """Channels-first values in -1..1, as the ImageNet weights of MobileNetV2 expect (x / 127.5 - 1).

    Args:
        pixels: RGB, shape (H, W, 3), or a batch (n, H, W, 3), uint8.

    Returns:
        Array (3, H, W) or (n, 3, H, W), float32, contiguous.
    """
    scaled = pixels.astype(np.float32) * np.float32(1 / 127.5) - np.float32(1.0)
    return np.ascontiguousarray(np.moveaxis(scaled, -1, -3))
