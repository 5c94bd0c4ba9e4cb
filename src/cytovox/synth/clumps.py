"""Platelet clumps, made of platelets that touch each other."""

import numpy as np

from cytovox.synth.cut_outs import CutOut
from cytovox.synth.cutting import filled_outline
from cytovox.synth.pasting import Patch, add_density, draw_turn, turned
from cytovox.synth.strewing import Ground

FEWEST_PLATELETS, MOST_PLATELETS = 3, 12
_UM_PER_PX = 0.15
"""That of most platelets: a clump is shrunk further when it is laid down."""
_SIDE_UM = 60.0
_SIZE_SPREAD = 0.2
_DIRECTIONS = 5
_SUNK = 0.22
"""Share of a platelet that may lie over the others."""
_CLOSED_UM = 1.6
"""Gaps between platelets narrower than this hold the clump's matrix."""
_MATRIX = 0.12
"""Density of the matrix, as a share of the platelets' own."""
_MARGIN_PX = 5


def make_clumps(platelets: tuple[CutOut, ...], number: int, rng: np.random.Generator) -> tuple[CutOut, ...]:
    """So many clumps of 3 to 12 of the platelets each.

    Args:
        platelets: Cut-outs of single platelets.
        number: How many clumps.
        rng: Source of their choice and places.
    """
    return tuple(_clump(platelets, rng) for _ in range(number))


def _clump(platelets: tuple[CutOut, ...], rng: np.random.Generator) -> CutOut:
    side = round(_SIDE_UM / _UM_PER_PX)
    ground = Ground((side, side), 0)
    members = [
        platelets[int(i)]
        for i in rng.integers(0, len(platelets), rng.integers(FEWEST_PLATELETS, MOST_PLATELETS + 1))
    ]
    reference = members[0].reference
    for member in members:
        gain = np.asarray(np.clip(reference / member.reference, 0.6, 1.6), np.float32)
        patch = turned(member, draw_turn(rng, _SIZE_SPREAD), _UM_PER_PX, gain)
        ground.add(_settled(ground, patch, rng))
    return _merged(ground, members)


def _settled(ground: Ground, patch: Patch, rng: np.random.Generator) -> Patch:
    """The patch against the others, on the side where it comes closest to their middle."""
    middle = 0.5 * np.array(ground.shape)
    corner = middle - 0.5 * np.array(patch.mask.shape)
    sunk_px = _SUNK * rng.uniform(0.3, 1.0) * patch.mask.sum()
    best, nearest = patch.at(int(corner[0]), int(corner[1])), np.inf
    for angle in rng.uniform(0.0, 2.0 * np.pi, _DIRECTIONS):
        step = np.array([np.sin(angle), np.cos(angle)])
        for distance in range(int(middle.min())):
            top, left = (int(v) for v in np.round(corner + distance * step))
            if len(ground.under(patch.mask, top, left)) <= sunk_px:
                if distance < nearest:
                    best, nearest = patch.at(top, left), distance
                break
    return best


def _merged(ground: Ground, members: list[CutOut]) -> CutOut:
    density = np.zeros((*ground.shape, 3), np.float32)
    for patch in ground.placed:
        add_density(density, patch)
    mask, outline = filled_outline(ground.owners > 0, 0.5 * _CLOSED_UM / _UM_PER_PX)
    first = members[0]
    between = mask & (ground.owners == 0)
    density[between] = np.maximum(density[between], _MATRIX * first.reference)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, left = max(int(rows[0]) - _MARGIN_PX, 0), max(int(columns[0]) - _MARGIN_PX, 0)
    window = np.s_[top : int(rows[-1]) + _MARGIN_PX + 1, left : int(columns[-1]) + _MARGIN_PX + 1]
    return CutOut(
        density=density[window].astype(np.float16),
        mask=mask[window].copy(),
        outline=np.asarray(outline - np.array([left, top]), np.float32),
        label="platelet_clump",
        um_per_px=_UM_PER_PX,
        reference=first.reference,
        light=first.light,
        source=first.source,
        picture="+".join(sorted({member.picture for member in members})),
        split=first.split,
    )
