"""Granules, vacuoles, nucleoli and rods: where there is room for them, and their bodies."""

from dataclasses import dataclass

import numpy as np

from cytovox.domain.geometry import FloatArray
from cytovox.domain.surface import SurfacePart
from cytovox.sculpt.body import unit
from cytovox.sculpt.granules import sphere
from cytovox.sculpt.textbook.fields import Field, inside_all
from cytovox.sculpt.textbook.paint import levels
from cytovox.sculpt.textbook.spec import Inclusions

_ROOM_UM = 0.06
"""Least distance of an inclusion from any surface."""
_BRIGHTNESS = 0.5
"""Share of the spread that shows as brightness."""
_LEVELS = 9
_CORNERS = 12
"""Of the sphere: enough to tell whether it lies in a body."""


@dataclass(frozen=True, slots=True)
class Room:
    """Where inclusions may lie.

    Attributes:
        field: The body that holds them.
        free_of: What they must stay clear of, or None.
        beside: Whether they must not lie above or below it, either.
        low: Corner of a box about the body (x, y, z), um.
        high: The opposite one.
        radius_um: Of the cell.
    """

    field: Field
    free_of: Field | None
    low: FloatArray
    high: FloatArray
    radius_um: float
    beside: bool = False

    def holds(self, points: FloatArray) -> np.ndarray:
        """Which sets of points (sets, n, 3) lie wholly in the room, shape (sets,)."""
        held = inside_all(self.field, points)
        if self.free_of is None or not held.any():
            return held
        outside = self.free_of
        held[held] = inside_all(lambda at: -outside(at), points[held])
        if self.beside:
            held[held] = self._beside(points[held].mean(axis=1))
        return held

    def _beside(self, middles: FloatArray) -> np.ndarray:
        """Which points have nothing above or below them that they must stay clear of."""
        free = np.ones(len(middles), np.bool_)
        if self.free_of is not None:
            for level in np.linspace(self.low[2], self.high[2], _LEVELS):
                at = middles.copy()
                at[:, 2] = level
                free &= self.free_of(at) < 0
        return free


@dataclass(frozen=True, slots=True)
class Placed:
    """Inclusions at their places.

    Attributes:
        middles: Shape (k, 3), um.
        radii: Shape (k,), um.
        axes: Half the way from one end's middle to the other's, shape (k, 3), um; 0 for balls.
    """

    middles: FloatArray
    radii: FloatArray
    axes: FloatArray


def place(item: Inclusions, room: Room, taken: Placed | None, rng: np.random.Generator) -> Placed:
    """Inclusions at random places of a room, apart from each other.

    Args:
        item: Which.
        room: Where.
        taken: Others that were placed before, kept clear of.
        rng: Of the places.
    """
    drawn = _drawn(item, room, rng)
    reach = drawn.radii + _ROOM_UM
    zone = np.linalg.norm(drawn.middles[:, :2], axis=1) / room.radius_um
    sought = (zone >= item.zone[0]) & (zone <= item.zone[1]) & (room.field(drawn.middles) > 0)
    drawn, reach = _chosen(drawn, sought), reach[sought]
    ball = sphere()[0][:_CORNERS]
    ends = [drawn.middles + sign * drawn.axes for sign in ((-1, 0, 1) if item.length_um else (0,))]
    corners = np.concatenate([end[:, None] + reach[:, None, None] * ball for end in ends], axis=1)
    drawn = _chosen(drawn, room.holds(corners.astype(np.float32)))
    return _apart(drawn, item.count, taken)


def _drawn(item: Inclusions, room: Room, rng: np.random.Generator) -> Placed:
    """Many more than are wanted, anywhere in the room's box."""
    tries = 60 * item.count + 2000
    radii = item.diameter_um.value / 2 * rng.uniform(1 - item.spread, 1 + item.spread, tries)
    middles = rng.uniform(room.low, room.high, (tries, 3))
    axes = np.zeros((tries, 3))
    if item.length_um is not None:
        half = item.length_um.value / 2 * rng.uniform(1 - item.spread, 1 + item.spread, tries) - radii
        bundle = np.arange(tries) % item.bundles
        angle = rng.uniform(0, np.pi, item.bundles)[bundle] + rng.normal(0, 0.12, tries)
        axes[:, 0], axes[:, 1] = half * np.cos(angle), half * np.sin(angle)
        axes[:, 2] = half * rng.normal(0, 0.05, tries)
        foci = _foci(item.bundles, room, rng)[bundle]
        middles = foci + rng.normal(0, 1, (tries, 3)) * item.length_um.value * np.array([0.18, 0.18, 0.2])
    return Placed(*(a.astype(np.float32) for a in (middles, radii, axes)))


def _foci(bundles: int, room: Room, rng: np.random.Generator) -> FloatArray:
    """Middles of bundles, in the room and as far from each other as a few tries find."""
    tries = rng.uniform(room.low, room.high, (4000, 3)).astype(np.float32)
    free = room.field(tries) > 0.06 * room.radius_um
    if room.free_of is not None:
        free &= room.free_of(tries) < -0.1 * room.radius_um
    tries = tries[free]
    chosen = [tries[int(np.argmax(room.field(tries)))]]
    for _ in range(bundles - 1):
        apart = np.min([np.linalg.norm(tries - other, axis=1) for other in chosen], axis=0)
        chosen.append(tries[int(np.argmax(apart + room.field(tries)))])
    return np.array(chosen)


def _chosen(drawn: Placed, which: np.ndarray) -> Placed:
    return Placed(drawn.middles[which], drawn.radii[which], drawn.axes[which])


def _apart(drawn: Placed, count: int, taken: Placed | None) -> Placed:
    """The first of those drawn that meet no other, at most `count`."""
    points, radii, owners = _beads(drawn)
    if taken is None:
        full, full_radii = np.zeros((0, 3), np.float32), np.zeros(0, np.float32)
    else:
        full, full_radii, _ = _beads(taken)
    kept: list[int] = []
    for number in range(len(drawn.radii)):
        own = owners == number
        gap = np.linalg.norm(points[own][:, None] - full[None], axis=2) - full_radii
        if (gap < radii[own][:, None] * 0.95).any():
            continue
        kept.append(number)
        full, full_radii = np.concatenate([full, points[own]]), np.concatenate([full_radii, radii[own]])
        if len(kept) == count:
            break
    return _chosen(drawn, np.array(kept, int))


def _beads(drawn: Placed) -> tuple[FloatArray, FloatArray, np.ndarray]:
    """Balls that fill each body, with their radii and the number of the body: rods as strings of beads."""
    beads = 1 if not drawn.axes.any() else 5
    share = np.linspace(-1, 1, beads)[:, None] if beads > 1 else np.zeros((1, 1))
    points = drawn.middles[:, None] + share * drawn.axes[:, None]
    owners = np.repeat(np.arange(len(drawn.radii)), beads)
    return points.reshape(-1, 3).astype(np.float32), np.repeat(drawn.radii, beads), owners


def inclusion_part(item: Inclusions, placed: Placed, rng: np.random.Generator) -> SurfacePart | None:
    """All inclusions of a kind as one part; None where there are none."""
    count = len(placed.radii)
    if count == 0:
        return None
    ball, faces = sphere()
    length = np.linalg.norm(placed.axes, axis=1, keepdims=True)
    ahead = unit(placed.axes)
    # A rod is a ball drawn apart: each half goes with its end.
    side = np.sign(np.einsum("kj,vj->kv", ahead, ball).round(4) + 1e-3)
    vertices = placed.middles[:, None] + placed.radii[:, None, None] * ball
    vertices = vertices + np.where(length > 0, side, 0)[..., None] * placed.axes[:, None]
    first = np.arange(count, dtype=np.int32)[:, None, None] * len(ball)
    bright = 1 + _BRIGHTNESS * item.spread * rng.uniform(-1, 1, (count, 1))
    colours = np.rint(levels(item.colour) * bright).clip(0, 255).astype(np.uint8)
    return SurfacePart(
        name=item.name,
        vertices=vertices.reshape(-1, 3).astype(np.float32),
        faces=(faces[None] + first).reshape(-1, 3).astype(np.int32),
        normals=np.tile(ball, (count, 1)),
        colours=np.repeat(colours, len(ball), axis=0),
        opacity=item.opacity,
    )
