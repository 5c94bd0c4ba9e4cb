import math

import pytest
import torch

from cytovox.training.finder_losses import centre_loss, shape_loss


def test_sure_and_right_costs_nothing_and_sure_and_wrong_much() -> None:
    target = torch.zeros(1, 1, 8, 8)
    target[0, 0, 3, 3] = 1
    everywhere = torch.ones_like(target)
    right = torch.full_like(target, -12.0)
    right[0, 0, 3, 3] = 12.0
    assert centre_loss(right, target, everywhere) < 1e-6
    assert centre_loss(-right, target, everywhere) > 100


def test_unsupervised_pixels_cost_nothing() -> None:
    target = torch.zeros(1, 1, 8, 8)
    assert centre_loss(torch.full_like(target, 9.0), target, torch.zeros_like(target)) == 0


def test_near_misses_cost_less_than_far_ones() -> None:
    target = torch.zeros(1, 1, 8, 8)
    target[0, 0, 3, 3], target[0, 0, 3, 4] = 1, 0.8
    near, far = torch.full_like(target, -9.0), torch.full_like(target, -9.0)
    near[0, 0, 3, 4] = far[0, 0, 7, 7] = 3.0
    everywhere = torch.ones_like(target)
    assert centre_loss(near, target, everywhere) < centre_loss(far, target, everywhere)


def test_shape_loss_is_zero_for_the_truth_and_blind_outside_cells() -> None:
    target = torch.randn(2, 34, 4, 4) * 0.1
    inside = torch.zeros(2, 4, 4)
    inside[0, 1, 1] = inside[1, 2, 3] = 1.0
    assert shape_loss(target, target, inside) == pytest.approx(0.0, abs=1e-6)
    changed = target.clone()
    changed[0, :, 3, 3] += 5
    assert shape_loss(changed, target, inside) == pytest.approx(0.0, abs=1e-6)


def test_polar_term_of_a_disc_twice_as_wide() -> None:
    """log of the area ratio 4, plus the smooth L1 of log 2."""
    target = torch.zeros(1, 34, 1, 1)
    predicted = target.clone()
    predicted[:, 2:] = math.log(2)
    expected = math.log(4) + (math.log(2) - 0.05)
    assert shape_loss(predicted, target, torch.ones(1, 1, 1)).item() == pytest.approx(expected, rel=1e-4)
