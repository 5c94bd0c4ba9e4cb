"""From the description of a class to its body."""

import numpy as np

from cytovox.domain.geometry import FloatArray
from cytovox.domain.surface import Surface, SurfacePart
from cytovox.sculpt.textbook.fields import smooth_path, strand, within
from cytovox.sculpt.textbook.inclusions import Placed, Room, inclusion_part, place
from cytovox.sculpt.textbook.mesh import Grid, meshed
from cytovox.sculpt.textbook.nuclei import Made, nucleus, nucleus_parts
from cytovox.sculpt.textbook.outer import Outer, outer, outer_part, projections_part
from cytovox.sculpt.textbook.paint import Paint, chromatin, clumps, cytoplasm, plain
from cytovox.sculpt.textbook.spec import CellSpec, Guest, Inclusions

NOTICE = "textbook model: typical shape and size, not a measured cell"
_GUEST_ROOM = 0.03
"""Least depth of a parasite in its cell, in radii of the cell."""


def model(name: str, spec: CellSpec) -> Surface:
    """The body of a class, about its middle, in micrometres.

    Args:
        name: What a person reads.
        spec: Its description.

    Raises:
        InputError: The description asks for what does not fit in the cell.
    """
    cell = outer(spec.body, spec.seed)
    kernel = None if spec.nucleus is None else nucleus(spec.nucleus, cell, spec.seed)
    rng = np.random.default_rng(spec.seed)
    placed = _placed(spec, cell, kernel, rng)
    inside = [(item, at) for item, at in placed if item.in_nucleus]
    outside = [(item, at) for item, at in placed if not item.in_nucleus]
    parts = _inclusion_parts(inside, rng)
    if spec.nucleus is not None and kernel is not None:
        parts += nucleus_parts(spec.nucleus, kernel, tuple(inside))
    parts += [_guest_part(guest, cell) for guest in spec.guests]
    parts += _inclusion_parts(outside, rng)
    paint = _body_paint(spec, cell)
    if spec.projections is not None:
        parts.append(projections_part(spec.projections, cell, paint, spec.body.opacity, rng))
    return Surface(name, (*parts, outer_part(spec.body, cell, paint)), NOTICE)


def _placed(
    spec: CellSpec, cell: Outer, kernel: Made | None, rng: np.random.Generator
) -> list[tuple[Inclusions, Placed]]:
    found: list[tuple[Inclusions, Placed]] = []
    taken: Placed | None = None
    for item in spec.inclusions:
        placed = place(item, _room(item, cell, kernel), taken, rng)
        found.append((item, placed))
        taken = placed if taken is None else _both(taken, placed)
    return found


def _both(first: Placed, second: Placed) -> Placed:
    return Placed(
        np.concatenate([first.middles, second.middles]),
        np.concatenate([first.radii, second.radii]),
        np.concatenate([first.axes, second.axes]),
    )


def _room(item: Inclusions, cell: Outer, kernel: Made | None) -> Room:
    low = np.array(cell.grid.low, np.float32)
    if item.in_nucleus and kernel is not None:
        return Room(kernel.whole, None, low, -low, cell.radius_um)
    obstacle = None if kernel is None else kernel.whole
    return Room(cell.field, obstacle, low, -low, cell.radius_um, not item.over_nucleus)


def _inclusion_parts(found: list[tuple[Inclusions, Placed]], rng: np.random.Generator) -> list[SurfacePart]:
    made = [inclusion_part(item, placed, rng) for item, placed in found]
    return [part for part in made if part is not None]


def _guest_part(guest: Guest, cell: Outer) -> SurfacePart:
    knots = _sized(smooth_path(np.array(guest.knots, np.float32), closed=guest.closed), guest.across.value)
    knots *= np.float32(cell.radius_um)
    field = within(strand(knots), cell.field, _GUEST_ROOM * cell.radius_um, blend_um=0.1)
    reach = float(knots[:, 3].max())
    low, high = knots[:, :3].min(axis=0) - reach, knots[:, :3].max(axis=0) + reach
    step = max(float(knots[:, 3].min()) / 4, 0.03)
    return meshed(guest.name, field, Grid.around(low, high, step), plain(guest.colour))


def _sized(knots: FloatArray, across: float) -> FloatArray:
    """A tube in radii of the cell, made so wide that it covers a share of the cell's width."""
    low, high = (knots[:, :2] - knots[:, 3:]).min(axis=0), (knots[:, :2] + knots[:, 3:]).max(axis=0)
    factor = 2 * across / float((high - low).max())
    middle = np.array([*(low + high) / 2, 0, 0], np.float32)
    return np.asarray(middle + (knots - middle) * np.float32(factor), np.float32)


def _body_paint(spec: CellSpec, cell: Outer) -> Paint:
    texture = spec.body.texture
    if texture is None:
        return cytoplasm(spec.body, cell.radius_um)
    middle: FloatArray = np.zeros(3, np.float32)
    return chromatin(texture, clumps(texture, middle, (cell.radius_um,) * 3, spec.seed))
