"""Neutrophils, eosinophils and basophils: lobed nuclei among granules."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cytovox.synth.cytoplasm import lay_cytoplasm, lay_nucleus, punch_vacuoles
from cytovox.synth.film import Layers
from cytovox.synth.nuclei import ChromatinStyle, Lobe, arc, chromatin, nucleus_depth, strand
from cytovox.synth.palettes import Dye
from cytovox.synth.shapes import CellGrid
from cytovox.synth.texture import discs, packed_granules, scattered, smooth_noise, soft_step, specks

CLUMPED = ChromatinStyle(density=0.98, contrast=0.52, grain_um=0.8, open_share=0.2, rim=0.06)
VEILED = ChromatinStyle(density=0.62, contrast=0.3, grain_um=1.2, open_share=0.4, rim=0.0)

LOBE_RADIUS = {2: 0.33, 3: 0.28, 4: 0.23, 5: 0.2}
"""Half width of a lobe by the number of lobes, as a fraction of the cell's radius: threads show between."""


def paint_segmented(grid: CellGrid, reach_um: float, rng: np.random.Generator) -> Layers:
    """Segmented neutrophil: three to five lobes on threads, pale pink cytoplasm with fine granules."""
    number = int(rng.choice([2, 3, 4, 5], p=[0.12, 0.46, 0.34, 0.08]))
    lobes = _lobes_on_arc(rng, number, reach_um)
    return _neutrophil(grid, lobes, rng)


def paint_band(grid: CellGrid, reach_um: float, rng: np.random.Generator) -> Layers:
    """Band neutrophil: one curved nucleus of nearly even width."""
    span = rng.uniform(1.0, 1.35) * np.pi
    points = arc(0.47 * reach_um, rng.uniform(0, 2 * np.pi), span, 9)
    points[:, 0] *= rng.uniform(0.8, 1.0)
    wave = 1.0 + 0.14 * np.cos(np.linspace(0, 2 * np.pi, 9)) + rng.normal(0.0, 0.05, 9)
    return _neutrophil(grid, [Lobe(points, 0.255 * reach_um * wave)], rng)


def paint_eosinophil(grid: CellGrid, reach_um: float, rng: np.random.Generator) -> Layers:
    """Eosinophil: two plump lobes to one side, the rest packed with coarse orange-pink granules."""
    number = 2 if rng.random() < 0.8 else 3
    lobes = _lobes_on_arc(
        rng, number, reach_um, gap=rng.uniform(0.72, 0.9) * np.pi / (number - 1), plump=1.08
    )
    depth = nucleus_depth(grid, lobes, rng)
    layers = Layers.empty(grid.shape)
    body = lay_cytoplasm(layers, grid, {Dye.BASOPHILIC: 0.16, Dye.EOSIN: 0.1}, rng)
    granules = packed_granules(grid, rng, spacing_um=0.55)
    thin = soft_step(smooth_noise(grid.shape, 2.2 / grid.mpp_um, rng), -2.6, -1.2)
    layers.dyes[..., Dye.EOSIN] += (0.34 + 0.42 * granules) * body * thin
    layers.dyes[..., Dye.AZUROPHIL] += 0.22 * specks(grid, rng, per_um2=0.5, radius_um=0.16) * body
    punch_vacuoles(layers, grid, rng, number=int(rng.integers(0, 3)), reach_um=0.8 * reach_um)
    lay_nucleus(layers, depth, chromatin(grid, depth, CLUMPED, rng))
    return layers


def paint_basophil(grid: CellGrid, reach_um: float, rng: np.random.Generator) -> Layers:
    """Basophil: coarse blue-black granules over a pale lobed nucleus."""
    lobes = _lobes_on_arc(rng, int(rng.integers(2, 4)), 0.92 * reach_um, plump=1.25)
    depth = nucleus_depth(grid, lobes, rng, waviness_um=0.25)
    layers = Layers.empty(grid.shape)
    body = lay_cytoplasm(layers, grid, {Dye.PINK: 0.5, Dye.AZUROPHIL: 0.1, Dye.BASOPHILIC: 0.1}, rng)
    lay_nucleus(layers, depth, chromatin(grid, depth, VEILED, rng))
    number = int(np.pi * reach_um**2 * rng.uniform(1.5, 2.1))
    radii_um = np.clip(rng.normal(0.36, 0.08, number), 0.2, 0.6)
    granules = discs(grid, scattered(rng, number, 0.97 * reach_um), radii_um)
    uneven = 0.85 + 0.12 * smooth_noise(grid.shape, 0.8 / grid.mpp_um, rng)
    amount = granules * uneven * body
    layers.dyes[..., Dye.CHROMATIN] = np.maximum(layers.dyes[..., Dye.CHROMATIN], 0.78 * amount)
    layers.dyes[..., Dye.AZUROPHIL] += 0.3 * amount
    return layers


def _neutrophil(grid: CellGrid, lobes: list[Lobe], rng: np.random.Generator) -> Layers:
    depth = nucleus_depth(grid, lobes, rng, waviness_um=0.13)
    layers = Layers.empty(grid.shape)
    body = lay_cytoplasm(layers, grid, {Dye.PINK: rng.uniform(0.5, 0.75), Dye.BASOPHILIC: 0.06}, rng)
    fine = specks(grid, rng, per_um2=rng.uniform(2.0, 3.5), radius_um=0.11, spread=0.5)
    layers.dyes[..., Dye.AZUROPHIL] += 0.22 * fine * body
    layers.dyes[..., Dye.PINK] += 0.10 * smooth_noise(grid.shape, 0.5 / grid.mpp_um, rng) * body
    lay_nucleus(layers, depth, chromatin(grid, depth, CLUMPED, rng))
    return layers


def _lobes_on_arc(
    rng: np.random.Generator, number: int, reach_um: float, *, gap: float | None = None, plump: float = 1.0
) -> list[Lobe]:
    """Lobes around the middle of the cell and the threads between neighbours."""
    step = gap if gap is not None else rng.uniform(1.5, 1.8) * np.pi / number
    start = rng.uniform(0.0, 2.0 * np.pi)
    size = plump * reach_um * LOBE_RADIUS[number] * rng.uniform(0.94, 1.08)
    offset = rng.normal(0.0, 0.05 * reach_um, 2)
    lobes = []
    for i in range(number):
        angle = start + i * step + rng.normal(0.0, 0.10)
        centre = offset + reach_um * rng.uniform(0.52, 0.6) * np.array([np.cos(angle), np.sin(angle)])
        lobes.append(_bean(rng, centre, angle, size * rng.uniform(0.85, 1.15)))
    threads = [strand(a, b, rng.uniform(0.12, 0.32) * size) for a, b in pairwise(lobes)]
    return lobes + threads


def _bean(rng: np.random.Generator, centre: NDArray[np.float64], angle: float, radius_um: float) -> Lobe:
    """A lobe about as long as 1.4 widths, turned roughly along the arc, bent a little."""
    turn = angle + np.pi / 2 + rng.normal(0.0, 0.45)
    along = np.array([np.cos(turn), np.sin(turn)]) * radius_um * rng.uniform(0.2, 0.6)
    inwards = -0.25 * radius_um * np.array([np.cos(angle), np.sin(angle)])
    points = np.stack([centre - along + inwards, centre, centre + along + inwards])
    return Lobe(points, radius_um * np.array([rng.uniform(0.8, 1.0), 1.0, rng.uniform(0.8, 1.0)]))
