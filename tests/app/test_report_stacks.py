from collections.abc import Iterator

import pytest
from tests.app.stacks import PATIENT, dicom_zip, nifti, organs, phantom
from tests.report.report_texts import html_text, pdf_pages, squeezed

from cytovox.app.settings import Settings

FORMS = ("report.html", "report.pdf", "report.csv", "report.json")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    from tests.app.conftest import fast_analysis, serving

    folder = tmp_path_factory.mktemp("data")
    with serving(Settings(data_folder=folder, stack_limit_mb=1), fast_analysis) as site:
        yield site


@pytest.fixture(scope="module")
def case(site) -> str:
    """Address of a finished stack whose liver and spleen are known."""
    sent = {"stack": ("abdomen.zip", dicom_zip(phantom())), "labels": ("labels.nii", nifti(organs()))}
    answer = site.post("/api/stacks", files=sent, data={"label_names": "totalsegmentator_ct"})
    case = site.wait_for(answer.json()["id"], "done", "failed")
    assert case["state"] == "done", case
    return f"/api/cases/{case['id']}"


def test_a_stack_has_the_same_report_in_every_form(site, case):
    page = html_text(site.get(f"{case}/report.html").content)
    paper = "".join(pdf_pages(site.get(f"{case}/report.pdf").content))
    # The liver has 3 x 4 x 6 voxels of 10 mm3; views go through the spleen, which is larger.
    for text in ("liver", "0.7 mL", "spleen", "of 12: spleen.", "Not signed", "Research use only"):
        assert squeezed(text) in page
        assert squeezed(text) in paper
    report = site.get(f"{case}/report.json").json()
    assert {organ["key"]: organ["volume_ml"] for organ in report["organs"]}["liver"] == pytest.approx(0.72)
    assert [f["key"] for s in report["sections"] for f in s["blocks"] if f["type"] == "figure"] == [
        "view_axial",
        "view_coronal",
        "view_sagittal",
    ]


def test_a_stack_is_signed_as_a_smear_is(site, case):
    wanted = {"name": "A. Signer", "content": site.get(f"{case}/report.json").json()["content"]}
    assert site.post(f"{case}/signatures", json=wanted).status_code == 201
    assert site.get(f"{case}/signatures").json()[0]["is_current"]
    assert site.get(f"{case}/report.json").json()["stamp"] == "Signed"
    assert site.get(f"{case}/differential.json").status_code == 409


def test_a_stack_that_was_renamed_since_it_was_read_is_not_signed(site, case):
    read = site.get(f"{case}/report.json").json()["content"]
    name = site.get(case).json()["name"]
    signed = site.get(f"{case}/signatures").json()
    try:
        site.patch(case, json={"name": "another stack"})
        refused = site.post(f"{case}/signatures", json={"name": "A. Signer", "content": read})
        assert refused.status_code == 409
        assert "the case was renamed" in refused.json()["error"]["message"]
        assert len(site.get(f"{case}/signatures").json()) == len(signed)
    finally:
        site.patch(case, json={"name": name})


@pytest.mark.parametrize("form", FORMS)
def test_no_form_tells_who_the_patient_is(site, case, form):
    data = site.get(f"{case}/{form}").content
    told = "".join(pdf_pages(data)).encode() if form == "report.pdf" else data
    for secret in PATIENT.values():
        assert secret.encode() not in told
    assert b"20240105" not in told
