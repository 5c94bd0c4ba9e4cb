"""Infected red cells among others: what changes with how many there are, and what must not."""

import numpy as np
import pytest

from cytovox.analysis.infected_red_cells import among_others


def _smear(infected: int, healthy: int, doubtful: int) -> np.ndarray:
    return np.repeat(np.array([0.97, 0.001, 0.2], np.float32), (infected, healthy, doubtful))


def test_doubtful_cells_count_where_half_of_the_cells_are_infected() -> None:
    p = among_others(_smear(infected=100, healthy=100, doubtful=10))
    assert (p[-10:] > 0.5).all()
    assert (p[100:200] < 0.05).all()


def test_doubtful_cells_stay_doubtful_in_a_healthy_smear() -> None:
    alone = _smear(infected=1, healthy=300, doubtful=5)
    assert among_others(alone) == pytest.approx(alone)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_few_cells_do_not_talk_each_other_up(count: int) -> None:
    p = among_others(np.full(count, 0.2, np.float32))
    assert len(p) == count
    assert (p < 0.5).all()


def test_no_probability_falls_and_their_order_stays() -> None:
    rng = np.random.default_rng(3)
    alone = rng.beta(0.3, 0.6, 200).astype(np.float32)
    p = among_others(alone)
    assert (p >= alone - 1e-5).all()
    assert (np.diff(p[np.argsort(alone)]) >= 0).all()


def test_the_share_of_a_simulated_smear_is_recovered() -> None:
    # Probabilities drawn from the very model that the method assumes: calibrated at 10 %, met at 60 %.
    rng = np.random.default_rng(4)
    infected = rng.random(4000) < 0.6
    logit = rng.normal(np.where(infected, 1.5, -1.5), np.sqrt(3.0)) + np.log(0.1 / 0.9)
    alone = (1 / (1 + np.exp(-logit))).astype(np.float32)
    assert among_others(alone).mean() == pytest.approx(0.6, abs=0.03)
