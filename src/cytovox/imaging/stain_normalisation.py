"""One picture's stain in the colours of another: Macenko's and Reinhard's methods, as pure functions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.image import RgbPixels

_LEAST_DENSITY = 0.15
"""Paler pixels are ground (Macenko et al., section 2.1: beta)."""
_ANGLE_PERCENTILE = 1.0
"""Robust extremes of the angle (section 2.2: alpha)."""
_STRENGTH_PERCENTILE = 99.0
_FEWEST_PIXELS = 16

# RGB to cone responses, and their logarithms to decorrelated l, alpha, beta (Reinhard et al., eqs. 3 and 6).
_CONES = np.array([[0.3811, 0.5783, 0.0402], [0.1967, 0.7244, 0.0782], [0.0241, 0.1288, 0.8444]])
_DECORRELATED = np.diag(1 / np.sqrt([3.0, 6.0, 2.0])) @ np.array([[1, 1, 1], [1, 1, -2], [1, -1, 0]])


@dataclass(frozen=True, slots=True)
class Stains:
    """Two stains and how strong they are.

    Attributes:
        vectors: Optical density of each stain in red, green and blue, shape (2, 3), rows of length 1; the
            first absorbs more red light: azure or haematoxylin, then eosin.
        strength: 99th percentile of each stain's concentration, shape (2,).
    """

    vectors: NDArray[np.float64]
    strength: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ColourStatistics:
    """Mean and standard deviation of a picture in Ruderman's l, alpha, beta, shapes (3,)."""

    mean: NDArray[np.float64]
    spread: NDArray[np.float64]


def measure_stains(pixels: RgbPixels) -> Stains | None:
    """The two stains of a picture (Macenko et al., ISBI 2009), or None where hardly anything is stained.

    Optical densities of the stained pixels lie in a plane; its extreme directions are the stains.

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
    """
    density = _density(pixels).reshape(-1, 3)
    # The mean over the channels: eosin lets nearly all red light pass, and would be taken for ground by it.
    stained = density[density.mean(axis=1) >= _LEAST_DENSITY]
    if len(stained) < _FEWEST_PIXELS:
        return None
    _, axes = np.linalg.eigh(np.cov(stained, rowvar=False))
    plane = axes[:, [2, 1]]
    plane = plane * np.where(plane.sum(axis=0) < 0, -1.0, 1.0)
    projected = stained @ plane
    angle = np.arctan2(projected[:, 1], projected[:, 0])
    low, high = np.percentile(angle, [_ANGLE_PERCENTILE, 100 - _ANGLE_PERCENTILE])
    vectors = np.stack([plane @ (np.cos(a), np.sin(a)) for a in (low, high)])
    vectors = vectors[np.argsort(-vectors[:, 0])]
    if abs(np.cross(vectors[0], vectors[1])).max() < 1e-3:
        return None  # one stain only
    concentration = stained @ np.linalg.pinv(vectors)
    return Stains(vectors, np.percentile(concentration, _STRENGTH_PERCENTILE, axis=0))


def normalise_macenko(pixels: RgbPixels, target: Stains) -> RgbPixels:
    """The picture with the target's stains in place of its own, each at the target's strength.

    A picture in which no two stains can be told apart is returned as it is.

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
        target: What to look like.
    """
    own = measure_stains(pixels)
    if own is None or (own.strength <= 1e-3).any():
        return pixels
    # Both stains and what they do not explain: dropping the rest would grey what is neither, and move
    # pictures that already have the target's stains.
    unmix = np.linalg.pinv(own.vectors)
    rest = np.eye(3) - unmix @ own.vectors
    matrix = unmix @ np.diag(target.strength / own.strength) @ target.vectors
    return _from_density(_density(pixels) @ (matrix + rest))


def measure_colour(pixels: RgbPixels) -> ColourStatistics:
    """Mean and spread of a picture's colours.

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
    """
    values = _decorrelated(pixels).reshape(-1, 3)
    return ColourStatistics(values.mean(axis=0), values.std(axis=0))


def normalise_reinhard(pixels: RgbPixels, target: ColourStatistics) -> RgbPixels:
    """The picture with the target's mean and spread of colour.

    Reinhard et al., IEEE Computer Graphics and Applications 21 (2001) 34, equations 10 and 11.

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
        target: What to look like.
    """
    own = measure_colour(pixels)
    # Where a picture is all but even, its noise must not be spread out.
    gain = np.where(own.spread > 1e-3, target.spread / np.maximum(own.spread, 1e-3), 1.0)
    values = (_decorrelated(pixels) - own.mean) * gain + target.mean
    cones = 10.0 ** (values @ np.linalg.inv(_DECORRELATED).T)
    rgb = cones @ np.linalg.inv(_CONES).T * 256.0 - 1.0
    return np.clip(np.rint(rgb), 0, 255).astype(np.uint8)


def _density(pixels: RgbPixels) -> NDArray[np.float64]:
    return np.asarray(-np.log((pixels.astype(np.float64) + 1.0) / 256.0))


def _from_density(density: NDArray[np.float64]) -> RgbPixels:
    return np.clip(np.rint(256.0 * np.exp(-density) - 1.0), 0, 255).astype(np.uint8)


def _decorrelated(pixels: RgbPixels) -> NDArray[np.float64]:
    cones = (pixels.astype(np.float64) + 1.0) / 256.0 @ _CONES.T
    return np.asarray(np.log10(cones) @ _DECORRELATED.T)
