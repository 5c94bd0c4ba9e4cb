"""Cytoplasm of a white cell, and the nucleus laid over it."""

from collections.abc import Mapping

import numpy as np

from cytovox.domain.geometry import FloatArray
from cytovox.synth.film import Layers
from cytovox.synth.palettes import Dye
from cytovox.synth.shapes import CellGrid
from cytovox.synth.texture import discs, scattered, smooth_noise, soft_step


def lay_cytoplasm(
    layers: Layers,
    grid: CellGrid,
    dyes: Mapping[Dye, float],
    rng: np.random.Generator,
    *,
    softness_um: float = 0.25,
    edge: float = 0.25,
) -> FloatArray:
    """Fill the outline with dyes, denser at the membrane; returns the coverage 0..1, shape (h, w).

    Args:
        layers: The patch to paint on.
        grid: Its geometry.
        dyes: Amount of each dye.
        rng: Source of the clouds.
        softness_um: Width over which the border fades, um.
        edge: Extra dye at the membrane, as a fraction.
    """
    body = grid.coverage(softness_um)
    clouds = 1.0 + 0.10 * smooth_noise(grid.shape, 1.6 / grid.mpp_um, rng)
    clouds = clouds + 0.05 * smooth_noise(grid.shape, 0.4 / grid.mpp_um, rng)
    membrane = 1.0 + edge * np.exp(-np.square((grid.border_um - 0.2) / 0.3))
    for dye, amount in dyes.items():
        layers.dyes[..., dye] += amount * body * clouds * membrane
    layers.thickness_um[...] += 0.8 * body
    return body


def lay_nucleus(layers: Layers, depth_um: FloatArray, amount: FloatArray) -> None:
    """Put chromatin where the nucleus is; what lies above and below it there is mostly displaced."""
    layers.dyes[...] *= (1.0 - 0.6 * soft_step(depth_um, -0.05, 0.15))[..., None]
    layers.dyes[..., Dye.CHROMATIN] += amount
    layers.thickness_um[...] += 0.7 * soft_step(depth_um, -0.1, 0.4)


def punch_vacuoles(
    layers: Layers,
    grid: CellGrid,
    rng: np.random.Generator,
    *,
    number: int,
    reach_um: float,
    radius_um: tuple[float, float] = (0.25, 0.5),
) -> None:
    """Empty small round holes in what is painted so far.

    Args:
        layers: The patch to paint on.
        grid: Its geometry.
        rng: Source of places and sizes.
        number: How many.
        reach_um: Farthest place from the centre of the cell, um.
        radius_um: Smallest and largest radius, um.
    """
    holes = discs(grid, scattered(rng, number, reach_um), rng.uniform(*radius_um, number), 0.12)
    layers.dyes[...] *= 1.0 - 0.85 * holes[..., None]
