"""Timing two ways of doing the same thing so that their ratio can be trusted."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line of the table.

    Attributes:
        what: What was done.
        reference: What it is held against.
        ours_ms: Median time of ours, milliseconds.
        reference_ms: Median time of the reference, milliseconds.
    """

    what: str
    reference: str
    ours_ms: float
    reference_ms: float

    @property
    def ratio(self) -> float:
        """Ours over the reference: below 1 is faster, 0.7 of a whole is a share of 70 %."""
        return self.ours_ms / self.reference_ms


def compare(
    what: str,
    ours: Callable[[], object],
    reference_name: str,
    reference: Callable[[], object],
    *,
    repeats: int = 15,
) -> Comparison:
    """Median times of two callables, taken in turn after one unmeasured round each.

    In turn, because a machine's speed drifts with its temperature and its other work: so both suffer alike.
    """
    ours()
    reference()
    times = [(milliseconds(ours), milliseconds(reference)) for _ in range(repeats)]
    return Comparison(what, reference_name, median(t for t, _ in times), median(t for _, t in times))


def milliseconds(action: Callable[[], object]) -> float:
    """Wall-clock time of one call."""
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1e3
