"""Dice, Hausdorff distance and the competition's score against analytic truth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import directed_hausdorff

from cytovox.evaluation.organ_scores import competition_score, dice, hausdorff_share, slice_dice


def box(first: tuple[int, int, int], shape: tuple[int, int, int] = (20, 30, 40)) -> np.ndarray:
    mask = np.zeros(shape, np.bool_)
    mask[tuple(slice(at, at + 5) for at in first)] = True
    return mask


def test_dice_of_boxes_that_overlap_by_a_known_part() -> None:
    assert dice(box((2, 2, 2)), box((2, 2, 2))) == 1
    assert dice(box((2, 2, 2)), box((2, 2, 4))) == pytest.approx(3 / 5)
    assert dice(box((2, 2, 2)), box((10, 2, 2))) == 0
    assert np.isnan(dice(box((2, 2, 2)) & False, box((2, 2, 2)) & False))


def test_slices_without_the_organ_and_rightly_empty_are_left_out() -> None:
    each = slice_dice(box((2, 2, 2)), box((4, 2, 2)))
    assert sorted(each) == [0, 0, 0, 0, 1, 1, 1]


def test_hausdorff_distance_of_a_moved_box_is_its_way_over_the_diagonal() -> None:
    diagonal = np.sqrt(20**2 + 30**2 + 40**2)
    assert hausdorff_share(box((2, 2, 2)), box((2, 5, 6))) == pytest.approx(5 / diagonal)
    assert hausdorff_share(box((2, 2, 2)), box((2, 2, 2))) == 0


def test_an_organ_that_is_only_in_one_of_both_is_as_far_as_can_be() -> None:
    nothing = np.zeros((20, 30, 40), np.bool_)
    assert hausdorff_share(nothing, nothing) == 0
    assert hausdorff_share(box((2, 2, 2)), nothing) == hausdorff_share(nothing, box((2, 2, 2))) == 1


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_hausdorff_agrees_with_scipy(seed: int) -> None:
    random = np.random.default_rng(seed)
    truth, answer = random.random((2, 5, 7, 6)) < 0.1
    truth[2, 3, 3] = answer[1, 2, 2] = True
    points, others = np.argwhere(truth), np.argwhere(answer)
    far = max(directed_hausdorff(points, others)[0], directed_hausdorff(others, points)[0])
    assert hausdorff_share(truth, answer) == pytest.approx(far / np.linalg.norm(truth.shape))


def test_the_score_weighs_dice_by_four_tenths() -> None:
    assert competition_score(1.0, 0.0) == pytest.approx(1.0)
    assert competition_score(0.5, 0.25) == pytest.approx(0.4 * 0.5 + 0.6 * 0.75)
