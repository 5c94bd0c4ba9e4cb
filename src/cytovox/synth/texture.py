"""Random textures with a physical scale: soft noise, granules, vacuoles."""

import cv2
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray
from cytovox.synth.shapes import CellGrid


def smooth_noise(shape: tuple[int, int], scale_px: float, rng: np.random.Generator) -> FloatArray:
    """Random field of about unit variance whose features are `scale_px` apart, shape `shape`.

    Random values on a coarse lattice, enlarged by cubic interpolation (value noise); faster than filtering
    white noise when the scale is long.
    """
    step = max(scale_px, 1.0)
    rows, columns = (int(np.ceil(n / step)) + 3 for n in shape)
    lattice = rng.normal(size=(rows, columns)).astype(np.float32)
    field = cv2.resize(
        lattice, (int(columns * step) + 1, int(rows * step) + 1), interpolation=cv2.INTER_CUBIC
    )
    low = int(step)
    patch = field[low : low + shape[0], low : low + shape[1]]
    # Interpolation between lattice points averages; this brings the standard deviation back to 1.
    return np.asarray(1.17 * patch, np.float32)


def soft_step(value: FloatArray, low: float, high: float) -> FloatArray:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t), np.float32)


def specks(
    grid: CellGrid, rng: np.random.Generator, *, per_um2: float, radius_um: float, spread: float = 0.3
) -> FloatArray:
    """Soft round granules scattered at random; 1 in the middle of a lone granule of mean size.

    Args:
        grid: Where to paint; granules fall on all of it, the caller keeps those inside the cell.
        rng: Source of places and sizes.
        per_um2: Granules per square micrometre.
        radius_um: Standard deviation of a granule's Gaussian profile, um.
        spread: Relative standard deviation of a granule's strength.
    """
    height, width = grid.shape
    number = rng.poisson(per_um2 * height * width * grid.mpp_um**2)
    rows, columns = rng.integers(0, height, number), rng.integers(0, width, number)
    impulses = np.zeros(grid.shape, np.float32)
    np.add.at(impulses, (rows, columns), np.clip(rng.normal(1.0, spread, number), 0.2, None))
    return _spread(impulses, radius_um / grid.mpp_um)


def packed_granules(grid: CellGrid, rng: np.random.Generator, *, spacing_um: float) -> FloatArray:
    """Granules shoulder to shoulder on a jittered lattice, about 0 (gap) to 1 (granule)."""
    height, width = grid.shape
    step = spacing_um / grid.mpp_um
    if step < 2.0:
        return np.full(grid.shape, 0.6, np.float32)
    rows, columns = np.mgrid[0 : height / step : 1.0, 0 : width / step : 1.0]
    columns = columns + 0.5 * (rows % 2)
    rows = (rows + rng.normal(0.0, 0.24, rows.shape)) * step
    columns = (columns + rng.normal(0.0, 0.24, columns.shape)) * step
    impulses = np.zeros(grid.shape, np.float32)
    places = (np.clip(rows, 0, height - 1).astype(int), np.clip(columns, 0, width - 1).astype(int))
    np.add.at(impulses, places, rng.uniform(0.6, 1.3, rows.shape))
    return np.minimum(_spread(impulses, 0.30 * step), 1.6)


def discs(
    grid: CellGrid, centres_um: NDArray[np.float64], radii_um: NDArray[np.float64], softness_um: float = 0.1
) -> FloatArray:
    """Union of filled discs with soft borders, 0 outside to 1 inside.

    Args:
        grid: Where to paint.
        centres_um: Shape (n, 2), (x, y) from the centre of the cell, um.
        radii_um: Shape (n,), um.
        softness_um: Width of the border, um.
    """
    canvas = np.zeros(grid.shape, np.uint8)
    origin = np.array([grid.x_um[0, 0], grid.y_um[0, 0]])
    centres = np.round((centres_um - origin) / grid.mpp_um * 16).astype(int)
    # OpenCV paints an anti-aliased circle 0.6 px wider than asked.
    radii = np.maximum(np.round((radii_um / grid.mpp_um - 0.6) * 16).astype(int), 4)
    for (x, y), radius in zip(centres, radii, strict=True):
        cv2.circle(canvas, (int(x), int(y)), int(radius), 255, -1, cv2.LINE_AA, 4)
    filled = canvas.astype(np.float32) / 255.0
    return np.asarray(cv2.GaussianBlur(filled, (0, 0), max(softness_um / grid.mpp_um, 0.3)), np.float32)


def scattered(rng: np.random.Generator, number: int, reach_um: float) -> NDArray[np.float64]:
    """Points spread evenly over a disc, shape (number, 2), um from its centre."""
    radius = reach_um * np.sqrt(rng.uniform(0.0, 1.0, number))
    angle = rng.uniform(0.0, 2.0 * np.pi, number)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _spread(impulses: FloatArray, sigma_px: float) -> FloatArray:
    """Unit impulses to Gaussians of height 1; narrower than a pixel, what they absorb is kept instead."""
    blurred = cv2.GaussianBlur(impulses, (0, 0), max(sigma_px, 0.4))
    return np.asarray(blurred * (2.0 * np.pi * sigma_px**2), np.float32)
