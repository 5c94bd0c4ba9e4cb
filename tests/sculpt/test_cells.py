"""What holds for the models of all kinds of cells."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
import trimesh
from tests.sculpt.rendered_truth import MPP_UM, lies_in, whole

from cytovox.domain.errors import InputError
from cytovox.domain.findings import SmearFindings
from cytovox.domain.image import Scale, SmearImage
from cytovox.domain.surface import Surface, SurfacePart
from cytovox.sculpt.cells import sculpt_cell
from cytovox.sculpt.film import Film
from cytovox.sculpt.options import Pose, SculptOptions
from cytovox.synth.truth import SyntheticSmear

WHITE = ("neutrophil_segmented", "eosinophil", "basophil", "lymphocyte", "monocyte")
ALL = (*WHITE, "red_cell", "infected_red_cell", "platelet", "platelet_clump")
SUSPENDED = SculptOptions(Pose.SUSPENSION)


def mesh(part: SurfacePart) -> trimesh.Trimesh:
    return trimesh.Trimesh(part.vertices, part.faces, process=False)


def model(film: Film, label: str, options: SculptOptions | None = None) -> Surface:
    return sculpt_cell(film, whole(film, label), options=options)


@pytest.mark.parametrize("pose", Pose)
@pytest.mark.parametrize("label", ALL)
def test_surfaces_are_closed_and_face_outwards(film: Film, label: str, pose: Pose) -> None:
    for part in model(film, label, SculptOptions(pose)).parts:
        body = mesh(part)
        assert body.is_watertight
        assert body.is_winding_consistent
        assert part.volume > 0
        assert np.allclose(np.linalg.norm(part.normals, axis=1), 1, atol=1e-3)
        assert np.mean((body.vertex_normals * part.normals).sum(axis=1)) > 0.97


@pytest.mark.parametrize(("step_um", "least"), [(0.18, 0.98), (0.5, 0.97)])
@pytest.mark.parametrize("label", ALL)
def test_footprint_is_the_outline(film: Film, label: str, step_um: float, least: float) -> None:
    index = whole(film, label)
    outer = sculpt_cell(film, index, options=SculptOptions(step_um=step_um)).parts[-1]
    shadow = shapely.union_all(shapely.polygons(outer.vertices[outer.faces][:, :, :2])).buffer(0)
    outline = film.cells.outlines[index]
    middle = (outline.max(axis=0) + outline.min(axis=0)) / 2
    truth = shapely.Polygon((outline - middle) * (MPP_UM, -MPP_UM)).buffer(0)
    assert shadow.intersection(truth).area / shadow.union(truth).area >= least


@pytest.mark.parametrize("pose", Pose)
@pytest.mark.parametrize("label", WHITE)
def test_what_is_inside_is_strictly_inside(film: Film, label: str, pose: Pose) -> None:
    *inner, cytoplasm = model(film, label, SculptOptions(pose)).parts
    assert inner[0].name == "nucleus"
    assert cytoplasm.opacity < 1
    for part in inner:
        points = part.vertices[:: max(1, len(part.vertices) // 150)]
        assert lies_in(cytoplasm, points).all()


@pytest.mark.parametrize("label", ["neutrophil_segmented", "lymphocyte"])
def test_in_suspension_the_cell_keeps_its_volume_and_is_rounder(film: Film, label: str) -> None:
    slide, round_ = model(film, label), model(film, label, SUSPENDED)
    for flat, suspended in zip(slide.parts, round_.parts, strict=True):
        assert suspended.volume == pytest.approx(flat.volume, rel=1e-3)
    width, depth, height = np.ptp(round_.parts[-1].vertices, axis=0)
    assert 0.8 < 2 * height / (width + depth) < 1.25
    flat_width, _, flat_height = np.ptp(slide.parts[-1].vertices, axis=0)
    assert flat_height < 0.35 * flat_width


@pytest.mark.parametrize(("label", "name"), [("eosinophil", "eosinophilic"), ("basophil", "basophilic")])
def test_granules_are_where_the_picture_shows_them(film: Film, label: str, name: str) -> None:
    granules = model(film, label).part(f"{name} granules")
    bodies = len(granules.vertices) // 42
    assert bodies >= 10
    nucleus = model(film, label).part("nucleus")
    assert not lies_in(nucleus, granules.vertices[::17]).any()
    assert all(part.name != "granules" for part in model(film, "lymphocyte").parts)


@pytest.mark.parametrize("pose", Pose)
def test_granules_do_not_pass_through_each_other(film: Film, pose: Pose) -> None:
    balls = (
        model(film, "eosinophil", SculptOptions(pose))
        .part("eosinophilic granules")
        .vertices.reshape(-1, 42, 3)
    )
    middles = balls.mean(axis=1)
    radii = np.linalg.norm(balls - middles[:, None], axis=2).mean(axis=1)
    apart = np.linalg.norm(middles[:, None] - middles, axis=2) + 9 * np.eye(len(balls))
    assert (apart > radii[:, None] + radii - 1e-3).all()
    assert 0.5 <= 2 * radii.min() <= 2 * radii.max() <= 1  # Bain, Blood Cells, 5th ed., 2015


def test_colours_are_the_cells_own(film: Film) -> None:
    nucleus, cytoplasm = model(film, "lymphocyte").parts
    assert cytoplasm.colours.mean() > nucleus.colours.mean() + 20
    assert nucleus.colours[:, 2].mean() > nucleus.colours[:, 1].mean()  # more blue than green


def test_without_a_nucleus_the_cell_is_one_opaque_body(film: Film, findings: SmearFindings) -> None:
    bare = replace(film.cells, nucleus_outlines=((),) * len(film.cells))
    surface = model(replace(film, cells=bare), "monocyte")
    assert [(part.name, part.opacity) for part in surface.parts] == [("cell", 1.0)]


def test_name_and_notice(film: Film) -> None:
    index = whole(film, "lymphocyte")
    surface = sculpt_cell(film, index)
    assert surface.name == f"cell {index + 1}: lymphocyte"
    assert surface.notice == "depth inferred from one image"


def test_what_cannot_be_done_is_said(film: Film, smear: SyntheticSmear, findings: SmearFindings) -> None:
    with pytest.raises(InputError, match=f"1 to {len(film.cells)}, got 0"):
        sculpt_cell(film, -1)
    with pytest.raises(InputError, match="micrometres per pixel"):
        Film.of(smear.image, replace(findings, scale=Scale.unknown()))
    with pytest.raises(InputError, match="expected findings of a picture of 20 x 30"):
        Film.of(SmearImage(np.zeros((30, 20, 3), np.uint8)), findings)
    with pytest.raises(InputError, match="femtolitres"):
        Film.of(smear.image, findings, red_cell_volume_fl=1)
    with pytest.raises(InputError, match="step_um"):
        SculptOptions(step_um=0.01)
