"""Colours of surfaces as functions of space."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.colour import rgb
from cytovox.domain.geometry import FloatArray
from cytovox.sculpt.textbook.fields import noise
from cytovox.sculpt.textbook.spec import Body, Texture

_SOFTNESS = 0.7
"""Width of the way from light to dark, as values of the noise, whose standard deviation is about 0.35."""

Paint = Callable[[FloatArray], FloatArray]
"""Points (n, 3) in um to sRGB 0..255 (n, 3)."""


def levels(colour: str) -> FloatArray:
    """Three numbers 0..255 of a colour "#rrggbb"."""
    return np.array(rgb(colour), np.float32)


def plain(colour: str) -> Paint:
    """One colour all over."""
    return lambda points: np.tile(levels(colour), (len(points), 1))


def clumps(
    texture: Texture, middle: FloatArray, semi_um: tuple[float, float, float], seed: int
) -> Callable[[FloatArray], FloatArray]:
    """How much of a clump lies at points, 0 to 1, shape (n,).

    Args:
        texture: Of the chromatin.
        middle: Of the nucleus, (3,), um.
        semi_um: Half its width, depth and height.
        seed: Of clumps at random.
    """
    semi = np.array(semi_um, np.float32)

    def at_random(points: FloatArray) -> FloatArray:
        signal = noise(points, 2 * texture.clump_um, seed)
        signal = signal + np.float32(0.5) * noise(points, texture.clump_um, seed + 1)
        return _step((signal - np.float32(0.8 * (0.5 - texture.share))) / np.float32(_SOFTNESS))

    def on_a_clock_face(points: FloatArray) -> FloatArray:
        apart = np.full(len(points), np.inf, np.float32)
        uneven = 0.4 * texture.clump_um * noise(points, texture.clump_um, seed)
        for direction in _directions(texture.blocks):
            apart = np.minimum(apart, np.linalg.norm(points - middle - semi * direction, axis=1))
        return _step((texture.clump_um - apart + uneven) / (0.5 * texture.clump_um))

    return on_a_clock_face if texture.blocks else at_random


def chromatin(texture: Texture, amount: Callable[[FloatArray], FloatArray]) -> Paint:
    """Dark where clumps lie, light between them."""
    light, dark = levels(texture.light), levels(texture.dark)
    return lambda points: light + (dark - light) * amount(points)[:, None]


def cytoplasm(body: Body, radius_um: float) -> Paint:
    """The body's colour with its rim and its zones."""
    base = levels(body.colour)

    def paint(points: FloatArray) -> FloatArray:
        colours = np.tile(base, (len(points), 1))
        across = points[:, :2] / np.float32(radius_um)
        if body.rim is not None:
            share = np.clip((np.linalg.norm(across, axis=1) - 0.65) / 0.35, 0, 1)[:, None]
            colours += share * (levels(body.rim) - colours)
        for zone in body.zones:
            away = np.linalg.norm(across - np.array(zone.place, np.float32), axis=1) / zone.radius
            share = _step(1.6 * (0.7 - away))[:, None]
            colours += share * (levels(zone.colour) - colours)
        return colours

    return paint


def with_spots(paint: Paint, places: FloatArray, radii: FloatArray, colour: str) -> Paint:
    """A paint through which bodies that lie below it show, as nucleoli do in a nucleus.

    Args:
        paint: Of the surface.
        places: Middles of the bodies, shape (k, 3), um.
        radii: Theirs, shape (k,), um.
        colour: Theirs.
    """
    spot = levels(colour)

    def painted(points: FloatArray) -> FloatArray:
        colours = paint(points)
        for place, radius in zip(places, radii, strict=True):
            away = np.linalg.norm(points[:, :2] - place[:2], axis=1) / radius
            share = 0.7 * _step(4 * (1.1 - away))[:, None]
            colours = colours + share * (spot - colours)
        return colours

    return painted


def _directions(count: int) -> FloatArray:
    """Directions at even distances all round (Fibonacci lattice), shape (count, 3)."""
    number = np.arange(count) + 0.5
    z = 1 - 2 * number / count
    turn = number * np.pi * (3 - np.sqrt(5))
    flat = np.sqrt(1 - z**2)
    return np.stack([flat * np.cos(turn), flat * np.sin(turn), z], axis=1).astype(np.float32)


def _step(values: NDArray[np.floating]) -> FloatArray:
    """From 0 to 1 with values from -0.5 to 0.5, rounded at both ends."""
    t = np.clip(values + 0.5, 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)
