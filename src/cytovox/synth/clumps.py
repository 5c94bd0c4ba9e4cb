"""Platelet clumps, made of platelets that touch each other."""

import numpy as np

from cytovox.synth.cut_outs import CutOut
from cytovox.synth.cutting import filled_outline
from cytovox.synth.pasting import add_density, draw_turn, turned
from cytovox.synth.strewing import Ground, place_beside, place_over

FEWEST_PLATELETS, MOST_PLATELETS = 3, 12
_UM_PER_PX = 0.1
_SIDE_UM = 40.0
_MATRIX = 0.12
"""Density of the matter between the platelets, as a share of the platelets' own."""


def make_clumps(platelets: tuple[CutOut, ...], number: int, rng: np.random.Generator) -> tuple[CutOut, ...]:
    """So many clumps of 3 to 12 of the platelets each; few platelets more often than many.

    Args:
        platelets: Cut-outs of single platelets.
        number: How many clumps.
        rng: Source of their choice and places.
    """
    return tuple(_clump(platelets, rng) for _ in range(number))


def _clump(platelets: tuple[CutOut, ...], rng: np.random.Generator) -> CutOut:
    wanted = FEWEST_PLATELETS + int(
        rng.integers(0, MOST_PLATELETS - FEWEST_PLATELETS + 1) * rng.uniform(0.3, 1)
    )
    side = round(_SIDE_UM / _UM_PER_PX)
    ground = Ground((side, side), 0)
    members: list[CutOut] = []
    first = platelets[int(rng.integers(len(platelets)))]
    # Platelets of one stain: those of one picture set hang together anyway, and gains are set per clump.
    for _ in range(4 * wanted):
        if len(members) == wanted:
            break
        chosen = first if not members else platelets[int(rng.integers(len(platelets)))]
        gain = np.asarray(np.clip(first.reference / chosen.reference, 0.6, 1.6), np.float32)
        patch = turned(chosen, draw_turn(rng, 0.15), _UM_PER_PX, gain)
        if not members:
            ground.add(patch.at(side // 2, side // 2))
            members.append(chosen)
            continue
        host = int(rng.integers(len(ground.placed)))
        if (rng.random() < 0.5 and place_over(ground, patch, host + 1, rng, deepest=0.2)) or place_beside(
            ground, patch, ground.placed[host], rng, gap_px=0
        ):
            members.append(chosen)
    return _merged(ground, members)


def _merged(ground: Ground, members: list[CutOut]) -> CutOut:
    density = np.zeros((*ground.shape, 3), np.float32)
    for patch in ground.placed:
        add_density(density, patch)
    mask, outline = filled_outline(ground.owners > 0, 0.4 / _UM_PER_PX)
    first = members[0]
    between = mask & (ground.owners == 0)
    density[between] = np.maximum(density[between], _MATRIX * first.reference)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    margin = 9
    top, left = max(int(rows[0]) - margin, 0), max(int(columns[0]) - margin, 0)
    window = np.s_[top : int(rows[-1]) + margin + 1, left : int(columns[-1]) + margin + 1]
    return CutOut(
        density=density[window].astype(np.float16),
        mask=mask[window].copy(),
        outline=np.asarray(outline - [left, top], np.float32),
        label="platelet_clump",
        um_per_px=_UM_PER_PX,
        reference=first.reference,
        light=first.light,
        source=first.source,
        picture="+".join(sorted({member.picture for member in members})),
        split=first.split,
    )
