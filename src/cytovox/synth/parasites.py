"""Malaria parasites inside red cells: ring forms (early trophozoites)."""

import numpy as np

from cytovox.domain.geometry import FloatArray
from cytovox.synth.film import Layers
from cytovox.synth.palettes import Dye
from cytovox.synth.shapes import CellGrid
from cytovox.synth.texture import discs, smooth_noise


def paint_ring_form(layers: Layers, grid: CellGrid, reach_um: float, rng: np.random.Generator) -> None:
    """Add a ring form to a painted red cell: blue ring, clear middle, one or two red-purple chromatin dots.

    Args:
        layers: The red cell, changed in place.
        grid: Its geometry.
        reach_um: Mean radius of the red cell, um.
        rng: Source of place, size and shape.
    """
    ring_um, angle = rng.uniform(0.75, 1.15), rng.uniform(0.0, 2.0 * np.pi)
    away = rng.uniform(0.2, 0.98) * (reach_um - ring_um - 0.45)
    x, y = grid.x_um - away * np.cos(angle), grid.y_um - away * np.sin(angle)
    inside = grid.coverage(0.2)
    layers.dyes[..., Dye.HAEMOGLOBIN] *= 1.0 - 0.35 * np.exp(-np.square(np.hypot(x, y) / (0.75 * ring_um)))
    layers.dyes[..., Dye.BASOPHILIC] += 0.85 * _ring(grid, x, y, ring_um, rng) * inside
    dots = _chromatin_dots(grid, (away * np.cos(angle), away * np.sin(angle)), ring_um, rng) * inside
    layers.dyes[..., Dye.AZUROPHIL] += 0.7 * dots
    layers.dyes[..., Dye.CHROMATIN] += 0.2 * dots


def _ring(
    grid: CellGrid, x: FloatArray, y: FloatArray, radius_um: float, rng: np.random.Generator
) -> FloatArray:
    """A band around (0, 0) of uneven strength, thinner on one side."""
    wobble = 0.10 * smooth_noise(grid.shape, 1.0 / grid.mpp_um, rng)
    band = np.exp(-np.square((np.hypot(x, y) - radius_um + wobble) / 0.18))
    turn = rng.uniform(0.0, 2.0 * np.pi)
    uneven = 0.75 + 0.35 * np.cos(np.arctan2(y, x) - turn)
    return np.asarray(band * uneven, np.float32)


def _chromatin_dots(
    grid: CellGrid, centre_um: tuple[float, float], ring_um: float, rng: np.random.Generator
) -> FloatArray:
    number = 1 if rng.random() < 0.7 else 2
    angle = rng.uniform(0.0, 2.0 * np.pi) + np.arange(number) * rng.uniform(1.2, 2.6)
    places = np.stack([np.cos(angle), np.sin(angle)], axis=1) * ring_um + np.array(centre_um)
    return discs(grid, places, rng.uniform(0.26, 0.4, number), 0.12)
