"""Reports on a smear that several pictures show."""

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

import httpx
import jsonschema
import pytest
from fhir.resources.R4B.bundle import Bundle
from tests.app.conftest import Client, picture_bytes, serving
from tests.app.counted_pictures import told_by_name, upload_counted
from tests.app.test_report_routes import FORMS, sign
from tests.report.report_texts import pdf_pages, squeezed
from typer.testing import CliRunner

from cytovox.app.settings import Settings
from cytovox.cli.program import program

FIRST, SECOND = (
    "neutrophil 30, lymphocyte 20, red_cell 40.png",
    "neutrophil 33, lymphocyte 17, eosinophil 2.png",
)


@pytest.fixture(scope="module")
def counting() -> Iterator[Client]:
    with serving(Settings(), told_by_name) as client:
        yield client


@pytest.fixture(scope="module")
def smear(counting: Client) -> list[str]:
    """Ids of two pictures of one person's smear "S 12/a"."""
    said = {"specimen": "S 12/a", "subject": "P-7", "collected_on": "2026-03-02"}
    return [upload_counted(counting, name, **said) for name in (FIRST, SECOND)]


def ask(client: Client, key: str, form: str) -> httpx.Response:
    return client.get(f"/api/specimens/{quote(key, safe='')}/{form}")


def told(client: Client, key: str) -> dict:
    answer = ask(client, key, "report.json")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("form", FORMS)
def test_each_form_tells_the_smear(counting: Client, smear: list[str], form: str) -> None:
    media_type, read = FORMS[form]
    answer = ask(counting, "S 12/a", form)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.headers["cache-control"] == "private, no-cache"
    assert f'filename="S-12-a-{form}"' in answer.headers["content-disposition"]
    text = read(answer.content)
    for sentence in (
        "S 12/a",
        "P-7",
        "2026-03-02",
        FIRST,
        SECOND,
        "102 white cells counted in 2 pictures.",
        "The pictures differ no more than chance explains",
        "neutrophil 30, lymphocyte 20",
        "Signatures belong to single pictures",
        "Research use only",
    ):
        assert squeezed(sentence) in text, sentence


def test_every_page_of_the_paper_says_whose_it_is(counting: Client, smear: list[str]) -> None:
    pages = pdf_pages(ask(counting, "S 12/a", "report.pdf").content)
    assert len(pages) >= 3
    assert all("Researchuseonly" in page and squeezed("S 12/a") in page for page in pages)


def test_figures_are_those_of_the_page(counting: Client, smear: list[str]) -> None:
    report = told(counting, "S 12/a")
    schema = json.loads(files("cytovox.report").joinpath("report-1.schema.json").read_text("utf-8"))
    jsonschema.validate(report, schema)
    page = ask(counting, "S 12/a", "differential.json").json()
    assert report["differential"] == page["differential"]
    assert report["agreement"] == page["agreement"]
    assert [picture["case_id"] for picture in report["pictures"]] == smear
    assert report["content"] is None


def test_examples_of_each_class_are_of_all_pictures(counting: Client, smear: list[str]) -> None:
    sections = {section["key"]: section["blocks"] for section in told(counting, "S 12/a")["sections"]}
    pictures = [block["key"] for block in sections["pictures"]]
    assert pictures[:2] == ["picture_1", "picture_2"]
    galleries = {b["key"]: b for b in sections["cells"] if b["type"] == "gallery"}
    assert galleries["cells_neutrophil"]["title"].endswith("(63)")
    assert galleries["cells_eosinophil"]["figures"][0]["caption"].startswith("picture 2, no. ")


def test_the_command_line_tells_the_same(counting: Client, smear: list[str], tmp_path: Path) -> None:
    found = [tmp_path / f"{number}.findings.json" for number in (1, 2)]
    for path, case_id in zip(found, smear, strict=True):
        path.write_bytes(counting.get(f"/api/cases/{case_id}/findings.json").content)
    options = ["-o", str(tmp_path / "out"), "--together", "S", "--format", "json"]
    result = CliRunner().invoke(program, ["report", *map(str, found), *options])
    assert result.exit_code == 0, result.output
    theirs = json.loads((tmp_path / "out" / "S.report.json").read_text("utf-8"))
    ours = told(counting, "S 12/a")
    for key in ("differential", "agreement", "warnings", "removed", "notice", "title"):
        assert theirs[key] == ours[key], key
    sections = [{s["key"]: s for s in report["sections"]} for report in (theirs, ours)]
    for key in ("suggestions", "differential", "red_cells", "review"):
        assert sections[0][key] == sections[1][key]


def test_fhir_is_preliminary_though_each_picture_is_signed(counting: Client) -> None:
    cases = [upload_counted(counting, name, specimen="signed") for name in (FIRST, SECOND)]
    for case_id in cases:
        assert sign(counting, f"/api/cases/{case_id}", f"Signer of {case_id[:4]}").status_code == 201
    answer = ask(counting, "signed", "report.fhir.json")
    assert answer.headers["content-type"].startswith("application/fhir+json")
    Bundle.model_validate(answer.json())
    assert answer.json()["entry"][0]["resource"]["status"] == "preliminary"
    report = told(counting, "signed")
    assert "Each of the 2 pictures is signed as it is." in report["status"]["text"]
    assert report["stamp"] == "Not signed"
    assert [(s["picture"], s["name"][-4:], s["is_current"]) for s in report["signatures"]] == [
        (1, cases[0][:4], True),
        (2, cases[1][:4], True),
    ]


def test_corrections_are_in_it_and_a_signature_before_them_is_told(counting: Client) -> None:
    cases = [upload_counted(counting, name, specimen="corrected") for name in (FIRST, SECOND)]
    sign(counting, f"/api/cases/{cases[1]}")
    cell = counting.get(f"/api/cases/{cases[1]}/findings.json").json()["cells"][0]
    change = {
        "kind": "classify",
        "cell_id": cell["id"],
        "label": "basophil",
        "polygon": None,
        "reviewer": "R",
    }
    assert counting.post(f"/api/cases/{cases[1]}/edits", json=change).status_code == 201
    report = told(counting, "corrected")
    counts = {row["key"]: row["count"] for row in report["differential"]["rows"]}
    assert (counts["neutrophil"], counts["basophil"]) == (62, 1)
    assert report["status"]["text"].startswith("Not signed as a whole. 0 of the 2 pictures")
    assert [(s["picture"], s["is_current"]) for s in report["signatures"]] == [(2, False)]
    assert report["signatures"][0]["changes"] == ["cells were corrected"]


def test_pictures_of_two_persons_are_warned_of_and_none_is_named(counting: Client) -> None:
    for subject in ("P-1", "P-2"):
        upload_counted(counting, FIRST, specimen="two persons", subject=subject)
    report = told(counting, "two persons")
    assert [warning["key"] for warning in report["warnings"]] == ["several_subjects"]
    assert report["case"]["subject"] is None


def test_a_copy_counts_once_and_that_is_said(counting: Client) -> None:
    data = picture_bytes("PNG", width=37)
    for _ in range(2):
        upload_counted(counting, "neutrophil 8.png", copy_of=data, specimen="copied")
    report = told(counting, "copied")
    assert report["differential"]["total"] == 8
    assert [warning["key"] for warning in report["warnings"]] == ["same_picture"]


@pytest.mark.parametrize(
    ("name", "said", "reason"),
    [
        ("broken.png", {}, "1 could not be analysed"),
        ("neutrophil 9.png", {"material": "marrow"}, "1 is of another material than most"),
    ],
)
def test_a_report_lacks_no_picture_in_silence(
    counting: Client, name: str, said: dict[str, str], reason: str
) -> None:
    key = f"lacks {name}"
    for each in (FIRST, SECOND):
        upload_counted(counting, each, specimen=key)
    odd = upload_counted(counting, name, specimen=key, **said)
    for form in FORMS:
        answer = ask(counting, key, form)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "pictures_not_counted")
        assert f"Of 3, {reason}. Take out what cannot be counted" in answer.json()["error"]["message"]
    counting.patch(f"/api/cases/{odd}", json={"specimen": ""})
    assert told(counting, key)["differential"]["pictures"] == 2


def test_there_is_no_report_before_all_are_analysed(serve, gate, png) -> None:
    with serve(Settings(), gate) as client:
        case = client.upload(png, specimen="waiting").json()["id"]
        client.wait_for(case, "running")
        answer = ask(client, "waiting", "report.pdf")
        assert answer.status_code == 409
        assert (
            "Of 1, 1 is still being analysed. Wait until all are done." in answer.json()["error"]["message"]
        )
        gate.release.set()
        client.wait_for(case, "done")
        assert ask(client, "waiting", "report.pdf").status_code == 200


@pytest.mark.parametrize("key", ["nobody has this", "\0", " "])
def test_an_unknown_key_is_not_found(counting: Client, key: str) -> None:
    answer = ask(counting, key, "report.html")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_case_has_it")


def test_a_picture_deleted_is_in_no_report(counting: Client) -> None:
    cases = [upload_counted(counting, name, specimen="deleted") for name in (FIRST, SECOND)]
    counting.delete(f"/api/cases/{cases[0]}")
    report = told(counting, "deleted")
    assert (report["differential"]["pictures"], report["agreement"]) == (1, None)
    counting.delete(f"/api/cases/{cases[1]}")
    assert ask(counting, "deleted", "report.json").status_code == 404
