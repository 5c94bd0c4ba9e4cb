"""A person corrects what was found: by keys, pencil and finger; alone, with others, without the server."""

import time
from collections import Counter
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.web.conftest import Site
from tests.web.windows import PHONE

from cytovox.synth.sample import sample_smear

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
MONOCYTE, RED_CELL, LYMPHOCYTE = "monocyte", "red_cell", "lymphocyte"


@pytest.fixture
def case_url(site: Site) -> str:
    """A finished picture of its own: what one test corrects, no other sees."""
    with httpx.Client(base_url=site.url) as client:
        files = {"picture": ("to-review.jpg", sample_smear(), "image/jpeg")}
        url = f"{site.url}/api/cases/{client.post('/api/cases', files=files).raise_for_status().json()['id']}"
        deadline = time.monotonic() + 60
        while client.get(url).json()["state"] != "done":
            assert time.monotonic() < deadline
            time.sleep(0.05)
    return url


@pytest.fixture
def review(page: Page, case_url: str) -> Page:
    """The page that the button beside the results leads to."""
    page.goto(case_url.replace("/api", ""))
    page.get_by_role("link", name="Review the cells").click()
    expect(page.locator("[data-status=ready]")).to_be_visible()
    expect(crops(page).first).to_be_visible()
    return page


def crops(page: Page) -> Locator:
    return page.locator("[data-cell]")


def shown_count(page: Page, key: str) -> int:
    return int(page.locator(f"button[data-class={key}] small").inner_text())


def told(case_url: str, reviewer: str | None = None) -> list[dict]:
    """Cells as the server tells them."""
    query = {} if reviewer is None else {"reviewer": reviewer}
    return httpx.get(f"{case_url}/findings.json", params=query).raise_for_status().json()["cells"]


def told_count(case_url: str, key: str) -> int:
    return Counter(cell["label"] for cell in told(case_url))[key]


def say(case_url: str, reviewer: str, label: str, *cell_ids: int) -> None:
    for cell_id in cell_ids:
        edit = {"kind": "classify", "cell_id": cell_id, "label": label, "polygon": None, "reviewer": reviewer}
        httpx.post(f"{case_url}/edits", json=edit).raise_for_status()


def until_saved(page: Page, case_url: str, edits: int) -> list[dict]:
    """The edits that stand, once the server has so many."""
    deadline = time.monotonic() + 20
    while True:
        found = [e for e in httpx.get(f"{case_url}/review").json()["edits"] if not e["undone"]]
        if len(found) == edits:
            return found
        assert time.monotonic() < deadline, found
        page.wait_for_timeout(50)


def place_of(page: Page, x: float, y: float) -> tuple[float, float]:
    """Page coordinates of a picture's pixel."""
    scale, left, top = map(float, page.locator("[data-view]").get_attribute("data-view").split(","))
    stage = page.get_by_role("application").bounding_box()
    return stage["x"] + left + scale * x, stage["y"] + top + scale * y


def test_keys_name_confirm_and_remove(review: Page, case_url: str) -> None:
    monocytes = shown_count(review, MONOCYTE)
    review.keyboard.press("j")
    # The doubtful come first: here the cell that the machine did not name.
    first = review.locator("[data-cell][aria-pressed=true]")
    expect(first).to_have_attribute("data-doubt", "unidentified")
    review.keyboard.press("m")
    expect(review.get_by_role("status").filter(has_text="named monocyte")).to_have_count(1)
    assert shown_count(review, MONOCYTE) == monocytes + 1
    expect(review.get_by_text("1 of 8 white cells seen")).to_be_visible()
    review.keyboard.press("Enter")
    review.keyboard.press("Delete")
    assert [e["kind"] for e in until_saved(review, case_url, 3)] == ["classify", "confirm", "remove"]
    assert told_count(case_url, MONOCYTE) == monocytes + 1
    review.keyboard.press("z")
    review.keyboard.press("z")
    until_saved(review, case_url, 1)
    review.keyboard.press("Shift+Z")
    until_saved(review, case_url, 2)
    review.get_by_role("link", name="Results").click()
    row = review.locator(f"tr[data-class={MONOCYTE}] td").first
    expect(row).to_have_text(str(monocytes + 1))


def test_immature_forms_take_two_keys_and_typing_none(review: Page, case_url: str) -> None:
    review.get_by_label("Your name").fill("Jo Mzzz")
    review.keyboard.press("Enter")
    assert httpx.get(f"{case_url}/review").json()["edits"] == []
    review.keyboard.press("j")
    review.keyboard.press("i")
    expect(review.get_by_role("group", name="Kinds of immature granulocyte")).to_be_visible()
    review.keyboard.press("p")
    (edit,) = until_saved(review, case_url, 1)
    assert (edit["reviewer"], edit["content"]["label"]) == ("Jo Mzzz", "promyelocyte")


def test_a_class_is_confirmed_at_once_and_undone_at_once(review: Page, case_url: str) -> None:
    review.get_by_role("button", name="Confirm all: lymphocyte").click()
    lymphocytes = shown_count(review, LYMPHOCYTE)
    until_saved(review, case_url, lymphocytes)
    crops(review).first.click()
    crops(review).nth(2).click(modifiers=["Shift"])
    expect(review.get_by_text("3 cells chosen").first).to_be_visible()
    review.keyboard.press("b")
    until_saved(review, case_url, lymphocytes + 3)
    review.keyboard.press("Control+z")
    until_saved(review, case_url, lymphocytes)


def test_cells_are_added_and_drawn_again(review: Page, case_url: str) -> None:
    before = len(told(case_url))
    review.keyboard.press("a")
    review.mouse.click(*place_of(review, 640, 60))
    until_saved(review, case_url, 1)
    review.keyboard.press("l")
    until_saved(review, case_url, 2)
    review.keyboard.press("a")
    draw_round(review, 900, 700, 40)
    *_, edit = until_saved(review, case_url, 3)
    assert edit["cell_id"] == before + 2
    review.keyboard.press("r")
    draw_round(review, 900, 700, 60)
    until_saved(review, case_url, 4)
    cells = {cell["id"]: cell for cell in told(case_url)}
    assert len(cells) == before + 2
    assert cells[before + 1]["label"] == LYMPHOCYTE
    # The polygon of 24 corners that the mouse went along: 2 pi r^2 sin(angle) / angle.
    assert cells[before + 2]["area_px"] == pytest.approx(0.5 * 24 * 60**2 * 0.2588, rel=0.03)
    # What the page makes of the edits is what the server makes of them.
    for key, count in Counter(cell["label"] for cell in cells.values()).items():
        assert shown_count(review, key) == count, key


def draw_round(page: Page, x: float, y: float, radius: float) -> None:
    """A round by the mouse that runs a little past its beginning, as hands do."""
    page.wait_for_timeout(300)
    page.mouse.move(*place_of(page, x + radius, y))
    page.mouse.down()
    for turn in page.evaluate("() => Array.from({length: 27}, (_, i) => i / 24 * 2 * Math.PI)"):
        cos, sin = page.evaluate("a => [Math.cos(a), Math.sin(a)]", turn)
        page.mouse.move(*place_of(page, x + radius * cos, y + radius * sin))
    page.mouse.up()


def test_two_reviewers_and_a_blind_one(review: Page, case_url: str) -> None:
    white = [cell["id"] for cell in told(case_url) if cell["coarse"] == "white_cell"]
    say(case_url, "Ana", LYMPHOCYTE, *white[:3])
    say(case_url, "Ben", LYMPHOCYTE, *white[:2])
    say(case_url, "Ben", MONOCYTE, white[2], white[3])
    say(case_url, "Ana", MONOCYTE, white[3])
    review.get_by_label("Your name").fill("Cleo")
    review.get_by_text("Agreement", exact=True).click()
    pair = httpx.get(f"{case_url}/agreement").json()["pairs"][0]
    expect(review.get_by_text(f"{pair['kappa']:.2f}", exact=True)).to_be_visible()
    expect(review.get_by_text("They differ on 1")).to_be_visible()
    review.get_by_role("button", name=f"Cell {white[2]} Ana: lymphocyte Ben: monocyte").click()
    review.get_by_text("Cells", exact=True).click()
    expect(review.locator(f"[data-cell='{white[2]}']")).to_have_attribute("aria-pressed", "true")
    review.get_by_label("Shown", exact=True).select_option("blind")
    expect(review.get_by_text("0 of 8 white cells seen")).to_be_visible()
    assert shown_count(review, "unidentified") == 8
    review.get_by_text("Agreement", exact=True).click()
    expect(review.get_by_text("Hidden while you read blind")).to_be_visible()
    review.get_by_label("Shown", exact=True).select_option("machine")
    expect(review.get_by_role("button", name="Confirm")).to_be_disabled()


def test_nothing_is_lost_while_the_server_is_away(review: Page, case_url: str) -> None:
    review.route("**/edits", lambda route: route.abort())
    review.keyboard.press("j")
    review.keyboard.press("m")
    review.keyboard.press("l")
    expect(review.get_by_role("alert")).to_contain_text("2 changes wait to be saved")
    review.unroute("**/edits")
    # It tries again by itself.
    assert [e["content"]["label"] for e in until_saved(review, case_url, 2)] == [MONOCYTE, LYMPHOCYTE]
    expect(review.get_by_role("alert")).to_have_count(0)
    refusal = {"error": {"code": "cell_not_found", "message": "Cell 5 was removed from this case."}}
    review.route("**/edits", lambda route: route.fulfill(status=404, json=refusal))
    monocytes = shown_count(review, MONOCYTE)
    review.keyboard.press("m")
    expect(review.get_by_role("alert")).to_contain_text("Cell 5 was removed from this case.")
    assert shown_count(review, MONOCYTE) == monocytes


@pytest.mark.parametrize("context_options", [PHONE], ids=["phone"])
def test_a_finger_reviews_on_a_phone(review: Page, case_url: str) -> None:
    crops(review).first.tap()
    basophil = review.locator("button[data-class=basophil]")
    basophil.tap()
    (edit,) = until_saved(review, case_url, 1)
    assert edit["content"]["label"] == "basophil"
    button = basophil.bounding_box()
    assert min(button["width"], button["height"]) >= 44
    assert not review.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not review.evaluate("document.documentElement.scrollHeight > innerHeight + 1")
    review.get_by_role("button", name="What is shown, and your name").tap()
    assert violations(review) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(review: Page, scheme: str) -> None:
    review.emulate_media(color_scheme=scheme)
    review.keyboard.press("j")
    assert violations(review) == []


def violations(page: Page) -> list[str]:
    """What axe finds wrong by WCAG 2.2 A and AA."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    rules = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']"
    found = page.evaluate(f"axe.run({{ runOnly: {rules} }}).then((r) => r.violations)")
    return [f"{v['id']}: {node['html'][:150]}" for v in found for node in v["nodes"]]
