"""Circles that the rims of dark shapes on a bright ground belong to, whole or in part.

Cells of a smear touch, overlap and are cut by the border of the picture, so whole outlines are rarely free. A
stretch of rim that is free still tells its circle: every point of a contour votes, at several lengths of arc,
for the circle through it and two points along the contour, provided that points in between lie on that circle
too and that the shape lies inside it. The rim of a pale centre bends the other way and votes for nothing, so
neither holes nor broken rings disturb.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]
Numbers = NDArray[np.float32]
Indices = NDArray[np.int64]

_ARMS_PX = (4, 7, 12, 20, 34)
"""Contour pixels from the middle of an arc to its ends: arcs of circles of 3 to 65 px radius."""
_LEAST_TURN, _MOST_TURN = np.deg2rad(60.0), np.deg2rad(170.0)
_TOLERANCE, _TOLERANCE_PX = 0.15, 0.3
"""How far points of an arc may lie off its circle: as a fraction of the radius, plus the grid of the mask."""
_SHORTEST_CONTOUR_PX = 16
_POINTS_PER_ARM = 4
_BLOCK_PX = 8


@dataclass(frozen=True, slots=True)
class RimCircles:
    """Circles voted for, as columns of equal length n.

    Attributes:
        centre: Array (n, 2): (x, y) in pixels.
        radius: Array (n,) in pixels.
        rim: Array (n, 2): the point of the contour that voted.
        weight: Array (n,): the share of a whole circle that the vote stands for; the votes of one free circle
            add to about 1.
        block: Array (n,): number of the stretch of contour that voted, for `normalised`.
        length: Array (n,): pixels of contour that the vote stands for.
        emphasis: Array (n,): how much more a long arc counts than a short one.
    """

    centre: Points
    radius: Numbers
    rim: Points
    weight: Numbers
    block: Indices
    length: Numbers
    emphasis: Numbers

    def __len__(self) -> int:
        return len(self.radius)

    def select(self, chosen: NDArray[np.bool_]) -> "RimCircles":
        """The votes where `chosen` (n,) is true, their weights shared out anew among those that are left."""
        kept = RimCircles(
            self.centre[chosen],
            self.radius[chosen],
            self.rim[chosen],
            self.weight[chosen],
            self.block[chosen],
            self.length[chosen],
            self.emphasis[chosen],
        )
        return kept.normalised()

    def normalised(self) -> "RimCircles":
        """The same votes, with weights such that a stretch of contour counts once however often it voted."""
        emphasised = self.length * self.emphasis
        total = np.bincount(self.block, emphasised)[self.block] if len(self) else emphasised
        share = emphasised * _BLOCK_PX / np.maximum(_BLOCK_PX, total)
        weight = (share / (2 * np.pi * self.radius)).astype(np.float32)
        return RimCircles(self.centre, self.radius, self.rim, weight, self.block, self.length, self.emphasis)


@dataclass(frozen=True, slots=True)
class _Contours:
    """Points of closed contours: start and length of a point's contour, place in it, at the border or not."""

    point: Points
    start: Indices
    length: Indices
    place: Indices
    at_border: NDArray[np.bool_]

    def along(self, which: Indices, steps: int) -> Indices:
        """Indices of the points that lie some steps further along their contours."""
        return self.start[which] + (self.place[which] + steps) % self.length[which]


def rim_circles(mask: NDArray[np.uint8]) -> RimCircles:
    """Circles that the rims of a mask's shapes belong to.

    Args:
        mask: Shape (H, W), uint8, not 0 inside the shapes.

    Returns:
        The votes, with weights not yet normalised; possibly none.
    """
    contours = _trace(mask)
    votes = [_votes(contours, arm) for arm in _ARMS_PX] if len(contours.point) else []
    if not votes:
        empty = np.zeros(0, np.float32)
        points = np.zeros((0, 2), np.float32)
        return RimCircles(points, empty, points, empty, np.zeros(0, np.int64), empty, empty)
    return RimCircles(*(np.concatenate(columns) for columns in zip(*votes, strict=True)))


def _trace(mask: NDArray[np.uint8]) -> _Contours:
    found, _ = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    chains = [chain[:, 0, :] for chain in found if len(chain) >= _SHORTEST_CONTOUR_PX]
    lengths = np.array([len(chain) for chain in chains], np.int64)
    raw = np.concatenate([np.zeros((0, 2), np.int32), *chains])
    start = np.repeat(np.cumsum(lengths) - lengths, lengths)
    contours = _Contours(
        point=raw.astype(np.float32),
        start=start,
        length=np.repeat(lengths, lengths),
        place=np.arange(len(raw)) - start,
        at_border=np.any((raw <= 1) | (raw >= np.array(mask.shape[::-1]) - 2), axis=1),
    )
    every = np.arange(len(raw))
    smooth = contours.point.copy()
    for steps in (-2, -1, 1, 2):
        smooth += contours.point[contours.along(every, steps)]
    return _Contours(smooth / np.float32(5), start, contours.length, contours.place, contours.at_border)


def _votes(contours: _Contours, arm: int) -> tuple[NDArray[np.generic], ...]:
    """Columns of `RimCircles` from arcs that reach `arm` contour pixels to either side of their middle."""
    step = max(1, arm // _POINTS_PER_ARM)
    which = np.flatnonzero(
        (contours.place % step == 0) & (contours.length >= 2.2 * arm) & ~contours.at_border
    )
    before, after = contours.along(which, -arm), contours.along(which, arm)
    free = ~(contours.at_border[before] | contours.at_border[after])
    which, before, after = which[free], before[free], after[free]
    middle, first, last = (contours.point[i] for i in (which, before, after))
    half_turn = _turn(middle - first, last - middle)
    bent = (2 * half_turn > _LEAST_TURN) & (2 * half_turn < _MOST_TURN)
    which, middle, half_turn = which[bent], middle[bent], half_turn[bent]
    centre, radius = _circle(first[bent], middle, last[bent], half_turn)
    misfit = np.abs(np.hypot(*(middle - centre).T) - radius)
    for steps in (-arm // 2, arm // 2):
        between = contours.point[contours.along(which, steps)]
        misfit = np.maximum(misfit, np.abs(np.hypot(*(between - centre).T) - radius))
    round_ = misfit < _TOLERANCE * radius + _TOLERANCE_PX
    radius, half_turn = radius[round_], half_turn[round_]
    length = (step * half_turn * radius / arm).astype(np.float32)
    return (
        centre[round_],
        radius,
        middle[round_],
        length / (2 * np.pi * radius),
        which[round_] // _BLOCK_PX,
        length,
        np.sqrt(2 * half_turn / 1.5),
    )


def _turn(incoming: Points, outgoing: Points) -> Numbers:
    """Angle by which a contour bends towards its shape, in radians; below 0 where it bends away.

    OpenCV goes round a shape so that, with y pointing down, bending towards it is a negative cross product.
    """
    cross = incoming[:, 0] * outgoing[:, 1] - incoming[:, 1] * outgoing[:, 0]
    return np.asarray(-np.arctan2(cross, (incoming * outgoing).sum(axis=1)), np.float32)


def _circle(first: Points, middle: Points, last: Points, half_turn: Numbers) -> tuple[Points, Numbers]:
    """Circle through the ends of an arc, with the radius that its bend gives (inscribed angle theorem)."""
    chord = last - first
    length = np.hypot(chord[:, 0], chord[:, 1])
    radius = length / (2 * np.sin(half_turn))
    half_way = (first + last) / 2
    normal = np.stack([-chord[:, 1], chord[:, 0]], axis=1) / np.maximum(length, 1e-6)[:, None]
    side = np.sign(((middle - half_way) * normal).sum(axis=1))
    centre = half_way - normal * (side * radius * np.cos(half_turn))[:, None]
    return centre, radius
