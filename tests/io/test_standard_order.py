from itertools import permutations, product

import numpy as np
import pytest

from cytovox.domain.volume import VolumeGrid
from cytovox.io.standard_order import in_standard_order, nearest_axes, reordered, slices_first

STANDARD = np.array([[0, 0, 0.7, -30], [0, 0.8, 0, -40], [5, 0, 0, 100], [0, 0, 0, 1.0]])
VOXELS = np.arange(4 * 5 * 6).reshape(4, 5, 6)
TURNS = [(axes, flips) for axes in permutations(range(3)) for flips in product((False, True), repeat=3)]


def turned(axes: tuple[int, ...], flips: tuple[bool, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The standard stack with its axes in another order and some of them reversed."""
    voxels, affine = VOXELS.transpose(axes), reordered(STANDARD, axes)
    for axis, flip in enumerate(flips):
        if flip:
            affine = affine.copy()
            affine[:3, 3] += affine[:3, axis] * (voxels.shape[axis] - 1)
            affine[:3, axis] *= -1
            voxels = np.flip(voxels, axis)
    return voxels, affine


@pytest.mark.parametrize(("axes", "flips"), TURNS)
def test_every_order_of_axes_comes_back(axes: tuple[int, ...], flips: tuple[bool, ...]) -> None:
    voxels, affine = turned(axes, flips)
    first = slices_first(affine)
    ordered, found = in_standard_order(voxels.transpose(first), reordered(affine, first))
    assert (ordered == VOXELS).all()
    assert np.allclose(found, STANDARD)


@pytest.mark.parametrize(("axes", "flips"), TURNS)
def test_a_voxel_keeps_its_place_in_the_patient_whatever_axis_the_slices_are(
    axes: tuple[int, ...], flips: tuple[bool, ...]
) -> None:
    voxels, affine = turned(axes, flips)
    ordered, found = in_standard_order(voxels, affine)
    for value in (0, 17, 119):
        before = VolumeGrid(voxels.shape, affine).to_patient(np.argwhere(voxels == value))
        after = VolumeGrid(ordered.shape, found).to_patient(np.argwhere(ordered == value))
        assert np.allclose(before, after)
    assert ordered.shape[0] == voxels.shape[0]


def test_a_tilted_axial_stack_stays_axial() -> None:
    leaning = STANDARD.copy()
    leaning[1, 0] = 2.0
    ordered, found = in_standard_order(VOXELS, leaning)
    assert (ordered == VOXELS).all()
    assert np.allclose(found, leaning)


def test_sagittal_slices_keep_their_order_and_stand_upright() -> None:
    # Slices to the patient's right, rows from feet to head, columns to the front.
    sagittal = np.array([[-4, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 0], [0, 0, 0, 1.0]])
    ordered, found = in_standard_order(VOXELS, sagittal)
    assert (ordered == VOXELS[:, ::-1, ::-1]).all()
    assert nearest_axes(found) == (0, 2, 1)
    assert (found[[0, 2, 1], range(3)] == (-4, -1, 1)).all()


def test_nearly_cubic_voxels_count_as_axial() -> None:
    cubes = np.diag([1.2, 1.0, 1.0, 1.0])
    assert slices_first(cubes) == (2, 1, 0)
    assert slices_first(np.diag([2.0, 1.0, 1.0, 1.0])) == (0, 2, 1)
