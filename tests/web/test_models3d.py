"""Cells in 3D: turned, cut open, measured, stepped through, and held in virtual reality."""

import io
import re
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect
from tests.web.headset import HEADSET, IWER, READ_SIGNS, SMALL, controller, enter_vr, hands, needs_iwer
from tests.web.windows import PHONE

COUNT_GPU_OBJECTS = """
globalThis.onGpu = { Buffer: 0, Texture: 0 };
for (const kind of ["Buffer", "Texture"]) {
  const all = WebGL2RenderingContext.prototype, made = all[`create${kind}`], freed = all[`delete${kind}`];
  all[`create${kind}`] = function () { onGpu[kind] += 1; return made.call(this); };
  all[`delete${kind}`] = function (one) { if (one) onGpu[kind] -= 1; freed.call(this, one); };
}
"""
SLOW_MS = 60_000


@pytest.fixture(scope="module")
def cells(site, sample_address: str) -> dict[str, int]:
    """The first cell of each class of the sample."""
    found: dict[str, int] = {}
    findings = httpx.get(f"{site.url}/api{sample_address}/findings.json").raise_for_status().json()
    for cell in findings["cells"]:
        found.setdefault(cell["label"], cell["id"])
    return found


def open_model(page: Page, address: str) -> Page:
    # The textbook atlas has tests of its own, and some of its models take long to make.
    page.route("**/api/atlas", lambda route: route.fulfill(json=[]))
    page.goto(address)
    return ready(page)


def ready(page: Page) -> Page:
    expect(page.locator("[data-status=ready] [data-view]")).to_have_count(1, timeout=SLOW_MS)
    return page


def view(page: Page) -> tuple[float, float, float]:
    """Azimuth, polar angle (radians) and zoom (px per um)."""
    azimuth, polar, zoom = map(float, page.locator("[data-view]").get_attribute("data-view").split(","))
    return azimuth, polar, zoom


def settled_view(page: Page) -> tuple[float, float, float]:
    """The view once it has stayed for two seconds: a model is fitted a few frames after it is there."""
    seen, still = view(page), 0
    for _ in range(200):
        page.wait_for_timeout(100)
        before, seen = seen, view(page)
        still = still + 1 if seen == before else 0
        if still == 20:
            return seen
    raise AssertionError(f"the view does not come to rest: {seen}")


def settles_at(page: Page, expected: tuple[float, float, float]) -> None:
    """Fails where the view has not come to rest there; without a graphics processor a turn takes seconds."""
    for _ in range(100):
        if view(page) == pytest.approx(expected, rel=1e-3, abs=1e-3):
            return
        page.wait_for_timeout(100)
    assert view(page) == pytest.approx(expected, rel=1e-3, abs=1e-3)


def drawn(page: Page) -> np.ndarray:
    """What the stage shows, RGB."""
    shot = page.get_by_role("application").screenshot()
    return np.array(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)


def even_share(pixels: np.ndarray) -> float:
    """Share of the red cells' pixels that look like the next one: shells are shaded, caps are even."""
    red, green, _ = np.moveaxis(pixels, 2, 0)
    cells = ((red < 215) & (red - green > 20))[:, :-1]
    return float((np.diff(pixels, axis=1) == 0).all(axis=2)[cells].mean())


def reddish(page: Page) -> tuple[float, float]:
    """Middle and width of what the headset shows of a cell, px."""
    shot = page.screenshot(clip={"x": 180, "y": 60, "width": 440, "height": 480})
    pixels = np.array(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)
    columns = np.nonzero(((pixels[..., 0] > 70) & (pixels[..., 0] - pixels[..., 1] > 15)).sum(axis=0) > 1)[0]
    assert len(columns) > 20, "no cell is to be seen"
    return (columns[0] + columns[-1]) / 2, columns[-1] - columns[0] + 1


def test_a_selected_cell_is_opened_in_3d(page: Page, sample_address: str, cells: dict[str, int]) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.route("**/api/atlas", lambda route: route.fulfill(json=[]))
    page.goto(f"{sample_address}/cells/{cells['monocyte']}")
    link = page.get_by_role("link", name="3D", exact=True)
    expect(link).to_be_visible()
    assert not any("ModelPage" in url for url in loaded), "three.js is loaded before it is needed"
    link.click()
    ready(page)
    expect(page.get_by_text("Depth inferred from one image")).to_be_visible()
    expect(
        page.get_by_text("For virtual reality, open this page in the browser of a headset.")
    ).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Monocyte")).to_be_visible()


def test_keys_turn_zoom_and_reset(page: Page, sample_address: str, cells: dict[str, int]) -> None:
    open_model(page, f"{sample_address}/cells/{cells['red_cell']}/3d")
    first = settled_view(page)
    stage = page.get_by_role("application")
    stage.press("ArrowRight")
    settles_at(page, (first[0] + np.pi / 18, first[1], first[2]))
    stage.press("+")
    settles_at(page, (first[0] + np.pi / 18, first[1], 1.25 * first[2]))
    stage.press("0")
    settles_at(page, first)


def test_a_finer_model_leaves_the_view_as_it_was_turned(
    page: Page, sample_address: str, cells: dict[str, int]
) -> None:
    fine: list[Route] = []
    page.route("**/api/atlas", lambda route: route.fulfill(json=[]))
    page.route(re.compile(r"\.glb(?!.*coarse)"), lambda route: fine.append(route))  # noqa: PLW0108 - Playwright writes on it
    page.goto(f"{sample_address}/cells/{cells['red_cell']}/3d")
    expect(page.locator("[data-status=coarse] [data-view]")).to_have_count(1, timeout=SLOW_MS)
    first = settled_view(page)
    page.get_by_role("application").press("ArrowRight")
    settles_at(page, (first[0] + np.pi / 18, first[1], first[2]))
    fine[0].continue_()
    ready(page)
    azimuth, polar, zoom = settled_view(page)
    assert (azimuth, polar) == pytest.approx((first[0] + np.pi / 18, first[1]), abs=1e-3)
    assert zoom == pytest.approx(first[2], rel=0.1)


def test_the_scale_bar_is_right(page: Page, sample_address: str, cells: dict[str, int]) -> None:
    open_model(page, f"{sample_address}/cells/{cells['monocyte']}/3d")
    bar = page.get_by_role("img", name=re.compile("Scale bar"))
    length_um = float(re.search(r"([\d.]+) µm", bar.inner_text())[1])
    width_px = bar.locator("i").bounding_box()["width"]
    assert width_px / view(page)[2] == pytest.approx(length_um, rel=0.01)


def test_a_cut_shows_the_inside(page: Page, sample_address: str, cells: dict[str, int]) -> None:
    open_model(page, f"{sample_address}/cells/{cells['monocyte']}/3d")
    stage = page.get_by_role("application")
    whole = drawn(page)
    stage.press("c")
    expect(page.get_by_role("radiogroup", name="Direction of the cut")).to_be_visible()
    page.wait_for_timeout(500)
    opened = drawn(page)
    assert (np.abs(opened - whole).sum(axis=2) > 30).mean() > 0.01
    stage.press(".")
    page.wait_for_timeout(500)
    assert (np.abs(drawn(page) - opened).sum(axis=2) > 30).mean() > 0.0005


def test_a_hidden_part_is_gone(page: Page, sample_address: str, cells: dict[str, int]) -> None:
    open_model(page, f"{sample_address}/cells/{cells['monocyte']}/3d")
    with_it = drawn(page)
    page.get_by_role("button", name="Hide cytoplasm").click()
    expect(page.get_by_role("button", name="Show cytoplasm")).to_be_visible()
    page.wait_for_timeout(500)
    assert (np.abs(drawn(page) - with_it).sum(axis=2) > 30).mean() > 0.01


def test_what_leaves_the_stage_leaves_the_gpu(page: Page, sample_address: str, cells: dict[str, int]) -> None:
    page.add_init_script(COUNT_GPU_OBJECTS)
    open_model(page, f"{sample_address}/cells/{cells['red_cell']}/3d")
    first = page.evaluate("onGpu.Buffer")
    assert first > 0
    for _ in range(3):
        address = page.url
        page.get_by_role("button", name="Next cell").click()
        page.wait_for_url(lambda url, before=address: url != before)
        ready(page)
    assert page.evaluate("onGpu.Buffer") <= first + 8  # a white cell has two parts more
    page.get_by_role("button", name="Picture", exact=True).first.click()
    expect(page.get_by_role("heading", name="Counts")).to_be_visible()
    page.wait_for_function("onGpu.Buffer === 0")


def test_the_view_can_be_saved(
    page: Page, sample_address: str, cells: dict[str, int], tmp_path: Path
) -> None:
    open_model(page, f"{sample_address}/cells/{cells['red_cell']}/3d")
    with page.expect_download() as download:
        page.locator("section", has_text="Download").get_by_role("button", name="Picture").click()
    download.value.save_as(tmp_path / "view.png")
    saved = np.array(Image.open(tmp_path / "view.png").convert("RGB")).astype(int)
    middle = saved[saved.shape[0] // 3 : -saved.shape[0] // 3]
    assert (middle[..., 0] - middle[..., 2] > 18).mean() > 0.02, "the cell is not in the picture"


def test_the_whole_field(page: Page, sample_address: str) -> None:
    page.goto(sample_address)
    page.get_by_role("link", name="Whole field in 3D").click()
    ready(page)
    expect(page.get_by_text("The slide is drawn, not measured")).to_be_visible()
    whole = even_share(drawn(page))
    page.get_by_role("application").press("c")
    page.get_by_role("radiogroup", name="Direction of the cut").get_by_text("From above").click()
    page.wait_for_timeout(2500)
    assert even_share(drawn(page)) > whole + 0.2, "cells that are cut open are hollow"


@pytest.mark.parametrize("context_options", [PHONE], ids=["phone"])
def test_on_a_phone(page: Page, sample_address: str, cells: dict[str, int]) -> None:
    open_model(page, f"{sample_address}/cells/{cells['red_cell']}/3d")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_text("Thickness from absorbance")).to_be_visible()


@needs_iwer
@pytest.mark.parametrize("context_options", [SMALL], ids=["small"])
def test_a_cell_is_held_in_virtual_reality(page: Page, sample_address: str, cells: dict[str, int]) -> None:
    page.add_init_script(IWER.read_text(encoding="utf-8") + HEADSET + READ_SIGNS)
    open_model(page, f"{sample_address}/cells/{cells['monocyte']}/3d")
    enter_vr(page)
    hands(page, (-0.6, 1.2, -0.2), (0, 1.2, -0.2))
    assert "nucleus" in page.evaluate("signs"), "what lies in clear cytoplasm is not named"
    # The right hand holds it; the left one points elsewhere.
    hands(page, (-0.5, 1.2, -0.8), (0.1, 1.2, -0.8))
    first, width = reddish(page)
    px_per_m = width / 0.4
    controller(page, "updateButtonValue('squeeze', 1)", "right")
    hands(page, (-0.1, 1.2, -0.8), (0.1, 1.2, -0.8))
    # Two hands: 0.2 m apart become 0.3 m, and their middle goes 0.1 m to the right.
    controller(page, "updateButtonValue('squeeze', 1)", "left")
    hands(page, (-0.05, 1.2, -0.8), (0.25, 1.2, -0.8))
    middle, grown = reddish(page)
    assert grown == pytest.approx(1.5 * width, rel=0.08)
    assert middle - first == pytest.approx(0.1 * px_per_m, abs=8), "it is not between the hands"
    controller(page, "updateButtonValue('squeeze', 0)")
    hands(page, (-0.5, 1.2, -0.2), (0.5, 1.2, -0.2))
    assert reddish(page) == pytest.approx((middle, grown), abs=5), "the cell was let go and still follows"
    # A step to the right leaves it on the left, and a turn to the left brings it to the right.
    controller(page, "updateAxes('thumbstick', 1, 0)", "left")
    controller(page, "updateAxes('thumbstick', 0, 0)", "left")
    walked, _ = reddish(page)
    assert walked < middle - 20
    controller(page, "updateAxes('thumbstick', -1, 0)", "right")
    assert reddish(page)[0] > walked + 50
