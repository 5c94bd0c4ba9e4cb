import dataclasses

import numpy as np

from cytovox.analysis.name_cells import with_subtype
from cytovox.analysis.smear_map import class_shares, class_votes, consistent_map, look_like_platelets
from cytovox.domain.cells import CellTable
from cytovox.domain.geometry import FloatArray, star_polygon
from cytovox.domain.taxonomies import load_taxonomy

KEYS = load_taxonomy("smear_map").keys
CLASSES = ("red_cell", "platelet", "neutrophil_segmented", "lymphocyte", "myelocyte")
UM_PER_PX = 0.2


def disc(x: float, y: float, radius: float) -> FloatArray:
    return star_polygon(np.array([[x, y]], np.float32), np.full((1, 64), radius, np.float32))[0]


def table(*cells: tuple[str, FloatArray]) -> CellTable:
    probabilities = np.array([[0.9 if key == name else 0.025 for key in CLASSES] for name, _ in cells])
    return CellTable.from_outlines(
        tuple(outline for _, outline in cells),
        classes=CLASSES,
        score=np.ones(len(cells), np.float32),
        probabilities=probabilities.astype(np.float32),
        picture_size=(120, 160),
        mpp_um=UM_PER_PX,
    )


def painted(*things: tuple[str, FloatArray]) -> np.ndarray:
    """A map in which each outline holds one class, later ones over earlier ones."""
    y, x = np.mgrid[:120, :160] + 0.5
    raw = np.zeros((120, 160), np.uint8)
    for key, outline in things:
        centre, radius = outline.mean(axis=0), np.ptp(outline[:, 0]) / 2
        raw[np.hypot(x - centre[0], y - centre[1]) < radius] = KEYS.index(key)
    return raw


def share_of(classes: np.ndarray, key: str, outline: FloatArray) -> float:
    inside = painted(("red_cell", outline)) > 0
    return float((classes[inside] == KEYS.index(key)).mean())


def test_a_cell_of_two_classes_becomes_one() -> None:
    cell = disc(60, 60, 30)
    raw = painted(("lymphocyte", cell), ("monocyte", disc(60, 60, 18)))
    drawn = consistent_map(raw, table(("neutrophil_segmented", cell)), UM_PER_PX)
    assert share_of(drawn.classes, "neutrophil", cell) > 0.99
    assert (drawn.raw == raw).all()


def test_the_map_gives_the_border_that_the_outline_lacks() -> None:
    true = disc(60, 60, 20)
    raw = painted(("red_cell", true))
    for radius in (18, 22):
        drawn = consistent_map(raw, table(("red_cell", disc(60, 60, radius))), UM_PER_PX).classes
        assert abs(int((drawn > 0).sum()) - int((raw > 0).sum())) <= 0.04 * (raw > 0).sum()


def test_a_hole_in_the_middle_is_filled() -> None:
    cell = disc(60, 60, 18)
    raw = painted(("red_cell", cell), ("background", disc(60, 60, 6)))
    drawn = consistent_map(raw, table(("red_cell", cell)), UM_PER_PX).classes
    assert share_of(drawn, "red_cell", cell) > 0.99


def test_a_type_without_a_colour_takes_what_most_of_its_pixels_say() -> None:
    cell = disc(60, 60, 30)
    raw = painted(("monocyte", cell), ("lymphocyte", disc(60, 60, 12)))
    drawn = consistent_map(raw, table(("myelocyte", cell)), UM_PER_PX).classes
    assert share_of(drawn, "monocyte", cell) > 0.99


def test_a_cell_that_may_not_be_named_takes_it_too() -> None:
    cell = disc(60, 60, 30)
    cells = dataclasses.replace(table(("lymphocyte", cell)), unidentified=np.array([True]))
    drawn = consistent_map(painted(("monocyte", cell)), cells, UM_PER_PX).classes
    assert share_of(drawn, "monocyte", cell) > 0.99


def test_objects_that_no_cell_claims_keep_one_class_and_crumbs_go() -> None:
    object_, crumb = disc(100, 60, 9), disc(30, 20, 2)
    raw = painted(("platelet_clump", object_), ("platelet", disc(100, 60, 4)), ("red_cell", crumb))
    drawn = consistent_map(raw, table(("red_cell", disc(60, 100, 15))), UM_PER_PX).classes
    assert share_of(drawn, "platelet_clump", object_) > 0.99
    assert not drawn[15:25, 25:35].any()


def test_a_sliver_that_no_cell_claims_is_not_called_infected() -> None:
    whole, sliver = disc(100, 60, 18), disc(30, 30, 6)
    raw = painted(("infected_red_cell", whole), ("infected_red_cell", sliver))
    drawn = consistent_map(raw, table(("red_cell", disc(60, 100, 15))), UM_PER_PX).classes
    assert share_of(drawn, "infected_red_cell", whole) > 0.99
    assert share_of(drawn, "red_cell", sliver) > 0.99


def test_a_platelet_on_a_red_cell_stays_visible() -> None:
    red, platelet = disc(60, 60, 19), disc(66, 60, 6)
    raw = painted(("red_cell", red), ("platelet", platelet))
    drawn = consistent_map(raw, table(("platelet", platelet), ("red_cell", red)), UM_PER_PX).classes
    assert share_of(drawn, "platelet", platelet) > 0.95


def test_clumps_are_told_by_most_of_their_pixels() -> None:
    clump, single = disc(40, 60, 20), disc(110, 60, 7)
    raw = painted(("platelet_clump", clump), ("platelet", single))
    shares = class_shares(class_votes(raw, [clump, single, disc(80, 110, 4)]), "platelet_clump", "platelet")
    assert shares[0] > 0.99
    assert shares[1:].tolist() == [0.0, 0.0]
    names = with_subtype(
        table(("platelet", clump), ("platelet", single)).predictions, "platelet", "platelet_clump", shares[:2]
    )
    assert names.label.tolist() == ["platelet_clump", "platelet"]
    assert names.prediction_sets.sum(axis=1).tolist() == [1, 1]
    assert np.allclose(names.probabilities.sum(axis=1), 1.0, atol=1e-5)


def test_a_clump_is_told_from_a_white_cell_by_its_pixels() -> None:
    clump, cell, empty = disc(40, 60, 20), disc(110, 60, 20), disc(80, 110, 4)
    raw = painted(("platelet_clump", clump), ("neutrophil", cell))
    assert look_like_platelets(class_votes(raw, [clump, cell, empty])).tolist() == [True, False, False]
    assert look_like_platelets(class_votes(raw, [])).tolist() == []
