"""From which chance on a slice may hold an organ: chosen so that almost none is missed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_MISSED = 0.01
_CAUTION = 0.1
_LEAST, _MOST = 0.01, 0.5


def choose_thresholds(chances: NDArray[np.float32], present: NDArray[np.int8]) -> tuple[float, ...]:
    """A threshold for each organ.

    A tenth of the chance below which only 1 % of the slices that hold the organ lie, between 0.01 and 0.5.
    The next person's slices differ from those that it is chosen on: with a half instead of a tenth,
    thresholds from six people missed an organ of two others 3 times in 56, and with a tenth never.

    Args:
        chances: Of slices that the network was not trained on, shape (slices, organs).
        present: 1 where the organ is there, 0 where it is not, below 0 where nobody looked; same shape.
    """
    return tuple(_threshold(chances[present[:, k] > 0, k]) for k in range(chances.shape[1]))


def _threshold(of_holders: Sequence[float] | NDArray[np.float32]) -> float:
    if not len(of_holders):
        return _LEAST
    return float(np.clip(_CAUTION * np.quantile(np.asarray(of_holders, np.float64), _MISSED), _LEAST, _MOST))
