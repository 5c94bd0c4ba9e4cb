"""Differentials, their reference ranges, smears of several pictures, trends, and the signed report."""

import json
import re
import time
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Dialog, Page, expect
from tests.report.report_texts import pdf_pages, squeezed
from tests.web.windows import PHONE

from cytovox.synth.sample import sample_smear, sample_truth

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DARK_PHONE = {**PHONE, "color_scheme": "dark"}
SMEAR, PERSON = "S 12/a", "P-17"
WHITE = sum(label not in {"red_cell", "platelet"} for label in sample_truth().labels) - 1
"""White cells of the sample that are named."""


def faults(page: Page) -> list[str]:
    """What axe finds wrong by WCAG 2.2 A and AA."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(f"axe.run({{ runOnly: {json.dumps(RULES)} }}).then((r) => r.violations)")
    return [f"{fault['id']}: {[node['html'][:120] for node in fault['nodes']]}" for fault in found]


def upload(client: httpx.Client, name: str, data: bytes, **said: str) -> str:
    """Id of the finished case of a picture."""
    case = client.post("/api/cases", files={"picture": (name, data)}).raise_for_status().json()
    client.patch(f"/api/cases/{case['id']}", json=said).raise_for_status()
    deadline = time.monotonic() + 60
    while client.get(f"/api/cases/{case['id']}").json()["state"] != "done":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return case["id"]


@pytest.fixture(scope="module")
def pictures(site) -> list[str]:
    """Ids of three pictures of a smear, two of them the same, and of a later one."""
    said = {"specimen": SMEAR, "subject": PERSON, "collected_on": "2026-03-02"}
    later = {"specimen": "S 13", "subject": PERSON, "collected_on": "2026-03-09"}
    with httpx.Client(base_url=site.url) as client:
        return [
            upload(client, name, sample_smear() + rest, **about)
            for name, rest, about in (
                ("field-1.jpg", b"1", said),
                ("field-2.jpg", b"2", said),
                ("copy.jpg", b"2", said),
                ("week-later.jpg", b"3", later),
            )
        ]


def test_a_picture_tells_percentages_with_intervals_against_what_is_usual(page: Page, pictures) -> None:
    page.goto(f"/cases/{pictures[0]}")
    progress = page.get_by_role("progressbar", name="Cells counted")
    expect(progress).to_have_attribute("aria-valuetext", f"{WHITE} of 100 white cells")
    basophil = page.locator("tr[data-class=basophil]")
    expect(basophil).to_contain_text("0.5–1")
    expect(basophil.locator("[class*=interval]")).to_be_visible()
    page.get_by_role("link", name=f"{SMEAR}, all pictures together").click()
    expect(page).to_have_url(re.compile(f"/specimens/{quote(SMEAR, safe='')}$"))


def test_pictures_of_a_smear_are_one_count_and_can_be_taken_out(page: Page, pictures) -> None:
    page.goto(f"/specimens/{quote(SMEAR, safe='')}")
    progress = page.get_by_role("progressbar", name="Cells counted")
    expect(progress).to_have_attribute("aria-valuetext", f"{2 * WHITE} of 100 white cells")
    expect(page.get_by_text("The pictures differ no more than chance explains")).to_be_visible()
    expect(page.get_by_text("is the same picture as field-2.jpg, which counts in its place")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Take field-1.jpg out of this smear").click()
    expect(progress).to_have_attribute("aria-valuetext", f"{WHITE} of 100 white cells")
    page.get_by_role("searchbox").fill("field-1")
    page.get_by_role("button", name="Add: field-1.jpg").click()
    expect(progress).to_have_attribute("aria-valuetext", f"{2 * WHITE} of 100 white cells")


@pytest.mark.parametrize("context_options", [{}, DARK_PHONE], ids=["desk", "dark phone"])
def test_the_report_of_a_smear_is_read_and_taken_away(page: Page, pictures) -> None:
    page.goto(f"/specimens/{quote(SMEAR, safe='')}")
    page.get_by_role("link", name="Open the report").click()
    report = page.frame_locator(f"iframe[title='Report of {SMEAR}']")
    expect(report.get_by_text(f"{2 * WHITE} white cells counted in 2 pictures.")).to_be_visible()
    expect(report.get_by_text("The pictures differ no more than chance explains")).to_be_visible()
    expect(report.get_by_text("Signatures belong to single pictures")).to_be_visible()
    assert faults(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^Download PDF")).click()
    assert download.value.suggested_filename.endswith("report.pdf")
    told = "".join(pdf_pages(Path(download.value.path()).read_bytes()))
    for text in (SMEAR, PERSON, "field-1.jpg", "field-2.jpg", "Research use only", "by picture and type"):
        assert squeezed(text) in told
    page.get_by_role("complementary").get_by_role("link", name="field-1.jpg").click()
    expect(page).to_have_url(re.compile(f"/cases/{pictures[0]}/report$"))


@pytest.mark.parametrize("context_options", [DARK_PHONE])
def test_smears_of_a_person_are_drawn_over_time(page: Page, pictures) -> None:
    page.goto(f"/subjects/{PERSON}")
    expect(page.get_by_text("2 smears, 2 Mar 2026 to 9 Mar 2026")).to_be_visible()
    rows = page.get_by_role("region", name="Figures").get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text(str(2 * WHITE))
    basophil = page.get_by_role("img", name=re.compile("^Basophil over time"))
    expect(basophil).to_be_hidden()
    page.get_by_text("Basophil", exact=True).click()
    expect(basophil.locator("circle")).to_have_count(2)
    assert faults(page) == []
    table = page.request.get(page.get_by_role("link", name="CSV").get_attribute("href")).text()
    assert f"{PERSON},2026-03-09,specimen,S 13,blood,1,basophil" in table
    rows.nth(1).get_by_role("link", name=SMEAR).click()
    expect(page.get_by_role("heading", name=SMEAR)).to_be_visible()


def test_a_report_is_read_signed_and_no_longer_current_after_a_correction(page: Page, pictures) -> None:
    case_id = pictures[3]
    page.goto(f"/cases/{case_id}/report")
    report = page.frame_locator("iframe[title='Report of week-later.jpg']")
    expect(report.get_by_text("Not signed").first).to_be_visible()
    expect(
        page.get_by_text("3 cells are unidentified or doubtful and nobody has looked at them.")
    ).to_be_visible()
    sign = page.get_by_role("button", name="Sign", exact=True)
    sign.click()
    expect(page.get_by_text("Type your name.")).to_be_visible()
    expect(page.get_by_text("Tick this once you have.")).to_be_visible()
    page.get_by_label("Name").fill("Dr. M. Weber")
    page.get_by_label("Comment").fill("Bands confirmed.")
    page.get_by_label("I have reviewed this result").check()
    sign.click()
    expect(page.get_by_text("The result as it is now")).to_be_visible()
    expect(report.get_by_text("Dr. M. Weber").first).to_be_visible()
    assert faults(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^Download PDF")).click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")

    cells = page.request.get(f"/api/cases/{case_id}/findings.json").json()["cells"]
    refused = next(cell["id"] for cell in cells if cell["label"] == "unidentified")
    edit = {"kind": "classify", "cell_id": refused, "label": "lymphocyte"}
    assert page.request.post(f"/api/cases/{case_id}/edits", data=edit).status == 201
    page.reload()
    expect(page.get_by_text("Changed since it was signed: cells were corrected")).to_be_visible()
    expect(page.get_by_text("2 cells are unidentified or doubtful")).to_be_visible()
    page.get_by_role("link", name="Picture").click()
    progress = page.get_by_role("progressbar", name="Cells counted")
    expect(progress).to_have_attribute("aria-valuetext", f"{WHITE + 1} of 100 white cells")


def test_what_was_corrected_meanwhile_is_read_before_it_is_signed(page: Page, site) -> None:
    with httpx.Client(base_url=site.url) as client:
        case_id = upload(client, "read-by-two.jpg", sample_smear() + b"4", collected_on="2026-03-10")
    page.goto(f"/cases/{case_id}/report")
    report = page.frame_locator("iframe[title='Report of read-by-two.jpg']")
    expect(report.get_by_text("Not signed").first).to_be_visible()
    page.get_by_label("Name").fill("Dr. M. Weber")
    page.get_by_label("Comment").fill("Seen twice.")
    reviewed, sign = page.get_by_label("I have reviewed"), page.get_by_role("button", name="Sign", exact=True)
    reviewed.check()
    edit = {"kind": "classify", "cell_id": 1, "label": "lymphocyte", "reviewer": "Colleague"}
    assert page.request.post(f"/api/cases/{case_id}/edits", data=edit).status == 201
    # Another window and back: what is read must not become another report by that.
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_response("**/signatures"):
        page.evaluate("dispatchEvent(new Event('visibilitychange'))")
    assert not [url for url in asked if url.endswith("report.html")]

    sign.click()
    refusal = page.get_by_role("alert")
    expect(refusal).to_contain_text("Since you read this report, cells were corrected")
    expect(page.get_by_text("Nobody has signed")).to_be_visible()
    assert faults(page) == []
    refusal.get_by_role("button", name="Read the new version").click()
    expect(report.get_by_text("Colleague").first).to_be_visible()
    expect(refusal).to_have_count(0)
    expect(page.locator("iframe")).to_be_focused()
    expect(page.get_by_label("Name")).to_have_value("Dr. M. Weber")
    expect(page.get_by_label("Comment")).to_have_value("Seen twice.")
    expect(reviewed).not_to_be_checked()
    reviewed.check()
    sign.click()
    expect(page.get_by_role("listitem").filter(has_text="Dr. M. Weber")).to_contain_text("Seen twice.")
    expect(page.get_by_text("The result as it is now")).to_be_visible()


def test_reference_ranges_are_checked_kept_and_brought_back(page: Page) -> None:
    page.goto("/reference-ranges")
    low = page.get_by_label("Neutrophil: from").first
    kept = low.input_value()
    low.fill("99")
    expect(page.get_by_text("At least 99")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("cannot be kept")
    low.fill("35,5")
    expect(page.get_by_text("There are unsaved changes.")).to_be_visible()
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", stay)
    page.get_by_role("link", name="Archive").click()
    assert asked == ["There are unsaved changes. Leave without saving them?"]
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(re.compile("^Set by"))).to_be_visible()
    page.reload()
    expect(low).to_have_value("35.5")
    assert faults(page) == []
    page.get_by_role("button", name="Back to those of Cytovox").click()
    expect(low).to_have_value(kept)
    expect(page.get_by_text("These are the ranges that come with Cytovox.")).to_be_visible()
