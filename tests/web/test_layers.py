"""What lies over the picture: the ten-class map and nuclei; and what is told of shapes and infection."""

import base64
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from tests.web.told_truth import INFECTED, NUCLEUS_SHARE
from tests.web.windows import PHONE

from cytovox.domain.colour import rgb
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.synth.sample import sample_smear, sample_truth


@pytest.fixture
def sample(page: Page, sample_address: str) -> Page:
    """The page of the finished sample smear."""
    page.goto(sample_address)
    return ready(page)


def ready(page: Page) -> Page:
    expect(page.get_by_role("heading", name="Counts")).to_be_visible()
    expect(page.locator("[data-status=ready]")).to_be_visible()
    return page


@pytest.fixture
def malaria(page: Page) -> Page:
    """The sample under a name that has its red cells examined."""
    return upload(page, "malaria.jpg")


def upload(page: Page, name: str) -> Page:
    page.goto("/")
    file = {"name": name, "mimeType": "image/jpeg", "buffer": sample_smear()}
    page.get_by_test_id("chooser").set_input_files(file)
    return ready(page)


def layer(page: Page, name: str) -> np.ndarray:
    """One of the canvases over the picture, RGBA."""
    url = page.locator(f"canvas.{name}").evaluate("canvas => canvas.toDataURL()")
    return np.array(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGBA"))


def on_screen(page: Page, points: np.ndarray) -> np.ndarray:
    """Where points of the picture lie on the stage, in CSS pixels."""
    scale, left, top = map(float, page.locator("[data-view]").get_attribute("data-view").split(","))
    return points * scale + [left, top]


def outline_of(label: str) -> np.ndarray:
    truth = sample_truth()
    return truth.outlines[truth.labels.index(label)]


def show_map(page: Page) -> Locator:
    page.get_by_role("button", name="Show map").click()
    expect(page.locator("canvas.map")).to_be_visible()
    page.wait_for_function(
        "document.querySelector('canvas.map').getContext('2d').getImageData(400, 400, 1, 1).data[3] > 0"
    )
    return page.get_by_role("slider", name="Opacity of the map")


def test_the_map_lies_on_the_cells_in_its_fixed_colours(sample: Page) -> None:
    expect(sample.locator("canvas.map")).to_be_hidden()
    show_map(sample)
    drawn = layer(sample, "map")
    for label in ("eosinophil", "monocyte", "basophil", "neutrophil_segmented"):
        colour = load_taxonomy("smear_map")[label.partition("_")[0]].colour
        column, row = np.round(on_screen(sample, outline_of(label).mean(axis=0))).astype(int)
        assert tuple(drawn[row, column]) == (*rgb(colour), 255)
    sample.get_by_role("button", name="Hide map").click()
    expect(sample.locator("canvas.map")).to_be_hidden()


def test_the_map_keeps_to_the_picture_and_its_own_colours_when_zoomed(sample: Page) -> None:
    show_map(sample)
    sample.get_by_role("region", name="White cells").get_by_role("button", name="monocyte").first.click()
    sample.get_by_role("button", name="Zoom in").click()
    sample.wait_for_timeout(200)
    drawn = layer(sample, "map")
    shown = drawn[drawn[..., 3] > 0][:, :3]
    known = {rgb(c.colour) for c in load_taxonomy("smear_map")}
    assert set(map(tuple, np.unique(shown, axis=0).tolist())) <= known
    x, y = on_screen(sample, outline_of("monocyte").mean(axis=0))
    assert tuple(drawn[int(y), int(x), :3]) == rgb(load_taxonomy("smear_map")["monocyte"].colour)


def test_opacity_follows_the_slider_and_its_keys(sample: Page) -> None:
    slider = show_map(sample)
    canvas = sample.locator("canvas.map")
    expect(canvas).to_have_css("opacity", "0.6")
    slider.focus()
    for _ in range(3):
        sample.keyboard.press("ArrowRight")
    expect(canvas).to_have_css("opacity", "0.75")
    sample.keyboard.press("End")
    expect(canvas).to_have_css("opacity", "1")


def test_the_legend_gives_colour_class_and_share(sample: Page) -> None:
    legend = sample.get_by_role("region", name="Map")
    expect(legend).to_have_count(0)
    show_map(sample)
    rows = legend.locator("tbody tr")
    expect(rows).to_have_count(10)
    expect(rows.first).to_contain_text("Background")
    shares = [float(re.search(r"([\d.]+) %", text)[1]) for text in rows.all_inner_texts()]
    assert sum(shares) == pytest.approx(100, abs=0.6)
    for entry in load_taxonomy("smear_map"):
        swatch = legend.locator(f"tr[data-map-class={entry.key}] i")
        expect(swatch).to_have_css("background-color", "rgb({}, {}, {})".format(*rgb(entry.colour)))


def test_map_and_nuclei_have_keys(sample: Page) -> None:
    sample.get_by_role("application").focus()
    sample.keyboard.press("m")
    expect(sample.get_by_role("button", name="Hide map")).to_be_visible()
    sample.keyboard.press("u")
    expect(sample.get_by_role("button", name="Show nuclei")).to_be_visible()
    sample.keyboard.press("M")
    expect(sample.get_by_role("button", name="Show map")).to_be_visible()


def test_nuclei_are_outlined_until_they_are_hidden(sample: Page) -> None:
    outline = outline_of("monocyte")
    middle = outline.mean(axis=0)
    spots = np.round(on_screen(sample, middle + NUCLEUS_SHARE * (outline - middle))).astype(int)

    def drawn() -> float:
        alpha = layer(sample, "outlines")[..., 3]
        near = [alpha[spots[:, 1] + dy, spots[:, 0] + dx] for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
        return float((np.max(near, axis=0) > 150).mean())

    assert drawn() > 0.95
    sample.get_by_role("button", name="Hide nuclei").click()
    sample.wait_for_timeout(100)
    assert drawn() < 0.2


def test_shapes_are_told_with_units(sample: Page) -> None:
    sample.get_by_role("region", name="White cells").get_by_role("button", name="eosinophil").first.click()
    panel = sample.get_by_role("region", name="Eosinophil")
    facts = dict(
        zip(panel.locator("dt").all_inner_texts(), panel.locator("dd").all_inner_texts(), strict=True)
    )
    outline = outline_of("eosinophil")
    x, y = outline[:, 0], outline[:, 1]
    area_um2 = 0.5 * abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) * 0.01
    # Two lobes of half the width of 0.6 of the cell each.
    nucleus = area_um2 * 2 * (NUCLEUS_SHARE / 2) ** 2
    assert facts["Area of the nucleus"] == f"{round(float(nucleus))} µm² estimated scale"
    assert facts["Nucleus to cytoplasm, by area"] == f"{nucleus / (area_um2 - nucleus):.2f}"
    assert facts["Lobes of the nucleus"] == "2"
    assert facts["Circularity of the cell"] == "0.91"


def test_what_was_not_measured_is_said_to_be_so(page: Page) -> None:
    upload(page, "mapless.jpg")
    expect(page.get_by_role("button", name="Show map")).to_have_count(0)
    expect(page.get_by_role("button", name="Hide nuclei")).to_have_count(0)
    expect(page.get_by_role("link", name="Download Map")).to_have_count(0)
    page.get_by_role("region", name="White cells").get_by_role("button", name="monocyte").first.click()
    expect(page.get_by_role("region", name="Monocyte").get_by_text("not measured")).to_have_count(5)


def test_parasitaemia_is_a_suggestion_with_its_interval(malaria: Page) -> None:
    note = malaria.get_by_role("region", name="Parasitaemia")
    red_cells = sample_truth().labels.count("red_cell")
    expect(note).to_contain_text(f"{100 * INFECTED / red_cells:.1f} %")
    expect(note).to_contain_text("95 % interval 1.8–11 %")
    expect(note).to_contain_text(f"{INFECTED} of {red_cells} red cells look infected")
    expect(note).to_contain_text("Research use only")
    assert malaria.locator("tr[data-class=infected_red_cell] td").first.inner_text() == str(INFECTED)
    assert malaria.locator("tr[data-class=platelet_clump] td").first.inner_text() == "1"


def test_unexamined_red_cells_have_no_parasitaemia(sample: Page) -> None:
    expect(sample.get_by_role("region", name="Parasitaemia")).to_have_count(0)


def test_infected_cells_and_clumps_stand_in_the_gallery(malaria: Page) -> None:
    gallery = malaria.get_by_role("region", name="White cells, infected red cells and clumps")
    expect(gallery.get_by_role("button", name="infected red cell")).to_have_count(INFECTED)
    gallery.get_by_role("button", name="platelet clump").click()
    expect(malaria.get_by_role("region", name="Platelet clump")).to_contain_text("Circularity (1 is a disc)")


@pytest.mark.parametrize(
    ("label", "ending"),
    [("GeoJSON", "cells.geojson"), ("COCO", "coco.json"), ("Map", "map-with-legend.png")],
)
def test_maps_and_exports_can_be_downloaded(sample: Page, tmp_path: Path, label: str, ending: str) -> None:
    with sample.expect_download() as caught:
        sample.get_by_role("link", name=f"Download {label}").click()
    assert caught.value.suggested_filename == f"sample-smear-{ending}"
    saved = tmp_path / ending
    caught.value.save_as(saved)
    if label == "Map":
        with Image.open(saved) as picture:
            assert picture.mode == "P"
            assert picture.width == 1280
    else:
        entries = {"GeoJSON": "features", "COCO": "annotations"}[label]
        assert len(json.loads(saved.read_text())[entries]) == 109


@pytest.mark.parametrize("context_options", [PHONE, {**PHONE, "color_scheme": "dark"}], ids=["light", "dark"])
def test_map_and_exports_fit_a_phone(malaria: Page) -> None:
    show_map(malaria)
    assert malaria.evaluate("document.documentElement.scrollWidth") <= 390
    stage = malaria.get_by_role("application").bounding_box()
    tools, opacity = (
        malaria.locator(f"[class*={name}]").first.bounding_box() for name in ("toolbar", "mapOpacity")
    )
    for box in (tools, opacity):
        assert stage["x"] <= box["x"] <= box["x"] + box["width"] <= stage["width"]
    scale_bar = malaria.get_by_role("img", name="Scale bar").bounding_box()
    assert tools["x"] + tools["width"] <= scale_bar["x"]
    for link in malaria.get_by_role("link", name="Download").all():
        words = link.locator("[class*=label]").first
        assert words.evaluate("e => e.scrollWidth <= e.clientWidth"), link.inner_text()
