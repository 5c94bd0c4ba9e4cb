"""Exact 95 % intervals of shares and of ratios of two counts, as a differential needs them."""

import math
from dataclasses import dataclass

from cytovox.domain.errors import InputError
from cytovox.domain.proportion import Proportion

_TAIL = 0.025
_STEPS = 200
_CLOSE = 1e-13
_TINY = 1e-300


@dataclass(frozen=True, slots=True)
class CountRatio:
    """A ratio of two counts and its 95 % interval.

    Attributes:
        first: Count above the line.
        second: Count below the line.
        low: Lower end of the interval.
        high: Upper end, infinite where nothing was counted below the line.
    """

    first: int
    second: int
    low: float
    high: float

    @property
    def ratio(self) -> float:
        """The first over the second; infinite where only the second is 0, NaN of nothing."""
        if self.second:
            return self.first / self.second
        return math.inf if self.first else math.nan


def clopper_pearson(count: int, total: int) -> Proportion:
    """The share with its exact 95 % interval (Clopper and Pearson, Biometrika 26 (1934) 404-413).

    This is the interval of Rümke's tables for differential counts (1985), which CLSI H20 prints. Of nothing,
    it is 0 to 1.

    Raises:
        InputError: `count` is negative or above `total`.
    """
    if not 0 <= count <= total:
        raise InputError(f"proportion: expected a count from 0 to {total}, got {count}")
    low = 0.0 if count == 0 else _quantile(_TAIL, count, total - count + 1)
    high = 1.0 if count == total else _quantile(1 - _TAIL, count + 1, total - count)
    return Proportion(count, total, low, high)


def count_ratio(first: int, second: int) -> CountRatio:
    """The ratio of two counts with its exact 95 % interval.

    Given their sum, the first is binomial; the ends p of its share's interval become p / (1 - p).

    Raises:
        InputError: A count is negative.
    """
    if first < 0 or second < 0:
        raise InputError(f"ratio: expected two counts from 0 on, got {first} and {second}")
    share = clopper_pearson(first, first + second)
    return CountRatio(first, second, _odds(share.low), _odds(share.high))


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else math.inf


def _quantile(probability: float, a: int, b: int) -> float:
    """Where the beta distribution of whole a, b >= 1 reaches a probability, by Newton's bounded steps."""
    low, high, x = 0.0, 1.0, a / (a + b)
    for _ in range(_STEPS):
        missing = probability - _beta(x, a, b)
        low, high = (x, high) if missing > 0 else (low, x)
        density = math.exp(_log_front(x, a, b)) / (x * (1 - x))
        step = missing / _not_zero(density)
        x = x + step if low <= x + step <= high else (low + high) / 2
        if abs(step) < _CLOSE * x or high - low < _CLOSE * x:
            break
    return x


def _beta(x: float, a: int, b: int) -> float:
    """Regularised incomplete beta function I_x(a, b), which is the binomial tail (DLMF 8.17.5)."""
    if x <= 0 or x >= 1:
        return min(max(x, 0.0), 1.0)
    # The fraction converges fast only on this side of the mean; DLMF 8.17.4 gives the other.
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(1 - x, b, a)
    return math.exp(_log_front(x, a, b)) / a * _fraction(x, a, b)


def _log_front(x: float, a: int, b: int) -> float:
    return math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)


def _fraction(x: float, a: int, b: int) -> float:
    """The continued fraction of DLMF 8.17.22 by Lentz's method (Appl Opt 15 (1976) 668-671)."""
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _not_zero(1 + term * d)
            c = _not_zero(1 + term / c)
            value *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return value


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
