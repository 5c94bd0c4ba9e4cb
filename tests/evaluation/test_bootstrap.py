import numpy as np
import pytest

from cytovox.evaluation.bootstrap import Resamples, interval


def test_interval_of_a_share_is_the_binomial_one() -> None:
    n, share = 400, 0.3
    hits = np.arange(n) < n * share
    resamples = Resamples.of([str(i) for i in range(n)], resamples=4000)
    low, high = interval(resamples.sums(hits) / n)
    half = 1.96 * np.sqrt(share * (1 - share) / n)
    assert (low, high) == (pytest.approx(share - half, abs=0.006), pytest.approx(share + half, abs=0.006))


def test_pictures_of_one_group_count_as_one() -> None:
    # 400 pictures of 16 cells: the interval is that of 16.
    hits = np.repeat(np.arange(16) < 8, 25)
    groups = np.repeat([f"cell {i}" for i in range(16)], 25)
    resamples = Resamples.of(groups, resamples=4000)
    low, high = interval(resamples.sums(hits) / resamples.sums(np.ones(400)))
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(0.25 / 16), rel=0.1)


def test_sums_are_those_of_the_drawn_pictures() -> None:
    values = np.arange(12.0).reshape(6, 2)
    groups = ["a", "b", "a", "c", "b", "c"]
    resamples = Resamples.of(groups, resamples=20, seed=3)
    assert (resamples.times.sum(axis=1) == 3).all()
    for times, total in zip(resamples.times, resamples.sums(values), strict=True):
        assert total == pytest.approx((times[resamples.member][:, None] * values).sum(axis=0))


def test_a_seed_repeats_itself_and_another_differs() -> None:
    groups = [str(i) for i in range(50)]
    assert (Resamples.of(groups, seed=1).times == Resamples.of(groups, seed=1).times).all()
    assert (Resamples.of(groups, seed=1).times != Resamples.of(groups, seed=2).times).any()


def test_resamples_without_the_figure_do_not_count() -> None:
    values = np.where(np.arange(1000) < 500, np.nan, 0.5)
    assert interval(values) == (0.5, 0.5)
    assert np.isnan(interval(np.full(10, np.nan))).all()
