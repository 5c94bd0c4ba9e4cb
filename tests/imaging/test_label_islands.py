"""Label maps without crumbs."""

import numpy as np

from cytovox.imaging.label_islands import without_islands


def test_small_pieces_go_and_the_largest_stays() -> None:
    labels = np.zeros((4, 20, 20), np.uint16)
    labels[1:3, 2:8, 2:8] = 1
    labels[0, 15, 15] = 1
    labels[3, 1, 1] = 2
    cleaned = without_islands(labels, least_voxels=10)
    assert cleaned[0, 15, 15] == 0
    assert (cleaned == 1).sum() == 72
    assert cleaned[3, 1, 1] == 2, "the only piece of an organ stays, however small"
    assert labels[0, 15, 15] == 1, "the input is left alone"


def test_several_large_pieces_stay() -> None:
    labels = np.zeros((1, 30, 30), np.uint16)
    labels[0, :5, :5] = labels[0, 20:, 20:] = 3
    np.testing.assert_array_equal(without_islands(labels, least_voxels=25), labels)


def test_pieces_that_touch_at_a_corner_are_one() -> None:
    labels = np.zeros((2, 4, 4), np.uint16)
    labels[0, 0, 0] = labels[1, 1, 1] = labels[0, 3, 3] = 1
    assert without_islands(labels, least_voxels=2).sum() == 2
