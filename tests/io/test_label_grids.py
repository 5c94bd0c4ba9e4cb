import numpy as np
import pytest

from cytovox.domain.errors import ImageFileError
from cytovox.domain.volume import VolumeGrid
from cytovox.io.drawn_labels import DrawnLabels, as_labels
from cytovox.io.label_grids import on_grid, same_voxels
from cytovox.io.organ_names import LabelName

AFFINE = np.array([[0, 0, 0.7, -30], [0, 0.8, 0, -40], [5, 0, 0, 100], [0, 0, 0, 1.0]])
LABELS = np.random.default_rng(1).integers(0, 4, (4, 5, 6)).astype(np.uint16)
GRID = VolumeGrid((4, 5, 6), AFFINE)


def keys(warnings: tuple[object, ...]) -> list[str]:
    return [warning.key for warning in warnings]


def test_grids_are_the_same_in_any_order_of_axes_and_size_for_size() -> None:
    turned = AFFINE[:, [2, 0, 1, 3]].copy()
    turned[:3, 3] += turned[:3, 0] * 5
    turned[:3, 0] *= -1
    assert same_voxels(VolumeGrid((6, 4, 5), turned), GRID)
    shifted, longer = AFFINE.copy(), VolumeGrid((5, 5, 6), AFFINE)
    shifted[2, 3] += 5
    assert not same_voxels(VolumeGrid((4, 5, 6), shifted), GRID)
    assert not same_voxels(longer, GRID)
    assert not same_voxels(VolumeGrid((4, 5, 6), AFFINE @ np.diag([1, 1, 1.1, 1])), GRID)


@pytest.mark.parametrize("shift", [0.5, -0.5, 0.5 + 1e-9, 0.5 - 1e-9])
def test_a_grid_half_a_voxel_away_keeps_every_slice_once(shift: float) -> None:
    affine = AFFINE.copy()
    affine[2, 3] += 5 * shift
    drawn = np.zeros((4, 5, 6), np.uint16)
    drawn[1], drawn[2] = 1, 2
    labels, warnings = on_grid(DrawnLabels(drawn, VolumeGrid((4, 5, 6), affine)), GRID, "a")
    assert np.bincount(labels.ravel()).tolist() == [60, 30, 30]
    assert keys(warnings) == ["labels_resampled"]
    assert "Volumes" not in warnings[0].message


def test_what_other_voxels_change_and_leave_out_is_told() -> None:
    # A rod one fine voxel thick between two coarse rows, and a block that reaches out of the stack.
    fine = AFFINE.copy()
    fine[:3, :3] = AFFINE[:3, :3] @ np.diag([1, 0.2, 1])
    drawn = np.zeros((4, 25, 6), np.uint16)
    drawn[:, 2, :], drawn[:, 12:, :] = 1, 2
    names = {1: LabelName("nerve")}
    like = VolumeGrid((4, 4, 6), AFFINE)
    labels, warnings = on_grid(DrawnLabels(drawn, VolumeGrid(drawn.shape, fine), names), like, "a")
    assert not (labels == 1).any()
    assert keys(warnings) == ["labels_resampled", "labels_outside"]
    assert "more than 5%, as drawn and here: nerve 0.0 mL, here 0.0 mL, label 2" in warnings[0].message
    # The last row of the stack ends at 3.5 rows; a fine one in five lies that far from row 18 on.
    assert f": {4 * 7 * 6}." in warnings[1].message


def test_another_order_of_axes_is_turned_back_exactly() -> None:
    turned = np.ascontiguousarray(np.flip(LABELS.transpose(1, 2, 0), 0))
    affine = AFFINE[:, [1, 2, 0, 3]].copy()
    affine[:3, 3] += affine[:3, 0] * 4
    affine[:3, 0] *= -1
    labels, warnings = on_grid(DrawnLabels(turned, VolumeGrid(turned.shape, affine)), GRID, "a")
    assert (labels == LABELS).all()
    assert warnings == ()


def test_headers_that_are_rounded_lie_on_the_same_voxels() -> None:
    rounded = AFFINE.copy()
    rounded[:3] += 1e-5
    rounded[:3, 3] += 0.004
    labels, warnings = on_grid(DrawnLabels(LABELS, VolumeGrid((4, 5, 6), rounded)), GRID, "a")
    assert (labels == LABELS).all()
    assert warnings == ()


def test_a_part_of_the_slices_is_taken_over_and_what_lies_outside_is_said() -> None:
    affine = AFFINE.copy()
    affine[2, 3] += 10
    labels, warnings = on_grid(DrawnLabels(LABELS, VolumeGrid((4, 5, 6), affine)), GRID, "a")
    assert (labels[2:] == LABELS[:2]).all()
    assert not labels[:2].any()
    assert keys(warnings) == ["labels_outside"]
    assert f": {np.count_nonzero(LABELS[2:])}" in warnings[0].message


def test_coarser_voxels_give_each_voxel_the_nearest_label() -> None:
    coarse = AFFINE.copy()
    coarse[:3, :3] *= 2
    coarse[:3, 3] += AFFINE[:3, :3] @ (0.5, 0.5, 0.5)
    fine = VolumeGrid((8, 10, 12), AFFINE)
    labels, warnings = on_grid(DrawnLabels(LABELS, VolumeGrid((4, 5, 6), coarse)), fine, "a")
    assert (labels == LABELS.repeat(2, 0).repeat(2, 1).repeat(2, 2)).all()
    assert keys(warnings) == ["labels_resampled"]


def test_a_turned_grid_is_looked_up_in_space() -> None:
    # A ball of 20 mm seen on a grid that is turned by 30 degrees keeps its volume and its middle.
    places = np.indices((41, 41, 41)).reshape(3, -1).T - 20.0
    ball = (np.linalg.norm(places, axis=1) < 20).reshape(41, 41, 41).astype(np.uint16)
    straight = np.eye(4)
    straight[:3, 3] = -20
    angle = np.pi / 6
    turned = np.eye(4)
    turned[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    turned[:3, 3] = -turned[:3, :3] @ (30, 30, 20)
    like = VolumeGrid((61, 61, 41), turned)
    labels, warnings = on_grid(DrawnLabels(ball, VolumeGrid(ball.shape, straight)), like, "a")
    assert np.count_nonzero(labels) == pytest.approx(4 / 3 * np.pi * 20**3, rel=0.01)
    assert np.abs(like.to_patient(np.argwhere(labels)).mean(axis=0)).max() < 0.05
    assert keys(warnings) == ["labels_resampled"]


def test_labels_elsewhere_are_refused_with_the_distance() -> None:
    affine = AFFINE.copy()
    affine[2, 3] -= 246
    with pytest.raises(ImageFileError, match="outside the stack, the middles are 246 mm apart"):
        on_grid(DrawnLabels(LABELS, VolumeGrid((4, 5, 6), affine)), GRID, "a")


def test_labels_without_a_place_need_the_same_size() -> None:
    elsewhere = VolumeGrid((4, 5, 6), np.eye(4))
    labels, warnings = on_grid(DrawnLabels(LABELS, elsewhere, placed=False), GRID, "a")
    assert (labels == LABELS).all()
    assert keys(warnings) == ["no_position"]
    with pytest.raises(ImageFileError, match=r"expected \(4, 5, 6\) slices"):
        on_grid(DrawnLabels(LABELS[:3], VolumeGrid((3, 5, 6), np.eye(4)), placed=False), GRID, "a")


@pytest.mark.parametrize("values", [[-1, 2], [0.5, 1], [0, 70_000]])
def test_grey_values_are_no_labels(values: list[float]) -> None:
    with pytest.raises(ImageFileError, match="grey values or probabilities"):
        as_labels(np.array(values), "a")


def test_whole_real_numbers_are_labels() -> None:
    assert as_labels(np.array([0.0, 3.0]), "a").tolist() == [0, 3]
    assert as_labels(np.array([0.0, 4.99999, 5.00001]), "a").tolist() == [0, 5, 5]


@pytest.mark.parametrize(
    ("values", "told"), [([0.0, np.nan], "without a number"), ([0.0, 117_000.0], "number them anew")]
)
def test_labels_that_cannot_be_kept_are_told(values: list[float], told: str) -> None:
    with pytest.raises(ImageFileError, match=told):
        as_labels(np.array(values), "a")
