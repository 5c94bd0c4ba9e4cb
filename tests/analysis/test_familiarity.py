import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cytovox.analysis.familiarity import RefusalThresholds, refusal_thresholds
from cytovox.domain.errors import BundleError, InputError

THRESHOLDS = RefusalThresholds((0.001, 0.01, 0.1), (9.0, 5.0, 2.0), 0.01)


def test_measured_rates_have_their_measured_thresholds() -> None:
    assert [THRESHOLDS.at(rate) for rate in (0.001, 0.01, 0.1)] == pytest.approx([9, 5, 2])
    assert THRESHOLDS.at(None) == pytest.approx(5)


def test_between_rates_the_threshold_is_linear_in_the_logarithm() -> None:
    assert THRESHOLDS.at(math.sqrt(0.001 * 0.01)) == pytest.approx(7)
    assert THRESHOLDS.at(0.0001) == pytest.approx(13)


def test_at_rate_0_nothing_is_refused() -> None:
    assert THRESHOLDS.at(0) == math.inf


@given(st.floats(0, 0.1), st.floats(0, 0.1))
def test_a_higher_rate_never_refuses_fewer(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert THRESHOLDS.at(low) >= THRESHOLDS.at(high)


@pytest.mark.parametrize("rate", [-0.01, 0.11, 1, math.nan])
def test_a_rate_that_was_not_measured_is_refused(rate: float) -> None:
    with pytest.raises(InputError, match=r"expected 0 to 0\.1"):
        THRESHOLDS.at(rate)


def test_thresholds_refuse_their_share_of_true_cells() -> None:
    scores = np.random.default_rng(1).normal(size=20_000)
    rates = (0.002, 0.01, 0.1)
    for rate, threshold in zip(rates, refusal_thresholds(scores, rates), strict=True):
        assert np.mean(scores > threshold) == pytest.approx(rate, abs=1e-4)


@pytest.mark.parametrize(
    "entry",
    [
        {"rates": [0.01, 0.1], "thresholds": [1, 2], "default_rate": 0.01},
        {"rates": [0.1, 0.01], "thresholds": [2, 1], "default_rate": 0.01},
        {"rates": [0.0, 0.01], "thresholds": [2, 1], "default_rate": 0.01},
        {"rates": [0.01], "thresholds": [2], "default_rate": 0.01},
        {"rates": [0.01, 0.1], "thresholds": [2, 1]},
        {"rates": 0.01, "thresholds": [2, 1], "default_rate": 0.01},
    ],
)
def test_a_damaged_entry_is_explained(entry: dict) -> None:
    with pytest.raises(BundleError, match="familiarity: expected"):
        RefusalThresholds.from_manifest(entry)
