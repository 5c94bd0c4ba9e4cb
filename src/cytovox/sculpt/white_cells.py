"""White cells: a body blown up over the outline, with its nucleus and its granules inside."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray
from cytovox.domain.surface import SurfacePart
from cytovox.imaging.membrane import membrane
from cytovox.imaging.smoothing import smooth
from cytovox.imaging.stain import optical_density
from cytovox.sculpt.body import body, nested_in
from cytovox.sculpt.film import Film
from cytovox.sculpt.granules import GRANULES, GranuleKind, find_granules, granule_part
from cytovox.sculpt.options import Pose, SculptOptions
from cytovox.sculpt.poses import FLATNESS, in_suspension
from cytovox.sculpt.view import CellView

NUCLEUS_FLATNESS = 0.55
"""Of the nucleus, which resists flattening; the cell around it limits it."""
NUCLEUS_ROOM = 0.86
"""Share of the cell's thickness that the nucleus may fill."""
NUCLEUS_DEPTH_UM = 0.15
"""Least distance of the nucleus's border from the cell's."""
CYTOPLASM_OPACITY = 0.38


def white_cell_parts(
    film: Film, index: int, view: CellView, options: SculptOptions
) -> tuple[SurfacePart, ...]:
    """Nucleus, granules and cytoplasm of a white cell, as far as they were found.

    Without a nucleus the cell is one opaque body, whose colours show what is in it.

    Args:
        film: The picture's film.
        index: Row of the cell table.
        view: That cell.
        options: See `SculptOptions`.
    """
    cell2 = membrane(view.depth_um / view.step_um) * (FLATNESS * view.step_um) ** 2
    outlines = tuple(points for points in film.cells.nucleus_outlines[index] if len(points) >= 3)
    seen = view.depth_um > 0.2
    if not outlines:
        whole = body("cell", cell2, view.drape(seen), view.step_um)
        return _posed((whole,), options.pose)
    depth_um = np.minimum(view.depth_in(outlines), view.depth_um - NUCLEUS_DEPTH_UM)
    kind = granule_kind(film.cells.taxonomy.lineage(str(film.best[index])))
    room = NUCLEUS_ROOM if kind is None else kind.nucleus_room
    nucleus2 = nested_in(_nucleus(view, film.light, depth_um), cell2, room)
    nucleus = body("nucleus", nucleus2, view.drape(depth_um > 0.1), view.step_um)
    granules = None
    if kind is not None:
        found = find_granules(view, film.light, kind, cell2, nucleus2)
        granules = granule_part(found, kind, options.pose)
    colours = view.drape(seen & (depth_um < -0.25))
    cytoplasm = body("cytoplasm", cell2, colours, view.step_um, opacity=CYTOPLASM_OPACITY)
    posed = _posed((nucleus, cytoplasm), options.pose)
    return (*posed[:-1], *((granules,) if granules is not None else ()), posed[-1])


def granule_kind(lineage: Iterable[str]) -> GranuleKind | None:
    """Granules of eosinophils and basophils, which are large enough to be told apart; None for others.

    Args:
        lineage: A class and those above it.
    """
    return next((GRANULES[key] for key in lineage if key in GRANULES), None)


def _nucleus(view: CellView, light: NDArray[np.float32], depth_um: FloatArray) -> FloatArray:
    """Square of the nucleus's half thickness: blown up over its outlines, thicker where it is denser."""
    blown = membrane(depth_um / view.step_um) * (NUCLEUS_FLATNESS * view.step_um) ** 2
    density = smooth(optical_density(view.pixels, light).mean(axis=2), 0.25 / view.step_um)
    inside = depth_um > 0
    usual = float(np.median(density[inside])) if inside.any() else 0.0
    relief = np.clip(density / usual, 0.6, 1.4) if usual > 0 else np.ones_like(density)
    return np.where(inside, blown * relief, blown).astype(np.float32)


def _posed(parts: tuple[SurfacePart | None, ...], pose: Pose) -> tuple[SurfacePart, ...]:
    there = tuple(part for part in parts if part is not None)
    return in_suspension(there) if pose is Pose.SUSPENSION else there
