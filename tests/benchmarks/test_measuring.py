from collections.abc import Callable

import pytest

from benchmarks import measuring
from benchmarks.measuring import compare, milliseconds


class Clock:
    """A clock that only tasks move."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def task(self, *durations_s: float) -> Callable[[], None]:
        """A task that takes each duration in turn, the last one for ever after."""
        left = list(durations_s)

        def run() -> None:
            self.now_s += left.pop(0) if len(left) > 1 else left[0]

        return run


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(measuring.time, "perf_counter", lambda: made.now_s)
    return made


def test_ratio_of_known_durations(clock: Clock) -> None:
    result = compare("short", clock.task(0.004), "long", clock.task(0.016), repeats=5)
    assert (result.ours_ms, result.reference_ms) == pytest.approx((4, 16))
    assert result.ratio == pytest.approx(0.25)


def test_first_round_and_outliers_do_not_count(clock: Clock) -> None:
    ours = clock.task(5.0, 0.002, 0.9, 0.002)
    assert compare("a", ours, "b", clock.task(0.002), repeats=5).ratio == pytest.approx(1)


def test_both_are_taken_in_turn() -> None:
    calls: list[str] = []
    compare("a", lambda: calls.append("a"), "b", lambda: calls.append("b"), repeats=3)
    assert calls == ["a", "b"] * 4


def test_milliseconds(clock: Clock) -> None:
    assert milliseconds(clock.task(0.25)) == pytest.approx(250)
