"""Every page against WCAG 2.2 A and AA as far as axe can tell, in both themes, wide and narrow."""

import re
import time
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as TooLate
from tests.app.stacks import dicom_zip, nifti, organs, phantom
from tests.web.windows import PHONE

from cytovox.synth.sample import sample_smear

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => {
  const levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const { violations } = await axe.run({ runOnly: levels });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ""}`));
}"""
# Content is to be had without moving it sideways at 320 px (1.4.10, reflow).
TOO_WIDE = """() => [...document.querySelectorAll("main *, header *, footer *")]
  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && e.checkVisibility())
  .filter((e) => {
    while ((e = e.parentElement)) if (getComputedStyle(e).overflowX !== "visible") return false;
    return true;
  })
  .slice(0, 5).map((e) => e.outerHTML.slice(0, 120))"""
WIDTHS = (1440, 390)
THEMES = ("light", "dark")
NARROWEST = 320


@pytest.fixture(scope="module")
def places(site, sample_address: str) -> dict[str, str]:
    """Address of each page by its name, with something to show on each."""
    with httpx.Client(base_url=site.url, timeout=60) as client:
        said = {"specimen": "seen", "subject": "seen", "tag": ["a tag"]}
        smear = client.post("/api/cases", files={"picture": ("seen.jpg", sample_smear())}, data=said).json()
        files = {"stack": ("seen.zip", dicom_zip(phantom())), "labels": ("labels.nii", nifti(organs()))}
        stack = client.post("/api/stacks", files=files, data={"label_names": "totalsegmentator_ct"}).json()
        deadline = time.monotonic() + 90
        for case in (smear, stack):
            while client.get(f"/api/cases/{case['id']}").json()["state"] != "done":
                assert time.monotonic() < deadline
                time.sleep(0.1)
    return {
        "start": "/",
        "single cells": "/single-cells",
        "stacks": "/stacks",
        "case": sample_address,
        "cell": f"{sample_address}/cells/1",
        "cell in 3D": f"{sample_address}/cells/1/3d",
        "field in 3D": f"{sample_address}/3d",
        "review": f"{sample_address}/review",
        "report": f"{sample_address}/report",
        "stack": f"/cases/{stack['id']}",
        "archive": "/archive",
        "deleted": "/archive?deleted=true",
        "specimen": "/specimens/seen",
        "report of a specimen": "/specimens/seen/report",
        "subject": "/subjects/seen",
        "atlas": "/atlas",
        "quiz": "/quiz",
        "ranges": "/reference-ranges",
        "account": "/account",
        "accounts": "/accounts",
        "API": "/api/docs",
        "unknown": "/nothing/here",
    }


NAMES = [
    "start",
    "single cells",
    "stacks",
    "case",
    "cell",
    "cell in 3D",
    "field in 3D",
    "review",
    "report",
    "stack",
]
NAMES += [
    "archive",
    "deleted",
    "specimen",
    "report of a specimen",
    "subject",
    "atlas",
    "quiz",
    "ranges",
    "account",
    "accounts",
    "API",
]
NAMES += ["unknown"]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_for_everybody(page: Page, places: dict[str, str], name: str) -> None:
    open_page(page, places[name])
    # Not as a script element, which the content security policy refuses.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", theme)
            page.wait_for_timeout(150)
            found += [f"{width} px, {theme}: {wrong}" for wrong in page.evaluate(RUN)]
    page.set_viewport_size({"width": NARROWEST, "height": 640})
    try:
        # A stage takes its new size a little later.
        page.wait_for_function(f"() => document.documentElement.scrollWidth <= {NARROWEST}", timeout=5000)
    except TooLate:
        found += [f"too wide: {wide}" for wide in page.evaluate(TOO_WIDE)] or ["too wide"]
    assert "\n".join(found) == ""


def open_page(page: Page, address: str) -> None:
    """Opens a page and waits until it shows what it is about."""
    page.goto(address)
    expect(page.locator("h1").first).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.wait_for_load_state("networkidle")


def test_pages_say_where_one_is_and_take_the_focus_to_their_heading(page: Page, sample_address: str) -> None:
    page.goto("/")
    ways = page.get_by_role("navigation", name="Main")
    expect(page).to_have_title("Blood smear · Cytovox")
    expect(ways.get_by_role("link", name="Start")).to_have_attribute("aria-current", "page")
    ways.get_by_role("link", name="Archive").press("Enter")
    expect(page.get_by_role("heading", name="Archive")).to_be_focused()
    expect(page).to_have_title("Archive · Cytovox")
    expect(ways.get_by_role("link", name="Archive")).to_have_attribute("aria-current", "page")
    ways.get_by_role("button", name="Learn").press("Enter")
    page.get_by_role("menuitem", name="Quiz").press("Enter")
    expect(page).to_have_title(re.compile("^Quiz"))
    page.go_back()
    expect(page.get_by_role("heading", name="Archive")).to_be_focused()
    page.goto(sample_address)
    expect(page).to_have_title("sample-smear.jpg · Cytovox")
    expect(page.get_by_role("region", name="White cells").get_by_role("button").first).to_be_visible()
    page.keyboard.press("Tab")
    skip = page.get_by_role("button", name="Skip to the content")
    expect(skip).to_be_focused()
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("context_options", [{**PHONE, "forced_colors": "active"}], ids=["forced colours"])
def test_what_is_open_can_be_told_in_forced_colours(page: Page) -> None:
    page.goto("/archive")
    expect(page.get_by_role("heading", name="Archive")).to_be_visible()
    ways = page.get_by_role("navigation", name="Main")
    expect(ways.get_by_role("link", name="Archive")).to_have_css("border-top-width", "3px")
    expect(ways.get_by_role("link", name="Archive")).to_have_css("border-top-style", "solid")
    bottom = ways.bounding_box()
    assert bottom["y"] + bottom["height"] == 844
