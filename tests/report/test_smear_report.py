import csv
import io
import json
import re
from dataclasses import replace
from importlib.resources import files

import cv2
import jsonschema
import numpy as np
import pytest
from tests.report.report_texts import csv_text, html_tags, html_text, pdf_pages, squeezed

from cytovox.domain.findings import QualityWarning
from cytovox.domain.reviewed import EditKind, Reviewed
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.report.report_csv import report_to_csv
from cytovox.report.report_document import Gallery, ReportDocument, Table
from cytovox.report.report_html import report_to_html
from cytovox.report.report_json import report_to_json
from cytovox.report.report_pdf import report_to_pages, report_to_pdf
from cytovox.report.report_pictures import Layers, SmearPicture, map_colours
from cytovox.report.report_sections import Measured, ModelFigures, ReportCase, SignedBy
from cytovox.report.smear_report import smear_report

HOSTILE = '<script>alert(1)</script> #panic("x") $x^2$ *b* _i_ `c` \\u{41} @ref <lab> "q" {{ 7*7 }} =cmd()'
SIGNED = SignedBy("Dr. A. Example", "2026-01-03T10:00:00Z", "Fine.", is_current=True)
CASE = ReportCase(
    "smear-17.png",
    "2026-01-03T09:00:00Z",
    "0.1.0",
    subject="P-17",
    specimen="S-3",
    collected_on="2026-01-01",
    models=(
        ModelFigures(
            "finder", "0.3.0", "ab" * 32, "find_cells", (Measured("mAP@0.5", 0.8977, "held-out", "a note"),)
        ),
        ModelFigures("lost", "0.1", "cd" * 32),
    ),
    signatures=(SIGNED,),
)
FIELD = [("red_cell", 25 + 40 * (i % 8), 25 + 40 * (i // 8), 14 + i % 3) for i in range(32)]
WHITE = [("neutrophil", 360 + 60 * (i % 2), 40 + 50 * i, 22) for i in range(4)] + [("platelet", 360, 280, 6)]


@pytest.fixture
def picture(make_findings):
    """A field of 32 red cells, 4 neutrophils and a platelet, with a map and pixels."""

    def make(source="field.png"):
        findings = make_findings([*FIELD, *WHITE], width=460, height=320, source=source)
        cells = findings.cells
        reviewed = [None] * len(cells)
        reviewed[33] = Reviewed("R. Viewer", EditKind.CONFIRM, "neutrophil")
        classes = np.zeros((320, 460), np.uint8)
        classes[:40] = 9
        findings = replace(
            findings,
            cells=replace(cells, reviewed=tuple(reviewed)),
            counted_pixels={c.key: int(np.count_nonzero(classes == i)) for i, c in enumerate(MAP)},
        )
        pixels = np.full((320, 460, 3), 225, np.uint8)
        for _, x, y, radius in [*FIELD, *WHITE]:
            cv2.circle(pixels, (int(x), int(y)), int(radius), (190, 140, 160), cv2.FILLED)
        layers = Layers(pixels, map_colours(classes, [c.colour for c in MAP]))
        return SmearPicture(findings, lambda: layers)

    return make


MAP = load_taxonomy("smear_map").classes
FORMS = {
    "html": lambda report: html_text(report_to_html(report)),
    "pdf": lambda report: "".join(pdf_pages(report_to_pdf(report))),
    "csv": lambda report: csv_text(report_to_csv(report)),
    "json": lambda report: squeezed("\n".join(strings(json.loads(report_to_json(report))))),
}


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def tables(report: ReportDocument) -> dict[str, Table]:
    return {b.key: b for section in report.sections for b in section.blocks if isinstance(b, Table)}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_every_sentence_and_number(picture, form):
    report = smear_report([picture()], CASE)
    texts = [text for text in map(squeezed, report.texts()) if text != "–"]
    assert len(texts) > 150
    told = FORMS[form](report)
    missing = [text for text in texts if text not in told]
    assert missing == []


@pytest.mark.parametrize("form", ["html", "pdf"])
def test_rows_of_the_differential_are_read_across(picture, form):
    report = smear_report([picture()], CASE)
    told = FORMS[form](report)
    for row in tables(report)["differential"].rows:
        assert squeezed("".join(cell.text for cell in row.cells)) in told


@pytest.mark.parametrize("form", FORMS)
def test_what_a_person_typed_is_told_as_it_is(picture, form):
    case = replace(CASE, name=HOSTILE, subject=HOSTILE, signatures=(replace(SIGNED, name=HOSTILE),))
    hostile = picture(HOSTILE)
    warned = replace(hostile.findings, warnings=(QualityWarning("blurred", HOSTILE),))
    report = smear_report([replace(hostile, findings=warned)], case)
    assert FORMS[form](report).count(squeezed(HOSTILE)) >= 4


def test_no_typed_word_becomes_markup_of_the_page(picture):
    case = replace(CASE, name=HOSTILE, subject=HOSTILE, signatures=(replace(SIGNED, comment=HOSTILE),))
    page = report_to_html(smear_report([picture(HOSTILE)], case))
    tags = html_tags(page)
    assert not {"script", "lab", "iframe", "link"} & {tag for tag, _ in tags}
    assert b"49" not in re.findall(rb"<h1>.*?</h1>", page)[0]
    sources = [attributes["src"] or "" for tag, attributes in tags if tag == "img"]
    assert len(sources) > 10
    assert all(source.startswith("data:image/") for source in sources)
    assert all(attributes.get("alt") for tag, attributes in tags if tag == "img")
    assert b"http://" not in page.replace(b"http://www.w3.org", b"")
    assert b"https://" not in page


def test_every_page_says_research_use_only_and_whether_it_is_signed(picture):
    for signatures, stamp in (
        ((SIGNED,), "Signed"),
        ((), "Notsigned"),
        ((replace(SIGNED, is_current=False),), "Changedsincesigned"),
    ):
        report = smear_report([picture()], replace(CASE, signatures=signatures))
        pages = pdf_pages(report_to_pdf(report))
        assert len(pages) >= 3
        assert all("Researchuseonly" in page for page in pages)
        assert all(stamp in page for page in pages)


def test_a_signature_of_earlier_findings_does_not_count(picture):
    old = replace(SIGNED, is_current=False)
    changed = smear_report([picture()], replace(CASE, signatures=(old,)))
    assert changed.status.text.startswith(
        "Changed since signed: Dr. A. Example signed on 2026-01-03 10:00 UTC"
    )
    again = smear_report([picture()], replace(CASE, signatures=(old, SIGNED)))
    assert again.status.text == "Signed by Dr. A. Example on 2026-01-03 10:00 UTC."
    assert smear_report([picture()], replace(CASE, signatures=())).status.text.startswith("Not signed")


def test_figures_are_those_of_the_differential(picture):
    report = smear_report([picture()], CASE)
    row = next(row for row in tables(report)["differential"].rows if row.key == "neutrophil")
    assert [cell.text for cell in row.cells[1:4]] == ["4", "100.0 %", "39.8-100.0 %"]
    assert report.data["differential"]["red_cells"]["count"] == 32
    (review,) = tables(report)["review"].rows
    assert [cell.text for cell in review.cells] == ["R. Viewer", "confirmed", "1"]


def test_of_each_class_typical_cells_come_first_and_doubtful_ones_last(picture):
    one = picture()
    confidence = np.linspace(0.5, 0.99, len(one.findings.cells), dtype=np.float32)
    probabilities = one.findings.cells.probabilities.copy()
    probabilities[:, :] = (1 - confidence[:, None]) / (probabilities.shape[1] - 1)
    best = one.findings.cells.predictions._best
    probabilities[np.arange(len(best)), best] = confidence
    told = replace(
        one, findings=replace(one.findings, cells=replace(one.findings.cells, probabilities=probabilities))
    )
    report = smear_report([told], CASE)
    galleries = {b.key: b for s in report.sections for b in s.blocks if isinstance(b, Gallery)}
    assert list(galleries) == ["cells_red_cell", "cells_platelet", "cells_neutrophil"]
    shown = [float(f.caption.split(", ")[1][:-2]) for f in galleries["cells_red_cell"].figures]
    assert len(shown) == 6
    assert shown == sorted(shown, reverse=True)
    crop = cv2.imdecode(
        np.frombuffer(galleries["cells_neutrophil"].figures[0].data, np.uint8), cv2.IMREAD_COLOR
    )
    assert crop.shape == (128, 128, 3)


def test_several_pictures_are_one_count(picture):
    report = smear_report([picture("one.png"), picture("two.png")], CASE)
    assert report.data["differential"]["total"] == 8
    assert [row.cells[1].text for row in tables(report)["pictures"].rows] == ["one.png", "two.png"]
    assert "8 white cells counted in 2 pictures." in " ".join(report.texts())


def test_marrow_has_its_ratio_and_lineages(make_findings):
    marrow = make_findings()
    names = {"neutrophil": "neutrophil_segmented", "immature_granulocyte": "myelocyte"}
    classes = tuple(names.get(key, key) for key in marrow.cells.classes)
    cells = replace(marrow.cells, classes=classes, taxonomy=load_taxonomy("marrow"))
    layers = Layers(np.zeros((120, 160, 3), np.uint8))
    report = smear_report([SmearPicture(replace(marrow, cells=cells), lambda: layers)], CASE)
    assert report.title == "Bone marrow smear: differential"
    assert "M:E ratio" in list(report.texts())
    assert "lineages" in tables(report)


def test_an_empty_picture_has_a_report(make_findings):
    layers = Layers(np.full((120, 160, 3), 200, np.uint8))
    empty = SmearPicture(make_findings([]), lambda: layers)
    report = smear_report([empty], replace(CASE, models=(), signatures=()))
    for form in FORMS.values():
        assert squeezed("0 white cells counted") in form(report)


def test_json_obeys_its_schema(picture):
    schema = json.loads(files("cytovox.report").joinpath("report-1.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(report_to_json(smear_report([picture()], CASE)))
    jsonschema.validate(document, schema)
    for key in ("stamp", "differential"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({k: v for k, v in document.items() if k != key}, schema)


def test_csv_has_one_line_a_fact_and_no_formula(picture):
    data = report_to_csv(smear_report([picture("=cmd()")], replace(CASE, name="=cmd()")))
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    percent = [
        r for r in rows if (r["item"], r["row"], r["field"]) == ("differential", "neutrophil", "Percent")
    ]
    assert [(r["text"], r["value"]) for r in percent] == [("100.0 %", "100")]
    assert not any(field.startswith("=") for row in rows for field in row.values())


def test_a_name_in_a_script_that_no_font_has_is_told_by_its_codes(picture):
    # U+0378 is no character yet: whatever fonts a machine has, none has this one.
    report = smear_report([picture()], ReportCase("\u0378 名前 a\u0489.jpg", "2026-01-01T00:00:00Z", "1"))
    told = "".join(pdf_pages(report_to_pdf(report)))
    assert "[U+0378]" in told
    assert ".jpg" in told


def test_pages_can_be_looked_at(picture):
    pages = report_to_pages(smear_report([picture()], CASE))
    shapes = {cv2.imdecode(np.frombuffer(page, np.uint8), cv2.IMREAD_COLOR).shape for page in pages}
    assert len(pages) >= 3
    assert len(shapes) == 1


def test_findings_alone_have_a_report_that_says_so(picture):
    alone = replace(picture(), layers=None)
    report = smear_report([alone], CASE)
    assert "made from its findings alone" in " ".join(report.texts())
    assert [figure.key for figure in report.figures()] == ["differential_chart"]
    assert squeezed("39.8-100.0 %") in FORMS["pdf"](report)
