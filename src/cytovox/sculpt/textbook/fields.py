"""Bodies as functions of space: how deep a point lies in one, above 0 inside."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray

Field = Callable[[FloatArray], FloatArray]
"""Points (n, 3) in micrometres to depths (n,), about micrometres near the border, above 0 inside."""

_LATTICE = 16
_EVANS_FUNG = (0.81, 7.83, -4.39)
"""Coefficients of the thickness of a red cell, um (Evans and Fung, Microvasc Res 4 (1972) 335)."""
_EVANS_FUNG_RADIUS_UM = 3.91


def ellipsoid(semi_um: tuple[float, float, float], centre_um: tuple[float, float, float]) -> Field:
    """A body of three half axes; the depth is the first-order distance to its surface."""
    semi = np.array(semi_um, np.float32)

    def depth(points: FloatArray) -> FloatArray:
        scaled = (points - np.array(centre_um, np.float32)) / semi
        level = np.linalg.norm(scaled, axis=1)
        slope = np.linalg.norm(scaled / semi, axis=1)
        return np.asarray(level * (1 - level) / np.maximum(slope, 1e-6 / semi.max()), np.float32)

    return depth


def biconcave(radius_um: float, height: float = 1.0) -> Field:
    """The disc of Evans and Fung, of a given radius and with `height` times its thickness.

    The depth is the first-order distance to the surface.
    """
    c0, c1, c2 = (height * radius_um / _EVANS_FUNG_RADIUS_UM * c / 2 for c in _EVANS_FUNG)

    def depth(points: FloatArray) -> FloatArray:
        share = (points[:, 0] ** 2 + points[:, 1] ** 2) / np.float32(radius_um**2)
        half = c0 + c1 * share + c2 * share**2
        # The thickness has a wall at the border, its square an even slope.
        squares = (1 - share) * half**2 - points[:, 2] ** 2
        slope = (2 * (1 - share) * (c1 + 2 * c2 * share) - half) * half * np.sqrt(share) * 2 / radius_um
        steep = np.hypot(slope, 2 * points[:, 2])
        return np.asarray(squares / np.maximum(steep, 0.5 * c0), np.float32)

    return depth


def biconcave_volume_fl(radius_um: float) -> float:
    """Volume of the disc of Evans and Fung of a given radius, as thick as in proportion, fL.

    The integral of thickness over the disc: with u = 1 - (r/R)^2 it is a sum of powers of u from 0 to 1.
    """
    c0, c1, c2 = _EVANS_FUNG
    powers = ((c0 + c1 + c2, 1.5), (-c1 - 2 * c2, 2.5), (c2, 3.5))
    integral = sum(factor / power for factor, power in powers)
    return float(np.pi * radius_um**2 * integral * radius_um / _EVANS_FUNG_RADIUS_UM)


def strand(knots: FloatArray, *, flatness: float = 1.0) -> Field:
    """A tube of varying width along straight pieces between knots; one knot makes a ball.

    Args:
        knots: Rows (x, y, z, radius), um.
        flatness: Height over width of the whole about z of the first knot.
    """
    starts, ends = (knots[:-1], knots[1:]) if len(knots) > 1 else (knots, knots)
    level = knots[0, 2]

    def depth(points: FloatArray) -> FloatArray:
        x, y = points[:, 0], points[:, 1]
        z = level + (points[:, 2] - level) / np.float32(flatness)
        best = np.full(len(points), -np.inf, np.float32)
        for start, end in zip(starts, ends, strict=True):
            from_x, from_y, from_z = x - start[0], y - start[1], z - start[2]
            way = end - start
            length2 = np.float32(max(float(way[:3] @ way[:3]), 1e-9))
            along = np.clip((from_x * way[0] + from_y * way[1] + from_z * way[2]) / length2, 0, 1)
            apart2 = (
                (from_x - along * way[0]) ** 2
                + (from_y - along * way[1]) ** 2
                + (from_z - along * way[2]) ** 2
            )
            best = np.maximum(best, start[3] + along * way[3] - np.sqrt(apart2))
        return best

    return depth


def joined(fields: tuple[Field, ...], blend_um: float) -> Field:
    """The union of bodies, with fillets of about `blend_um` where they meet."""

    def depth(points: FloatArray) -> FloatArray:
        best = fields[0](points)
        for field in fields[1:]:
            best = _smooth_max(best, field(points), blend_um)
        return best

    return depth


def within(inner: Field, outer: Field, room_um: float, blend_um: float = 0.4) -> Field:
    """A body kept `room_um` below the surface of another, without a crease where it is cut."""

    def depth(points: FloatArray) -> FloatArray:
        depths = inner(points)
        near = depths > -2 * blend_um  # farther out the other surface does not matter
        depths[near] = kept_below(depths[near], outer(points[near]), room_um, blend_um)
        return depths

    return depth


def kept_below(inner: FloatArray, outer: FloatArray, room_um: float, blend_um: float = 0.4) -> FloatArray:
    """Depths in a body that is kept `room_um` below the surface of another, from the depths in both."""
    return -_smooth_max(-inner, room_um - outer, blend_um)


def rough(field: Field, amplitude_um: float, wavelength_um: float, seed: int) -> Field:
    """A body whose surface rises and falls by up to about an amplitude."""
    if amplitude_um == 0:
        return field

    def depth(points: FloatArray) -> FloatArray:
        return np.asarray(field(points) + amplitude_um * noise(points, wavelength_um, seed), np.float32)

    return depth


def smeared(field: Field, amplitude_um: float, wavelength_um: float, seed: int) -> Field:
    """A body whose outline is drawn out sideways here and pushed in there, at the same height."""
    if amplitude_um == 0:
        return field

    def depth(points: FloatArray) -> FloatArray:
        level = points * np.array([1, 1, 0], np.float32)
        moved = points.copy()
        for axis in (0, 1):
            moved[:, axis] += np.float32(amplitude_um) * noise(level, wavelength_um, seed + axis)
        return field(moved)

    return depth


def scaled(field: Field, factor: float) -> Field:
    """A body made wider, in x and y, by a factor."""
    scale = np.array([factor, factor, 1.0], np.float32)
    return lambda points: field(points / scale)


def noise(points: FloatArray, wavelength_um: float, seed: int) -> FloatArray:
    """Smooth random numbers -1 to 1 in space, the same for the same seed, shape (n,).

    Values on a cubic lattice, joined by cubics without slope at the nodes (value noise, after Perlin,
    SIGGRAPH 1985).
    """
    lattice = np.random.default_rng(seed).uniform(-1, 1, (_LATTICE,) * 3).astype(np.float32)
    at = points.T / np.float32(wavelength_um / 2) + np.float32(_LATTICE / 2)
    low = np.floor(at)
    x, y, z = at - low
    x, y, z = (part * part * (3 - 2 * part) for part in (x, y, z))
    low = low.astype(np.int32)
    # Places of the eight corners in the flattened lattice, x varying slowest.
    rows, columns, layers = (
        [(low[axis] + step) % _LATTICE * np.int32(_LATTICE ** (2 - axis)) for step in (0, 1)]
        for axis in range(3)
    )
    flat = lattice.ravel()

    def along_z(row: NDArray[np.int32], column: NDArray[np.int32]) -> FloatArray:
        start = row + column
        near, far = flat[start + layers[0]], flat[start + layers[1]]
        return np.asarray(near + (far - near) * z, np.float32)

    def along_y(row: NDArray[np.int32]) -> FloatArray:
        near, far = along_z(row, columns[0]), along_z(row, columns[1])
        return np.asarray(near + (far - near) * y, np.float32)

    near, far = along_y(rows[0]), along_y(rows[1])
    return np.asarray(near + (far - near) * x, np.float32)


def smooth_path(knots: FloatArray, *, closed: bool = False, pieces: int = 6) -> FloatArray:
    """Knots (n, 4) with more between them on a Catmull-Rom curve, shape (m, 4)."""
    if len(knots) < 3:
        return knots
    before, after = (knots[-1], knots[0]) if closed else (2 * knots[0] - knots[1], 2 * knots[-1] - knots[-2])
    ring = np.vstack([before, knots, *([knots[:1], knots[1:2]] if closed else [after])])
    t = np.linspace(0, 1, pieces, endpoint=False)[:, None]
    curve = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(ring, ring[1:], ring[2:], ring[3:], strict=False)
    ]
    last = knots[:1] if closed else knots[-1:]
    path = np.vstack([*curve, last])
    path[:, 3] = np.maximum(path[:, 3], 0.3 * knots[:, 3].min())
    return path.astype(np.float32)


def _smooth_max(first: FloatArray, second: FloatArray, blend: float) -> FloatArray:
    """The larger of two, rounded where they are alike (polynomial of Quilez, 2013)."""
    share = np.clip(0.5 + (first - second) / np.float32(2 * blend), 0, 1)
    return np.asarray(second + (first - second) * share + blend * share * (1 - share), np.float32)


def inside_all(field: Field, points: FloatArray) -> NDArray[np.bool_]:
    """Which of several sets of points (sets, n, 3) lie wholly in a body, shape (sets,)."""
    return np.asarray((field(points.reshape(-1, 3)) > 0).reshape(points.shape[:2]).all(axis=1))
