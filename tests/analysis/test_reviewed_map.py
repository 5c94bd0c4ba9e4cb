from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from cytovox.analysis.reviewed_map import reviewed_map
from cytovox.domain.findings import SmearFindings
from cytovox.domain.review import Edit, with_edits
from cytovox.domain.reviewed import EditKind
from cytovox.domain.taxonomies import load_taxonomy

CLASSIFY, CONFIRM, ADD, REMOVE, REDRAW = EditKind
KEYS = load_taxonomy("smear_map").keys
WIDTH, HEIGHT = 160, 120
SQUARE = ((100.0, 20.0), (120.0, 20.0), (120.0, 40.0), (100.0, 40.0))
CELLS = (
    ("red_cell", 30, 30, 12),
    ("red_cell", 60, 80, 12),
    ("lymphocyte", 78, 80, 16),
    ("platelet", 20, 90, 5),
)


def disc(x: float, y: float, radius: float) -> np.ndarray:
    rows, columns = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    return (columns - x) ** 2 + (rows - y) ** 2 < radius**2


@pytest.fixture
def machine(make_findings: Callable[..., SmearFindings]) -> SmearFindings:
    """Two red cells of which the second lies half on a lymphocyte, and a platelet."""
    return make_findings(CELLS, width=WIDTH, height=HEIGHT)


@pytest.fixture
def classes() -> np.ndarray:
    """The map of that, in which the first red cell is hollow and the cells are half a pixel larger."""
    drawn = np.zeros((HEIGHT, WIDTH), np.uint8)
    for key, x, y, radius in CELLS:
        drawn[disc(x, y, radius + 0.5)] = KEYS.index(key)
    drawn[disc(30, 30, 4)] = 0
    return drawn


def after(classes: np.ndarray, machine: SmearFindings, *edits: Edit) -> np.ndarray:
    return reviewed_map(classes, machine, with_edits(machine, edits))


def test_without_a_review_the_map_is_the_same(classes: np.ndarray, machine: SmearFindings) -> None:
    assert reviewed_map(classes, machine, machine) is classes


def test_a_renamed_cell_keeps_its_pixels(classes: np.ndarray, machine: SmearFindings) -> None:
    now = after(classes, machine, Edit(CLASSIFY, "a", 1, "infected_red_cell"))
    first = disc(30, 30, 14)
    expected = np.where(first & (classes > 0), KEYS.index("infected_red_cell"), classes)
    np.testing.assert_array_equal(now, expected)


def test_renaming_does_not_touch_a_neighbour(classes: np.ndarray, machine: SmearFindings) -> None:
    now = after(classes, machine, Edit(CLASSIFY, "a", 2, "platelet"))
    lymphocyte = disc(78, 80, 16)
    np.testing.assert_array_equal(now[lymphocyte], classes[lymphocyte])
    assert (now == KEYS.index("red_cell")).sum() == (disc(30, 30, 12.5) & ~disc(30, 30, 4)).sum()


def test_a_removed_cell_leaves_ground(classes: np.ndarray, machine: SmearFindings) -> None:
    now = after(classes, machine, Edit(REMOVE, "a", 4))
    assert not (now == KEYS.index("platelet")).any()
    np.testing.assert_array_equal(now, np.where(classes == KEYS.index("platelet"), 0, classes))


def test_an_added_cell_fills_its_outline(classes: np.ndarray, machine: SmearFindings) -> None:
    now = after(classes, machine, Edit(ADD, "a", 5, "basophil", SQUARE))
    assert (now == KEYS.index("basophil")).sum() == pytest.approx(400, abs=80)
    assert now[30, 110] == KEYS.index("basophil")
    np.testing.assert_array_equal(now[:, :95], classes[:, :95])


def test_a_redrawn_cell_moves(classes: np.ndarray, machine: SmearFindings) -> None:
    now = after(classes, machine, Edit(REDRAW, "a", 4, polygon=SQUARE))
    assert not now[disc(20, 90, 8)].any()
    assert now[30, 110] == KEYS.index("platelet")


def test_a_class_that_the_map_lacks_leaves_the_colour(classes: np.ndarray, machine: SmearFindings) -> None:
    for label in ("metamyelocyte", "unidentified"):
        np.testing.assert_array_equal(after(classes, machine, Edit(CLASSIFY, "a", 3, label)), classes)
    np.testing.assert_array_equal(after(classes, machine, Edit(ADD, "a", 5, "unidentified", SQUARE)), classes)


def test_confirming_changes_nothing(classes: np.ndarray, machine: SmearFindings) -> None:
    confirmed = [Edit(CONFIRM, "a", i, label) for i, label in enumerate(machine.cells.label.tolist(), 1)]
    np.testing.assert_array_equal(after(classes, machine, *confirmed), classes)


def test_it_needs_no_scale(classes: np.ndarray, make_findings: Callable[..., SmearFindings]) -> None:
    machine = make_findings([("platelet", 20, 90, 5)], width=WIDTH, height=HEIGHT, mpp_um=None)
    machine = replace(machine, provenance=replace(machine.provenance, options={}))
    assert not (after(classes, machine, Edit(REMOVE, "a", 1)) == KEYS.index("platelet")).any()
