"""Whether prediction sets hold the truth as often as they promise, and how much they say.

Class-conditional conformal prediction (Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World,
2005, section 4.5) promises the level for each class, so that each class is looked at by itself.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class SetFigures:
    """Prediction sets of cells of one true class, or of all.

    Attributes:
        coverage: Share of the cells whose set holds their true class.
        mean_size: Mean number of classes in a set.
        empty: Share of the cells whose set is empty: typical of none of the classes.
    """

    coverage: float
    mean_size: float
    empty: float


def set_figures(sets: NDArray[np.bool_], truth: NDArray[np.intp]) -> SetFigures:
    """Figures of the sets of some cells; NaN without cells.

    Args:
        sets: Shape (n, classes).
        truth: True classes, shape (n,).
    """
    if not len(truth):
        return SetFigures(float("nan"), float("nan"), float("nan"))
    size = sets.sum(axis=1)
    held = sets[np.arange(len(truth)), truth]
    return SetFigures(float(held.mean()), float(size.mean()), float((size == 0).mean()))
