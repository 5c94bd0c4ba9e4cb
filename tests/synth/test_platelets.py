import numpy as np
import pytest

from cytovox.synth.palettes import Dye
from cytovox.synth.platelets import clump_outline, paint_clump, paint_platelet, platelet_outline
from cytovox.synth.shapes import CellGrid


def test_platelets_measure_two_to_four_micrometres() -> None:
    rng = np.random.default_rng(0)
    diameter = [2 * np.sqrt(platelet_outline(rng).area_um2 / np.pi) for _ in range(300)]
    assert 1.8 <= min(diameter) < max(diameter) <= 3.6 + 1e-9
    assert np.mean(diameter) == pytest.approx(2.5, abs=0.1)


def test_granules_gather_in_the_middle_of_a_pale_body() -> None:
    rng = np.random.default_rng(0)
    middle, rim = [], []
    for _ in range(20):
        grid = CellGrid.around(platelet_outline(rng).moved_to(5.0, 5.0), 0.1)
        purple = paint_platelet(grid, rng).dyes[..., Dye.AZUROPHIL]
        middle.append(purple[grid.relative_radius < 0.4].mean())
        rim.append(purple[np.abs(grid.relative_radius - 0.9) < 0.1].mean())
    assert np.mean(middle) > 2 * np.mean(rim)


def test_platelet_paint_stays_near_its_outline() -> None:
    rng = np.random.default_rng(1)
    grid = CellGrid.around(platelet_outline(rng).moved_to(5.0, 5.0), 0.1)
    assert not paint_platelet(grid, rng).dyes[grid.border_um < -0.3].any()


@pytest.mark.parametrize("seed", range(8))
def test_a_clump_holds_its_platelets(seed: int) -> None:
    outline, members = clump_outline(np.random.default_rng(seed))
    assert 7 <= len(members) <= 13
    assert outline.area_um2 > 0.6 * sum(m.area_um2 for m in members)
    held = [outline.holds_any(np.array([[m.x_um, m.y_um]])) for m in members]
    assert all(held)


def test_a_clump_is_darkest_at_its_platelets() -> None:
    rng = np.random.default_rng(3)
    outline, members = clump_outline(rng)
    grid = CellGrid.around(outline.moved_to(15.0, 15.0), 0.1)
    purple = paint_clump(grid, members, rng).dyes[..., Dye.AZUROPHIL]
    near = np.zeros(grid.shape, bool)
    for member in members:
        near |= np.hypot(grid.x_um - member.x_um, grid.y_um - member.y_um) < 0.8
    assert purple[near].mean() > 2 * purple[grid.inside & ~near].mean()
    assert not purple[grid.border_um < -0.3].any()
