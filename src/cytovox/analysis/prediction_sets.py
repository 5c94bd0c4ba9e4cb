"""Prediction sets: every class that a cell is typical of, not just the likeliest.

Class-conditional ("Mondrian") split conformal prediction with the probability itself as conformity (Vovk,
Gammerman and Shafer, Algorithmic Learning in a Random World, 2005, section 4.5; Sadinle, Lei and
Wasserman, Least ambiguous set-valued classifiers with bounded error levels, JASA 2019). Of new cells of
class c, drawn like the calibration cells of class c, at least the level have c in their set, whatever the
network is worth.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import InputError


def prediction_sets(
    probabilities: NDArray[np.float64], classes: Sequence[str], least_probability: Mapping[str, float]
) -> NDArray[np.bool_]:
    """Whether each class is in each cell's set, shape (n, k): its probability reaches the class's least one.

    Args:
        probabilities: Calibrated, shape (n, k), not rounded: ties at a threshold decide membership.
        classes: Keys of the k columns.
        least_probability: Threshold by class; a class without one is in every set.
    """
    least = np.array([least_probability.get(key, 0.0) for key in classes])
    return np.asarray(probabilities >= least)


def least_probabilities(
    probabilities: NDArray[np.float64], targets: NDArray[np.integer], level: float
) -> NDArray[np.float64]:
    """Threshold of each class, shape (k,), from cells that the network was not trained on.

    The threshold of a class with n cells is the r-th smallest probability that they give their own class,
    with r = floor((1 - level) (n + 1)); with r = 0 the cells are too few to leave any out, and it is 0.

    Args:
        probabilities: Calibrated, shape (n, k).
        targets: Class index of each cell, shape (n,).
        level: Share of cells whose true class is to be in the set, above 0 and below 1.

    Raises:
        InputError: The level is out of range.
    """
    if not 0 < level < 1:
        raise InputError(f"prediction sets: expected a level above 0 and below 1, got {level}")
    least = np.zeros(probabilities.shape[1])
    for column in range(probabilities.shape[1]):
        own = np.sort(probabilities[targets == column, column])
        # A hair above, for 0.1 * (9 + 1) must be 1 and not 0.99999.
        rank = math.floor((1 - level) * (len(own) + 1) + 1e-9)
        least[column] = own[rank - 1] if rank else 0.0
    return least
