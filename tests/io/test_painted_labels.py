"""Masks that overlap: what each keeps, and what is said."""

import numpy as np
import pytest

from cytovox.io.organ_names import LabelName
from cytovox.io.painted_labels import PaintedLabels, slices_of

SHAPE = (6, 20, 20)
NAMES = {1: LabelName("liver"), 2: LabelName("tumour"), 3: LabelName("body")}


def box(low: int, high: int) -> np.ndarray:
    mask = np.zeros(SHAPE, bool)
    mask[1:5, low:high, low:high] = True
    return mask


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_what_lies_within_something_larger_is_kept_whole_in_any_order(order: tuple[int, ...]) -> None:
    masks = {1: box(4, 14), 2: box(6, 9), 3: box(0, 20)}
    painted = PaintedLabels(SHAPE)
    for label in order:
        painted.paint(label, slices_of(masks[label]))
    counts = np.bincount(painted.labels.ravel(), minlength=4)
    assert counts[2] == 4 * 9
    assert counts[1] == 4 * (100 - 9)
    assert counts[3] == 4 * (400 - 100)
    (warning,) = painted.warnings(NAMES)
    assert ": 436. Each went to the smallest" in warning.message  # 36 of the liver and 400 of the body
    assert "drawn: body by 25.0 %, liver by 9.0 %." in warning.message


def test_of_two_drawings_of_one_organ_the_later_has_the_voxels_and_that_is_said() -> None:
    painted = PaintedLabels(SHAPE)
    painted.paint(1, slices_of(box(4, 14)))
    painted.paint(2, slices_of(box(4, 14)))
    assert set(np.unique(painted.labels)) == {0, 2}
    assert "liver by 100.0 %" in painted.warnings(NAMES)[0].message


def test_masks_apart_and_empty_ones_cost_nothing() -> None:
    painted = PaintedLabels(SHAPE)
    painted.paint(1, slices_of(box(0, 5)))
    painted.paint(2, slices_of(np.zeros(SHAPE, bool)))
    painted.paint(65_535, slices_of(box(10, 15)))
    assert painted.warnings(NAMES) == ()
    assert np.bincount(painted.labels.ravel())[[1, 65_535]].tolist() == [100, 100]
