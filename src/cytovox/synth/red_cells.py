"""Red cells: a biconcave disc of haemoglobin, more or less flattened by drying."""

from dataclasses import dataclass

import numpy as np

from cytovox.domain.geometry import FloatArray
from cytovox.synth.film import Layers
from cytovox.synth.palettes import HAEMOGLOBIN_UNIT_UM, Dye
from cytovox.synth.shapes import CellGrid, RadialOutline, blob
from cytovox.synth.texture import smooth_noise

DIAMETER_UM = 7.5
DIAMETER_SPREAD = 0.06
"""Mean diameter on a dried smear, and its relative standard deviation in healthy blood."""

MEAN_THICKNESS_UM = 0.81 / 3 + 7.83 * 2 / 15 - 4.39 * 8 / 105
MEAN_THICKNESS_UM *= 2.0
"""Mean of the Evans-Fung profile over the disc: twice the integral of D(r) r dr, 1.96 um."""


DEEPEST_PALLOR = 1.3
"""At 1.3 the middle of the cell keeps 0.4 um: nearly empty, as in a well-dried film."""


@dataclass(frozen=True, slots=True)
class RedCellTraits:
    """What makes one red cell differ from the next.

    Attributes:
        pallor: 0 for an even disc, 1 for the biconcave profile, up to 1.3 for one drained in the middle.
        pallor_width: Above 1 widens the pallor, below 1 narrows it.
        shift: (x, y) by which the pallor sits off the centre, as a fraction of the radius.
        tilt: (x, y) relative change of thickness from the centre to the border: the cell dried aslant.
        haemoglobin: Concentration relative to the mean cell.
    """

    pallor: float = 1.0
    pallor_width: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)
    tilt: tuple[float, float] = (0.0, 0.0)
    haemoglobin: float = 1.0


def biconcave_thickness(relative_radius: FloatArray) -> FloatArray:
    """Thickness of a resting red cell in um; 0 outside (Evans and Fung, Microvasc Res 4 (1972) 335)."""
    q = np.square(np.clip(relative_radius, 0.0, 1.0, dtype=np.float32))
    return np.asarray(np.sqrt(1.0 - q) * (0.81 + 7.83 * q - 4.39 * q**2), np.float32)


def even_thickness(relative_radius: FloatArray) -> FloatArray:
    """Thickness of an even disc with rounded rim in um, of the same volume as the biconcave one."""
    q = np.power(np.clip(relative_radius, 0.0, 1.0, dtype=np.float32), 8)
    return np.asarray(np.sqrt(1.0 - q) * (MEAN_THICKNESS_UM / 0.87402), np.float32)


def red_cell_outline(rng: np.random.Generator) -> RadialOutline:
    """A red cell's border about (0, 0): nearly round, some elliptic, some dented."""
    diameter_um = DIAMETER_UM * (1.0 + DIAMETER_SPREAD * np.clip(rng.normal(), -2.5, 2.5))
    axis_ratio = 1.0 + abs(rng.normal(0.0, 0.07)) + (rng.uniform(0.0, 0.25) if rng.random() < 0.12 else 0.0)
    roughness = rng.uniform(0.008, 0.022) if rng.random() < 0.7 else rng.uniform(0.022, 0.045)
    return blob(rng, diameter_um, axis_ratio=axis_ratio, roughness=roughness, harmonics=(2, 7))


def draw_traits(rng: np.random.Generator, *, pallor: float, tilt: float) -> RedCellTraits:
    """Traits of a cell of a film whose cells have about that pallor (0..1) and tilt (relative sd)."""
    shift, slope = rng.normal(0.0, 0.05, 2), rng.normal(0.0, tilt, 2)
    return RedCellTraits(
        pallor=float(np.clip(rng.normal(pallor, 0.2), 0.1, DEEPEST_PALLOR)),
        pallor_width=float(np.clip(rng.normal(1.45, 0.3), 0.8, 2.2)),
        shift=(float(shift[0]), float(shift[1])),
        tilt=(float(slope[0]), float(slope[1])),
        haemoglobin=float(np.clip(rng.normal(1.0, 0.06), 0.8, 1.2)),
    )


def thickness(grid: CellGrid, traits: RedCellTraits) -> FloatArray:
    """Thickness of one red cell over its grid, um; 0 outside its outline."""
    inner = _shifted_radius(grid, traits.shift)
    concave = biconcave_thickness(np.where(inner < 1.0, inner**traits.pallor_width, inner))
    depth = traits.pallor * concave + (1.0 - traits.pallor) * even_thickness(grid.relative_radius)
    reach = float(np.sqrt(grid.inside.sum() / np.pi)) * grid.mpp_um
    aslant = 1.0 + (traits.tilt[0] * grid.x_um + traits.tilt[1] * grid.y_um) / max(reach, grid.mpp_um)
    return np.asarray(np.clip(depth * aslant, 0.0, None) * (grid.relative_radius < 1.0), np.float32)


def paint_red_cell(grid: CellGrid, traits: RedCellTraits, rng: np.random.Generator) -> Layers:
    """Haemoglobin of one red cell, faintly mottled."""
    depth_um = thickness(grid, traits)
    mottling = 1.0 + 0.012 * smooth_noise(grid.shape, 0.7 / grid.mpp_um, rng)
    layers = Layers.empty(grid.shape)
    layers.dyes[..., Dye.HAEMOGLOBIN] = depth_um * (traits.haemoglobin / HAEMOGLOBIN_UNIT_UM) * mottling
    layers.thickness_um[...] = depth_um
    return layers


def _shifted_radius(grid: CellGrid, shift: tuple[float, float]) -> FloatArray:
    """Relative radius about a centre moved by `shift` radii, the border staying where it is."""
    radius_um = grid.border_um + np.hypot(grid.x_um, grid.y_um)
    hold = np.clip(1.0 - grid.relative_radius, 0.0, None) * radius_um
    moved = np.hypot(grid.x_um - shift[0] * hold, grid.y_um - shift[1] * hold)
    return np.asarray(moved / radius_um, np.float32)
