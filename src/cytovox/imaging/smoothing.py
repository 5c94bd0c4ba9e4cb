"""Smoothing that leaves out what is not known."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from cytovox.domain.geometry import FloatArray

_TRUSTED = 0.05
"""Share of the kernel that must fall on known pixels; with less, a wider kernel is asked."""


def smooth(values: FloatArray, sigma_px: float) -> FloatArray:
    """Gaussian mean of a map.

    Args:
        values: Shape (H, W) or (H, W, C), float32.
        sigma_px: Standard deviation in pixels; 0 or less gives the values as they are.
    """
    if sigma_px <= 0:
        return values
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma_px, borderType=cv2.BORDER_REPLICATE), np.float32)


def smooth_known(values: FloatArray, known: NDArray[np.bool_], sigma_px: float) -> FloatArray:
    """Gaussian mean of the known pixels (normalised convolution, Knutsson and Westin, CVPR 1993).

    Where hardly a known pixel is near, the standard deviation doubles until one is.

    Args:
        values: Shape (H, W) or (H, W, C), float32.
        known: Shape (H, W).
        sigma_px: Standard deviation in pixels, above 0.

    Returns:
        Same shape as `values`; those unchanged where nothing is known.
    """
    if not known.any():
        return values
    weight = known.astype(np.float32)
    channels = (Ellipsis, None) if values.ndim == 3 else (Ellipsis,)
    weighted = values * weight[channels]
    result = np.zeros_like(values)
    missing = np.ones(known.shape, np.bool_)
    while missing.any():
        share = smooth(weight, sigma_px)
        found = missing & (share > _TRUSTED)
        mean = smooth(weighted, sigma_px) / np.maximum(share, 1e-6)[channels]
        result[found] = mean[found]
        missing &= ~found
        if sigma_px > 4 * max(known.shape):  # a few known pixels in a large map
            result[missing] = values[known].mean(axis=0)
            break
        sigma_px *= 2
    return result


def smooth_stack(values: NDArray[np.float32], sigmas: Sequence[float]) -> NDArray[np.float32]:
    """Gaussian mean of an array of any number of dimensions.

    Args:
        values: Any shape.
        sigmas: Standard deviation along each axis, in voxels.
    """
    return np.asarray(ndimage.gaussian_filter(values, sigmas), np.float32)
