"""What a person does: bring a picture in, look at its cells, take results away."""

import base64
import io
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from tests.web.conftest import PATIENCE_MS
from tests.web.windows import PHONE

from cytovox.synth.sample import sample_smear, sample_truth

DESKTOP_DARK = {
    "viewport": {"width": 1440, "height": 900},
    "color_scheme": "dark",
    "reduced_motion": "reduce",
}


@pytest.fixture
def sample(page: Page, sample_address: str) -> Page:
    """The page of the finished sample smear, analysed once for all tests."""
    page.goto(sample_address)
    expect(page.get_by_role("heading", name="Counts")).to_be_visible()
    expect(page.locator("[data-status=ready]")).to_be_visible()
    return page


def upload(page: Page, name: str, data: bytes, kind: str = "image/png") -> None:
    page.get_by_test_id("chooser").set_input_files({"name": name, "mimeType": kind, "buffer": data})


def small_picture(colour: tuple[int, int, int] = (240, 220, 210)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(buffer, "PNG")
    return buffer.getvalue()


def count_of(page: Page, key: str) -> int:
    return int(page.locator(f"tr[data-class={key}] td").first.inner_text())


def view_of(page: Page) -> tuple[float, float, float]:
    """Screen pixels a picture pixel, and where the picture's corner lies on the stage."""
    scale, left, top = page.locator("[data-view]").get_attribute("data-view").split(",")
    return float(scale), float(left), float(top)


def place_of(page: Page, x: float, y: float) -> tuple[float, float]:
    """Page coordinates of a picture's pixel."""
    scale, left, top = view_of(page)
    stage = page.get_by_role("application").bounding_box()
    return stage["x"] + left + scale * x, stage["y"] + top + scale * y


def cell_centre(label: str) -> tuple[float, float]:
    truth = sample_truth()
    outline = truth.outlines[truth.labels.index(label)]
    x, y = outline.mean(axis=0).tolist()
    return x, y


def outline_pixels(page: Page) -> np.ndarray:
    """The overlay canvas as RGBA."""
    url = page.locator("canvas.outlines").evaluate("canvas => canvas.toDataURL()")
    return np.array(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGBA"))


def share_drawn(drawn: np.ndarray, spots: np.ndarray) -> float:
    """Share of places with an opaque line within a pixel."""
    columns, rows = np.round(spots).astype(int).T
    near = [drawn[rows + dy, columns + dx, 3] for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    return float((np.max(near, axis=0) > 200).mean())


def at_rest(page: Page) -> tuple[float, float, float]:
    """`view_of` the page once it stays as it is."""
    seen = [view_of(page)]
    comes_true(page, lambda: seen.append(view_of(page)) or (len(seen) > 5 and len(set(seen[-5:])) == 1))
    return seen[-1]


def comes_true(page: Page, condition: Callable[[], bool]) -> None:
    """Fails where it stays false: how soon something is drawn depends on what else the machine does."""
    for _ in range(PATIENCE_MS // 50):
        if condition():
            return
        page.wait_for_timeout(50)
    assert condition()


def open_start(page: Page) -> None:
    """The start page, once it listens to drops and pastes."""
    page.goto("/")
    expect(page.get_by_role("heading", name="Drop a blood smear here")).to_be_visible()


def test_the_sample_is_one_click_away(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Try the sample smear").click()
    expect(page.get_by_role("heading", name="sample-smear.jpg")).to_be_visible()
    expect(page.get_by_role("heading", name="Counts")).to_be_visible()


def test_counts_are_the_truth(sample: Page) -> None:
    labels = list(sample_truth().labels)
    assert count_of(sample, "red_cell") == labels.count("red_cell")
    assert count_of(sample, "platelet") == labels.count("platelet")
    # One lymphocyte is not named; it counts as none.
    assert count_of(sample, "lymphocyte") == labels.count("lymphocyte") - 1
    white = [label for label in labels if label not in {"red_cell", "platelet"}]
    gallery = sample.get_by_role("region", name="White cells")
    expect(gallery.get_by_role("button")).to_have_count(len(white))
    monocytes = sample.locator("tr[data-class=monocyte] td").nth(1).inner_text()
    assert monocytes.startswith(f"{round(100 * labels.count('monocyte') / (len(white) - 1))} %")
    expect(sample.get_by_text("estimated from 89 red cells, ± 4 %")).to_be_visible()


def test_a_dropped_file_is_analysed_and_opened(page: Page) -> None:
    open_start(page)
    transfer = page.evaluate_handle(
        """bytes => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(bytes)], "dropped.jpg", { type: "image/jpeg" }));
          return transfer;
        }""",
        list(sample_smear()),
    )
    page.dispatch_event("main", "dragenter", {"dataTransfer": transfer})
    expect(page.get_by_text("Let go to analyse")).to_be_visible()
    page.dispatch_event("main", "drop", {"dataTransfer": transfer})
    expect(page.get_by_role("heading", name="dropped.jpg")).to_be_visible()
    expect(page.get_by_role("heading", name="Counts")).to_be_visible()
    assert count_of(page, "red_cell") == sample_truth().labels.count("red_cell")


def test_a_pasted_picture_is_taken(page: Page) -> None:
    open_start(page)
    page.evaluate(
        """bytes => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(bytes)], "image.png", { type: "image/png" }));
          window.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer }));
        }""",
        list(small_picture()),
    )
    expect(page.get_by_role("heading", name="image.png")).to_be_visible()


def test_progress_shows_while_the_picture_is_worked_on(page: Page, site) -> None:
    site.analysis.go.clear()
    try:
        page.goto("/")
        upload(page, "slow.jpg", sample_smear(), "image/jpeg")
        expect(page.get_by_text("Looking for cells")).to_be_visible()
        bar = page.get_by_role("progressbar", name="Progress of the analysis")
        expect(bar).to_have_attribute("aria-valuenow", "36")
        expect(page.locator("[data-status=ready]")).to_be_visible()
    finally:
        site.analysis.go.set()
    expect(page.get_by_role("heading", name="Counts")).to_be_visible()
    expect(bar).to_have_count(0)


def test_hover_tells_class_and_confidence_with_the_runner_up(sample: Page) -> None:
    sample.mouse.move(*place_of(sample, *cell_centre("eosinophil")))
    tip = sample.locator("[class*=tooltip]", has_text="Eosinophil")
    expect(tip).to_be_visible()
    expect(tip).to_contain_text("%")
    expect(tip).to_contain_text("basophil")
    sample.mouse.move(5, 5)
    expect(tip).to_have_count(0)


def test_a_click_selects_the_cell_under_it(sample: Page) -> None:
    sample.mouse.click(*place_of(sample, *cell_centre("monocyte")))
    panel = sample.get_by_role("region", name="Monocyte")
    expect(panel).to_contain_text("estimated scale")
    expect(panel).to_contain_text("µm²")
    truth = sample_truth()
    outline = truth.outlines[truth.labels.index("monocyte")]
    x, y = outline[:, 0], outline[:, 1]
    area_um2 = 0.5 * abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) * 0.01
    expect(panel).to_contain_text(f"{round(float(area_um2))} µm²")
    expect(panel.get_by_role("list", name="Most probable classes").get_by_role("listitem")).not_to_have_count(
        0
    )
    expect(sample.locator("[role=status]", has_text="monocyte")).to_have_count(1)


def test_a_click_beside_all_cells_lets_go(sample: Page) -> None:
    sample.mouse.click(*place_of(sample, *cell_centre("monocyte")))
    expect(sample.get_by_role("region", name="Monocyte")).to_be_visible()
    sample.keyboard.press("Escape")
    expect(sample.get_by_role("region", name="Selected cell")).to_be_visible()


def test_the_gallery_leads_to_the_cell_and_enlarges_it(sample: Page) -> None:
    before = view_of(sample)[0]
    sample.get_by_role("region", name="White cells").get_by_role("button", name="basophil").click()
    expect(sample.get_by_role("region", name="Basophil")).to_be_visible()
    sample.wait_for_function(
        "before => Number(document.querySelector('[data-view]').dataset.view.split(',')[0]) > 1.5 * before",
        arg=before,
    )
    x, y = place_of(sample, *cell_centre("basophil"))
    stage = sample.get_by_role("application").bounding_box()
    assert stage["x"] + 0.2 * stage["width"] < x < stage["x"] + 0.8 * stage["width"]
    assert stage["y"] < y < stage["y"] + 0.6 * stage["height"]


def test_outlines_lie_on_the_cells_and_a_class_can_be_taken_off(sample: Page) -> None:
    scale, left, top = view_of(sample)
    truth = sample_truth()
    outline = truth.outlines[truth.labels.index("monocyte")]
    spots = outline * scale + [left, top]
    assert share_drawn(outline_pixels(sample), spots) > 0.95
    toggle = sample.get_by_role("button", name="Monocyte: outlines shown")
    toggle.click()
    expect(sample.get_by_role("button", name="Monocyte: outlines hidden")).to_have_attribute(
        "aria-pressed", "false"
    )
    comes_true(sample, lambda: share_drawn(outline_pixels(sample), spots) < 0.4)
    sample.mouse.move(*place_of(sample, *cell_centre("monocyte")))
    expect(sample.locator("[class*=tooltip]", has_text="Monocyte")).to_have_count(0)


def test_outlines_stay_sharp_and_in_place_when_zoomed(sample: Page) -> None:
    before = view_of(sample)[0]
    for _ in range(3):
        sample.get_by_role("button", name="Zoom in").click()
    comes_true(sample, lambda: view_of(sample)[0] == pytest.approx(1.5**3 * before, rel=0.02))
    scale, left, top = at_rest(sample)
    height, width = outline_pixels(sample).shape[:2]
    points = np.concatenate(sample_truth().outlines) * scale + [left, top]
    inside = points[(points > 2).all(axis=1) & (points[:, 0] < width - 2) & (points[:, 1] < height - 2)]
    assert len(inside) > 50
    comes_true(sample, lambda: share_drawn(outline_pixels(sample), inside) > 0.95)
    # Lines keep their width on the screen: most of the overlay stays clear.
    assert (outline_pixels(sample)[..., 3] > 0).mean() < 0.12


def test_the_keyboard_alone_is_enough(sample: Page) -> None:
    stage = sample.get_by_role("application")
    stage.focus()
    sample.keyboard.press("n")
    expect(sample.get_by_text("1 of 109", exact=True)).to_be_visible()
    sample.keyboard.press("p")
    expect(sample.get_by_text("109 of 109", exact=True)).to_be_visible()
    sample.keyboard.press("1")
    expect(sample.get_by_role("button", name="Neutrophil: outlines hidden", exact=True)).to_be_visible()
    sample.keyboard.press("1")
    expect(sample.get_by_role("button", name="Neutrophil: outlines shown", exact=True)).to_be_visible()
    before = view_of(sample)[0]
    sample.keyboard.press("+")
    comes_true(sample, lambda: view_of(sample)[0] == pytest.approx(1.5 * before, rel=0.02))
    left = at_rest(sample)[1]
    sample.keyboard.press("ArrowRight")
    comes_true(sample, lambda: view_of(sample)[1] == pytest.approx(left - 80, abs=2))
    sample.keyboard.press("0")
    comes_true(sample, lambda: view_of(sample)[0] == pytest.approx(before, rel=0.01))
    sample.keyboard.press("o")
    expect(sample.get_by_role("button", name="Show outlines")).to_be_visible()


def test_focus_can_be_seen_on_the_stage(sample: Page) -> None:
    sample.get_by_role("button", name="New picture").focus()
    for _ in range(2):
        sample.keyboard.press("Tab")
    assert focus_outline(sample.get_by_role("application")) >= 2


def focus_outline(element: Locator) -> float:
    return element.evaluate(
        "e => document.activeElement === e ? parseFloat(getComputedStyle(e).outlineWidth) : 0"
    )


@pytest.mark.parametrize(
    ("label", "ending"), [("JSON", "findings.json"), ("CSV", "cells.csv"), ("PNG", "overlay.png")]
)
def test_results_can_be_downloaded(sample: Page, tmp_path: Path, label: str, ending: str) -> None:
    with sample.expect_download() as caught:
        sample.get_by_role("link", name=f"Download {label}").click()
    assert caught.value.suggested_filename == f"sample-smear-{ending}"
    saved = tmp_path / ending
    caught.value.save_as(saved)
    if label == "JSON":
        assert len(json.loads(saved.read_text())["cells"]) == 109
    elif label == "CSV":
        assert len(saved.read_text().strip().splitlines()) == 110
    else:
        # The legend stands below the picture.
        with Image.open(saved) as overlay:
            width, height = overlay.size
        assert width == 1280
        assert height >= 960


def test_a_file_that_is_no_picture_is_refused_in_words(page: Page) -> None:
    page.goto("/")
    upload(page, "notes.txt", b"hello", "text/plain")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("notes.txt is not a picture that Cytovox reads")
    alert.get_by_role("button", name="Close").click()
    expect(alert).to_have_count(0)


def test_a_picture_that_only_calls_itself_one_gets_the_servers_words(page: Page) -> None:
    page.goto("/")
    upload(page, "broken.png", b"hello, I am text")
    expect(page.get_by_role("alert")).to_contain_text("broken.png")
    expect(page).to_have_url("/")


def test_too_large_a_file_is_refused_before_it_is_sent(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_text("up to 2 MB")).to_be_visible()
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.method))
    upload(page, "huge.png", bytes(3_000_000))
    expect(page.get_by_role("alert")).to_contain_text("3 MB; at most 2 MB")
    assert "POST" not in sent


def test_a_failed_analysis_says_why_beside_the_picture(page: Page) -> None:
    page.goto("/")
    upload(page, "refused.png", small_picture())
    expect(page.get_by_role("alert")).to_contain_text("expected a stained smear, got something else")
    expect(page.get_by_role("button", name="Delete this picture")).to_be_visible()


def test_a_picture_without_cells_says_so_and_shows_its_warning(page: Page) -> None:
    page.goto("/")
    upload(page, "blank.png", small_picture())
    expect(page.get_by_text("No cells were found")).to_be_visible()
    expect(page.get_by_text("Out of focus")).to_be_visible()
    expect(page.get_by_text("No white cells in this picture")).to_be_visible()
    expect(page.get_by_text("Scale unknown")).to_be_visible()


def test_recent_pictures_can_be_opened_again_and_deleted(page: Page) -> None:
    sample = page
    test_the_sample_is_one_click_away(page)
    address = sample.url
    sample.get_by_role("button", name="New picture").click()
    recent = sample.get_by_role("region", name="Recent pictures")
    cards = recent.get_by_role("listitem")
    expect(cards.first).to_contain_text("89 red · 7 white · 12 platelets · 1 unidentified")
    cards.first.get_by_role("link").click()
    expect(sample).to_have_url(address)
    sample.get_by_role("button", name="Delete this picture").click()
    expect(sample.get_by_role("heading", name="Drop a blood smear here")).to_be_visible()
    expect(recent.locator(f'a[href="{urlsplit(address).path}"]')).to_have_count(0)
    sample.goto(address)
    expect(sample.get_by_role("heading", name="This picture is gone")).to_be_visible()


def test_a_given_pixel_size_is_used(page: Page) -> None:
    page.goto("/")
    page.get_by_text("Material, specimen, pixel size").click()
    page.get_by_label("Width of one pixel").fill("0.2")
    upload(page, "scaled.jpg", sample_smear(), "image/jpeg")
    expect(page.get_by_text("0.2 µm per pixel, as given with the upload")).to_be_visible()
    page.mouse.click(*place_of(page, *cell_centre("monocyte")))
    expect(page.get_by_text("estimated scale")).to_have_count(0)


def test_theme_follows_the_system_and_can_be_chosen(page: Page) -> None:
    page.goto("/")
    root = page.locator("html")
    expect(root).to_have_attribute("data-mantine-color-scheme", "light")
    page.emulate_media(color_scheme="dark")
    expect(root).to_have_attribute("data-mantine-color-scheme", "dark")
    page.get_by_role("button", name="Theme").click()
    page.get_by_role("menuitemradio", name="Light").click()
    expect(root).to_have_attribute("data-mantine-color-scheme", "light")
    page.reload()
    expect(root).to_have_attribute("data-mantine-color-scheme", "light")


@pytest.mark.parametrize("context_options", [PHONE, {**PHONE, "color_scheme": "dark"}], ids=["light", "dark"])
def test_everything_fits_a_phone(sample: Page) -> None:
    assert sample.evaluate("document.documentElement.scrollWidth") <= 390
    sample.touchscreen.tap(*place_of(sample, *cell_centre("eosinophil")))
    expect(sample.get_by_role("region", name="Eosinophil")).to_be_visible()
    stage, panel = (
        sample.get_by_role("application").bounding_box(),
        sample.get_by_role("complementary").bounding_box(),
    )
    assert stage["width"] == 390
    assert panel["y"] >= stage["y"] + stage["height"]
    footer = sample.get_by_role("contentinfo").bounding_box()
    assert footer["y"] >= panel["y"] + panel["height"] - 1
    for button in sample.get_by_role("complementary").get_by_role("button").all():
        box = button.bounding_box()
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 390
    sample.goto("/")
    expect(sample.get_by_role("button", name="Take a photo")).to_be_visible()
    assert sample.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("context_options", [DESKTOP_DARK], ids=["dark"])
def test_the_surround_of_the_picture_is_dark_in_both_themes(sample: Page) -> None:
    stage = "getComputedStyle(document.querySelector('[data-status]')).backgroundColor"
    dark = sample.evaluate(stage)
    sample.emulate_media(color_scheme="light")
    expect(sample.locator("html")).to_have_attribute("data-mantine-color-scheme", "light")
    assert sample.evaluate(stage) == dark == "rgb(20, 24, 26)"


def test_research_use_is_said_on_every_page(page: Page) -> None:
    for path in ("/", "/api/docs", "/cases/" + "0" * 32, "/nothing"):
        page.goto(path)
        expect(page.get_by_role("contentinfo")).to_contain_text("Not a medical device")


def test_the_api_reference_works_without_internet(page: Page) -> None:
    page.goto("/api/docs")
    expect(page.get_by_role("heading", name="/api/cases/{case_id}/findings.json")).to_be_visible()
    expect(page.get_by_role("heading", name="CellDocument", exact=True)).to_be_visible()


def test_every_control_has_a_name_and_headings_do_not_skip(sample: Page) -> None:
    nameless = sample.evaluate(
        """() => [...document.querySelectorAll("button, a[href], input, [tabindex='0']")]
          .filter(e => e.offsetParent !== null)
          .filter(e => !(e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.length || e.title))
          .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert nameless == []
    levels = sample.evaluate(
        "() => [...document.querySelectorAll('h1, h2, h3')].map(h => Number(h.tagName[1]))"
    )
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert sample.evaluate("document.documentElement.lang") == "en"


def test_a_server_that_is_gone_is_said_to_be(page: Page) -> None:
    page.goto("/")
    page.route("**/api/cases", lambda route: route.abort())
    upload(page, "late.png", small_picture())
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer")
