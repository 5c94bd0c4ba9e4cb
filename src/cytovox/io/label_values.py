"""Whether values are labels or grey: whole numbers, and neighbours that are alike."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

ALIKE = 0.75
"""From which share of like neighbours on values are those of labels.

Of the stacks in the data folder grey values have at most 0.4 (8 bits), label maps at least 0.98.
"""
ENOUGH_PAIRS = 2000
_ROUNDED = 1e-3
"""How far from whole numbers labels may lie: headers with a scale leave 4.99999 for 5."""
_GREY_ALIKE = 0.5
_GREY_VALUES = 100


def are_whole(values: NDArray[Any]) -> bool:
    """Whether values are whole numbers, but for what a scale in a header leaves; NaN is none."""
    if values.dtype.kind in "iub":
        return True
    with np.errstate(invalid="ignore"):
        return bool((np.abs(values - np.rint(values)) < _ROUNDED).all())


def alike(values: NDArray[np.generic]) -> tuple[int, int]:
    """Neighbours within a row that are both not 0: how many pairs, and how many of one value."""
    both = (values[..., 1:] != 0) & (values[..., :-1] != 0)
    return int(np.count_nonzero(both)), int(np.count_nonzero((values[..., 1:] == values[..., :-1]) & both))


def look_grey(values: NDArray[np.uint16]) -> bool:
    """Whether whole numbers are surely grey values: a hundred of them, and neighbours that mostly differ.

    Args:
        values: Shape (slice, row, column).
    """
    pairs, same = alike(values)
    if pairs < ENOUGH_PAIRS or same > _GREY_ALIKE * pairs:
        return False
    return int(np.count_nonzero(np.bincount(values.ravel()))) > _GREY_VALUES
