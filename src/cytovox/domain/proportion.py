"""A share of counted things, with its interval."""

import math
from dataclasses import dataclass

from cytovox.domain.errors import InputError

_Z95 = 1.959963984540054
"""97.5 % point of the standard normal distribution."""


@dataclass(frozen=True, slots=True)
class Proportion:
    """A share and its 95 % interval.

    Attributes:
        count: Things that have the property.
        total: Things that were looked at.
        low: Lower end of the interval, 0..1.
        high: Upper end, 0..1.
    """

    count: int
    total: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The count over the total, NaN of nothing."""
        return self.count / self.total if self.total else math.nan


def wilson(count: int, total: int) -> Proportion:
    """The share with its 95 % score interval (Wilson, J Am Stat Assoc 22 (1927) 209-212).

    Of nothing, the interval is 0 to 1.

    Raises:
        InputError: `count` is negative or above `total`.
    """
    if not 0 <= count <= total:
        raise InputError(f"proportion: expected a count from 0 to {total}, got {count}")
    if total == 0:
        return Proportion(0, 0, 0.0, 1.0)
    share, z2 = count / total, _Z95**2 / total
    middle = (share + z2 / 2) / (1 + z2)
    half = math.sqrt(share * (1 - share) * z2 + z2 * z2 / 4) / (1 + z2)
    return Proportion(
        count,
        total,
        0.0 if count == 0 else max(middle - half, 0.0),
        1.0 if count == total else min(middle + half, 1.0),
    )
