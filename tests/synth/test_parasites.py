import numpy as np
import pytest

from cytovox.synth.palettes import Dye
from cytovox.synth.parasites import paint_ring_form
from cytovox.synth.red_cells import RedCellTraits, paint_red_cell
from cytovox.synth.shapes import CellGrid, blob


def pair(seed: int):
    rng = np.random.default_rng(seed)
    grid = CellGrid.around(blob(rng, 7.5).moved_to(10.0, 10.0), 0.1)
    healthy = paint_red_cell(grid, RedCellTraits(pallor=0.2), np.random.default_rng(seed))
    infected = paint_red_cell(grid, RedCellTraits(pallor=0.2), np.random.default_rng(seed))
    paint_ring_form(infected, grid, 3.75, rng)
    return grid, healthy, infected


@pytest.mark.parametrize("seed", range(10))
def test_a_ring_form_adds_chromatin_and_blue_inside_its_cell(seed: int) -> None:
    grid, healthy, infected = pair(seed)
    added = infected.dyes - healthy.dyes
    assert added[..., Dye.BASOPHILIC].max() > 0.5
    assert added[..., Dye.AZUROPHIL].max() > 0.4
    assert (added[..., Dye.HAEMOGLOBIN] <= 0).all()
    assert added[..., Dye.HAEMOGLOBIN].min() < -0.1
    assert np.abs(added[grid.border_um < -0.15]).max() < 1e-6


@pytest.mark.parametrize("seed", range(10))
def test_a_ring_is_an_early_trophozoite_in_size(seed: int) -> None:
    # A ring form takes about a third of the diameter of its cell or less.
    grid, healthy, infected = pair(seed)
    blue = (infected.dyes - healthy.dyes)[..., Dye.BASOPHILIC] > 0.25
    extent_um = max(np.ptp(grid.x_um[blue]), np.ptp(grid.y_um[blue]))
    assert 1.0 < extent_um < 3.2
    assert blue[grid.inside].mean() < 0.12
