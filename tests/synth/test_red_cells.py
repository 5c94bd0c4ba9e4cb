import numpy as np
import pytest

from cytovox.synth.palettes import HAEMOGLOBIN_UNIT_UM, Dye
from cytovox.synth.red_cells import (
    MEAN_THICKNESS_UM,
    RedCellTraits,
    biconcave_thickness,
    draw_traits,
    even_thickness,
    paint_red_cell,
    red_cell_outline,
    thickness,
)
from cytovox.synth.shapes import CellGrid, blob

RADII = ((np.arange(20_000) + 0.5) / 20_000).astype(np.float32)


def mean_over_disc(profile: np.ndarray) -> float:
    return float((profile.astype(np.float64) * RADII).sum() / RADII.sum())


def grid(mpp_um: float = 0.05, diameter_um: float = 7.5) -> CellGrid:
    return CellGrid.around(blob(np.random.default_rng(0), diameter_um).moved_to(10.0, 10.0), mpp_um)


def test_biconcave_disc_has_the_published_volume() -> None:
    # Evans and Fung 1972: R = 3.91 um, volume 94 fL, least thickness 0.81 um, greatest about 2.57 um.
    profile = biconcave_thickness(RADII)
    assert np.pi * 3.91**2 * mean_over_disc(profile) == pytest.approx(94.0, rel=0.01)
    assert profile[0] == pytest.approx(0.81, abs=1e-3)
    assert profile.max() == pytest.approx(2.57, abs=0.02)
    assert biconcave_thickness(np.array([1.0, 1.5], np.float32)).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("profile", [biconcave_thickness, even_thickness])
def test_both_profiles_hold_the_same_volume(profile) -> None:
    assert mean_over_disc(profile(RADII)) == pytest.approx(MEAN_THICKNESS_UM, rel=1e-3)


@pytest.mark.parametrize("pallor", [0.0, 0.5, 1.0])
def test_painted_haemoglobin_is_proportional_to_thickness(pallor: float) -> None:
    cell = grid()
    painted = paint_red_cell(cell, RedCellTraits(pallor=pallor, haemoglobin=1.1), np.random.default_rng(0))
    haemoglobin = painted.dyes[..., Dye.HAEMOGLOBIN]
    assert haemoglobin[cell.inside].mean() == pytest.approx(
        1.1 * MEAN_THICKNESS_UM / HAEMOGLOBIN_UNIT_UM, rel=0.02
    )
    inside = painted.thickness_um > 0.2
    ratio = haemoglobin[inside] / painted.thickness_um[inside]
    assert ratio.std() / ratio.mean() < 0.03
    assert not haemoglobin[~cell.inside].any()


def test_no_other_dye_is_painted() -> None:
    painted = paint_red_cell(grid(), RedCellTraits(), np.random.default_rng(0))
    assert not np.delete(painted.dyes, Dye.HAEMOGLOBIN, axis=2).any()


def test_pallor_is_in_the_middle_and_grows_with_its_trait() -> None:
    cell = grid()
    middle, rim = cell.relative_radius < 0.15, np.abs(cell.relative_radius - 0.75) < 0.05

    def contrast(pallor: float) -> float:
        depth = thickness(cell, RedCellTraits(pallor=pallor))
        return float(depth[middle].mean() / depth[rim].mean())

    assert contrast(0.0) == pytest.approx(1.0 / np.sqrt(1 - 0.75**8), abs=0.01)
    assert contrast(0.0) > contrast(0.5) > contrast(1.0) > contrast(1.3) >= 0
    assert contrast(1.0) < 0.45


def test_a_wider_pallor_drains_more() -> None:
    narrow, wide = (thickness(grid(), RedCellTraits(pallor_width=width)).sum() for width in (0.8, 1.8))
    assert wide < narrow


def test_shift_moves_the_pallor_and_not_the_border() -> None:
    cell = grid()
    still, moved = (thickness(cell, RedCellTraits(shift=shift)) for shift in ((0.0, 0.0), (0.2, 0.0)))
    np.testing.assert_array_equal(still > 0, moved > 0)

    def lowest_x(depth: np.ndarray) -> float:
        lack = np.clip(1.5 - depth, 0, None) * (cell.relative_radius < 0.6)
        return float((lack * cell.x_um).sum() / lack.sum())

    assert lowest_x(still) == pytest.approx(0.0, abs=0.05)
    assert lowest_x(moved) > 0.3


def test_tilt_thickens_one_side_and_keeps_the_volume() -> None:
    cell = grid()
    level, aslant = (thickness(cell, RedCellTraits(tilt=tilt)) for tilt in ((0.0, 0.0), (0.2, 0.0)))
    assert aslant[cell.x_um > 1].mean() > 1.05 * level[cell.x_um > 1].mean()
    assert aslant.sum() == pytest.approx(level.sum(), rel=0.01)


def test_sizes_vary_as_in_healthy_blood() -> None:
    rng = np.random.default_rng(5)
    diameter = np.array([2 * np.sqrt(red_cell_outline(rng).area_um2 / np.pi) for _ in range(1500)])
    assert diameter.mean() == pytest.approx(7.5, abs=0.05)
    assert diameter.std() / diameter.mean() == pytest.approx(0.06, abs=0.005)


def test_drawn_traits_stay_physical() -> None:
    rng = np.random.default_rng(6)
    for _ in range(200):
        depth = thickness(grid(0.3), draw_traits(rng, pallor=1.3, tilt=0.3))
        assert depth.min() >= 0
        assert depth.max() < 5
