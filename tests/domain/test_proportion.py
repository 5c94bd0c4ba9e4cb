import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from cytovox.domain.errors import InputError
from cytovox.domain.proportion import wilson


@given(total=st.integers(1, 5000), data=st.data())
def test_is_the_score_interval_of_scipy(total, data):
    count = data.draw(st.integers(0, total))
    own = wilson(count, total)
    theirs = binomtest(count, total).proportion_ci(0.95, method="wilson")
    assert own.low == pytest.approx(theirs.low, abs=1e-9)
    assert own.high == pytest.approx(theirs.high, abs=1e-9)
    assert own.low <= own.share <= own.high


def test_of_nothing_anything_is_possible():
    nothing = wilson(0, 0)
    assert math.isnan(nothing.share)
    assert (nothing.low, nothing.high) == (0.0, 1.0)


@pytest.mark.parametrize(("count", "total"), [(-1, 5), (6, 5)])
def test_a_count_beyond_the_total_is_refused(count, total):
    with pytest.raises(InputError, match="expected a count"):
        wilson(count, total)
