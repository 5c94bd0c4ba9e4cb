"""Thickness against the rendered truth."""

from collections.abc import Callable

import numpy as np
import pytest
from tests.sculpt.rendered_truth import MPP_UM, RedCellScene, whole

from cytovox.sculpt.body import bilinear
from cytovox.sculpt.cells import sculpt_cell
from cytovox.sculpt.film import Film
from cytovox.sculpt.haemoglobin import haemoglobin_density
from cytovox.sculpt.red_cells import measured_thickness
from cytovox.sculpt.view import CellView

MakeScene = Callable[..., RedCellScene]
EVEN, DISC, DRAINED = 0.0, 1.0, 1.3


def measured(scene: RedCellScene, index: int) -> tuple[CellView, np.ndarray]:
    film = scene.film
    view = film.view(index, 0.18)
    covered = view.covered_by(film.neighbours(index, view), 0.15)
    return view, measured_thickness(film, view, haemoglobin_density(view, film.light, covered), covered)


def truth_on(view: CellView, scene: RedCellScene) -> np.ndarray:
    columns = view.centre_px[0] + view.axis_um / MPP_UM - 0.5
    rows = view.centre_px[1] + view.axis_um / MPP_UM - 0.5
    at_rows, at_columns = (a.ravel() for a in np.meshgrid(rows, columns, indexing="ij"))
    return bilinear(scene.thickness_um, at_rows, at_columns).reshape(view.depth_um.shape)


@pytest.mark.parametrize("palette", ["warm", "pink", "blue_grey"])
def test_thickness_is_right_to_8_percent_of_the_maximum(red_cell_scene: MakeScene, palette: str) -> None:
    scene = red_cell_scene((EVEN, 0.5, DISC, DRAINED), palette=palette)
    for index in range(4):
        view, thickness = measured(scene, index)
        inside, truth = view.depth_um > 0, truth_on(view, scene)
        relative = thickness * (
            truth[inside].sum() / thickness[inside].sum()
        )  # absorbance gives shape, not size
        error = np.sqrt(np.mean((relative - truth)[inside] ** 2))
        assert error <= 0.08 * truth.max()


def test_dimple_is_there_when_pallor_is(red_cell_scene: MakeScene) -> None:
    scene = red_cell_scene((EVEN, DISC))
    depths = []
    for index in range(2):
        _, thickness = measured(scene, index)
        middle = len(thickness) // 2
        depths.append(thickness[middle, middle] / thickness.max())
    assert depths[0] > 0.9
    assert depths[1] == pytest.approx(0.81 / 2.57, abs=0.08)  # Evans and Fung: 0.81 um of 2.57 um


def test_median_red_cell_has_the_volume_asked_for(red_cell_scene: MakeScene) -> None:
    film = red_cell_scene((DISC, DISC, DISC)).film
    volumes = [sculpt_cell(film, index).parts[0].volume for index in range(3)]
    assert np.median(volumes) == pytest.approx(90, rel=0.04)
    larger = Film(film.pixels, film.cells, film.mpp_um, film.light, None, 120.0)
    assert sculpt_cell(larger, 1).parts[0].volume == pytest.approx(120, rel=0.04)


def test_a_neighbour_on_top_adds_no_thickness(red_cell_scene: MakeScene) -> None:
    scene = red_cell_scene((DISC, DISC, DISC), gap_um=6.0)
    view, thickness = measured(scene, 1)
    summed = truth_on(view, scene)  # of both cells where they overlap
    assert summed.max() > 3.5
    assert thickness.max() < 3.4


def test_parasite_lies_inside_and_healthy_cells_have_none(film: Film) -> None:
    infected = sculpt_cell(film, whole(film, "infected_red_cell"))
    parasite, cell = infected.parts
    assert (parasite.name, cell.name) == ("parasite", "red cell")
    assert 0.3 < parasite.volume < 15
    assert cell.opacity < 1 == parasite.opacity
    assert np.ptp(parasite.vertices[:, 2]) < np.ptp(cell.vertices[:, 2])
    assert "thickness from absorbance" in infected.notice
    assert "depth inferred from one image" in infected.notice
    healthy = sculpt_cell(film, whole(film, "red_cell"))
    assert [part.name for part in healthy.parts] == ["red cell"]
    assert healthy.notice == "thickness from absorbance"
