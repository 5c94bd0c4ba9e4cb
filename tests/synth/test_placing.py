import numpy as np
import pytest

from cytovox.synth.options import RenderOptions
from cytovox.synth.placing import BORDER_UM, lay_out
from cytovox.synth.shapes import meet

QUIET = {"white_cells": (), "platelets_per_1000_um2": 0.0}


def layout(width_um: float = 100.0, height_um: float = 80.0, seed: int = 0, **options: object):
    return lay_out(width_um, height_um, RenderOptions(**options), np.random.default_rng(seed))


def met(cells) -> set[tuple[int, int]]:
    outlines = [cell.outline for cell in cells]
    return {(i, j) for j in range(len(cells)) for i in range(j) if meet(outlines[i], outlines[j])}


def test_density_gives_the_number_of_red_cells() -> None:
    placed = layout(red_cells_per_1000_um2=8.0, **QUIET)
    strewn_um2 = (100 + 2 * BORDER_UM) * (80 + 2 * BORDER_UM)
    assert len(placed.cells) == round(8.0 * strewn_um2 / 1000)


@pytest.mark.parametrize("seed", range(3))
def test_without_overlap_no_two_cells_meet(seed: int) -> None:
    placed = layout(seed=seed, overlap_fraction=0.0, white_cells_per_1000_um2=0.5, platelet_clumps=1)
    assert not met(placed.cells)
    assert {"red_cell", "platelet", "platelet_clump"} <= {cell.label for cell in placed.cells}


@pytest.mark.parametrize("fraction", [0.1, 0.3, 0.6])
def test_the_asked_share_of_red_cells_overlaps(fraction: float) -> None:
    placed = layout(overlap_fraction=fraction, red_cells_per_1000_um2=6.0, **QUIET)
    overlapping = {i for pair in met(placed.cells) for i in pair}
    assert len(overlapping) / len(placed.cells) == pytest.approx(fraction, abs=0.04)


def test_red_cells_never_lie_on_white_cells_even_in_a_crowd() -> None:
    placed = layout(
        60.0, 60.0, red_cells_per_1000_um2=20.0, white_cells=("monocyte", "basophil"), overlap_fraction=1.0
    )
    assert len(placed.cells) > 60
    labels = [cell.label for cell in placed.cells]
    for i, j in met(placed.cells):
        assert labels[i] == labels[j] == "red_cell"


def test_white_cells_lie_whole_inside_the_field() -> None:
    placed = layout(white_cells=("monocyte", "lymphocyte", "eosinophil"))
    white = [cell for cell in placed.cells if cell.label in {"monocyte", "lymphocyte", "eosinophil"}]
    assert len(white) == 3
    for cell in white:
        points = cell.outline.points_um()
        assert points.min() > 0
        assert (points < [100.0, 80.0]).all()


def test_the_border_of_the_field_cuts_red_cells() -> None:
    placed = layout(**QUIET)
    points = [cell.outline.points_um() for cell in placed.cells]
    assert any((p[:, 0] < 0).any() and (p[:, 0] > 0).any() for p in points)
    assert any((p[:, 1] > 80).any() and (p[:, 1] < 80).any() for p in points)


@pytest.mark.parametrize("fraction", [0.0, 0.25, 1.0])
def test_the_asked_share_of_red_cells_is_infected(fraction: float) -> None:
    labels = [cell.label for cell in layout(infected_fraction=fraction, **QUIET).cells]
    assert labels.count("infected_red_cell") == round(fraction * len(labels))


def test_white_cells_follow_density_and_mix() -> None:
    mix = {"lymphocyte": 3.0, "monocyte": 1.0}
    labels = [
        cell.label
        for seed in range(15)
        for cell in layout(
            seed=seed,
            red_cells_per_1000_um2=0.0,
            platelets_per_1000_um2=0.0,
            white_cells_per_1000_um2=1.0,
            white_cell_mix=mix,
        ).cells
    ]
    assert set(labels) == {"lymphocyte", "monocyte"}
    # 120 expected; 4.5 standard deviations of a Poisson count and of a binomial share.
    assert 70 < len(labels) < 170
    assert 0.57 < labels.count("lymphocyte") / len(labels) < 0.93


def test_a_field_smaller_than_a_cell_still_comes_out() -> None:
    placed = layout(4.0, 4.0, white_cells=("monocyte",))
    assert [cell.label for cell in placed.cells].count("monocyte") <= 1


def test_placing_stays_quick_on_a_large_field() -> None:
    # Neighbours come from buckets: ten times the field takes about ten times as long, not a hundred.
    placed = layout(500.0, 500.0, overlap_fraction=0.0, **QUIET)
    assert len(placed.cells) == pytest.approx(7.0 * 257.049, abs=2)
