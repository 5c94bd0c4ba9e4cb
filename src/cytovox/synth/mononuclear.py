"""Lymphocytes and monocytes: one nucleus, blue to grey cytoplasm."""

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray
from cytovox.synth.cytoplasm import lay_cytoplasm, lay_nucleus, punch_vacuoles
from cytovox.synth.film import Layers
from cytovox.synth.nuclei import ChromatinStyle, Lobe, arc, chromatin, nucleus_depth
from cytovox.synth.palettes import Dye
from cytovox.synth.shapes import CellGrid
from cytovox.synth.texture import smooth_noise, specks

SMUDGED = ChromatinStyle(density=0.96, contrast=0.5, grain_um=0.8, open_share=0.28, rim=0.06)
LACY = ChromatinStyle(density=0.78, contrast=0.66, grain_um=0.75, open_share=0.4, rim=0.12)


def paint_lymphocyte(grid: CellGrid, reach_um: float, rng: np.random.Generator) -> Layers:
    """Lymphocyte: a round dense nucleus that nearly fills the cell, a sky-blue rim wider on one side."""
    small = reach_um < 5.6
    radius_um = (rng.uniform(0.9, 0.97) if small else rng.uniform(0.74, 0.84)) * reach_um
    away, angle = rng.uniform(0.04, 0.2) * reach_um, rng.uniform(0.0, 2.0 * np.pi)
    offset = away * np.array([np.cos(angle), np.sin(angle)])
    axis = arc(0.16 * reach_um, rng.uniform(0, np.pi), np.pi, 2)
    depth = nucleus_depth(grid, [Lobe(axis + offset, np.full(2, radius_um - 0.1 * reach_um))], rng)
    if not small:
        depth = np.minimum(depth, _notch(grid, rng, radius_um, offset))
    layers = Layers.empty(grid.shape)
    blue = rng.uniform(0.45, 0.7)
    body = lay_cytoplasm(layers, grid, {Dye.BASOPHILIC: blue, Dye.PINK: 0.35}, rng, edge=0.5)
    layers.dyes[..., Dye.BASOPHILIC] += 0.14 * smooth_noise(grid.shape, 0.35 / grid.mpp_um, rng) * body
    lay_nucleus(layers, depth, chromatin(grid, depth, SMUDGED, rng))
    return layers


def paint_monocyte(grid: CellGrid, reach_um: float, rng: np.random.Generator) -> Layers:
    """Monocyte: a large folded or kidney-shaped nucleus of lacy chromatin, grey-blue ground glass."""
    start, span = rng.uniform(0, 2 * np.pi), rng.uniform(0.7, 1.25) * np.pi
    points = arc(0.36 * reach_um, start, span, 6) - 0.04 * reach_um
    radii = 0.42 * reach_um * (1.0 + rng.normal(0.0, 0.07, 6))
    depth = nucleus_depth(grid, [Lobe(points, radii)], rng, waviness_um=0.3, wave_um=2.4)
    layers = Layers.empty(grid.shape)
    body = lay_cytoplasm(
        layers, grid, {Dye.BASOPHILIC: rng.uniform(0.26, 0.34), Dye.PINK: 0.7}, rng, softness_um=0.5
    )
    glass = smooth_noise(grid.shape, 0.3 / grid.mpp_um, rng)
    layers.dyes[..., Dye.BASOPHILIC] += 0.07 * glass * body
    layers.dyes[..., Dye.AZUROPHIL] += (
        0.16 * specks(grid, rng, per_um2=2.0, radius_um=0.10, spread=0.5) * body
    )
    punch_vacuoles(layers, grid, rng, number=int(rng.integers(0, 6)), reach_um=0.85 * reach_um)
    amount = chromatin(grid, depth, LACY, rng)
    lay_nucleus(layers, depth, amount)
    layers.dyes[..., Dye.AZUROPHIL] += 0.12 * amount
    return layers


def _notch(
    grid: CellGrid, rng: np.random.Generator, radius_um: float, offset: NDArray[np.float64]
) -> FloatArray:
    """Depth limit that dents the nuclear border at one place."""
    angle = rng.uniform(0.0, 2.0 * np.pi)
    bite = rng.uniform(0.5, 1.1)
    at = offset + (radius_um + 0.55 * bite) * np.array([np.cos(angle), np.sin(angle)])
    return np.asarray(np.hypot(grid.x_um - at[0], grid.y_um - at[1]) - bite, np.float32)
