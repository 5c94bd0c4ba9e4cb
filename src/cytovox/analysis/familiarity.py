"""When a cell is too strange to be named: a threshold on the network's unfamiliarity, at a chosen price.

The price is the share of true cells that are refused along with the strange ones; the bundle holds
thresholds at several such rates, measured on pictures that the network was not trained on.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import BundleError, InputError


@dataclass(frozen=True, slots=True)
class RefusalThresholds:
    """Thresholds on unfamiliarity by the share of true cells that they refuse.

    Attributes:
        rates: Shares of true cells refused, ascending, above 0.
        thresholds: Raw unfamiliarity above which a cell is refused, one a rate, descending.
        default_rate: Rate that is used where the user names none.
    """

    rates: tuple[float, ...]
    thresholds: tuple[float, ...]
    default_rate: float

    def __post_init__(self) -> None:
        ascending = all(a < b for a, b in zip(self.rates, self.rates[1:], strict=False))
        descending = all(a >= b for a, b in zip(self.thresholds, self.thresholds[1:], strict=False))
        if len(self.rates) < 2 or len(self.rates) != len(self.thresholds) or self.rates[0] <= 0:
            raise BundleError("familiarity: expected two or more rates above 0, with a threshold each")
        if not (ascending and descending):
            raise BundleError("familiarity: expected rising rates with falling thresholds")

    @classmethod
    def from_manifest(cls, entry: Mapping[str, Any]) -> "RefusalThresholds":
        """The entry "familiarity" of a `bundle.json`.

        Raises:
            BundleError: Something is missing or out of order.
        """
        try:
            return cls(
                tuple(map(float, entry["rates"])),
                tuple(map(float, entry["thresholds"])),
                float(entry["default_rate"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(f"familiarity: expected rates, thresholds and default_rate, {error}") from error

    def at(self, rate: float | None) -> float:
        """Threshold that refuses a share of true cells; infinite at 0, which refuses nothing.

        Between the measured rates it is linear in the rate's logarithm; below the lowest it goes on as
        between the two lowest.

        Args:
            rate: Share of true cells that may be refused; None for the default.

        Raises:
            InputError: The rate is below 0 or above the highest that was measured.
        """
        rate = self.default_rate if rate is None else rate
        if not 0 <= rate <= self.rates[-1]:
            raise InputError(f"refuse_rate: expected 0 to {self.rates[-1]:g} with this model, got {rate}")
        if rate == 0:
            return math.inf
        logs = np.log(self.rates)
        if rate < self.rates[0]:
            slope = (self.thresholds[1] - self.thresholds[0]) / (logs[1] - logs[0])
            return float(self.thresholds[0] + slope * (math.log(rate) - logs[0]))
        return float(np.interp(math.log(rate), logs, self.thresholds))


def refusal_thresholds(unfamiliarity: NDArray[np.floating], rates: tuple[float, ...]) -> tuple[float, ...]:
    """Raw scores above which the given shares of true cells lie, one a rate.

    Args:
        unfamiliarity: Scores of true cells that the network was not trained on, shape (n,).
        rates: Shares, 0..1.
    """
    return tuple(float(np.quantile(unfamiliarity, 1 - rate)) for rate in rates)
