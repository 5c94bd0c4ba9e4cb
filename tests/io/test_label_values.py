import numpy as np
import pytest

from cytovox.io.label_values import alike, are_whole, look_grey


def test_neighbours_count_where_both_are_labelled() -> None:
    rows = np.array([[0, 1, 1, 2], [3, 3, 0, 3]])
    assert alike(rows) == (3, 2)
    assert alike(np.zeros((2, 2, 2))) == (0, 0)


@pytest.mark.parametrize(
    ("values", "whole"), [([0, 4.99999], True), ([0.5, 1], False), ([1, np.nan], False), ([0, np.inf], False)]
)
def test_whole_numbers_but_for_rounding(values: list[float], whole: bool) -> None:
    assert are_whole(np.array(values)) is whole


def test_noise_looks_grey_and_blocks_of_many_labels_do_not() -> None:
    noise = np.random.default_rng(0).integers(1, 250, (20, 20, 20)).astype(np.uint16)
    blocks = np.arange(1, 513).reshape(8, 8, 8).repeat(6, 0).repeat(6, 1).repeat(6, 2).astype(np.uint16)
    assert look_grey(noise)
    assert not look_grey(blocks)
    assert not look_grey(noise % 50)  # fewer values than grey has: perhaps the crumbs of a bad label map
