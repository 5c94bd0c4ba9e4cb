"""Reviewers correct the cells of a served case; all that the server tells of it follows."""

import csv
import io
import json
import threading
from collections.abc import Callable

import numpy as np
import pytest

from cytovox.app.review_schemas import AgreementDocument, ReviewDocument
from cytovox.app.schemas import FindingsDocument
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.io.palette_png import palette_indices

RED, WHITE, PLATELET = 1, 2, 3
SQUARE = [[10, 40], [20, 40], [20, 50], [10, 50]]


@pytest.fixture
def case(client, png: bytes) -> str:
    """Id of a finished case with a red cell, a neutrophil and a platelet."""
    return client.wait_for(client.upload(png).json()["id"], "done")["id"]


@pytest.fixture
def edit(client, case: str) -> Callable:
    """Sends an edit; its answer is checked against the document that the API describes."""

    def send(kind: str, cell_id: int | None = None, *, status: int = 201, **more) -> dict:
        answer = client.post(f"/api/cases/{case}/edits", json={"kind": kind, "cell_id": cell_id, **more})
        assert answer.status_code == status, answer.text
        if status == 201:
            ReviewDocument.model_validate(answer.json())
        return answer.json()

    return send


def findings(client, case: str, query: str = "") -> dict:
    answer = client.get(f"/api/cases/{case}/findings.json{query}")
    assert answer.status_code == 200, answer.text
    FindingsDocument.model_validate_json(answer.text)
    return answer.json()


def labels(document: dict) -> dict[int, str]:
    return {cell["id"]: cell["label"] for cell in document["cells"]}


def test_a_case_without_edits_is_the_machines(client, case: str) -> None:
    review = client.get(f"/api/cases/{case}/review").json()
    assert review == {"edits": [], "reviewers": [], "can_undo": False, "can_redo": False, "revision": 0}
    assert findings(client, case) == findings(client, case, "?reviewer=")


def test_everything_that_tells_of_the_case_follows_an_edit(client, case: str, edit: Callable) -> None:
    review = edit("classify", WHITE, label="lymphocyte", reviewer="Ann")
    (said,) = review["edits"]
    assert (said["reviewer"], said["kind"], said["cell_id"]) == ("Ann", "classify", WHITE)
    assert said["content"] == {"label": "lymphocyte", "polygon": None}
    assert (review["reviewers"], review["can_undo"], review["can_redo"], review["revision"]) == (
        ["Ann"], True, False, 1,
    )  # fmt: skip
    document = findings(client, case)
    cell = document["cells"][1]
    assert cell["reviewed"] == {"by": "Ann", "kind": "classify", "label_before": "neutrophil"}
    assert (cell["label"], cell["confidence"], cell["prediction_set"]) == ("lymphocyte", 1, ["lymphocyte"])
    assert {c["key"]: c["count"] for c in document["counts"] if c["count"]} == {
        "red_cell": 1, "platelet": 1, "lymphocyte": 1,
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(client.get(f"/api/cases/{case}/cells.csv").text)))
    assert [(row["label"], row["reviewed_by"]) for row in rows] == [
        ("red_cell", ""), ("lymphocyte", "Ann"), ("platelet", ""),
    ]  # fmt: skip
    features = client.get(f"/api/cases/{case}/cells.geojson").json()["features"]
    assert [f["properties"]["metadata"]["Label"] for f in features] == ["red_cell", "lymphocyte", "platelet"]
    coco = client.get(f"/api/cases/{case}/coco.json").json()
    names = {c["id"]: c["name"] for c in coco["categories"]}
    assert [names[a["category_id"]] for a in coco["annotations"]] == ["red_cell", "lymphocyte", "platelet"]


def test_counts_of_the_case_and_its_pictures_follow(client, case: str, edit: Callable) -> None:
    before = client.get(f"/api/cases/{case}/overlay.png").content
    edit("remove", RED)
    edit("add", label="basophil", polygon=SQUARE)
    edit("classify", PLATELET, label="unidentified")
    assert client.get(f"/api/cases/{case}").json()["counts"] == {
        "red_cells": 0, "white_cells": 2, "platelets": 0, "unidentified": 1,
    }  # fmt: skip
    assert labels(findings(client, case)) == {2: "neutrophil", 3: "unidentified", 4: "basophil"}
    assert client.get(f"/api/cases/{case}/overlay.png").content != before
    drawn = palette_indices(client.get(f"/api/cases/{case}/map.png").content)
    basophil = load_taxonomy("smear_map").keys.index("basophil")
    assert drawn[45, 15] == basophil
    assert findings(client, case)["map_pixels"]["basophil"] == np.count_nonzero(drawn == basophil) > 60


def test_added_cells_have_the_next_id_that_is_never_used_again(client, case: str, edit: Callable) -> None:
    assert edit("add", label="monocyte", polygon=SQUARE)["edits"][-1]["cell_id"] == 4
    edit("remove", 4)
    assert edit("add", label="monocyte", polygon=SQUARE)["edits"][-1]["cell_id"] == 5
    added = findings(client, case)["cells"][-1]
    assert (added["id"], added["area_px"], added["box"]) == (5, 100, [10, 40, 20, 50])
    assert added["area_um2"] == pytest.approx(1.0)  # at 0.1 um per pixel
    assert added["reviewed"] == {"by": "reviewer", "kind": "add", "label_before": None}


def test_undo_and_redo_are_each_reviewers_own(client, case: str, edit: Callable) -> None:
    edit("classify", RED, label="platelet", reviewer="ann")
    edit("classify", WHITE, label="monocyte", reviewer="ben")
    edit("classify", WHITE, label="basophil", reviewer="ann")

    def step(what: str, who: str) -> dict:
        return client.post(f"/api/cases/{case}/edits/{what}", json={"reviewer": who}).json()

    undone = step("undo", "ann")
    assert [(e["reviewer"], e["undone"]) for e in undone["edits"]] == [
        ("ann", False), ("ben", False), ("ann", True),
    ]  # fmt: skip
    assert labels(findings(client, case))[WHITE] == "monocyte"
    step("undo", "ann")
    assert labels(findings(client, case))[RED] == "red_cell"
    assert step("undo", "ann")["error"]["code"] == "nothing_to_undo"
    assert step("redo", "ben")["error"]["code"] == "nothing_to_redo"
    redone = step("redo", "ann")
    assert (redone["can_undo"], redone["can_redo"]) == (True, True)
    assert labels(findings(client, case)) == {1: "platelet", 2: "monocyte", 3: "platelet"}
    # A new edit ends the way back.
    ended = edit("confirm", PLATELET, reviewer="ann")
    assert ended["can_redo"] is False
    assert len(ended["edits"]) == 3
    assert step("redo", "ann")["error"]["code"] == "nothing_to_redo"
    assert client.get(f"/api/cases/{case}/review?reviewer=ben").json()["can_undo"] is True
    assert client.get(f"/api/cases/{case}/review?reviewer=cat").json()["can_undo"] is False


def test_edit_ids_grow_even_where_undone_ones_were_cleared(client, case: str, edit: Callable) -> None:
    first = edit("confirm", RED)["edits"][-1]["id"]
    client.post(f"/api/cases/{case}/edits/undo", json={})
    assert edit("confirm", WHITE)["edits"][-1]["id"] > first


def test_revisions_only_grow(client, case: str, edit: Callable) -> None:
    assert edit("confirm", RED)["revision"] == 1
    for revision, what in enumerate(("undo", "redo", "undo"), start=2):
        answer = client.post(f"/api/cases/{case}/edits/{what}", json={}).json()
        assert answer["revision"] == revision


def test_findings_by_one_reviewer_alone(client, case: str, edit: Callable) -> None:
    edit("classify", WHITE, label="monocyte", reviewer="ann")
    edit("classify", WHITE, label="basophil", reviewer="ben")
    edit("remove", RED, reviewer="ben")
    assert labels(findings(client, case)) == {2: "basophil", 3: "platelet"}
    assert labels(findings(client, case, "?reviewer=ann")) == {1: "red_cell", 2: "monocyte", 3: "platelet"}
    assert labels(findings(client, case, "?reviewer=")) == {1: "red_cell", 2: "neutrophil", 3: "platelet"}
    assert labels(findings(client, case, "?reviewer=nobody"))[WHITE] == "neutrophil"


def test_a_confirmed_class_stays_what_it_was(client, case: str, edit: Callable) -> None:
    """Also when the one whose class was confirmed thinks again."""
    edit("classify", WHITE, label="monocyte", reviewer="ann")
    confirmed = edit("confirm", WHITE, reviewer="ben")["edits"][-1]
    assert confirmed["content"]["label"] == "monocyte"
    client.post(f"/api/cases/{case}/edits/undo", json={"reviewer": "ann"})
    assert labels(findings(client, case))[WHITE] == "monocyte"


def test_undoing_an_added_cell_takes_what_others_said_of_it_along(client, case: str, edit: Callable) -> None:
    edit("add", label="monocyte", polygon=SQUARE, reviewer="ann")
    edit("classify", 4, label="basophil", reviewer="ben")
    client.post(f"/api/cases/{case}/edits/undo", json={"reviewer": "ann"})
    assert labels(findings(client, case)) == {1: "red_cell", 2: "neutrophil", 3: "platelet"}
    client.post(f"/api/cases/{case}/edits/redo", json={"reviewer": "ann"})
    assert labels(findings(client, case))[4] == "basophil"


@pytest.mark.parametrize(
    ("wanted", "status", "says"),
    [
        ({"kind": "classify", "cell_id": RED}, 422, "label"),
        ({"kind": "classify", "label": "monocyte"}, 422, "cell_id"),
        ({"kind": "classify", "cell_id": RED, "label": "martian"}, 422, "martian"),
        ({"kind": "classify", "cell_id": RED, "label": "monocyte", "polygon": SQUARE}, 422, "polygon"),
        ({"kind": "classify", "cell_id": 99, "label": "monocyte"}, 404, "no cell 99"),
        ({"kind": "confirm", "cell_id": 4}, 404, "no cell 4"),
        ({"kind": "remove", "cell_id": RED, "label": "monocyte"}, 422, "label"),
        ({"kind": "add", "label": "monocyte"}, 422, "polygon"),
        ({"kind": "add", "cell_id": 4, "label": "monocyte", "polygon": SQUARE}, 422, "cell_id"),
        (
            {"kind": "add", "label": "monocyte", "polygon": [[0, 0], [90, 0], [5, 5]]},
            422,
            "within the picture",
        ),
        ({"kind": "add", "label": "monocyte", "polygon": [[0, 0], [9, 9], [9, 0], [0, 5]]}, 422, "cross"),
        ({"kind": "redraw", "cell_id": RED, "polygon": [[0, 0], [1, 1]]}, 422, "3 to"),
        ({"kind": "paint", "cell_id": RED}, 422, "kind"),
        ({"kind": "remove", "cell_id": 2**40}, 422, "cell_id"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(
    client, case: str, wanted: dict, status: int, says: str
) -> None:
    answer = client.post(f"/api/cases/{case}/edits", json=wanted)
    assert answer.status_code == status
    assert says in answer.json()["error"]["message"]
    assert client.get(f"/api/cases/{case}/review").json()["revision"] == 0


def test_a_removed_cell_cannot_be_edited(client, case: str, edit: Callable) -> None:
    edit("remove", RED)
    assert "removed" in edit("classify", RED, label="platelet", status=404)["error"]["message"]


def test_cases_without_cells_have_no_review(client) -> None:
    assert client.get("/api/cases/nothing/review").status_code == 404
    assert client.post("/api/cases/nothing/edits", json={"kind": "remove", "cell_id": 1}).status_code == 404


def test_the_audit_trail_tells_of_edits_but_not_what_was_said(client, case: str, edit: Callable) -> None:
    edit("classify", WHITE, label="monocyte", reviewer="ann")
    client.post(f"/api/cases/{case}/edits/undo", json={"reviewer": "ann"})
    history = client.get(f"/api/cases/{case}/history").json()[-2:]
    assert [(line["action"], line["fields"]) for line in history] == [
        ("corrected", ["classify"]), ("undid", ["classify"]),
    ]  # fmt: skip


def test_a_browser_is_told_that_nothing_changed_and_when_it_did(client, case: str, edit: Callable) -> None:
    url = f"/api/cases/{case}/findings.json"
    tag = client.get(url).headers["etag"]
    assert client.get(url, headers={"if-none-match": tag}).status_code == 304
    edit("confirm", RED)
    changed = client.get(url, headers={"if-none-match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


def test_two_reviewers_at_once_lose_nothing(client, case: str) -> None:
    """Forty edits by four at once, half of them new cells: all are there, and no id is there twice."""
    problems: list[str] = []

    def work(who: str) -> None:
        for turn in range(10):
            wanted = (
                {"kind": "classify", "cell_id": WHITE, "label": "monocyte"}
                if turn % 2
                else {"kind": "add", "label": "platelet", "polygon": SQUARE}
            )
            answer = client.post(f"/api/cases/{case}/edits", json={**wanted, "reviewer": who})
            if answer.status_code != 201:
                problems.append(answer.text)

    threads = [threading.Thread(target=work, args=(f"r{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    review = client.get(f"/api/cases/{case}/review").json()
    assert (len(review["edits"]), review["revision"]) == (40, 40)
    assert sorted(labels(findings(client, case))) == list(range(1, 24))
    assert client.get(f"/api/cases/{case}").json()["counts"]["platelets"] == 21


def test_agreement_of_two_reviewers(client, case: str, edit: Callable) -> None:
    assert client.get(f"/api/cases/{case}/agreement").json() == {"pairs": []}
    for cell_id, own, other in ((RED, "red_cell", "red_cell"), (WHITE, "monocyte", "lymphocyte")):
        edit("classify", cell_id, label=own, reviewer="ann")
        edit("classify", cell_id, label=other, reviewer="ben")
    edit("confirm", PLATELET, reviewer="ann")
    answer = client.get(f"/api/cases/{case}/agreement")
    AgreementDocument.model_validate_json(answer.text)
    (pair,) = answer.json()["pairs"]
    assert (pair["first"], pair["second"], pair["cells"], pair["observed"]) == ("ann", "ben", 2, 0.5)
    assert pair["kappa"] == pytest.approx(1 / 3, abs=1e-6)  # expected 1/4: (1/2 - 1/4) / (3/4)
    assert pair["classes"] == ["red_cell", "lymphocyte", "monocyte"]
    assert pair["table"] == [[1, 0, 0], [0, 0, 0], [0, 1, 0]]


def test_the_case_is_told_of_as_changed(client, case: str, edit: Callable) -> None:
    with client.stream("GET", f"/api/cases/{case}/events") as stream:
        lines = (line.removeprefix("data: ") for line in stream.iter_lines() if line.startswith("data: "))
        assert json.loads(next(lines))["counts"]["white_cells"] == 1
        edit("classify", WHITE, label="red_cell")
        # Until the client's own time is over.
        assert any(json.loads(line)["counts"]["white_cells"] == 0 for line in lines)


def test_outlines_of_untouched_cells_lose_nothing_in_exports(client, case: str, edit: Callable) -> None:
    url = f"/api/cases/{case}/cells.geojson"
    before = [feature["geometry"] for feature in client.get(url).json()["features"]]
    edit("redraw", WHITE, polygon=SQUARE)
    after = [feature["geometry"] for feature in client.get(url).json()["features"]]
    ring, again = (np.array(geometry["coordinates"][0]) for geometry in (before[0], after[0]))
    np.testing.assert_allclose(np.sort(again, axis=0), np.sort(ring, axis=0), atol=1e-6)
    assert len(after[1]["coordinates"][0]) == 5
