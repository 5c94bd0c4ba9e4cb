"""Platelets, alone and in clumps."""

import numpy as np
from numpy.typing import NDArray

from cytovox.synth.film import Layers
from cytovox.synth.palettes import Dye
from cytovox.synth.shapes import ANGLES, CellGrid, RadialOutline, blob
from cytovox.synth.texture import discs, scattered, smooth_noise, soft_step, specks


def platelet_outline(rng: np.random.Generator) -> RadialOutline:
    """Border of a platelet about (0, 0), 1.8 to 3.6 um across, irregular."""
    diameter_um = float(np.clip(rng.normal(2.5, 0.4), 1.8, 3.6))
    return blob(rng, diameter_um, axis_ratio=rng.uniform(1.0, 1.4), roughness=0.04, harmonics=(2, 9))


def paint_platelet(grid: CellGrid, rng: np.random.Generator) -> Layers:
    """A platelet: pale lilac body, purple granules gathered in the middle."""
    layers = Layers.empty(grid.shape)
    body = grid.coverage(0.35)
    middle = soft_step(1.15 - grid.relative_radius, 0.0, 0.8)
    granules = specks(grid, rng, per_um2=9.0, radius_um=0.14, spread=0.5)
    strength = rng.uniform(0.75, 1.15)
    layers.dyes[..., Dye.BASOPHILIC] = (0.34 + 0.08 * smooth_noise(grid.shape, 0.5 / grid.mpp_um, rng)) * body
    layers.dyes[..., Dye.PINK] = 0.5 * body
    layers.dyes[..., Dye.AZUROPHIL] = strength * (0.16 + 0.24 * granules) * middle * body
    layers.dyes[..., Dye.CHROMATIN] = strength * 0.12 * granules * middle * body
    layers.thickness_um[...] = 0.7 * body
    return layers


def clump_outline(rng: np.random.Generator) -> tuple[RadialOutline, list[RadialOutline]]:
    """Border of a clump about (0, 0), and its platelets' borders in the same coordinates."""
    number = int(rng.integers(7, 14))
    spread_um = 1.25 * np.sqrt(number)
    members = [platelet_outline(rng).moved_to(float(x), float(y)) for x, y in _spaced(rng, number, spread_um)]
    return RadialOutline(0.0, 0.0, _envelope(members)), members


def paint_clump(grid: CellGrid, members: list[RadialOutline], rng: np.random.Generator) -> Layers:
    """A clump: its platelets touching and overlapping in a faint common matrix."""
    layers = Layers.empty(grid.shape)
    body = grid.coverage(0.4)
    centres = np.array([(m.x_um, m.y_um) for m in members])
    cores = discs(grid, centres, np.array([0.85 * np.sqrt(m.area_um2 / np.pi) for m in members]), 0.35)
    granules = specks(grid, rng, per_um2=9.0, radius_um=0.13, spread=0.5)
    layers.dyes[..., Dye.BASOPHILIC] = (0.16 + 0.18 * cores) * body
    layers.dyes[..., Dye.PINK] = (0.3 + 0.2 * cores) * body
    layers.dyes[..., Dye.AZUROPHIL] = (0.05 + cores * (0.14 + 0.28 * granules)) * body
    layers.dyes[..., Dye.CHROMATIN] = 0.15 * granules * cores * body
    layers.thickness_um[...] = 0.7 * body
    return layers


def _spaced(rng: np.random.Generator, number: int, reach_um: float) -> NDArray[np.float64]:
    """Places in a disc, the best spread of a few draws, so that members touch rather than pile up."""
    draws = [scattered(rng, number, reach_um) for _ in range(12)]
    return max(draws, key=_nearest)


def _nearest(points: NDArray[np.float64]) -> float:
    gaps = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    return float(np.sort(gaps + 1e3 * np.eye(len(points)), axis=None)[: len(points)].mean())


def _envelope(members: list[RadialOutline]) -> NDArray[np.float64]:
    """Farthest member border in each direction, smoothed a little."""
    points = np.concatenate([m.points_um() for m in members])
    angle = np.mod(np.arctan2(points[:, 1], points[:, 0]), 2.0 * np.pi)
    place = np.round(angle / (2.0 * np.pi) * ANGLES.size).astype(int) % ANGLES.size
    farthest = np.full(ANGLES.size, 1.0)  # the middle belongs to the clump even where no member lies that way
    np.maximum.at(farthest, place, np.hypot(points[:, 0], points[:, 1]))
    window = np.stack([np.roll(farthest, k) for k in range(-3, 4)])
    widest = window.max(axis=0)
    return np.asarray(np.stack([np.roll(widest, k) for k in range(-2, 3)]).mean(axis=0))
