import json
from dataclasses import replace

import numpy as np
import pytest
from fhir.resources.R4B.bundle import Bundle
from tests.report.test_volume_report import CASE, STACK

from cytovox.domain.taxonomies import load_taxonomy
from cytovox.report.report_fhir import report_to_fhir
from cytovox.report.report_pictures import Layers, SmearPicture
from cytovox.report.report_sections import SignedBy
from cytovox.report.smear_report import smear_report
from cytovox.report.volume_report import volume_report

SIGNED = SignedBy("Dr. A. Example", "2026-01-03T10:00:00Z", "", is_current=True)


@pytest.fixture
def smear(make_findings):
    """A report on 120 white cells, three of four of them neutrophils; signed or not."""

    def make(*, signatures=(), material="blood", cells=120):
        kinds = ["neutrophil", "neutrophil", "neutrophil", "lymphocyte"]
        findings = make_findings([(kinds[i % 4], 20 + i, 30, 8) for i in range(cells)])
        if material == "marrow":
            names = {"neutrophil": "neutrophil_segmented", "immature_granulocyte": "myelocyte"}
            classes = tuple(names.get(key, key) for key in findings.cells.classes)
            cells_of = replace(findings.cells, classes=classes, taxonomy=load_taxonomy("marrow"))
            findings = replace(findings, cells=cells_of)
        case = replace(CASE, signatures=signatures, specimen="S-3", collected_on="2026-01-01")
        return smear_report([SmearPicture(findings, lambda: Layers(np.zeros((120, 160, 3), np.uint8)))], case)

    return make


def read(report):
    """The bundle as written, and held against the definitions of FHIR."""
    document = json.loads(report_to_fhir(report))
    Bundle.model_validate(document)
    first, *others = [entry["resource"] for entry in document["entry"]]
    return document, first, {o["code"]["text"]: o for o in others}


def test_shares_have_codes_units_intervals_and_ranges(smear):
    _, report, observations = read(smear())
    assert report["code"]["coding"][0]["code"] == "24318-8"
    assert report["category"][0]["coding"][0]["code"] == "HM"
    lymphocytes = observations["lymphocyte, share"]
    assert lymphocytes["code"]["coding"][0] == {
        "system": "http://loinc.org",
        "code": "737-7",
        "display": "Lymphocytes/Leukocytes in Blood by Manual count",
    }
    assert lymphocytes["valueQuantity"]["value"] == 25.0
    assert lymphocytes["valueQuantity"]["code"] == "%"
    parts = {c["code"]["text"]: c for c in lymphocytes["component"]}
    assert parts["count"]["valueInteger"] == 30
    assert parts["95 % interval, lower end"]["valueQuantity"]["value"] == pytest.approx(17.55, abs=0.01)
    assert lymphocytes["interpretation"][0]["coding"][0]["code"] == "N"
    neutrophils = observations["neutrophil, share"]
    assert neutrophils["interpretation"][0]["coding"][0]["code"] == "H"
    assert neutrophils["referenceRange"][0]["high"]["value"] == 60
    assert "coding" not in neutrophils["code"]


@pytest.mark.parametrize(
    ("signatures", "status"),
    [((), "preliminary"), ((SIGNED,), "final"), ((replace(SIGNED, is_current=False),), "preliminary")],
)
def test_only_a_current_signature_makes_it_final(smear, signatures, status):
    _, report, observations = read(smear(signatures=signatures))
    assert report["status"] == status
    assert {o["status"] for o in observations.values()} == {status}
    assert ("resultsInterpreter" in report) == (status == "final")


def test_the_report_refers_to_each_observation_and_to_no_patient(smear):
    document, report, observations = read(smear())
    urls = [entry["fullUrl"] for entry in document["entry"]]
    assert len(set(urls)) == len(urls) == len(observations) + 1
    assert [result["reference"] for result in report["result"]] == urls[1:]
    assert "subject" not in report
    assert "P-17" not in json.dumps(document)
    assert "Research use only" in report["conclusion"]


def test_marrow_tells_its_ratio(smear):
    _, report, observations = read(smear(material="marrow"))
    assert "coding" not in report["code"]
    assert "dataAbsentReason" in observations["M:E ratio"]
    assert observations["blasts, share of nucleated cells"]["valueQuantity"]["value"] == 0.0


def test_what_was_not_counted_is_absent_and_not_zero(smear):
    _, _, observations = read(smear(cells=0))
    assert "dataAbsentReason" in observations["neutrophil, share"]
    assert observations["white cells counted"]["valueInteger"] == 0


def test_volumes_of_organs():
    _, report, observations = read(volume_report(STACK, CASE))
    liver = observations["volume of liver"]
    assert (liver["valueQuantity"]["value"], liver["valueQuantity"]["code"]) == (1234.56, "mL")
    assert liver["bodySite"]["coding"] == [{"system": "http://snomed.info/sct", "code": "10200004"}]
    assert report["category"][0]["coding"][0]["code"] == "RAD"
