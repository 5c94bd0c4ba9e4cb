import json
from dataclasses import replace
from importlib.resources import files

import cv2
import jsonschema
import numpy as np
import pytest
from tests.report.report_texts import csv_text, html_text, pdf_pages, squeezed

from cytovox.domain.findings import ModelUse, Provenance, QualityWarning
from cytovox.report.report_csv import report_to_csv
from cytovox.report.report_html import report_to_html
from cytovox.report.report_json import report_to_json
from cytovox.report.report_pdf import report_to_pdf
from cytovox.report.report_sections import Measured, ModelFigures, ReportCase
from cytovox.report.volume_report import ReportedOrgan, ReportedStack, StackView, volume_report

LIVER = ReportedOrgan(5, "liver", "liver", "#b5651d", 1234.56, 98_765, (2, 40), True, ("SNOMED CT 10200004",))
SPLEEN = ReportedOrgan(1, "spleen", "spleen", "#7a3b8f", 200.0, 16_000, (9, 30), False)


def view(name="axial"):
    labels = np.zeros((40, 60), np.uint8)
    labels[10:20, 10:30] = 5
    return StackView(name, 3, 40, np.full((40, 60), 100, np.uint8), labels, (1.0, 2.0), ("R", "L", "A", "P"))


STACK = ReportedStack(
    source="abdomen.zip",
    modality="CT",
    shape=(40, 60, 60),
    spacing_mm=(5.0, 0.75, 0.75),
    label_origin="model",
    organs=(LIVER, SPLEEN),
    views=(view(), view("coronal"), view("sagittal")),
    warnings=(QualityWarning("cut", "The stack ends within the liver."),),
    provenance=Provenance(
        "0.1.0", "2026-01-02T03:04:05Z", (ModelUse("organs", "1", "c" * 64),), {}, "d" * 64
    ),
    notice="Demonstration only.",
)
CASE = ReportCase(
    "abdomen.zip",
    "2026-01-03T09:00:00Z",
    "0.1.0",
    subject="P-17",
    models=(
        ModelFigures("organs", "1", "c" * 64, "segment_organs", (Measured("Dice, stomach", 0.64, "x", "y"),)),
    ),
)
FORMS = {
    "html": lambda report: html_text(report_to_html(report)),
    "pdf": lambda report: "".join(pdf_pages(report_to_pdf(report))),
    "csv": lambda report: csv_text(report_to_csv(report)),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_every_sentence_and_number(form):
    report = volume_report(STACK, CASE)
    told = FORMS[form](report)
    texts = [text for text in map(squeezed, report.texts()) if text != "–"]
    assert "1234.6mL" in texts
    assert [text for text in texts if text not in told] == []


def test_every_page_carries_the_words_of_the_models():
    for page in pdf_pages(report_to_pdf(volume_report(STACK, CASE))):
        assert squeezed("Demonstration only.") in page
        assert "Researchuseonly" in page


def test_json_obeys_the_schema():
    schema = json.loads(files("cytovox.report").joinpath("report-1.schema.json").read_text("utf-8"))
    document = json.loads(report_to_json(volume_report(STACK, CASE)))
    jsonschema.validate(document, schema)
    assert [organ["volume_ml"] for organ in document["organs"]] == [1234.56, 200.0]


def test_views_have_square_pixels_outlines_and_letters():
    report = volume_report(STACK, CASE)
    axial = next(figure for figure in report.figures() if figure.key == "view_axial")
    shown = cv2.imdecode(np.frombuffer(axial.data, np.uint8), cv2.IMREAD_COLOR)
    height, width = shown.shape[:2]
    assert height / width == pytest.approx(80 / 60, rel=0.01)
    assert axial.caption == "Axial plane 3 of 40: liver."
    # The border of the organ is drawn, its inside is left as it was.
    scale = width / 60
    assert shown[round(30 * scale), round(20 * scale)] == pytest.approx((100, 100, 100), abs=3)
    edge = shown[round(30 * scale), round(10 * scale) - 3 : round(10 * scale) + 4]
    assert np.abs(edge.astype(int) - 100).max() > 40


def test_a_stack_without_organs_has_a_report():
    empty = replace(STACK, organs=(), views=(replace(view(), labels=None),), warnings=(), notice="")
    told = FORMS["pdf"](volume_report(empty, replace(CASE, models=())))
    assert squeezed("No organ was found in this stack.") in told
    assert squeezed("Axial plane 3 of 40: no organ.") in told
