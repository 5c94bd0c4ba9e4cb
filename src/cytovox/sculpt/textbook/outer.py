"""The outermost body of a textbook cell, and what stands out from it."""

from dataclasses import dataclass

import numpy as np

from cytovox.domain.geometry import FloatArray
from cytovox.domain.surface import SurfacePart
from cytovox.sculpt.textbook.fields import (
    Field,
    biconcave,
    biconcave_volume_fl,
    ellipsoid,
    joined,
    rough,
    scaled,
    smeared,
    strand,
)
from cytovox.sculpt.textbook.mesh import Grid, meshed, together
from cytovox.sculpt.textbook.paint import Paint
from cytovox.sculpt.textbook.spec import Body, Projections

_STEPS_ACROSS = 64
"""Steps of the grid across a cell."""
_MARGIN = 1.35
"""Half the grid's box, in radii of the cell; bulges and dents lie within it."""
_MEMBERS_APART = 1.5
"""Distance of the middles of bodies in a clump, in their radii."""


@dataclass(frozen=True, slots=True)
class Outer:
    """The outermost body.

    Attributes:
        field: Its depth.
        grid: That holds it.
        radius_um: Of the circle of the same area as its footprint.
    """

    field: Field
    grid: Grid
    radius_um: float


def outer(body: Body, seed: int) -> Outer:
    """The body with the footprint, or the volume, that its description asks for."""
    radius = body.diameter_um.value / 2
    raw = _raw(body, radius, seed)
    grid = _grid(radius, radius if body.members > 1 else _half_height(body, radius))
    if body.volume_fl is not None:
        return Outer(raw, grid, radius)
    coarse = Grid.around(np.array(grid.low, np.float32), -np.array(grid.low, np.float32), 2 * grid.step_um)
    for _ in range(3):  # bulges move with the scale, so one step is not quite enough
        area = coarse.footprint_um2(raw(coarse.points))
        raw = scaled(raw, float(np.sqrt(np.pi * radius**2 / area)))
    return Outer(raw, grid, radius)


def _grid(radius: float, half_height: float) -> Grid:
    half = np.array([_MARGIN * radius, _MARGIN * radius, 1.2 * half_height], np.float32)
    return Grid.around(-half, half, 2 * radius / _STEPS_ACROSS)


def _half_height(body: Body, radius: float) -> float:
    return radius * (body.height_over_width or 0.45)


def _raw(body: Body, radius: float, seed: int) -> Field:
    if body.volume_fl is not None:
        return _disc(radius, body.volume_fl.value)
    flat = body.height_over_width or 1.0
    if body.members > 1:
        shape = _clump(body.members, radius, flat, seed)
    else:
        longer = float(np.sqrt(body.length_over_width))
        shape = ellipsoid((radius * longer, radius / longer, radius * flat), (0.0, 0.0, 0.0))
    shape = smeared(shape, body.smear * radius, body.wavelength * radius, seed)
    return rough(shape, body.irregularity * radius, body.wavelength * radius, seed)


def _disc(radius: float, volume_fl: float) -> Field:
    """Evans and Fung's disc, as thick as its volume asks: volume is proportional to thickness."""
    return biconcave(radius, volume_fl / biconcave_volume_fl(radius))


def _clump(members: int, radius: float, flat: float, seed: int) -> Field:
    """Equal bodies side by side, as seeds in a sunflower (Vogel, Math Biosci 44 (1979) 179)."""
    rng = np.random.default_rng(seed)
    own = radius / (1 + _MEMBERS_APART * 0.5 * np.sqrt(members))
    bodies = []
    for number in range(members):
        turn, far = number * np.pi * (3 - np.sqrt(5)), own * _MEMBERS_APART * 0.54 * np.sqrt(number)
        size = own * rng.uniform(0.75, 1.2)
        lift = rng.uniform(-0.3, 0.3) * own
        place = (float(far * np.cos(turn)), float(far * np.sin(turn)), float(lift))
        bodies.append(ellipsoid((size, size * rng.uniform(0.8, 1.1), size * flat), place))
    return joined(tuple(bodies), 0.15 * own)


def outer_part(body: Body, made: Outer, paint: Paint) -> SurfacePart:
    """The body's surface."""
    return meshed(body.name, made.field, made.grid, paint, opacity=body.opacity)


def projections_part(
    item: Projections, made: Outer, paint: Paint, opacity: float, rng: np.random.Generator
) -> SurfacePart:
    """Hairs round the cell, each a tapering tube that begins below the surface."""
    hairs = []
    points = made.grid.points[made.field(made.grid.points) > 0]
    flat = float(np.ptp(points[:, 2]) / np.ptp(points[:, 0]))
    for number in range(item.count):
        turn = 2 * np.pi * (number + rng.uniform(-0.35, 0.35)) / item.count
        out = np.array([np.cos(turn), np.sin(turn), flat * rng.uniform(-0.8, 0.8)], np.float32)
        out /= np.linalg.norm(out)
        foot = _surface_along(made, out)
        length = item.length_um.value * rng.uniform(0.5, 1.0)
        bend = length * rng.uniform(-0.35, 0.35) * np.array([-out[1], out[0], 0.0], np.float32)
        half = item.base_um / 2 * rng.uniform(0.7, 1.2)
        places = ((-0.2, half), (0.35, 0.7 * half), (1.0, 0.3 * half))
        knots = np.array([[*(foot + at * length * out + at**2 * bend), r] for at, r in places], np.float32)
        hairs.append(_hair(item.name, knots, min(1.0, 2.4 * flat), paint))
    return together(item.name, hairs, opacity)


def _surface_along(made: Outer, direction: FloatArray) -> FloatArray:
    """Where a ray from the middle leaves the body, (3,)."""
    reach = np.linspace(0, 1.5 * made.radius_um, 400, dtype=np.float32)
    inside = made.field(reach[:, None] * direction) > 0
    return np.asarray(direction * reach[int(np.flatnonzero(inside)[-1])], np.float32)


def _hair(name: str, knots: FloatArray, flatness: float, paint: Paint) -> SurfacePart:
    radius = float(knots[:, 3].max())
    low, high = knots[:, :3].min(axis=0) - radius, knots[:, :3].max(axis=0) + radius
    step = max(float(knots[:, 3].min()), 0.04)
    return meshed(name, strand(knots, flatness=flatness), Grid.around(low, high, step), paint)
