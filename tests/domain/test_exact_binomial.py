import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from cytovox.domain.errors import InputError
from cytovox.domain.exact_binomial import clopper_pearson, count_ratio


@pytest.mark.parametrize(
    ("cells", "low", "high"), [(100, 1.6, 11.3), (200, 2.4, 9.0), (400, 3.1, 7.6), (500, 3.3, 7.3)]
)
def test_five_percent_has_the_interval_of_the_published_tables(cells, low, high):
    own = clopper_pearson(cells // 20, cells)
    assert (round(100 * own.low, 1), round(100 * own.high, 1)) == (low, high)


@given(total=st.integers(1, 20_000), data=st.data())
def test_is_the_exact_interval_of_scipy(total, data):
    count = data.draw(st.integers(0, total))
    own = clopper_pearson(count, total)
    theirs = binomtest(count, total).proportion_ci(0.95, method="exact")
    assert own.low == pytest.approx(theirs.low, abs=1e-9)
    assert own.high == pytest.approx(theirs.high, abs=1e-9)
    assert own.low <= own.share <= own.high


def test_of_nothing_anything_is_possible():
    nothing = clopper_pearson(0, 0)
    assert math.isnan(nothing.share)
    assert (nothing.low, nothing.high) == (0.0, 1.0)


@pytest.mark.parametrize(("count", "total"), [(-1, 5), (6, 5)])
def test_a_count_beyond_the_total_is_refused(count, total):
    with pytest.raises(InputError, match="expected a count"):
        clopper_pearson(count, total)


@given(first=st.integers(0, 2000), second=st.integers(0, 2000))
def test_a_ratio_lies_in_its_interval_and_turns_over_with_its_counts(first, second):
    own, turned = count_ratio(first, second), count_ratio(second, first)
    if first and second:
        assert own.low < own.ratio < own.high
        assert turned.low == pytest.approx(1 / own.high)
    else:
        assert own.low == 0.0 or own.high == math.inf


def test_ratio_without_a_second_count():
    assert count_ratio(3, 0).ratio == math.inf
    assert math.isnan(count_ratio(0, 0).ratio)
    assert count_ratio(0, 7).ratio == 0.0
    with pytest.raises(InputError, match="two counts"):
        count_ratio(-1, 2)
