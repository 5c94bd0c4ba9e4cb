"""One found cell as a surface."""

from cytovox.domain.errors import InputError
from cytovox.domain.surface import Surface, SurfacePart
from cytovox.sculpt.film import Film
from cytovox.sculpt.options import SculptOptions
from cytovox.sculpt.platelets import platelet_parts
from cytovox.sculpt.red_cells import red_cell_parts
from cytovox.sculpt.view import CellView
from cytovox.sculpt.white_cells import white_cell_parts

MEASURED = "thickness from absorbance"
INFERRED = "depth inferred from one image"
LEAST_WIDTH_UM = 0.5
"""Below this an outline is no cell."""


def sculpt_cell(film: Film, index: int, *, options: SculptOptions | None = None) -> Surface:
    """A cell of a picture as a closed surface of named parts, about the middle of its outline.

    Args:
        film: The picture's film (`Film.of`).
        index: Row of the cell table, from 0.
        options: See `SculptOptions`; None for the defaults.

    Raises:
        InputError: There is no such cell, or its outline is too small for a body.
    """
    options = options or SculptOptions()
    count = len(film.cells)
    if not 0 <= index < count:
        raise InputError(f"cell: expected one of the picture's {count} cells, 1 to {count}, got {index + 1}")
    view = film.view(index, options.step_um)
    parts = _parts(film, index, view, options) if _is_wide(view) else ()
    if not parts:
        raise InputError(
            f"cell {film.cells.ids[index]}: expected an outline with room for a body, got a smaller one"
        )
    label = film.cells.taxonomy.name_of(str(film.label[index]))
    return Surface(f"cell {film.cells.ids[index]}: {label}", parts, _notice(film, index, parts))


def _is_wide(view: CellView) -> bool:
    return 2 * float(view.depth_um.max()) >= LEAST_WIDTH_UM


def _parts(film: Film, index: int, view: CellView, options: SculptOptions) -> tuple[SurfacePart, ...]:
    kind = film.kind(index)
    if kind == "red_cell":
        return red_cell_parts(film, index, view)
    if kind == "platelet":
        return platelet_parts(view, film.cells.taxonomy.name_of(str(film.best[index])))
    return white_cell_parts(film, index, view, options)


def _notice(film: Film, index: int, parts: tuple[SurfacePart, ...]) -> str:
    if film.kind(index) != "red_cell":
        return INFERRED
    return MEASURED if len(parts) == 1 else f"{MEASURED}; of the parasite, {INFERRED}"
