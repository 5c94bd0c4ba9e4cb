import json
from importlib.resources import files

import jsonschema
import pytest
from tests.report.report_texts import csv_text, html_text, pdf_pages, squeezed

from cytovox.app import report_building
from cytovox.app.settings import Settings

FORMS = {
    "report.html": ("text/html", html_text),
    "report.pdf": ("application/pdf", lambda data: "".join(pdf_pages(data))),
    "report.csv": ("text/csv", csv_text),
    "report.json": ("application/json", lambda data: squeezed(data.decode())),
}


@pytest.fixture
def done(client, png):
    """A finished case: one red cell, one neutrophil, one platelet."""
    case = client.upload(png, "smear <b>.png").json()
    return f"/api/cases/{client.wait_for(case['id'], 'done')['id']}"


def content(client, case):
    """What a reader of the report has in hand."""
    return client.get(f"{case}/report.json").json()["content"]


def sign(client, case, name="A. Signer", comment="", *, read=None):
    wanted = {"name": name, "comment": comment, "content": read or content(client, case)}
    return client.post(f"{case}/signatures", json=wanted)


def reclassify(client, case, cell_id=2, label="monocyte"):
    body = {"kind": "classify", "cell_id": cell_id, "label": label, "polygon": None, "reviewer": "R"}
    answer = client.post(f"{case}/edits", json=body)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("form", FORMS)
def test_each_form_tells_the_case(client, done, form):
    media_type, read = FORMS[form]
    answer = client.get(f"{done}/{form}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media_type)
    assert "no-cache" in answer.headers["cache-control"]
    assert form in answer.headers["content-disposition"]
    told = read(answer.content)
    warning = "There are few cells in this picture."
    for text in ("smear <b>.png", "Not signed", "Research use only", "neutrophil", warning):
        assert squeezed(text) in told


def test_fhir_is_preliminary_until_it_is_signed(client, done):
    for status in ("preliminary", "final"):
        answer = client.get(f"{done}/report.fhir.json")
        assert answer.headers["content-type"].startswith("application/fhir+json")
        report = answer.json()["entry"][0]["resource"]
        assert report["status"] == status
        assert "There are few cells in this picture." in report["conclusion"]
        sign(client, done)


def test_the_page_may_load_and_run_nothing(client, done):
    policy = client.get(f"{done}/report.html").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_json_obeys_its_schema(client, done):
    schema = json.loads(files("cytovox.report").joinpath("report-1.schema.json").read_text("utf-8"))
    document = client.get(f"{done}/report.json").json()
    jsonschema.validate(document, schema)
    assert document["differential"] == client.get(f"{done}/differential.json").json()


def test_a_signature_is_kept_and_told(client, done):
    assert client.get(f"{done}/signatures").json() == []
    first = sign(client, done, "  A.   Signer ", "Looked at\tall cells.\n\x00Twice.")
    assert first.status_code == 201
    signature = first.json()
    assert (signature["name"], signature["comment"]) == ("A. Signer", "Looked at all cells.\nTwice.")
    assert signature["is_current"]
    second = sign(client, done, "B. Second").json()
    assert client.get(f"{done}/signatures").json() == [second, signature]
    page = html_text(client.get(f"{done}/report.html").content)
    assert squeezed("Signed by B. Second") in page
    assert client.get(f"{done}/report.json").json()["stamp"] == "Signed"
    assert "signed" in [line["action"] for line in client.get(f"{done}/history").json()]


def test_a_correction_after_signing_shows_until_it_is_taken_back(client, done):
    sign(client, done)
    reclassify(client, done)
    assert [s["is_current"] for s in client.get(f"{done}/signatures").json()] == [False]
    report = client.get(f"{done}/report.json").json()
    assert report["stamp"] == "Changed since signed"
    assert "Changed since signed: A. Signer" in report["status"]["text"]
    assert {r["key"]: r["count"] for r in report["differential"]["rows"]}.get("monocyte") == 1
    client.post(f"{done}/edits/undo", json={"reviewer": "R"})
    assert [s["is_current"] for s in client.get(f"{done}/signatures").json()] == [True]


def test_confirming_a_cell_changes_nothing_that_was_signed(client, done):
    sign(client, done)
    label = client.get(f"{done}/findings.json").json()["cells"][1]["label"]
    body = {"kind": "confirm", "cell_id": 2, "label": label, "polygon": None, "reviewer": "R"}
    answer = client.post(f"{done}/edits", json=body)
    assert answer.status_code == 201, answer.text
    assert [s["is_current"] for s in client.get(f"{done}/signatures").json()] == [True]
    assert "confirmed" in html_text(client.get(f"{done}/report.html").content)


def test_a_signature_needs_a_name(client, done):
    for name in ("", "  \t "):
        answer = sign(client, done, name)
        assert answer.status_code == 422
        assert answer.json()["error"]["code"] == "no_name"
    assert client.get(f"{done}/signatures").json() == []


def correct(client, case):
    reclassify(client, case)
    return lambda: client.post(f"{case}/edits/undo", json={"reviewer": "R"})


def change_ranges(client, _case):
    own = [{"key": "neutrophil", "low": 1, "high": 2, "source": "a test"}]
    assert client.put("/api/reference-ranges", json={"blood": own, "marrow": None}).status_code == 200
    return lambda: client.put("/api/reference-ranges", json={"blood": None, "marrow": None})


def rename(client, case):
    before = client.get(case).json()["name"]
    assert client.patch(case, json={"name": "another smear.png"}).status_code == 200
    return lambda: client.patch(case, json={"name": before})


def give_person(client, case):
    assert client.patch(case, json={"subject": "P-7"}).status_code == 200
    return lambda: client.patch(case, json={"subject": ""})


CHANGES = [
    (correct, "cells were corrected"),
    (change_ranges, "the reference ranges were changed"),
    (rename, "the case was renamed"),
    (give_person, "the person was changed"),
]


@pytest.mark.parametrize(("change", "words"), CHANGES)
def test_what_changed_since_it_was_read_is_not_signed(client, done, change, words):
    read = content(client, done)
    undo = change(client, done)
    try:
        history = client.get(f"{done}/history").json()
        refused = sign(client, done, read=read)
        assert refused.status_code == 409
        problem = refused.json()["error"]
        assert problem["code"] == "report_changed"
        assert problem["message"].startswith(f"Since you read this report, {words}")
        assert problem["message"].endswith("Read it again, then sign.")
        assert client.get(f"{done}/signatures").json() == []
        assert client.get(f"{done}/history").json() == history
        assert sign(client, done).status_code == 201
    finally:
        undo()


@pytest.mark.parametrize(("change", "words"), CHANGES)
def test_what_changed_since_it_was_signed_is_told_until_it_is_taken_back(client, done, change, words):
    assert sign(client, done).json()["changes"] == []
    undo = change(client, done)
    try:
        [signature] = client.get(f"{done}/signatures").json()
        report = client.get(f"{done}/report.json").json()
        assert not signature["is_current"]
        assert signature["changes"] == report["signatures"][0]["changes"] == [words]
        assert report["stamp"] == "Changed since signed"
        assert f"; after that, {words}. To be signed again." in report["status"]["text"]
    finally:
        undo()
    assert client.get(f"{done}/signatures").json()[0]["is_current"]


def test_several_changes_are_told_together_with_the_time_of_the_last_correction(client, done):
    read = content(client, done)
    reclassify(client, done)
    at = client.get(f"{done}/history").json()[-1]["at_utc"]
    rename(client, done)
    assert sign(client, done, read=read).json()["error"]["message"] == (
        f"Since you read this report, cells were corrected (last on {at[:10]} {at[11:16]} UTC) and "
        "the case was renamed. Read it again, then sign."
    )


def test_ranges_of_the_other_material_and_tags_change_nothing_that_was_signed(client, done):
    read = content(client, done)
    own = [{"key": "monocyte", "low": 1, "high": 2, "source": "a test"}]
    try:
        answer = client.put("/api/reference-ranges", json={"blood": None, "marrow": own})
        assert answer.status_code == 200
        client.patch(done, json={"tags": ["seen"]})
        assert content(client, done) == read
        assert sign(client, done, read=read).status_code == 201
    finally:
        client.put("/api/reference-ranges", json={"blood": None, "marrow": None})


def test_what_is_corrected_while_a_report_is_made_is_not_what_was_read(client, done, monkeypatch):
    """The content is of the values that the report shows, and not of those a moment later."""
    before, read_ranges = content(client, done), report_building.kept_ranges

    def corrected_first(database):
        monkeypatch.setattr(report_building, "kept_ranges", read_ranges)
        reclassify(client, done)
        return read_ranges(database)

    monkeypatch.setattr(report_building, "kept_ranges", corrected_first)
    report = client.get(f"{done}/report.json").json()
    assert "monocyte" not in {row["key"] for row in report["differential"]["rows"] if row["count"]}
    assert report["content"] == before
    assert sign(client, done, read=report["content"]).status_code == 409


def test_the_page_holds_the_same_word_for_its_content_as_the_json(client, done):
    page = client.get(f"{done}/report.html").text
    assert f'<meta name="cytovox-content" content="{content(client, done)}">' in page


def test_a_part_of_what_was_read_or_nothing_is_not_signed(client, done):
    cells = content(client, done).split(".")[0]
    refused = sign(client, done, read=cells)
    assert refused.status_code == 409
    assert "the content of the report was changed" in refused.json()["error"]["message"]
    assert sign(client, done, read="the report").status_code == 422
    unread = client.post(f"{done}/signatures", json={"name": "A. Signer"})
    assert unread.status_code == 422
    assert "content" in unread.json()["error"]["message"]
    assert client.get(f"{done}/signatures").json() == []


def test_removed_cells_are_told(client, done):
    body = {"kind": "remove", "cell_id": 3, "label": None, "polygon": None, "reviewer": "R"}
    assert client.post(f"{done}/edits", json=body).status_code == 201
    report = client.get(f"{done}/report.json").json()
    assert report["removed"] == 1
    assert report["differential"]["platelets"]["count"] == 0


def test_what_is_not_done_has_no_report(serve, gate, png):
    with serve(Settings(), gate) as client:
        case = client.upload(png).json()["id"]
        client.wait_for(case, "running")
        for path in (*FORMS, "signatures"):
            assert client.get(f"/api/cases/{case}/{path}").status_code == 404
            assert client.get(f"/api/cases/nothing/{path}").status_code == 404
        assert sign(client, f"/api/cases/{case}", read=f"cells:{'0' * 64}").status_code == 404
        gate.release.set()


def test_a_picture_without_a_map_has_a_report(client, png):
    case = client.upload(png, "mapless.png").json()
    client.wait_for(case["id"], "done")
    keys = [
        block.get("key")
        for section in client.get(f"/api/cases/{case['id']}/report.json").json()["sections"]
        for block in section["blocks"]
    ]
    assert "overlay_1" in keys
    assert "map_1" not in keys


def test_shares_of_the_map_follow_corrections_as_the_map_does(client, done):
    body = {"kind": "add", "cell_id": None, "label": "basophil", "reviewer": "R"}
    square = [[10.0, 40.0], [20.0, 40.0], [20.0, 50.0], [10.0, 50.0]]
    assert client.post(f"{done}/edits", json=body | {"polygon": square}).status_code == 201
    shares = client.get(f"{done}/findings.json").json()["map_pixels"]
    told = client.get(f"{done}/report.json").json()
    assert shares["basophil"] > 0
    (picture,) = told["pictures"]
    assert picture["map_pixels"] == shares
