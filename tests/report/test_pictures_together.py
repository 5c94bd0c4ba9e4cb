"""What a report says of several pictures of one smear beyond what it says of one."""

import json
import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.resources import files

import cv2
import jsonschema
import numpy as np
import pytest
from tests.report.report_texts import squeezed
from tests.report.test_smear_report import CASE, FORMS, SIGNED, tables

from cytovox.domain.findings import ModelUse, QualityWarning, SmearFindings
from cytovox.report.report_document import Gallery, ReportDocument
from cytovox.report.report_fhir import report_to_fhir
from cytovox.report.report_json import report_to_json
from cytovox.report.report_pictures import LONGEST_OF_SEVERAL_PX, Layers, SmearPicture
from cytovox.report.report_sections import ReportCase
from cytovox.report.smear_report import smear_report

Mixture = Sequence[tuple[str, int]]
MIXED = (("neutrophil", 30), ("lymphocyte", 20))


@pytest.fixture
def picture(make_findings: Callable[..., SmearFindings]) -> Callable[..., SmearPicture]:
    """A picture with so many cells of each class."""

    def make(source: str, mixture: Mixture = MIXED, *, width: int = 160) -> SmearPicture:
        labels = [label for label, count in mixture for _ in range(count)]
        cells = [(label, 15 + 10 * (i % 13), 15 + 9 * (i // 13), 6) for i, label in enumerate(labels)]
        findings = make_findings(cells, source=source, width=width)
        return SmearPicture(findings, lambda: Layers(np.full((120, width, 3), 210, np.uint8)))

    return make


def texts(report: ReportDocument) -> str:
    return "\n".join(report.texts())


@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_every_sentence_and_number(picture, form):
    signed = (replace(SIGNED, picture=1), replace(SIGNED, picture=2, is_current=False))
    remark = QualityWarning("several_dates", "These pictures are said to be of 2 dates.")
    case = replace(CASE, name="S-3", signatures=signed, remarks=(remark,))
    report = smear_report([picture("one.png"), picture("two.png"), picture("three.png")], case)
    told = FORMS[form](report)
    assert [text for text in map(squeezed, report.texts()) if text != "–" and text not in told] == []
    for name in ("one.png", "two.png", "three.png", "2 dates", "neutrophil 30, lymphocyte 20"):
        assert squeezed(name) in told


def test_pictures_that_agree_are_said_to(picture):
    report = smear_report([picture("one.png"), picture("two.png")], CASE)
    assert "The pictures differ no more than chance explains (p = 1)." in texts(report)
    assert report.data["agreement"]["differ"] is False
    assert report.data["agreement"]["cells"] == 100
    assert [row.cells[1].value for row in tables(report)["by_picture"].rows] == [50, 50]


def test_pictures_that_differ_are_warned_of_in_all_forms(picture):
    others = (("neutrophil", 5), ("lymphocyte", 45))
    report = smear_report([picture("one.png"), picture("two.png", others)], CASE)
    assert report.data["agreement"]["differ"]
    conclusion = json.loads(report_to_fhir(report))["entry"][0]["resource"]["conclusion"]
    for told in (texts(report), conclusion):
        assert "The pictures differ more than chance explains" in told


def test_pictures_without_cells_to_compare_have_no_test(picture):
    report = smear_report([picture("one.png", ()), picture("two.png", ())], CASE)
    assert report.data["agreement"] is None
    assert "Too few cells to tell whether the pictures agree." in texts(report)


def test_one_picture_agrees_with_nothing(picture):
    report = smear_report([picture("one.png")], CASE)
    assert report.data["agreement"] is None
    assert "by_picture" not in tables(report)


def test_other_models_are_named(picture):
    old, new = picture("one.png"), picture("two.png")
    provenance = replace(new.findings.provenance, models=(ModelUse("finder", "2", "e" * 64),))
    new = replace(new, findings=replace(new.findings, provenance=provenance))
    report = smear_report([old, new], CASE)
    assert [w["key"] for w in report.data["warnings"]] == ["other_models"]
    assert "not analysed with the same models: 1 with finder 1; 2 with finder 2." in texts(report)
    assert smear_report([old, old], CASE).data["warnings"] == []


@pytest.mark.parametrize(
    ("current", "status"),
    [
        ((), "Not signed: no person has confirmed these findings."),
        ((1,), "Not signed as a whole. 1 of the 2 pictures is signed as it is."),
        ((1, 2), "Not signed as a whole. Each of the 2 pictures is signed as it is."),
    ],
)
def test_signatures_are_of_single_pictures(picture, current, status):
    case = replace(CASE, signatures=tuple(replace(SIGNED, picture=number) for number in current))
    report = smear_report([picture("one.png"), picture("two.png")], case)
    assert (report.status.text, report.stamp) == (status, "Not signed")
    assert "Signatures belong to single pictures" in texts(report)
    first = json.loads(report_to_fhir(report))["entry"][0]["resource"]
    assert first["status"] == "preliminary"
    assert "resultsInterpreter" not in first
    if current:
        rows = tables(report)["signatures"].rows
        assert [row.cells[0].text for row in rows] == [str(number) for number in current]


def test_examples_are_of_all_pictures_and_say_of_which(picture):
    sure, doubtful = picture("one.png", [("neutrophil", 4)]), picture("two.png", [("neutrophil", 4)])
    cells = doubtful.findings.cells
    lower = replace(cells, probabilities=np.roll(cells.probabilities, 0) * np.float32(0.9))
    doubtful = replace(doubtful, findings=replace(doubtful.findings, cells=lower))
    report = smear_report([doubtful, sure], CASE)
    (gallery,) = [b for s in report.sections for b in s.blocks if isinstance(b, Gallery) and b.colour]
    shown = [figure.caption.split(",")[0] for figure in gallery.figures]
    assert shown == ["picture 2"] * 4 + ["picture 1"] * 2
    assert gallery.title == "neutrophil (8)"


def test_pictures_are_decoded_one_after_another(picture):
    decoded: list[weakref.ref[np.ndarray]] = []

    def layers() -> Layers:
        assert [earlier for earlier in decoded if earlier() is not None] == []
        pixels = np.full((120, 160, 3), 210, np.uint8)
        decoded.append(weakref.ref(pixels))
        return Layers(pixels)

    smear_report([replace(picture(f"{n}.png"), layers=layers) for n in range(5)], CASE)
    assert len(decoded) == 5


def test_large_pictures_are_shown_as_large_as_paper_needs(picture):
    wide = [picture(f"{n}.png", width=1600) for n in range(2)]
    for pictures, widest in ((wide, LONGEST_OF_SEVERAL_PX), (wide[:1], 1600)):
        report = smear_report(pictures, CASE)
        first = next(figure for figure in report.figures() if figure.key == "overlay_1")
        assert cv2.imdecode(np.frombuffer(first.data, np.uint8), cv2.IMREAD_COLOR).shape[1] == widest


def test_json_obeys_its_schema(picture):
    schema = json.loads(files("cytovox.report").joinpath("report-1.schema.json").read_text("utf-8"))
    case: ReportCase = replace(CASE, signatures=(replace(SIGNED, picture=2),))
    document = json.loads(report_to_json(smear_report([picture("one.png"), picture("two.png")], case)))
    jsonschema.validate(document, schema)
    assert document["signatures"][0]["picture"] == 2
    assert document["agreement"]["method"].startswith("chi-square")
