"""What a person sees of how far a name may be believed: sets, refusals, maps, single-cell pictures."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from tests.web.windows import PHONE


@pytest.fixture
def sample(page: Page, sample_address: str) -> Page:
    """The page of the finished sample smear."""
    page.goto(sample_address)
    expect(page.get_by_role("heading", name="Counts")).to_be_visible()
    return page


def gallery(page: Page) -> Locator:
    return page.get_by_role("region", name="White cells")


def pick(page: Page, name: str) -> Locator:
    """The panel of a cell picked in the gallery."""
    gallery(page).get_by_role("button", name=name).first.click()
    return page.get_by_role("complementary")


def canvas_pixels(picture: Locator) -> np.ndarray:
    """What a canvas shows, as RGB."""
    url = picture.locator("canvas").evaluate("canvas => canvas.toDataURL()")
    return np.array(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGB")).astype(int)


def cell_picture(name: str) -> dict:
    buffer = io.BytesIO()
    Image.new("RGB", (96, 96), (200, 170, 190)).save(buffer, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": buffer.getvalue()}


def bring_single_cells(page: Page, *names: str) -> Locator:
    page.goto("/single-cells")
    page.get_by_test_id("chooser").set_input_files([cell_picture(name) for name in names])
    cards = page.get_by_role("region", name="Single cells").locator("li[aria-labelledby]")
    expect(cards).to_have_count(len(names))
    return cards


def test_a_cell_in_doubt_shows_its_set_and_its_kinds_under_one_group(sample: Page) -> None:
    panel = pick(sample, "band neutrophil")
    expect(panel.get_by_role("heading", name="Band neutrophil")).to_be_visible()
    expect(panel).to_contain_text("90 % set")
    expect(panel).to_contain_text("band neutrophil or segmented neutrophil")
    expect(panel).to_contain_text("more than one class is plausible")
    bars = panel.get_by_role("list", name="Most probable classes")
    expect(bars.get_by_role("list", name="Kinds of neutrophil").get_by_role("listitem")).to_have_count(2)
    expect(bars.locator("> li").first).to_contain_text("Neutrophil89 %")


def test_a_cell_typical_of_nothing_and_one_that_is_not_named_say_so(sample: Page) -> None:
    panel = pick(sample, "basophil")
    expect(panel).to_contain_text("typical of none of its classes")
    panel = pick(sample, "unidentified")
    expect(panel.get_by_role("heading", name="Unidentified")).to_be_visible()
    expect(panel).to_contain_text("Best guess: lymphocyte, 6")
    expect(panel).to_contain_text("unlike the cells that the classifier has learnt")
    expect(sample.locator("[role=status]", has_text="unidentified, best guess lymphocyte")).to_have_count(1)


def test_the_differential_has_groups_with_their_kinds_and_leaves_out_what_is_not_named(sample: Page) -> None:
    share = "tr[data-class={}] td:nth-of-type(2)"
    assert sample.locator(share.format("neutrophil")).inner_text().startswith("43 %")
    assert sample.locator(share.format("neutrophil_segmented")).inner_text().startswith("29 %")
    assert sample.locator(share.format("neutrophil_band")).inner_text().startswith("14 %")
    assert sample.locator(share.format("unidentified")).inner_text() == ""
    expect(sample.get_by_role("rowheader", name="Not in the percentages")).to_be_visible()
    sample.get_by_role("button", name="Neutrophil: outlines shown", exact=True).click()
    expect(sample.get_by_role("button", name="Band neutrophil: outlines hidden")).to_be_visible()


def test_the_gallery_shows_what_needs_a_look(sample: Page) -> None:
    cells = gallery(sample).get_by_role("button")
    expect(cells).to_have_count(8)
    gallery(sample).get_by_text("Least certain first").click()
    expect(cells.first).to_have_accessible_name(
        re.compile("unidentified, best guess lymphocyte, 62 %, needs a look: show it on the picture$")
    )
    gallery(sample).get_by_text("Needs a look 3").click()
    expect(cells).to_have_count(3)
    expect(cells.nth(1)).to_have_accessible_name(re.compile(", basophil"))
    expect(cells.nth(2)).to_have_accessible_name(re.compile(", band neutrophil"))


def test_why_draws_the_map_over_the_cell_and_the_runners_up_on_one_scale(sample: Page) -> None:
    panel = pick(sample, "monocyte")
    panel.get_by_role("button", name="Why?").click()
    large = panel.get_by_role(
        "img", name="Activation map of monocyte: strongest in the middle, 100 % of the scale"
    )
    expect(large).to_be_visible()
    classes = panel.get_by_role("radio")
    expect(classes).to_have_count(4)
    expect(classes.first).to_be_checked()
    cell = canvas_pixels(panel.get_by_role("img", name="The cell as the classifier saw it"))
    drawn = canvas_pixels(large)
    changed = np.abs(drawn - cell).sum(axis=2)
    middle = slice(150, 202)
    assert changed[middle, middle].mean() > 30
    assert changed[:20, :20].max() <= 6
    # Yellow end of the scale at the peak: more red and green than blue.
    peak = drawn[176, 176]
    assert min(peak[0], peak[1]) > peak[2]
    # A runner-up is no brighter than its share of the common scale.
    weaker = classes.nth(1).locator("..").get_by_role("img")
    assert int(weaker.get_attribute("aria-label").split(", ")[1].split(" %")[0]) < 50
    expect(panel).to_contain_text("does not show whether the evidence is good")


def test_why_works_by_keyboard_and_stays_open_from_cell_to_cell(sample: Page) -> None:
    panel = pick(sample, "monocyte")
    why = panel.get_by_role("button", name="Why?")
    why.focus()
    sample.keyboard.press("Enter")
    expect(why).to_have_attribute("aria-expanded", "true")
    slider = panel.get_by_role("slider", name="Opacity of the map")
    expect(slider).to_have_attribute("aria-valuenow", "70")
    slider.focus()
    sample.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuenow", "0")
    cell = canvas_pixels(panel.get_by_role("img", name="The cell as the classifier saw it"))
    assert (canvas_pixels(panel.get_by_role("img", name="Activation map of monocyte")) == cell).all()
    panel.get_by_role("radio").first.focus()
    sample.keyboard.press("ArrowRight")
    expect(panel.get_by_role("radio").nth(1)).to_be_checked()
    expect(panel.get_by_text("What speaks for segmented neutrophil")).to_be_visible()
    pick(sample, "eosinophil")
    expect(panel.get_by_text("What speaks for eosinophil")).to_be_visible()


def test_an_explanation_that_cannot_be_had_says_why(sample: Page) -> None:
    message = "This case was analysed with another version of the model. Analyse the picture again."
    sample.route(
        "**/explanation",
        lambda route: route.fulfill(
            status=409, json={"error": {"code": "no_explanation", "message": message}}
        ),
    )
    panel = pick(sample, "monocyte")
    panel.get_by_role("button", name="Why?").click()
    expect(panel.get_by_role("alert")).to_contain_text(message)
    sample.unroute("**/explanation")
    panel.get_by_role("button", name="Try again").click()
    expect(panel.get_by_role("img", name="Activation map of monocyte")).to_be_visible()


def test_red_cells_have_no_map_and_the_panel_says_why_not(sample: Page) -> None:
    asked: list[str] = []
    sample.on("request", lambda request: asked.append(request.url))
    stage = sample.get_by_role("application")
    stage.focus()
    panel = sample.get_by_role("complementary")
    sample.keyboard.press("n")
    while panel.get_by_role("heading", level=2).first.inner_text() != "Red cell":
        sample.keyboard.press("n")
    panel.get_by_role("button", name="Why?").click()
    expect(panel).to_contain_text("The finder named this cell")
    assert not any(url.endswith("/explanation") for url in asked)


def test_single_cell_pictures_are_named_at_once(page: Page) -> None:
    page.goto("/")
    page.get_by_text("Single cells", exact=True).click()
    expect(page).to_have_url("/single-cells")
    expect(page.get_by_role("heading", name="Drop pictures of single cells here")).to_be_visible()
    cards = bring_single_cells(page, "monocyte.png", "neutrophil_band.png", "strange.png")
    expect(page.get_by_text("3 pictures: 1 certain, 2 need a look")).to_be_visible()
    expect(cards.nth(0)).to_contain_text("Monocyte")
    expect(cards.nth(1)).to_contain_text("band neutrophil or segmented neutrophil")
    expect(cards.nth(2)).to_contain_text("Unidentified")
    expect(cards.nth(2)).to_contain_text("Best guess: monocyte")
    cards.nth(0).get_by_role("button", name="Why?").click()
    expect(cards.nth(0).get_by_role("img", name="Activation map of monocyte")).to_be_visible()
    page.get_by_role("switch", name="Needs a look first").click()
    expect(cards.nth(2)).to_contain_text("monocyte.png")
    page.get_by_role("button", name="Clear").click()
    expect(cards).to_have_count(0)


def test_single_cells_are_named_by_the_chosen_classifier_and_a_bad_file_spoils_nothing(page: Page) -> None:
    page.goto("/single-cells")
    page.get_by_label("Named by the classifier").select_option("marrow")
    page.get_by_test_id("chooser").set_input_files(
        [{"name": "broken.png", "mimeType": "image/png", "buffer": b"no picture"}, cell_picture("good.png")]
    )
    cards = page.get_by_role("region", name="Single cells").locator("li[aria-labelledby]")
    expect(cards.nth(0).get_by_role("alert")).to_contain_text("broken.png")
    expect(cards.nth(1)).to_contain_text("Blast")
    expect(page.get_by_text("2 pictures: 1 certain, 1 could not be read")).to_be_visible()


@pytest.mark.parametrize("context_options", [PHONE, {**PHONE, "color_scheme": "dark"}], ids=["light", "dark"])
def test_trust_fits_a_phone(sample: Page) -> None:
    panel = pick(sample, "band neutrophil")
    panel.get_by_role("button", name="Why?").click()
    expect(panel.get_by_role("radio")).to_have_count(4)
    assert sample.evaluate("document.documentElement.scrollWidth") <= 390
    for picture in panel.get_by_role("img").all():
        box = picture.bounding_box()
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 390
    cards = bring_single_cells(sample, "monocyte.png")
    cards.first.get_by_role("button", name="Why?").click()
    expect(cards.first.get_by_role("radio")).to_have_count(4)
    assert sample.evaluate("document.documentElement.scrollWidth") <= 390
