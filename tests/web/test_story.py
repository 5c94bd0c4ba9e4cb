"""The whole way of a picture through the application: uploaded, corrected, held in 3D, signed, taken home."""

import io
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Page, expect
from tests.web.windows import PHONE

from cytovox.synth.sample import sample_smear

SIGNER = "Dr. Ada Adamczyk"


@pytest.mark.parametrize(
    "context_options",
    [{"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}, PHONE],
    ids=["desktop", "phone"],
)
def test_from_a_picture_to_a_signed_report(page: Page, site, tmp_path: Path) -> None:
    site.analysis.go.clear()
    try:
        page.goto("/")
        page.get_by_test_id("chooser").set_input_files(
            [{"name": "monday.jpg", "mimeType": "image/jpeg", "buffer": sample_smear()}]
        )
        expect(page.get_by_role("heading", name="monday.jpg")).to_be_visible()
        expect(page.get_by_role("progressbar", name="Progress of the analysis")).to_be_visible()
    finally:
        site.analysis.go.set()

    page.get_by_role("link", name="Review the cells").click()
    basophil = page.get_by_role("button", name="basophil").first
    basophil.click()
    page.get_by_role("group", name="Classes").locator("[data-class=monocyte]").click()
    expect(page.get_by_role("list", name="Monocyte").get_by_role("button")).to_have_count(2)
    page.get_by_role("button", name="Results").or_(page.get_by_role("link", name="Results")).first.click()

    gallery = page.get_by_role("region", name="White cells")
    expect(gallery.get_by_role("button", name="basophil")).to_have_count(0)
    gallery.get_by_role("button", name="eosinophil").first.click()
    page.get_by_role("link", name="3D", exact=True).click()
    expect(page.locator("[data-status=ready]").first).to_be_visible(timeout=60_000)
    page.go_back()

    page.get_by_role("link", name="Report", exact=True).first.click()
    expect(page.get_by_text("Nobody has signed")).to_be_visible()
    page.get_by_label("Name").fill(SIGNER)
    page.get_by_label("I have reviewed this result").check()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("listitem").filter(has_text=SIGNER)).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="PDF").click()
    waiting.value.save_as(tmp_path / "report.pdf")
    text = " ".join(
        page.extract_text()
        for page in pypdf.PdfReader(io.BytesIO((tmp_path / "report.pdf").read_bytes())).pages
    )
    assert SIGNER in text
    assert "monday.jpg" in text
    assert "basophil 0" in " ".join(text.split())
    assert "monocyte 2" in " ".join(text.split())
