from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from cytovox.domain.errors import InputError
from cytovox.domain.findings import SmearFindings
from cytovox.domain.review import Edit, next_cell_id, with_edits
from cytovox.domain.reviewed import EditKind, Reviewed

CLASSIFY, CONFIRM, ADD, REMOVE, REDRAW = EditKind
SQUARE = ((10.0, 10.0), (30.0, 10.0), (30.0, 30.0), (10.0, 30.0))
RED, WHITE, PLATELET = 1, 2, 3


@pytest.fixture
def findings(make_findings: Callable[..., SmearFindings]) -> SmearFindings:
    """A red cell at (40, 40), a neutrophil with a nucleus at (90, 60) and a platelet at (20, 90)."""
    plain = make_findings()
    nucleus = np.array([[80, 50], [95, 50], [95, 65], [80, 65]], np.float32)
    measures = replace(plain.cells.morphometry, nucleus_area_px=np.array([np.nan, 225, np.nan], np.float32))
    measures = replace(measures, circularity=np.full(3, 0.9, np.float32))
    return replace(
        plain, cells=replace(plain.cells, nucleus_outlines=((), (nucleus,), ()), morphometry=measures)
    )


def labels(findings: SmearFindings) -> dict[int, str]:
    return dict(zip(findings.cells.ids.tolist(), findings.cells.label.tolist(), strict=True))


def test_without_edits_nothing_changes(findings: SmearFindings) -> None:
    assert with_edits(findings, []) is findings


def test_a_class_that_a_person_gave_is_certain_and_counts(findings: SmearFindings) -> None:
    done = with_edits(findings, [Edit(CLASSIFY, "ann", WHITE, "lymphocyte")])
    assert labels(done) == {1: "red_cell", 2: "lymphocyte", 3: "platelet"}
    assert (done.counts["neutrophil"], done.counts["lymphocyte"]) == (0, 1)
    assert done.cells.confidence[1] == 1
    assert done.cells.predictions.prediction_set(1) == ("lymphocyte",)
    assert done.cells.reviewed == (None, Reviewed("ann", CLASSIFY, "neutrophil"), None)
    # The machine's own stay as they were.
    assert labels(findings)[2] == "neutrophil"
    np.testing.assert_array_equal(done.cells.probabilities[0], findings.cells.probabilities[0])


def test_the_last_word_counts_and_the_machines_stays_visible(findings: SmearFindings) -> None:
    edits = [
        Edit(CLASSIFY, "ann", WHITE, "lymphocyte"),
        Edit(CLASSIFY, "ben", WHITE, "monocyte"),
        Edit(CONFIRM, "ann", WHITE, "monocyte"),
    ]
    done = with_edits(findings, edits)
    assert labels(done)[WHITE] == "monocyte"
    assert done.cells.reviewed[1] == Reviewed("ann", CONFIRM, "neutrophil")


def test_unidentified_keeps_what_the_machine_thought(findings: SmearFindings) -> None:
    done = with_edits(findings, [Edit(CLASSIFY, "ann", WHITE, "unidentified")])
    assert labels(done)[WHITE] == "unidentified"
    assert done.cells.best[1] == "neutrophil"
    assert done.counts["unidentified"] == 1
    np.testing.assert_array_equal(done.cells.probabilities, findings.cells.probabilities)
    back = with_edits(
        findings,
        [Edit(CLASSIFY, "ann", WHITE, "unidentified"), Edit(CLASSIFY, "ann", WHITE, "basophil")],
    )
    assert labels(back)[WHITE] == "basophil"
    assert "unidentified" not in back.counts


def test_a_class_that_the_machine_does_not_know_is_counted_too(findings: SmearFindings) -> None:
    done = with_edits(findings, [Edit(CLASSIFY, "ann", WHITE, "neutrophil_band")])
    assert labels(done)[WHITE] == "neutrophil_band"
    assert list(done.counts) == [*findings.cells.classes, "neutrophil_band"]
    assert done.cells.probabilities.shape == (3, len(findings.cells.classes) + 1)


def test_infection_and_parasitaemia_follow(findings: SmearFindings) -> None:
    assert findings.parasitaemia is None
    done = with_edits(findings, [Edit(CLASSIFY, "ann", RED, "infected_red_cell")])
    assert done.parasitaemia is not None
    assert (done.parasitaemia.count, done.parasitaemia.total) == (1, 1)
    undone = with_edits(
        findings,
        [Edit(CLASSIFY, "ann", RED, "infected_red_cell"), Edit(CLASSIFY, "ann", RED, "red_cell")],
    )
    assert undone.counts["red_cell"] == 1


def test_removed_cells_go_and_ids_of_others_stay(findings: SmearFindings) -> None:
    edits = [Edit(REMOVE, "ann", RED), Edit(ADD, "ann", 4, "basophil", SQUARE), Edit(REMOVE, "ann", PLATELET)]
    done = with_edits(findings, edits)
    assert labels(done) == {2: "neutrophil", 4: "basophil"}
    assert next_cell_id(findings, edits) == 5
    assert next_cell_id(findings, []) == 4
    assert len(done.cells.nucleus_outlines[0]) == 1


def test_an_added_cell_is_measured_by_its_outline(findings: SmearFindings) -> None:
    done = with_edits(findings, [Edit(ADD, "ann", 4, "eosinophil", SQUARE)])
    cells = done.cells
    assert cells.area_px[3] == 400
    assert cells.area_um2[3] == 25  # at 0.25 um per pixel
    assert cells.box[3].tolist() == [10, 10, 30, 30]
    assert (cells.score[3], cells.confidence[3]) == (1, 1)
    assert cells.reviewed[3] == Reviewed("ann", ADD, None)
    assert np.isnan(cells.morphometry.circularity[3])
    assert done.counts["eosinophil"] == 1


def test_an_added_cell_may_be_unidentified(findings: SmearFindings) -> None:
    done = with_edits(findings, [Edit(ADD, "ann", 4, "unidentified", SQUARE)])
    assert (labels(done)[4], done.cells.best[3]) == ("unidentified", "white_cell")


def test_a_picture_without_cells_can_be_given_some(make_findings: Callable[..., SmearFindings]) -> None:
    empty = make_findings([])
    assert labels(with_edits(empty, [Edit(ADD, "ann", 1, "unidentified", SQUARE)])) == {1: "unidentified"}
    assert labels(with_edits(empty, [Edit(ADD, "ann", 1, "platelet", SQUARE)])) == {1: "platelet"}


def test_all_cells_can_be_removed(findings: SmearFindings) -> None:
    done = with_edits(findings, [Edit(REMOVE, "ann", cell_id) for cell_id in (1, 2, 3)])
    assert len(done.cells) == 0
    assert set(done.counts.values()) == {0}


def test_a_nucleus_stays_in_a_new_outline_that_holds_it(findings: SmearFindings) -> None:
    around = ((70.0, 40.0), (110.0, 40.0), (110.0, 80.0), (70.0, 80.0))
    done = with_edits(findings, [Edit(REDRAW, "ann", WHITE, polygon=around)]).cells
    assert (done.area_px[1], done.box[1].tolist()) == (1600, [70, 40, 110, 80])
    assert done.label[1] == "neutrophil"
    assert done.confidence[1] == pytest.approx(0.8)
    assert done.reviewed[1] == Reviewed("ann", REDRAW, "neutrophil")
    assert (len(done.nucleus_outlines[1]), done.morphometry.nucleus_area_px[1]) == (1, 225)
    assert np.isnan(done.morphometry.circularity[1])
    elsewhere = with_edits(findings, [Edit(REDRAW, "ann", WHITE, polygon=SQUARE)]).cells
    assert elsewhere.nucleus_outlines[1] == ()
    assert np.isnan(elsewhere.morphometry.nucleus_area_px[1])
    # Its neighbours are as they were.
    assert elsewhere.morphometry.circularity[0] == pytest.approx(0.9)
    assert elsewhere.box[0].tolist() == findings.cells.box[0].tolist()


def test_redrawing_does_not_hide_who_named_a_cell(findings: SmearFindings) -> None:
    edits = [Edit(CLASSIFY, "ann", WHITE, "lymphocyte"), Edit(REDRAW, "ben", WHITE, polygon=SQUARE)]
    done = with_edits(findings, edits).cells
    assert done.reviewed[1] == Reviewed("ben", CLASSIFY, "neutrophil")
    assert (done.label[1], done.area_px[1]) == ("lymphocyte", 400)


def test_edits_of_cells_that_are_not_there_do_nothing(findings: SmearFindings) -> None:
    """As when somebody undoes the adding of a cell that somebody else has named since."""
    assert with_edits(findings, [Edit(CLASSIFY, "ben", 4, "basophil"), Edit(REMOVE, "ben", 9)]) is findings
    done = with_edits(
        findings, [Edit(REMOVE, "ann", RED), Edit(CLASSIFY, "ben", RED, "basophil"), Edit(REMOVE, "ben", RED)]
    )
    assert labels(done) == {2: "neutrophil", 3: "platelet"}


@pytest.mark.parametrize(
    ("kind", "label", "polygon"),
    [
        (CLASSIFY, None, None),
        (CONFIRM, None, None),
        (CLASSIFY, "basophil", SQUARE),
        (ADD, "basophil", None),
        (ADD, None, SQUARE),
        (REMOVE, "basophil", None),
        (REDRAW, None, None),
        (REDRAW, "basophil", SQUARE),
    ],
)
def test_an_edit_says_what_its_kind_needs(kind: EditKind, label: str | None, polygon: tuple | None) -> None:
    with pytest.raises(InputError, match=kind):
        Edit(kind, "ann", 1, label, polygon)
