import cv2
import numpy as np
import pytest

from cytovox.imaging.rims import rim_circles


def mask_of(circles: list[tuple[int, int, int]], holes: list[tuple[int, int, int]] = []) -> np.ndarray:  # noqa: B006
    mask = np.zeros((200, 300), np.uint8)
    for x, y, radius in circles:
        cv2.circle(mask, (x, y), radius, 1, cv2.FILLED)
    for x, y, radius in holes:
        cv2.circle(mask, (x, y), radius, 0, cv2.FILLED)
    return mask


def median_radius(mask: np.ndarray) -> float:
    votes = rim_circles(mask).normalised()
    order = np.argsort(votes.radius)
    running = np.cumsum(votes.weight[order])
    return float(votes.radius[order][np.searchsorted(running, running[-1] / 2)])


@pytest.mark.parametrize("radius", [8, 10, 15, 25, 40, 60])
def test_a_disc_votes_for_itself_once(radius: int) -> None:
    votes = rim_circles(mask_of([(150, 100, radius)])).normalised()
    assert abs(median_radius(mask_of([(150, 100, radius)])) - radius) < 0.06 * radius + 0.5
    assert 0.6 < votes.weight.sum() < 1.1
    assert np.abs(np.average(votes.centre, axis=0, weights=votes.weight) - [150, 100]).max() < 1


def test_overlapping_discs_vote_for_their_own_circles() -> None:
    chain = mask_of([(60, 100, 30), (105, 100, 30), (150, 105, 30), (195, 95, 30)])
    assert abs(median_radius(chain) - 30) < 2
    assert 1.2 < rim_circles(chain).normalised().weight.sum() < 4


def test_holes_and_pale_centres_vote_for_nothing() -> None:
    assert abs(median_radius(mask_of([(150, 100, 40)], [(150, 100, 20)])) - 40) < 2
    ground = 1 - mask_of([(150, 100, 40)])
    assert rim_circles(ground).normalised().weight.sum() < 0.05


def test_discs_cut_by_the_border_vote_with_what_is_left() -> None:
    votes = rim_circles(mask_of([(0, 100, 40), (150, 199, 40)])).normalised()
    assert abs(np.average(votes.radius, weights=votes.weight) - 40) < 2.5
    assert 0.4 < votes.weight.sum() < 1.05


@pytest.mark.parametrize(
    "mask", [np.zeros((50, 60), np.uint8), np.ones((50, 60), np.uint8), np.eye(9, dtype=np.uint8)]
)
def test_masks_without_rims_have_no_votes(mask: np.ndarray) -> None:
    assert len(rim_circles(mask)) == 0


def test_straight_edges_have_no_votes() -> None:
    mask = np.zeros((200, 300), np.uint8)
    mask[50:150, 60:240] = 1
    votes = rim_circles(mask).normalised()
    assert votes.weight[votes.radius > 12].sum() < 0.2  # the four corners, rounded by the grid
