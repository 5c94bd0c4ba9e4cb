"""How far a figure could have come out otherwise: bootstrap intervals that resample whole groups.

Pictures of one cell, patient or slide are not independent, so groups are drawn, each with all of its
pictures (the cluster bootstrap; Davison and Hinkley, Bootstrap Methods and their Application, 1997,
section 3.8). Every figure here is a function of sums over pictures; the sums of a resample are the groups'
sums times how often each was drawn, so one matrix product serves all resamples.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Resamples:
    """Draws of groups with replacement.

    Attributes:
        member: Array (n,): the group of each picture, 0..groups - 1.
        times: Array (resamples, groups): how often each group was drawn; rows add to the number of groups.
    """

    member: NDArray[np.intp]
    times: NDArray[np.float64]

    @classmethod
    def of(cls, groups: Sequence[str], *, resamples: int = RESAMPLES, seed: int = 0) -> "Resamples":
        """As many draws as there are groups, repeated.

        Args:
            groups: The group of each picture, shape (n,), n > 0.
            resamples: How many times.
            seed: Of the draws.
        """
        names, member = np.unique(np.asarray(groups), return_inverse=True)
        random = np.random.default_rng(seed)
        even = np.full(len(names), 1 / len(names))
        times = random.multinomial(len(names), even, size=resamples).astype(np.float64)
        return cls(np.asarray(member, np.intp), times)

    def sums(self, values: NDArray[np.generic]) -> NDArray[np.float64]:
        """Sums over the pictures of each resample, shape (resamples, ...).

        Args:
            values: One row a picture, shape (n, ...).
        """
        by_group = np.zeros((self.times.shape[1], *values.shape[1:]))
        np.add.at(by_group, self.member, values.astype(np.float64))
        flat = self.times @ by_group.reshape(len(by_group), -1)
        return flat.reshape(len(self.times), *values.shape[1:])


def interval(values: NDArray[np.float64], level: float = LEVEL) -> tuple[float, float]:
    """Percentile interval of a figure over its resamples; NaN on both sides where no resample has the figure.

    Args:
        values: The figure of each resample, shape (resamples,); NaN where one has none.
        level: Share of the resamples between the limits.
    """
    known = values[np.isfinite(values)]
    if not known.size:
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
