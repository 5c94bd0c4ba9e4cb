"""Analytic truth: losses and draws of small cases that can be worked out by hand."""

import math

import pytest
import torch
from torch.nn import functional

from cytovox.training.imbalance import (
    STRATEGIES,
    ImbalanceOptions,
    class_counts,
    class_weights,
    imbalance_loss,
    log_likelihood,
    sampling_weights,
)


def one_hot(*classes: int, k: int = 3) -> torch.Tensor:
    return functional.one_hot(torch.tensor(classes), k).float()


LOGITS = torch.tensor([[2.0, 0.0, -1.0], [0.5, 0.5, 0.5], [-2.0, 3.0, 1.0]])
TARGETS = one_hot(0, 1, 2)


def test_a_broad_label_counts_for_each_of_its_classes_in_part() -> None:
    targets = torch.cat([one_hot(0, 0, 1), torch.tensor([[0.0, 1.0, 1.0]])])
    assert class_counts(targets).tolist() == [2.0, 1.5, 0.5]


@pytest.mark.parametrize(("strategy", "each"), [("oversample", 6.0), ("downsample", 1.0)])
def test_sampling_draws_every_class_alike(strategy: str, each: float) -> None:
    targets = one_hot(*[0] * 6, 1, 1, 2)
    weights = sampling_weights(targets, strategy)
    assert (weights[:, None] * targets).sum(0).tolist() == pytest.approx([each] * 3)
    assert weights[0] == pytest.approx(each / 6)


@pytest.mark.parametrize("strategy", ["none", "class_weights", "focal", "logit_adjustment"])
def test_other_strategies_draw_each_picture_once(strategy: str) -> None:
    assert sampling_weights(one_hot(0, 0, 1), strategy).tolist() == [1.0, 1.0, 1.0]


def test_a_class_without_pictures_draws_nothing_and_breaks_nothing() -> None:
    targets = one_hot(0, 0, 0, 1)
    assert sampling_weights(targets, "downsample").tolist() == pytest.approx([1 / 3] * 3 + [1.0])
    assert class_weights(class_counts(targets)).tolist() == pytest.approx([4 / 6, 2.0, 0.0])


def test_likelihood_of_a_broad_label_is_the_sum_of_its_classes() -> None:
    targets = torch.tensor([[1.0, 1.0, 0.0]])
    p = torch.softmax(LOGITS[:1], dim=1)[0]
    assert log_likelihood(LOGITS[:1], targets).item() == pytest.approx(math.log(p[0] + p[1]), abs=1e-6)
    assert log_likelihood(LOGITS[:1], torch.ones(1, 3)).item() == pytest.approx(0.0, abs=1e-6)


def test_plain_loss_is_cross_entropy() -> None:
    loss = imbalance_loss(LOGITS, TARGETS, class_counts(TARGETS), ImbalanceOptions())
    expected = functional.cross_entropy(LOGITS, torch.tensor([0, 1, 2]), reduction="none")
    assert torch.allclose(loss, expected)


def test_weighted_loss_is_torchs_with_weights() -> None:
    counts = torch.tensor([6.0, 3.0, 1.0])
    loss = imbalance_loss(LOGITS, TARGETS, counts, ImbalanceOptions("class_weights"))
    weight = torch.tensor([10 / 18, 10 / 9, 10 / 3])
    expected = functional.cross_entropy(LOGITS, torch.tensor([0, 1, 2]), weight=weight, reduction="none")
    assert torch.allclose(loss, expected)
    assert (class_weights(counts) * counts).sum() == pytest.approx(counts.sum())  # 1 on average


def test_focal_loss_as_in_the_paper() -> None:
    """Section 3.2: with gamma = 2 an example at p = 0.9 costs 100 times less than with cross-entropy."""
    logits = torch.log(torch.tensor([[0.9, 0.1]]))
    target, counts = one_hot(0, k=2), torch.ones(2)
    focal = imbalance_loss(logits, target, counts, ImbalanceOptions("focal", focal_gamma=2.0))
    assert focal.item() == pytest.approx(-math.log(0.9) / 100, rel=1e-5)
    same = imbalance_loss(logits, target, counts, ImbalanceOptions("focal", focal_gamma=0.0))
    assert same.item() == pytest.approx(-math.log(0.9), rel=1e-5)


def test_focal_loss_of_a_sure_picture_has_a_finite_gradient() -> None:
    logits = torch.tensor([[60.0, -60.0]], requires_grad=True)
    imbalance_loss(logits, one_hot(0, k=2), torch.ones(2), ImbalanceOptions("focal")).sum().backward()
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()


def test_adjusted_logits_that_know_nothing_expect_the_prior() -> None:
    """With even logits the loss is -log prior: the least loss is where logits hold the evidence alone."""
    counts = torch.tensor([8.0, 2.0])
    loss = imbalance_loss(torch.zeros(2, 2), one_hot(0, 1, k=2), counts, ImbalanceOptions("logit_adjustment"))
    assert loss.tolist() == pytest.approx([-math.log(0.8), -math.log(0.2)])


def test_fitting_adjusted_logits_recovers_the_balanced_answer() -> None:
    """One picture seen 8 times as class 0 and 2 times as class 1, in 8 : 2: a balanced judge is undecided."""
    counts, bias = torch.tensor([8.0, 2.0]), torch.zeros(2, requires_grad=True)
    targets = one_hot(*[0] * 8, *[1] * 2, k=2)
    optimiser = torch.optim.LBFGS([bias], max_iter=50)

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        options = ImbalanceOptions("logit_adjustment")
        loss = imbalance_loss(bias.expand(10, 2), targets, counts, options).mean()
        loss.backward()
        return loss

    optimiser.step(closure)
    assert torch.softmax(bias.detach(), 0).tolist() == pytest.approx([0.5, 0.5], abs=1e-3)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_takes_broad_labels(strategy: str) -> None:
    targets = torch.tensor([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 1.0, 1.0]])
    counts = class_counts(targets)
    loss = imbalance_loss(LOGITS, targets, counts, ImbalanceOptions(strategy))
    assert loss.shape == (3,)
    assert torch.isfinite(loss).all()
    assert loss[2].item() == pytest.approx(0.0, abs=1e-6)  # a label that allows everything teaches nothing
    assert torch.isfinite(sampling_weights(targets, strategy)).all()
