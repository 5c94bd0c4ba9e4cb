import numpy as np
import pytest

from cytovox.domain.geometry import polygon_area, polygon_box
from cytovox.imaging.regions import connected_regions, filled, level_outlines, region_near, without_crumbs


def soft_disc(side: int, centre: tuple[float, float], radius: float) -> np.ndarray:
    """1 inside and 0 outside a disc, with an edge two pixels wide; pixel middles at one half."""
    y, x = np.mgrid[:side, :side] + 0.5
    distance = np.hypot(x - centre[0], y - centre[1])
    return np.clip((radius - distance) / 2 + 0.5, 0, 1).astype(np.float32)


def test_regions_touching_by_a_corner_are_one() -> None:
    mask = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 0], [1, 0, 0]], bool)
    assert connected_regions(mask).max() == 2


def test_region_near_takes_the_cell_not_the_speck_on_its_bay_nor_the_larger_one_far_off() -> None:
    mask = np.zeros((100, 100), bool)
    mask[40:60, 38:46] = mask[40:46, 38:62] = mask[54:60, 38:62] = True  # a C about the middle
    mask[49:51, 49:51] = True  # a speck in its bay
    mask[:36, 70:] = True  # a larger neighbour
    found = region_near(mask, (50.0, 50.0))
    assert found[42, 40]
    assert found.sum() == 8 * 20 + 2 * 6 * 16


def test_region_near_of_nothing_is_nothing() -> None:
    assert not region_near(np.zeros((5, 5), bool), (2.0, 2.0)).any()


def test_holes_are_filled_up_to_a_size_and_bays_stay() -> None:
    mask = np.ones((20, 20), bool)
    mask[2:4, 2:4] = mask[8:14, 8:14] = False
    mask[0:3, 17] = False  # a bay
    assert filled(mask).sum() == 400 - 3
    assert filled(mask, 10).sum() == 400 - 3 - 36


def test_crumbs_go() -> None:
    mask = np.zeros((10, 10), bool)
    mask[0, 0] = mask[5:8, 5:8] = True
    assert without_crumbs(mask, 2).sum() == 9
    assert not without_crumbs(np.zeros((3, 3), bool), 1).any()


@pytest.mark.parametrize("radius", [6.0, 20.3])
def test_outline_of_a_disc_lies_where_the_disc_ends(radius: float) -> None:
    (points,) = level_outlines(soft_disc(64, (31.2, 30.7), radius), 0.5)
    assert np.hypot(*(points - (31.2, 30.7)).T) == pytest.approx(radius, abs=0.08)
    assert polygon_area(points) == pytest.approx(np.pi * radius**2, rel=0.01)


def test_outlines_come_largest_first_without_holes_and_close_at_the_border() -> None:
    values = np.maximum(soft_disc(80, (20, 20), 12) - soft_disc(80, (20, 20), 5), soft_disc(80, (60, 60), 8))
    values[70:, :10] = 1.0
    outlines = level_outlines(values, 0.5)
    assert len(outlines) == 3
    areas = [polygon_area(points) for points in outlines]
    assert areas == sorted(areas, reverse=True)
    assert areas[0] == pytest.approx(np.pi * 144, rel=0.01)
    assert polygon_box(outlines[2]) == pytest.approx([0, 70, 10, 80], abs=0.6)


def test_nothing_has_no_outline() -> None:
    assert level_outlines(np.zeros((4, 4), np.float32), 0.5) == ()
    assert level_outlines(np.zeros((0, 0), np.float32), 0.5) == ()
