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
"""Depth down to which blur and errors of the outline spoil the absorbance; a wall is drawn there."""
_SEEN_UM = 0.4
"""Depth from which a pixel has the cell's colour; nearer the border the yellow of the slide blurs into it."""
_LEAST_THICKNESS_UM = 0.3
"""A dried red cell is nowhere thinner: its two membranes alone and what is between."""
_MEAN_THICKNESS_UM = (0.8, 3.2)
"""Mean thickness that a red cell can have: 1.96 um for Evans and Fung's, more for a spherocyte."""
_ALIKE_UM = 0.25
"""Width of the rings of equally deep pixels."""
_BROAD_UM = 0.5
_MOST_DEPARTURE = 0.4
"""Smoothing of what departs from the mean of its ring, and the share of it that is believed at most."""
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

    Absorbance over the absorbance of a micrometre (`Film.density_per_um`); without that the cell itself is
    taken to have the film's red-cell volume. In the rim the square of the thickness falls evenly to 0, as it
    does for Evans and Fung's disc.

    Args:
        film: The picture's film.
        view: The cell.
        haemoglobin: Its absorbance.
        covered: Where something else lies over it, shape (n, n).
    """
    inside = view.depth_um > 0
    wall = np.sqrt(np.clip(view.depth_um / RIM_UM, 0.0, 1.0))
    shape = np.clip(_cleaned(view, haemoglobin.density, ~covered), 0.0, None) * wall
    enclosed = float(shape[inside].sum()) * view.step_um**2
    if enclosed <= 0:  # nothing absorbs here: an even disc
        shape, enclosed = wall, float(wall[inside].sum()) * view.step_um**2
    volume_fl = _volume_fl(film, view, haemoglobin.density, ~covered)
    thickness = np.maximum(shape * (volume_fl / enclosed), _LEAST_THICKNESS_UM * wall)
    return np.where(inside, thickness, -1.0).astype(np.float32)


def _volume_fl(film: Film, view: CellView, density: FloatArray, known: NDArray[np.bool_]) -> float:
    """Volume by the cell's whole absorbance, within what red cells can have; the film's without a measure."""
    inside = view.depth_um > 0
    known = known & inside
    if film.density_per_um is None or not known.any():
        return film.red_cell_volume_fl
    whole = np.where(known, density, _as_deep(density, view.depth_um, known))
    amount = float(np.clip(whole, 0.0, None)[inside].sum()) * view.step_um**2
    area_um2 = float(inside.sum()) * view.step_um**2
    mean_um = np.clip(amount / film.density_per_um / area_um2, *_MEAN_THICKNESS_UM)
    return float(mean_um) * area_um2


def _cleaned(view: CellView, density: FloatArray, known: NDArray[np.bool_]) -> FloatArray:
    """Absorbance without noise: that of equally deep pixels, and broad departures from it.

    A red cell is nearly the same all round, so the depth in it says most about its thickness: the mean of a
    ring of pixels keeps the shape of rim and dimple. What departs from it is kept where it is broad and
    moderate (a dimple aside, a cell dried aslant); the noise of small cameras and of JPEG blocks is not.
    """
    trusted = known & (view.depth_um > min(RIM_UM, 0.5 * float(view.depth_um.max())))
    if not trusted.any():
        return np.ones_like(density)
    usual = _as_deep(density, view.depth_um, trusted)
    departure = smooth_known(np.where(trusted, density - usual, 0.0), trusted, _BROAD_UM / view.step_um)
    bound = _MOST_DEPARTURE * np.abs(usual)
    return np.asarray(usual + np.clip(departure, -bound, bound), np.float32)


def _as_deep(values: FloatArray, depth_um: FloatArray, known: NDArray[np.bool_]) -> FloatArray:
    """At each pixel the mean of the known pixels that lie about as deep, shape (n, n)."""
    ring = np.clip(np.rint(depth_um / _ALIKE_UM), 0, None).astype(int)
    pixels = np.bincount(ring[known], minlength=int(ring.max()) + 1)
    sums = np.bincount(ring[known], values[known], minlength=len(pixels))
    # The innermost rings have few pixels: each takes its neighbours' as well.
    number, total = (np.convolve(np.pad(a, 1), (0.5, 1.0, 0.5), "valid") for a in (pixels, sums))
    depths = np.flatnonzero(number)
    mean = np.interp(depth_um / _ALIKE_UM, depths, total[depths] / number[depths])
    return np.asarray(mean, np.float32)


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
    infected = film.best[index] == "infected_red_cell"
    parasite = _parasite(view, haemoglobin, half2, covered) if infected else None
    seen = (view.depth_um > _SEEN_UM) & ~hidden
    opacity = 1.0 if parasite is None else 0.5
    cell = body("red cell", half2, view.drape(seen), view.step_um, opacity=opacity)
    return tuple(part for part in (parasite, cell) if part is not None)


def _half2(thickness_um: FloatArray, view: CellView) -> FloatArray:
    half2 = np.square(np.clip(thickness_um, 0.0, None) / 2)
    return carried_on(np.asarray(half2, np.float32), view.depth_um)


def _parasite(
    view: CellView, haemoglobin: Haemoglobin, half2: FloatArray, covered: NDArray[np.bool_]
) -> SurfacePart | None:
    """What is darker in the cell than its equally deep places, blown up over its outline."""
    room = (view.depth_um > _PARASITE_DEPTH_UM) & ~covered
    if not room.any():
        return None
    unusual = haemoglobin.darkness - _as_deep(haemoglobin.darkness, view.depth_um, room)
    unusual = smooth(_levelled(unusual, room), 0.25 / view.step_um)
    excess = np.where(room, unusual, 0.0).astype(np.float32)
    level = _PARASITE_LEVEL * float(np.percentile(excess[room], 99))
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


def _levelled(values: FloatArray, known: NDArray[np.bool_]) -> FloatArray:
    """Values less the plane through the known ones: a cell dried aslant is darker on one side."""
    rows, columns = np.indices(values.shape)
    planes = np.stack([rows, columns, np.ones_like(rows)], axis=-1).astype(np.float64)
    fitted, *_ = np.linalg.lstsq(planes[known], values[known].astype(np.float64), rcond=None)
    return np.asarray(values - planes @ fitted, np.float32)
