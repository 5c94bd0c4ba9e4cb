"""Losses of the volume lane's networks against plain ones, and what the networks give."""

import pytest
import torch
from torch.nn import functional

from cytovox.training.organ_networks import (
    ENCODERS,
    ORGANS,
    ExportedOrgans,
    ExportedSliceClassifier,
    OrganSegmenter,
    SliceClassifier,
    partial_loss,
    presence_loss,
)


def logits_for(target: torch.Tensor, classes: int, sure: float = 20.0) -> torch.Tensor:
    return functional.one_hot(target, classes).permute(0, 3, 1, 2).float() * sure


@pytest.fixture
def target() -> torch.Tensor:
    return torch.randint(0, 5, (2, 16, 16), generator=torch.Generator().manual_seed(0))


def test_with_one_class_allowed_it_is_cross_entropy_and_dice(target: torch.Tensor) -> None:
    logits = torch.randn(2, 5, 16, 16, generator=torch.Generator().manual_seed(1))
    allowed = (1 << target).int()
    entropy = functional.cross_entropy(logits, target)
    probability = torch.softmax(logits, 1)[:, 1:4]
    truth = functional.one_hot(target, 5).permute(0, 3, 1, 2)[:, 1:4].float()
    overlap = (probability * truth).sum((0, 2, 3))
    total = probability.sum((0, 2, 3)) + truth.sum((0, 2, 3))
    dice = ((2 * overlap + 50) / (total + 50)).mean()
    assert partial_loss(logits, allowed).item() == pytest.approx((entropy + 1 - dice).item(), abs=1e-5)


def test_any_of_the_classes_allowed_will_do(target: torch.Tensor) -> None:
    allowed = torch.where(target == 0, 0b10001, 1 << target).int()
    other = torch.where(target == 0, 4, target)
    assert partial_loss(logits_for(target, 5), allowed) == pytest.approx(0, abs=1e-3)
    assert partial_loss(logits_for(other, 5), allowed) == pytest.approx(0, abs=1e-3)
    wrong = torch.where(target == 0, 1, target)
    assert partial_loss(logits_for(wrong, 5), allowed) > 1


def test_an_organ_that_nobody_drew_is_not_taught() -> None:
    allowed = torch.full((1, 8, 8), 0b0111, dtype=torch.int32)
    logits = torch.zeros(1, 4, 8, 8, requires_grad=True)
    partial_loss(logits, allowed).backward()
    assert logits.grad is not None
    torch.testing.assert_close(logits.grad[:, 0], logits.grad[:, 1])
    torch.testing.assert_close(logits.grad[:, 1], logits.grad[:, 2])


def test_presence_is_asked_only_where_somebody_looked() -> None:
    logits = torch.tensor([[3.0, -2.0, 9.0]])
    loss = presence_loss(logits, torch.tensor([[1, 0, -1]], dtype=torch.int8))
    expected = functional.binary_cross_entropy_with_logits(
        torch.tensor([3.0, -2.0]), torch.tensor([1.0, 0.0])
    )
    assert loss == pytest.approx(expected.item())
    assert presence_loss(logits, torch.full((1, 3), -1, dtype=torch.int8)) == 0


def test_chances_are_each_by_itself() -> None:
    torch.manual_seed(0)
    (chances,) = ExportedSliceClassifier(SliceClassifier().eval())(torch.randn(2, 3, 64, 96))
    assert chances.shape == (2, len(ORGANS))
    assert ((chances > 0) & (chances < 1)).all()


@pytest.mark.parametrize("encoder", ENCODERS)
def test_probabilities_of_a_pixel_sum_to_one_at_any_size(encoder: str) -> None:
    torch.manual_seed(0)
    network = ExportedOrgans(OrganSegmenter(9, encoder).eval())
    for rows, columns in ((64, 96), (96, 128)):
        (maps,) = network(torch.randn(1, 3, rows, columns))
        assert maps.shape == (1, 1 + len(ORGANS), rows, columns)
        torch.testing.assert_close(maps.sum(1), torch.ones(1, rows, columns))
