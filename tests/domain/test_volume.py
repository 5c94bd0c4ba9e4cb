"""Grids of stacks: analytic truth of spacing, volume and place."""

import numpy as np
import pytest

from cytovox.domain.errors import InputError
from cytovox.domain.volume import LabelMap, OrganClass, Volume, VolumeGrid

TILT = np.deg2rad(20)
OBLIQUE = np.array(
    [
        [0.0, 0.0, 0.7, 10.0],
        [-5.0 * np.sin(TILT), 0.7, 0.0, -20.0],
        [5.0 * np.cos(TILT), 0.0, 0.0, 30.0],
        [0.0, 0.0, 0.0, 1.0],
    ]
)


def _grid(shape: tuple[int, int, int] = (4, 6, 8)) -> VolumeGrid:
    return VolumeGrid(shape, OBLIQUE)


def test_spacing_and_volume_of_a_tilted_gantry() -> None:
    grid = _grid()
    assert grid.spacing_mm == pytest.approx((5.0, 0.7, 0.7))
    assert grid.voxel_volume_mm3 == pytest.approx(5.0 * np.cos(TILT) * 0.49)


def test_indices_go_to_the_patient_and_back() -> None:
    grid = _grid()
    points = np.random.default_rng(0).uniform(0, 4, (20, 3))
    assert grid.to_indices(grid.to_patient(points)) == pytest.approx(points)
    assert grid.to_patient(np.zeros((1, 3)))[0] == pytest.approx((10, -20, 30))


def test_grids_match_by_place_and_not_by_writing() -> None:
    moved = OBLIQUE.copy()
    moved[0, 3] += 0.02
    assert _grid().matches(VolumeGrid((4, 6, 8), OBLIQUE + 1e-6 * (OBLIQUE != 0) * np.array([1, 1, 1, 0])))
    assert not _grid().matches(VolumeGrid((4, 6, 8), moved))
    assert not _grid().matches(_grid((4, 6, 9)))


@pytest.mark.parametrize(
    "affine", [np.eye(3), np.zeros((4, 4)), np.diag([1.0, 1.0, 0.0, 1.0]), np.diag([1, 1, np.nan, 1])]
)
def test_affines_that_place_nothing_are_refused(affine: np.ndarray) -> None:
    with pytest.raises(InputError, match="affine"):
        VolumeGrid((1, 1, 1), affine)


def test_a_stack_fits_its_grid() -> None:
    with pytest.raises(InputError, match="on a grid of"):
        Volume(np.zeros((4, 6, 7), np.int16), _grid())
    with pytest.raises(InputError, match="grey values"):
        Volume(np.zeros((4, 6, 8), bool), _grid())


def test_volumes_of_labels() -> None:
    labels = np.zeros((4, 6, 8), np.uint16)
    labels[1, :2] = 7
    stomach = OrganClass("stomach", "stomach", "#e69f00", "STO")
    organs = LabelMap(labels, _grid(), {6: stomach})
    assert organs.present == (7,)
    assert organs.organ(6) is stomach
    assert organs.organ(7).name == "label 7"
    assert organs.volume_ml(7) == pytest.approx(16 * 5.0 * np.cos(TILT) * 0.49 / 1000)


def test_background_names_no_organ() -> None:
    with pytest.raises(InputError, match="background"):
        LabelMap(np.zeros((4, 6, 8), np.uint16), _grid(), {0: OrganClass("a", "a", "#ffffff", "A")})


def test_labels_without_a_name_go_by_their_number_and_differ_in_colour() -> None:
    labels = LabelMap(np.zeros((1, 2, 2), np.uint16), VolumeGrid((1, 2, 2), np.eye(4)))
    assert labels.organ(104).name == "label 104"
    colours = [[int(labels.organ(n).colour[at : at + 2], 16) for at in (1, 3, 5)] for n in range(1, 9)]
    apart = np.linalg.norm(np.subtract(colours[1:], colours[:-1]), axis=1)
    assert apart.min() > 80
