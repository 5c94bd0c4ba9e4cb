"""A marked voxel must come out where a radiologist looks for it, whatever plane the stack was acquired in."""

import itertools

import numpy as np
import pytest

from cytovox.domain.volume import VolumeGrid
from cytovox.io.viewing_order import (
    PLANES,
    Plane,
    ViewingOrder,
    as_picture,
    border_letters,
    picture_axes,
    tilt_deg,
)

SHAPE_LPS = (8, 6, 4)
"""Voxels along left, back, head."""
TRANSPOSED = [
    (order, turned)
    for order in itertools.permutations(range(3))
    for turned in itertools.product((0, 1), repeat=3)
]


def stored(order: tuple[int, int, int], turned: tuple[int, int, int]) -> tuple[np.ndarray, VolumeGrid]:
    """A stack whose axes run along those patient axes, some backwards; bright at the left, back and head."""
    lps = np.zeros(SHAPE_LPS, np.int16)
    lps[7, 5, 3] = 100
    spacing = (1.0, 2.0, 5.0)
    affine = np.eye(4)
    affine[:3, :3] = 0
    voxels = lps.transpose(order)
    for axis, patient_axis in enumerate(order):
        affine[patient_axis, axis] = spacing[patient_axis]
        if turned[axis]:
            voxels = np.flip(voxels, axis)
            affine[:3, 3] += affine[:3, axis] * (voxels.shape[axis] - 1)
            affine[:3, axis] *= -1
    return voxels, VolumeGrid(voxels.shape, affine)


@pytest.mark.parametrize(("order", "turned"), TRANSPOSED)
def test_left_back_and_head_come_last(order: tuple, turned: tuple) -> None:
    voxels, grid = stored(order, turned)
    viewing = ViewingOrder.of(grid)
    ordered, viewed = viewing.apply(voxels), viewing.grid(grid)
    assert ordered.shape == viewed.shape == (4, 6, 8)
    assert ordered[-1, -1, -1] == 100
    assert np.allclose(viewed.to_patient(np.array([[3, 5, 7], [0, 0, 0]])), [[7, 10, 15], [0, 0, 0]])
    assert viewing.acquired is PLANES[{2: 0, 1: 1, 0: 2}[order[0]]]
    assert viewing.slices_turned == bool(turned[0])


def test_pictures_are_in_radiological_convention() -> None:
    voxels, grid = stored((2, 1, 0), (0, 0, 0))
    assert as_picture(Plane.AXIAL, voxels[-1])[-1, -1] == 100  # left on the right, back below
    assert as_picture(Plane.CORONAL, voxels[:, -1])[0, -1] == 100  # head above, left on the right
    assert as_picture(Plane.SAGITTAL, voxels[:, :, -1])[0, -1] == 100  # head above, back on the right
    assert [border_letters(plane, grid) for plane in PLANES] == [
        ("R", "L", "A", "P"),
        ("R", "L", "H", "F"),
        ("A", "P", "H", "F"),
    ]
    assert [picture_axes(plane) for plane in PLANES] == [(1, 2), (0, 2), (0, 1)]


def test_a_slanted_stack_says_so() -> None:
    turn = np.radians(30)
    _, grid = stored((2, 1, 0), (0, 0, 0))
    rotation = np.eye(4)
    rotation[1:3, 1:3] = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    slanted = VolumeGrid(grid.shape, rotation @ grid.affine)
    assert tilt_deg(grid) == pytest.approx(0, abs=1e-6)
    assert tilt_deg(slanted) == pytest.approx(30)
    assert border_letters(Plane.AXIAL, slanted) == ("R", "L", "AF", "PH")
