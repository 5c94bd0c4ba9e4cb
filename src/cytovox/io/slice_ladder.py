"""From the places of single slices to evenly spaced ones.

A scanner writes one position a slice. Where they are evenly spaced the distance follows from the first and
the last; a missing slice and mild unevenness are filled in by interpolation, and what would have to be made
up is refused.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import InputError
from cytovox.domain.findings import QualityWarning
from cytovox.domain.volume import Float64Array

SAME_PLACE_MM = 0.01
"""Slices nearer than this lie at the same place."""
_TOLERATED, _ROUNDED, _ROUNDED_MM = 0.05, 0.2, 0.1
"""How far a slice may lie off its rung: a part of the distance, or what rounding to 0.1 mm does."""
_MOST_MISSING = 0.1
_LONGEST_GAP = 4
_MOST_UNEVEN = 2.0


@dataclass(frozen=True, slots=True)
class SliceLadder:
    """Evenly spaced places of slices, and how to get there from the ones that exist.

    Attributes:
        order: Positions of the existing slices in the caller's list, along the normal.
        rungs: Place of each even slice among the ordered ones, with fractions, ascending.
        first_mm: Middle of the first pixel of the first slice, LPS, shape (3,).
        step_mm: From one even slice to the next, LPS, shape (3,); not along the normal where the gantry is
            tilted.
        warnings: What had to be filled in.
    """

    order: NDArray[np.intp]
    rungs: Float64Array
    first_mm: Float64Array
    step_mm: Float64Array
    warnings: tuple[QualityWarning, ...] = ()

    @property
    def sources(self) -> list[tuple[int, int, float]]:
        """For each even slice the ordered slices before and after it, and the part of the one after."""
        last = len(self.order) - 1
        return [(int(place), min(int(place) + 1, last), float(place % 1)) for place in self.rungs]


def place_ranks(distances: Float64Array) -> NDArray[np.int64]:
    """Rank of each distance along a normal, mm, from 0; distances at the same place share one."""
    order = np.argsort(distances, kind="stable")
    ranks = np.empty(len(distances), np.int64)
    ranks[order] = np.concatenate([[0], np.cumsum(np.diff(distances[order]) > SAME_PLACE_MM)])
    return ranks


def climb(positions_mm: Float64Array, normal: Float64Array) -> SliceLadder:
    """Even places for slices at known positions.

    Args:
        positions_mm: Middle of the first pixel of each slice, LPS, shape (n, 3), n at least 2, no two of them
            at the same distance along the normal.
        normal: Unit vector across the slices, shape (3,).

    Raises:
        InputError: Too many slices are missing, the distances differ too much, or the slices do not lie on a
            line.
    """
    distances = positions_mm @ normal
    order = np.argsort(distances, kind="stable")
    ordered = distances[order]
    along = _line(positions_mm[order], ordered)
    gaps = np.diff(ordered)
    usual = float(np.median(gaps))
    warnings: tuple[QualityWarning, ...] = ()
    even = np.linspace(0, len(order) - 1, len(order))
    if _on_rungs(ordered - ordered[0], even, (ordered[-1] - ordered[0]) / (len(order) - 1)):
        rungs = even
    elif (steps := _whole_steps(gaps, usual)) is not None:
        rungs, warnings = _with_missing(steps)
    else:
        rungs, warnings = _evened(ordered, gaps)
    step = (ordered[-1] - ordered[0]) / (len(rungs) - 1)
    return SliceLadder(order, rungs, positions_mm[order[0]].copy(), along * step, warnings)


def _line(ordered_mm: Float64Array, distances: Float64Array) -> Float64Array:
    # From slice to slice for 1 mm along the normal. In-plane drift that is not a straight line is no stack.
    along: Float64Array = (ordered_mm[-1] - ordered_mm[0]) / (distances[-1] - distances[0])
    off = ordered_mm - ordered_mm[0] - np.outer(distances - distances[0], along)
    worst = float(np.abs(off).max())
    if worst > max(1.0, 0.2 * float(np.median(np.diff(distances)))):
        raise InputError(
            f"the slices do not lie in a straight row, one is {worst:.1f} mm beside it; "
            "expected one stack of parallel slices, export the scan's parts one by one"
        )
    return along


def _on_rungs(distances: Float64Array, rungs: Float64Array, step: float) -> bool:
    tolerated = max(_TOLERATED * step, min(_ROUNDED * step, _ROUNDED_MM))
    return bool(np.abs(distances - rungs * step).max() <= tolerated)


def _whole_steps(gaps: Float64Array, usual: float) -> NDArray[np.int64] | None:
    steps = np.rint(gaps / usual).astype(np.int64)
    if steps.min() < 1:
        return None
    places = np.concatenate([[0], np.cumsum(steps)])
    distances = np.concatenate([[0], np.cumsum(gaps)])
    return steps if _on_rungs(distances, places.astype(float), float(distances[-1] / places[-1])) else None


def _with_missing(steps: NDArray[np.int64]) -> tuple[Float64Array, tuple[QualityWarning, ...]]:
    missing, present = int(steps.sum() - len(steps)), len(steps) + 1
    if steps.max() > _LONGEST_GAP or missing > max(1, _MOST_MISSING * present):
        raise InputError(
            f"missing slices: {missing} of {missing + present}, {int(steps.max()) - 1} in a row; "
            "expected a whole series, export it again with all its slices"
        )
    rungs = np.concatenate([at + np.arange(count) / count for at, count in enumerate(steps)] + [[len(steps)]])
    return rungs, (
        QualityWarning(
            "missing_slices",
            f"Missing slices: {missing} of {missing + present}. They were interpolated from their "
            "neighbours; export the whole series for exact results.",
        ),
    )


def _evened(ordered: Float64Array, gaps: Float64Array) -> tuple[Float64Array, tuple[QualityWarning, ...]]:
    narrow, wide = float(gaps.min()), float(gaps.max())
    if wide > _MOST_UNEVEN * narrow:
        raise InputError(
            f"the slices are {narrow:.2f} to {wide:.2f} mm apart; expected equal distances, or ones that "
            f"differ by at most a factor of {_MOST_UNEVEN:g}; choose one series with even slices"
        )
    count = round((ordered[-1] - ordered[0]) / narrow) + 1
    rungs = np.interp(
        np.linspace(ordered[0], ordered[-1], count), ordered, np.arange(len(ordered), dtype=float)
    )
    return rungs, (
        QualityWarning(
            "uneven_slices",
            f"The slices are {narrow:.2f} to {wide:.2f} mm apart. They were interpolated to {count} "
            "slices at equal distances.",
        ),
    )
