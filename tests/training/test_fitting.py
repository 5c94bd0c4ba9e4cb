import pytest
import torch
from torch import nn

from cytovox.domain.errors import TrainingDataError
from cytovox.training.fitting import FitOptions, make_optimiser, schedule_factor


def options(**given: object) -> FitOptions:
    return FitOptions(**{"epochs": 1, "batch_size": 8, "learning_rate": 0.1, "warmup_steps": 10, **given})  # type: ignore[arg-type]


def test_cosine_rises_falls_to_half_in_the_middle_and_ends_at_almost_nothing() -> None:
    factor = schedule_factor(options(), 110)
    assert factor(4) == pytest.approx(0.5)
    assert factor(60) == pytest.approx(0.501)
    assert factor(110) == pytest.approx(0.001)


def test_step_falls_to_a_tenth_twice_and_constant_stays() -> None:
    factor = schedule_factor(options(schedule="step"), 110)
    assert [factor(s) for s in (9, 50, 75, 100)] == [1.0, 1.0, 0.1, 0.01]
    assert schedule_factor(options(schedule="constant"), 110)(109) == 1.0


def test_one_cycle_is_torchs() -> None:
    optimiser = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0, momentum=0.9)
    theirs = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=1.0, total_steps=1001, pct_start=0.3)
    factor = schedule_factor(options(schedule="one_cycle"), 1000)
    for step in range(1000):
        assert factor(step) == pytest.approx(theirs.get_last_lr()[0], abs=0.005)
        optimiser.step()
        theirs.step()


@pytest.mark.parametrize(
    ("name", "kind"), [("adamw", torch.optim.AdamW), ("adam", torch.optim.Adam), ("sgd", torch.optim.SGD)]
)
def test_weights_are_decayed_and_biases_and_norms_are_not(name: str, kind: type) -> None:
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
    optimiser = make_optimiser(network, options(optimiser=name, weight_decay=0.3))
    assert type(optimiser) is kind
    decay = {p.ndim > 1: group["weight_decay"] for group in optimiser.param_groups for p in group["params"]}
    assert decay == {True: 0.3, False: 0.0}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"optimiser": "lion"}, "optimiser: expected one of adamw, adam, sgd, got 'lion'"),
        ({"schedule": "up"}, "schedule: expected one of cosine"),
        ({"epochs": 0}, "expected at least 1 epoch"),
        ({"learning_rate": 0.0}, "learning rate above 0"),
        ({"patience": -1}, "patience from 0"),
    ],
)
def test_impossible_options_are_explained(given: dict[str, object], message: str) -> None:
    with pytest.raises(TrainingDataError, match=message):
        options(**given)
