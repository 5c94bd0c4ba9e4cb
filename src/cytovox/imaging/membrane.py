"""A membrane blown up over an outline: Poisson's equation on a grid, with the border between the pixels."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import spsolve

from cytovox.domain.geometry import FloatArray

_NEAREST = 0.05
"""Least distance from a pixel to the border, pixels: nearer, the equations become ill-conditioned."""
_STEPS = ((0, 1), (0, -1), (1, 0), (-1, 0))


def membrane(depth_px: FloatArray) -> FloatArray:
    """Height u of a membrane under even pressure: laplace(u) = -4 inside, u = 0 on the border.

    Over a disc of radius R it is R^2 - r^2, so that its square root is a half-sphere; over an ellipse the
    square root is a half-ellipsoid. Where the border passes between two pixels the difference quotient is
    taken to the border itself (Gibou et al., J Comput Phys 176 (2002) 205), which keeps the result smooth
    round the border.

    Args:
        depth_px: Distance to the border in pixels, above 0 inside, shape (H, W).

    Returns:
        Shape (H, W), float32, square pixels; outside it goes on below 0 so that values taken as linear
        between pixels are 0 on the border.
    """
    inside = depth_px > 0
    count = int(inside.sum())
    if count == 0:
        return np.minimum(depth_px, 0.0)
    number = np.full(inside.shape, -1)
    number[inside] = np.arange(count)
    own = np.zeros(count)
    rows, columns = [np.arange(count)], [np.arange(count)]
    for step in _STEPS:
        neighbour = _shifted(number, step, -1)[inside]
        beyond = _shifted(depth_px, step, -1.0)[inside]
        here = depth_px[inside]
        to_border = np.maximum(here / np.maximum(here - beyond, 1e-6), _NEAREST)
        own += np.where(neighbour >= 0, 1.0, 1.0 / to_border)
        rows.append(np.flatnonzero(neighbour >= 0))
        columns.append(neighbour[neighbour >= 0])
    values = np.concatenate([own, np.full(sum(map(len, rows)) - count, -1.0)])
    matrix = coo_matrix((values, (np.concatenate(rows), np.concatenate(columns))), (count, count)).tocsc()
    height = np.zeros(inside.shape, np.float32)
    height[inside] = spsolve(matrix, np.full(count, 4.0), permc_spec="MMD_AT_PLUS_A")
    return carried_on(height, depth_px)


def carried_on(height: FloatArray, depth_px: FloatArray) -> FloatArray:
    """Heights that go on below 0 outside: taken as linear between pixels they are 0 on the border.

    Args:
        height: Shape (H, W), above 0 inside.
        depth_px: Distance to the border, above 0 inside, shape (H, W), in any unit.
    """
    inside = depth_px > 0
    slope = np.where(inside, height / np.maximum(depth_px, 1e-3), 0.0)
    total, near = np.zeros(inside.shape), np.zeros(inside.shape)
    for step in _STEPS:
        total += _shifted(slope, step, 0.0)
        near += _shifted(inside, step, False)
    usual = float(np.median(slope[inside & (depth_px <= 1.5)])) if inside.any() else 1.0
    beside = np.maximum(np.where(near > 0, total / np.maximum(near, 1), usual), 1e-6)
    return np.where(inside, height, np.minimum(depth_px, -1e-6) * beside).astype(np.float32)


def _shifted(values: NDArray[Any], step: tuple[int, int], fill: float) -> NDArray[Any]:
    """At each pixel the value of the pixel one step on; `fill` beyond the array."""
    padded = np.pad(values, 1, constant_values=fill)
    rows, columns = values.shape
    return padded[1 + step[0] : 1 + step[0] + rows, 1 + step[1] : 1 + step[1] + columns]
