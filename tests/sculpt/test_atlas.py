"""Every textbook model is what its description says: size, ratio, what lies in what."""

import cv2
import numpy as np
import pytest
import trimesh
from tests.sculpt.rendered_truth import lies_in

from cytovox.domain.errors import InputError
from cytovox.domain.surface import SurfacePart
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.sculpt.atlas import ATLAS_TAXONOMIES, atlas_labels, described, textbook_cell
from cytovox.sculpt.textbook.reading import load_atlas

CELLS = sorted(
    {load_atlas().shown[t][label]: (t, label) for t in ATLAS_TAXONOMIES for label in atlas_labels(t)}.values()
)
NUCLEATED = [key for key in CELLS if described(*key).nucleus is not None]
each = pytest.mark.parametrize(("taxonomy", "label"), CELLS)


ACROSS_PX = 1500


def shadow(taxonomy: str, label: str, word: str) -> float:
    """Area of the footprint of all parts whose name begins with a word, um2, to about 0.2 %."""
    surface = textbook_cell(taxonomy, label)
    px_per_um = ACROSS_PX / float(np.ptp(surface.bounds[:, 0]))
    picture = np.zeros((2 * ACROSS_PX, 2 * ACROSS_PX), np.uint8)
    for part in surface.parts:
        if part.name.startswith(word):
            corners = np.rint(part.vertices[part.faces][:, :, :2] * px_per_um).astype(np.int32) + ACROSS_PX
            for triangle in corners:
                cv2.fillConvexPoly(picture, triangle, 1)
    return float(picture.sum(dtype=np.int64)) / px_per_um**2


@each
def test_parts_are_closed_and_face_outwards(taxonomy: str, label: str) -> None:
    for part in textbook_cell(taxonomy, label).parts:
        body = trimesh.Trimesh(part.vertices, part.faces, process=False)
        assert body.is_watertight, part.name
        assert part.volume > 0
        assert np.allclose(np.linalg.norm(part.normals, axis=1), 1, atol=1e-3)
        assert np.mean((body.vertex_normals * part.normals).sum(axis=1)) > 0.95, part.name


@each
def test_diameter_is_that_of_the_description(taxonomy: str, label: str) -> None:
    body = described(taxonomy, label).body
    diameter = 2 * np.sqrt(shadow(taxonomy, label, body.name) / np.pi)
    assert diameter == pytest.approx(body.diameter_um.value, rel=0.015)


@each
def test_volume_is_that_of_the_description(taxonomy: str, label: str) -> None:
    surface, body = textbook_cell(taxonomy, label), described(taxonomy, label).body
    if body.volume_fl is not None:
        assert surface.parts[-1].volume == pytest.approx(body.volume_fl.value, rel=0.02)
    elif body.members == 1:
        ellipsoid = np.pi / 6 * body.diameter_um.value**3 * (body.height_over_width or 0)
        assert surface.parts[-1].volume == pytest.approx(ellipsoid, rel=0.15)  # bulges and dents


@pytest.mark.parametrize(("taxonomy", "label"), NUCLEATED)
def test_nucleus_to_cytoplasm_is_that_of_the_description(taxonomy: str, label: str) -> None:
    surface, spec = textbook_cell(taxonomy, label), described(taxonomy, label)
    assert spec.nucleus is not None
    nucleus, cell = shadow(taxonomy, label, "nucle"), shadow(taxonomy, label, spec.body.name)
    ratio = spec.nucleus.to_cytoplasm.value
    assert nucleus / cell == pytest.approx(ratio / (1 + ratio), rel=0.04)
    lobes = [part for part in surface.parts if part.name.startswith("nucleus")]
    assert len(lobes) == len(spec.nucleus.lobes)


@each
def test_what_is_inside_is_strictly_inside(taxonomy: str, label: str) -> None:
    spec = described(taxonomy, label)
    *inner, cell = textbook_cell(taxonomy, label).parts
    outside = spec.projections.name if spec.projections else None
    nucleoli = {item.name for item in spec.inclusions if item.in_nucleus}
    for part in inner:
        if part.name != outside:
            assert lies_in(cell, some(part)).all(), part.name
    for part in (part for part in inner if part.name in nucleoli):
        nucleus = next(part for part in inner if part.name == "nucleus")
        assert lies_in(nucleus, some(part)).all()


def some(part: SurfacePart) -> np.ndarray:
    return part.vertices[:: max(1, len(part.vertices) // 120)]


def test_granules_stay_clear_of_the_nucleus() -> None:
    surface = textbook_cell("blood", "eosinophil")
    granules = surface.part("eosinophilic granules")
    assert len(granules.vertices) // 42 > 100
    for name in ("nucleus lobe 1", "nucleus lobe 2"):
        assert not lies_in(surface.part(name), some(granules)).any()
    middles = granules.vertices.reshape(-1, 42, 3).mean(axis=1)
    above = surface.part("nucleus lobe 1").vertices.mean(axis=0)
    assert np.linalg.norm(middles[:, :2] - above[:2], axis=1).min() > 0.5  # none lies over it


def test_basophilic_granules_lie_over_the_nucleus() -> None:
    surface = textbook_cell("blood", "basophil")
    middles = surface.part("basophilic granules").vertices.reshape(-1, 42, 3).mean(axis=1)
    low, high = (
        surface.part("nucleus lobe 1").vertices[:, :2].min(0),
        surface.part("nucleus lobe 1").vertices[:, :2].max(0),
    )
    assert ((middles[:, :2] > low) & (middles[:, :2] < high)).all(axis=1).sum() > 20


def test_marks_of_the_classes() -> None:
    names = {
        label: [p.name for p in textbook_cell("marrow", label).parts]
        for label in ("faggot_cell", "hairy_cell")
    }
    assert "Auer rods" in names["faggot_cell"]
    assert "hairy projections" in names["hairy_cell"]
    infected = textbook_cell("blood", "infected_red_cell")
    assert [part.name for part in infected.parts][:2] == ["parasite chromatin", "parasite ring"]
    assert infected.parts[-1].opacity < 1
    red = textbook_cell("blood", "red_cell").parts[-1].vertices
    middle = red[np.hypot(red[:, 0], red[:, 1]) < 0.5]
    assert np.ptp(middle[:, 2]) < 0.6 * np.ptp(red[:, 2])  # the dimple


def test_the_same_at_each_making() -> None:
    first = textbook_cell("blood", "platelet")
    textbook_cell.cache_clear()
    second = textbook_cell("blood", "platelet")
    assert first is not second
    for a, b in zip(first.parts, second.parts, strict=True):
        assert np.array_equal(a.vertices, b.vertices)
        assert np.array_equal(a.colours, b.colours)


@pytest.mark.parametrize("taxonomy", ["blood", "marrow"])
def test_every_class_has_a_model_or_a_reason(taxonomy: str) -> None:
    with_model = set(atlas_labels(taxonomy))
    for label in load_taxonomy(taxonomy).keys:
        if label in with_model:
            continue
        with pytest.raises(InputError, match=r"no typical shape|any shape"):
            textbook_cell(taxonomy, label)


def test_names_and_notice() -> None:
    surface = textbook_cell("blood", "platelet")
    assert surface.name == "platelet"
    assert surface.notice == "textbook model: typical shape and size, not a measured cell"
    with pytest.raises(InputError, match="expected a taxonomy of blood, marrow, got 'organs'"):
        atlas_labels("organs")
    with pytest.raises(InputError, match="no model of 'neutrofil' of 'blood'; it has red_cell"):
        textbook_cell("blood", "neutrofil")


def test_the_known_taxonomies_are_those_of_the_data() -> None:
    assert tuple(load_atlas().shown) == ATLAS_TAXONOMIES
