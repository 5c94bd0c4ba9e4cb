"""The nucleus of a textbook cell: its lobes and threads, as wide as its ratio to the cytoplasm asks."""

from dataclasses import dataclass

import numpy as np

from cytovox.domain.errors import InputError
from cytovox.domain.geometry import FloatArray
from cytovox.domain.surface import SurfacePart
from cytovox.sculpt.textbook.fields import Field, joined, kept_below, smooth_path, strand, within
from cytovox.sculpt.textbook.inclusions import Placed
from cytovox.sculpt.textbook.mesh import Grid, meshed
from cytovox.sculpt.textbook.outer import Outer
from cytovox.sculpt.textbook.paint import Paint, chromatin, clumps, with_spots
from cytovox.sculpt.textbook.spec import Inclusions, Nucleus

_ROOM = 0.05
"""Least depth of the nucleus in the cell, in radii of the cell."""
_STEPS_ACROSS = 100
"""Steps of the grid across a cell: chromatin is drawn at the vertices."""
_COARSE = 3
"""Times the step at which the width of lobes is sought."""
_BLEND_UM = 0.02
_WIDEST, _HALVINGS = 3.0, 14


@dataclass(frozen=True, slots=True)
class Made:
    """A nucleus.

    Attributes:
        lobes: The bodies of its lobes.
        threads: The bodies of its threads.
        whole: All of them.
        grid: That holds it.
        middle: Of its lobes, (3,), um.
        radius_um: Of a ball of its volume.
        amount: How much of a clump of chromatin lies at points.
    """

    lobes: tuple[Field, ...]
    threads: tuple[Field, ...]
    whole: Field
    grid: Grid
    middle: FloatArray
    radius_um: float
    paint: Paint


def nucleus(spec: Nucleus, cell: Outer, seed: int) -> Made:
    """The nucleus, its lobes widened evenly until its area is right.

    Raises:
        InputError: No width gives that area within the cell.
    """
    ratio = spec.to_cytoplasm.value
    wanted = np.pi * cell.radius_um**2 * ratio / (1 + ratio)
    coarse = _grid(cell, 2 * _COARSE * cell.radius_um / _STEPS_ACROSS)
    points = coarse.points
    depths = cell.field(points)
    inside = depths > 0
    points, limit = points[inside], depths[inside]
    depths[~inside] = -coarse.step_um  # no share of the nucleus
    low, high = 0.0, _WIDEST
    for _ in range(_HALVINGS):
        width = (low + high) / 2
        whole = joined(_bare(spec, cell.radius_um, width, None), _BLEND_UM)
        depths[inside] = kept_below(whole(points), limit, _ROOM * cell.radius_um)
        low, high = (low, width) if coarse.footprint_um2(depths) > wanted else (width, high)
    if high == _WIDEST:
        raise InputError(
            f"to_cytoplasm: expected a nucleus that fits in the cell, got {ratio:g} times its cytoplasm"
        )
    return _made(spec, cell, (low + high) / 2, seed)


def _made(spec: Nucleus, cell: Outer, width: float, seed: int) -> Made:
    knots = np.array([knot for lobe in spec.lobes for knot in lobe], np.float32) * cell.radius_um
    weights = knots[:, 3] ** 2
    middle = (knots[:, :3] * weights[:, None]).sum(axis=0) / weights.sum()
    radius = float(np.sqrt(spec.to_cytoplasm.value / (1 + spec.to_cytoplasm.value))) * cell.radius_um
    amount = clumps(spec.texture, middle, (radius, radius, radius * spec.height_over_width), seed)

    def relief(points: FloatArray) -> FloatArray:
        return spec.texture.relief_um * (amount(points) - spec.texture.share)

    bare = _bare(spec, cell.radius_um, width, relief if spec.texture.relief_um else None)
    bodies = tuple(within(field, cell.field, _ROOM * cell.radius_um) for field in bare)
    grid = _grid(cell, 2 * cell.radius_um / _STEPS_ACROSS)
    lobes = bodies[: len(spec.lobes)]
    return Made(
        lobes,
        bodies[len(spec.lobes) :],
        joined(bodies, _BLEND_UM),
        grid,
        middle,
        radius,
        chromatin(spec.texture, amount),
    )


def _grid(cell: Outer, step_um: float) -> Grid:
    low = np.array(cell.grid.low, np.float32)
    return Grid.around(low, -low, step_um)


def _bare(spec: Nucleus, cell_radius_um: float, width: float, relief: Field | None) -> tuple[Field, ...]:
    """Lobes, then threads, not yet kept within the cell."""
    scale = np.array([1, 1, 1, width], np.float32) * np.float32(cell_radius_um)
    paths = [smooth_path(np.array(lobe, np.float32)) * scale for lobe in spec.lobes]
    fields = [strand(path, flatness=spec.height_over_width) for path in paths]
    if relief is not None:
        fields = [_raised(field, relief) for field in fields]
    for first, second in spec.bridges:
        start, end = _nearest(paths[first - 1], paths[second - 1])
        thread = np.array([[*start[:3], spec.bridge], [*end[:3], spec.bridge]], np.float32)
        thread[:, 3] *= cell_radius_um
        fields.append(strand(thread))
    return tuple(fields)


def _raised(field: Field, relief: Field) -> Field:
    return lambda points: np.asarray(field(points) + relief(points), np.float32)


def _nearest(first: FloatArray, second: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The knots at which two lobes come nearest."""
    apart = np.linalg.norm(first[:, None, :3] - second[None, :, :3], axis=2)
    row, column = np.unravel_index(int(np.argmin(apart)), apart.shape)
    return first[row], second[column]


def nucleus_parts(
    spec: Nucleus, made: Made, spots: tuple[tuple[Inclusions, Placed], ...]
) -> tuple[SurfacePart, ...]:
    """Each lobe as a part, then the threads as one; what lies in the nucleus shows through.

    Args:
        spec: The nucleus.
        made: Its bodies.
        spots: Nucleoli.
    """
    paint = made.paint
    for item, placed in spots:
        paint = with_spots(paint, placed.middles, placed.radii, item.colour)
    names = ["nucleus"] if len(made.lobes) == 1 else [f"nucleus lobe {n + 1}" for n in range(len(made.lobes))]
    parts = [
        meshed(name, lobe, made.grid, paint, opacity=spec.opacity)
        for name, lobe in zip(names, made.lobes, strict=True)
    ]
    if made.threads:
        threads = joined(made.threads, _BLEND_UM)
        parts.append(meshed("nuclear threads", threads, made.grid, paint, opacity=spec.opacity))
    return tuple(parts)
