"""Red cells: thickness from absorbance."""

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray
from cytovox.domain.surface import SurfacePart
from cytovox.imaging.membrane import carried_on, membrane
from cytovox.imaging.regions import without_crumbs
from cytovox.imaging.smoothing import smooth, smooth_known
from cytovox.sculpt.body import body, nested_in
from cytovox.sculpt.film import Film
from cytovox.sculpt.haemoglobin import Haemoglobin, haemoglobin_density
from cytovox.sculpt.view import CellView

RIM_UM = 0.5
"""Depth down to which blur and the outline's own error spoil the absorbance; the wall is drawn there instead."""
_SMOOTHING_UM = 0.15
_LEAST_THICKNESS_UM = 0.3
"""A dried red cell is nowhere thinner: its two membranes alone and what is between."""
_ALIKE_UM = 0.25
"""Covered pixels take the mean of the pixels that lie equally deep to this much."""
_PARASITE_FLATNESS = 1.0
_PARASITE_LEVEL = 0.4
"""Excess over its own peak from which a pixel belongs to the parasite."""
_PARASITE_DEPTH_UM = 0.35
_PARASITE_ROOM = 0.85
"""Share of the cell's thickness that a parasite may fill."""
_LEAST_PARASITE_UM2 = 0.25


def measured_thickness(
    film: Film, view: CellView, haemoglobin: Haemoglobin, covered: NDArray[np.bool_]
) -> FloatArray:
    """Thickness of a red cell, um, shape (n, n); below 0 outside, where it has no meaning.

    Absorbance over the absorbance of a micrometre (`Film.density_per_um`); without that the cell itself is taken
    to have the film's red-cell volume. In the rim the square of the thickness falls evenly to 0, as it does for
    Evans and Fung's disc.
    """
    inside = view.depth_um > 0
    density = _uncovered(haemoglobin.density, view.depth_um, inside & ~covered)
    trusted = view.depth_um > min(RIM_UM, 0.5 * float(view.depth_um.max()))
    density = smooth_known(density, trusted, _SMOOTHING_UM / view.step_um)
    area_um2 = view.step_um**2
    if film.density_per_um is None:
        volume_fl = film.red_cell_volume_fl
    else:
        seen = np.clip(haemoglobin.density, 0.0, None)
        amount = float(_uncovered(seen, view.depth_um, inside & ~covered)[inside].sum()) * area_um2
        volume_fl = amount / film.density_per_um
    wall = np.sqrt(np.clip(view.depth_um / RIM_UM, 0.0, 1.0))
    shape = np.clip(density, 0.0, None) * wall
    enclosed = float(shape[inside].sum()) * area_um2
    if enclosed <= 0:  # nothing absorbs here: an even disc of the usual volume
        shape, enclosed = wall, float(wall[inside].sum()) * area_um2
    thickness = np.maximum(shape * (volume_fl / enclosed), _LEAST_THICKNESS_UM * wall)
    return np.where(inside, thickness, -1.0).astype(np.float32)


def _uncovered(values: FloatArray, depth_um: FloatArray, known: NDArray[np.bool_]) -> FloatArray:
    """The values, with the mean of equally deep known pixels where others cover them.

    A red cell is nearly the same all round, so the depth in it says most about its thickness.
    """
    if not known.any():
        return values
    ring = np.clip(np.rint(depth_um / _ALIKE_UM), 0, None).astype(int)
    number = np.bincount(ring[known], minlength=int(ring.max()) + 1)
    total = np.bincount(ring[known], values[known], minlength=int(ring.max()) + 1)
    depths = np.flatnonzero(number)
    mean = np.interp(depth_um / _ALIKE_UM, depths, total[depths] / number[depths])
    return np.where(known | (depth_um <= 0), values, mean).astype(np.float32)


def red_cell_parts(film: Film, index: int, view: CellView) -> tuple[SurfacePart, ...]:
    """The body of a red cell, and before it the parasite in an infected one.

    Args:
        film: The picture's film.
        index: Row of the cell table.
        view: That cell.
    """
    covered = view.covered_by(film.neighbours(index, view), 0.15)
    haemoglobin = haemoglobin_density(view, film.light, covered)
    hidden = covered | haemoglobin.strange
    half2 = _half2(measured_thickness(film, view, haemoglobin, hidden), view)
    infected = film.cells.best[index] == "infected_red_cell"
    parasite = _parasite(view, haemoglobin, half2, covered) if infected else None
    seen = (view.depth_um > 0.25) & ~hidden
    opacity = 1.0 if parasite is None else 0.5
    cell = body("red cell", half2, view.drape(seen), view.step_um, opacity=opacity)
    return tuple(part for part in (parasite, cell) if part is not None)


def _half2(thickness_um: FloatArray, view: CellView) -> FloatArray:
    half2 = np.square(np.clip(thickness_um, 0.0, None) / 2)
    return carried_on(np.asarray(half2, np.float32), view.depth_um)


def _parasite(
    view: CellView, haemoglobin: Haemoglobin, half2: FloatArray, covered: NDArray[np.bool_]
) -> SurfacePart | None:
    """What absorbs red light in the cell and is no haemoglobin, blown up over its outline."""
    room = (view.depth_um > _PARASITE_DEPTH_UM) & ~covered
    excess = np.where(room, smooth(haemoglobin.excess, 0.1 / view.step_um), 0.0).astype(np.float32)
    level = _PARASITE_LEVEL * float(np.percentile(excess[room], 99)) if room.any() else 0.0
    if level <= 0:
        return None
    found = without_crumbs(excess > level, _LEAST_PARASITE_UM2 / view.step_um**2)
    # Distance to the level's border to first order: its excess over the slope there.
    slope = np.hypot(*np.gradient(excess))
    above = np.where(found, excess - level, np.minimum(excess - level, -1e-4))
    depth_px = above / np.maximum(slope, 0.2 * level)
    half2_own = membrane(depth_px.astype(np.float32)) * (_PARASITE_FLATNESS * view.step_um) ** 2
    nested = nested_in(half2_own, half2, _PARASITE_ROOM)
    return body("parasite", nested, view.drape(found), view.step_um)
