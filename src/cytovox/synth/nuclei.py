"""Nuclei: lobes strung on a spine, their border and their chromatin."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray
from cytovox.synth.shapes import CellGrid
from cytovox.synth.texture import smooth_noise, soft_step


@dataclass(frozen=True, slots=True)
class Lobe:
    """A tube of varying width along a line of points.

    Attributes:
        points_um: Shape (n, 2), n >= 2, (x, y) from the centre of the cell, um.
        radii_um: Half width at each point, shape (n,), um.
    """

    points_um: NDArray[np.float64]
    radii_um: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ChromatinStyle:
    """How the inside of a nucleus stains.

    Attributes:
        density: Amount of chromatin dye in the dense parts.
        contrast: How much lighter the light parts are, as a fraction.
        grain_um: Distance between clumps, um.
        open_share: Share of the nucleus that is light, about 0..1.
        rim: Extra dye at the nuclear membrane, as a fraction.
        patchiness: How light the light patches are against the seams between clumps, 0..1.
    """

    density: float
    contrast: float
    grain_um: float
    open_share: float
    rim: float
    patchiness: float = 0.6


def nucleus_depth(
    grid: CellGrid,
    lobes: list[Lobe],
    rng: np.random.Generator,
    *,
    waviness_um: float = 0.12,
    wave_um: float = 1.2,
) -> FloatArray:
    """Distance inside the nuclear border in um, negative outside; lobes fuse softly where they touch.

    The nucleus stays 0.35 um within the outline of its cell.
    """
    depth = _tube_depth(grid, lobes[0])
    for lobe in lobes[1:]:
        depth = _soft_union(depth, _tube_depth(grid, lobe), 0.25)
    depth = depth + waviness_um * smooth_noise(grid.shape, wave_um / grid.mpp_um, rng)
    return np.asarray(np.minimum(depth, grid.border_um - 0.35), np.float32)


def chromatin(
    grid: CellGrid, depth_um: FloatArray, style: ChromatinStyle, rng: np.random.Generator
) -> FloatArray:
    """Amount of chromatin dye over the grid, 0 outside the nucleus."""
    coarse, fine, winding = (
        smooth_noise(grid.shape, share * style.grain_um / grid.mpp_um, rng) for share in (1.0, 0.45, 0.6)
    )
    threshold = 1.9 * (0.5 - style.open_share)
    patches = soft_step(0.95 * coarse + 0.6 * fine, threshold - 0.5, threshold + 0.9)
    # Light seams wind between the clumps: the zero line of a random field, broken up by another.
    seams = np.exp(-np.square(winding / 0.3)) * soft_step(fine, -0.6, 0.6)
    light = np.maximum(style.patchiness * patches, seams)
    light *= soft_step(depth_um, 0.1, 0.5)
    texture = 1.0 - style.contrast * light + 0.05 * fine
    rim = style.rim * np.exp(-np.square((depth_um - 0.12) / 0.22))
    return np.asarray(style.density * (texture + rim) * soft_step(depth_um, -0.08, 0.14), np.float32)


def strand(first: Lobe, second: Lobe, radius_um: float) -> Lobe:
    """The thread between the nearest ends of two lobes."""
    ends = [(a, b) for a in first.points_um[[0, -1]] for b in second.points_um[[0, -1]]]
    a, b = min(ends, key=lambda pair: float(np.hypot(*(pair[0] - pair[1]))))
    return Lobe(np.stack([a, b]), np.full(2, radius_um))


def arc(radius_um: float, start: float, span: float, number: int) -> NDArray[np.float64]:
    """Points along an arc about (0, 0), shape (number, 2), um; angles in radians."""
    angle = start + np.linspace(0.0, span, number)
    return radius_um * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _tube_depth(grid: CellGrid, lobe: Lobe) -> FloatArray:
    depth = np.full(grid.shape, -np.inf, np.float32)
    for i in range(len(lobe.points_um) - 1):
        segment = _segment_depth(grid, lobe.points_um[i : i + 2], lobe.radii_um[i : i + 2])
        depth = np.maximum(depth, segment)
    return depth


def _segment_depth(grid: CellGrid, ends: NDArray[np.float64], radii: NDArray[np.float64]) -> FloatArray:
    (ax, ay), (bx, by) = ends.astype(np.float32)
    dx, dy = bx - ax, by - ay
    length2 = max(float(dx * dx + dy * dy), 1e-9)
    along = np.clip(((grid.x_um - ax) * dx + (grid.y_um - ay) * dy) / np.float32(length2), 0.0, 1.0)
    distance = np.hypot(grid.x_um - ax - along * dx, grid.y_um - ay - along * dy)
    return np.asarray(radii[0] + along * (radii[1] - radii[0]) - distance, np.float32)


def _soft_union(first: FloatArray, second: FloatArray, width: float) -> FloatArray:
    """Larger of two depths, rounded where they are within `width` um of each other."""
    blend = np.clip(width - np.abs(first - second), 0.0, None) / width
    return np.asarray(np.maximum(first, second) + blend * blend * (width / 4.0), np.float32)
