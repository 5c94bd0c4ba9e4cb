"""A stack in the browser: planes, keys, organs, 3D, phone."""

import re
import time
import zipfile
from pathlib import Path

import httpx
import numpy as np
import pytest
from playwright.sync_api import Page, expect
from tests.app.stacks import dicom_zip, nifti, organs, phantom
from tests.web.conftest import Site
from tests.web.headset import HEADSET, IWER, READ_SIGNS, SMALL, controller, enter_vr, hands, needs_iwer

PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "reduced_motion": "reduce"}


@pytest.fixture(scope="module")
def address(site: Site) -> str:
    """Where a finished stack is."""
    files = {"stack": ("abdomen.zip", dicom_zip(phantom())), "labels": ("labels.nii", nifti(organs()))}
    with httpx.Client(base_url=site.url, timeout=60) as client:
        case = client.post("/api/stacks", files=files, data={"label_names": "totalsegmentator_ct"}).json()
        deadline = time.monotonic() + 90
        while (state := client.get(f"/api/cases/{case['id']}").json())["state"] != "done":
            assert state["state"] != "failed", state
            assert time.monotonic() < deadline
            time.sleep(0.1)
    return f"/cases/{case['id']}"


def test_the_cross_is_in_the_largest_organ_and_says_so(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("[data-plane][data-status='ready']")).to_have_count(3)
    expect(page.get_by_test_id("readout")).to_contain_text("spleen")
    expect(page.get_by_test_id("readout")).to_contain_text("HU")
    expect(page.locator("tr[data-shown]").filter(has_text="Spleen")).to_contain_text("1.28")


def test_keys_scroll_and_the_picture_follows(page: Page, address: str) -> None:
    page.goto(address)
    axial = page.get_by_role("application", name=re.compile("^Axial slice"))
    axial.focus()
    page.keyboard.press("Home")
    expect(axial).to_have_attribute("aria-label", re.compile("slice 1 of 12"))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(axial).to_have_attribute("aria-label", re.compile("slice 3 of 12"))
    page.keyboard.press("End")
    expect(page.get_by_role("slider", name="Slice of the axial plane")).to_have_value("11")
    expect(page.get_by_role("slider", name="Slice of the axial plane")).to_have_attribute(
        "aria-valuetext", re.compile("spleen")
    )


def test_going_to_an_organ_shows_its_value(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Go to liver").click()
    expect(page.get_by_test_id("readout")).to_contain_text("liver")
    expect(page.get_by_test_id("readout")).to_contain_text("300 HU")


def test_the_liver_is_on_the_left_of_the_picture(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Go to liver").click()
    expect(page.get_by_test_id("readout")).to_contain_text("300 HU")
    page.get_by_role("button", name="Organs over the picture").click()  # grey levels alone
    found = page.locator("[data-plane='axial'] canvas").evaluate(BRIGHT_SHARE_LEFT)
    assert found > 0.9


BRIGHT_SHARE_LEFT = """async (canvas) => {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  let [left, all] = [0, 0];
  for (let at = 0; at < width * height; at++) {
    // White, and not the yellow of the cross.
    if (data[4 * at] > 250 && data[4 * at + 2] > 250) {
      all += 1;
      if (at % width < width / 2) left += 1;
    }
  }
  return all > 50 ? left / all : -1;
}"""


def test_an_organ_can_be_hidden_and_the_window_changed(page: Page, address: str) -> None:
    page.goto(address)
    spleen = page.get_by_role("button", name="Spleen", exact=True)
    expect(spleen).to_have_attribute("aria-pressed", "true")
    spleen.click()
    expect(spleen).to_have_attribute("aria-pressed", "false")
    page.get_by_role("combobox", name=re.compile("^Window")).click()
    page.get_by_role("option", name="Lung").click()
    expect(page.get_by_role("combobox", name=re.compile("^Window"))).to_have_value("Lung")


@pytest.mark.parametrize("context_options", [PHONE])
def test_a_phone_shows_one_plane_at_a_time(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("[data-plane='axial']")).to_be_visible()
    expect(page.locator("[data-plane='coronal']")).to_be_hidden()
    page.get_by_text("Coronal", exact=True).click()
    expect(page.locator("[data-plane='coronal']")).to_be_visible()
    expect(page.locator("[data-plane='axial']")).to_be_hidden()


def test_a_folder_is_gathered_and_opened(page: Page, tmp_path: Path) -> None:
    (tmp_path / "scan.zip").write_bytes(dicom_zip(phantom(2)))
    folder = tmp_path / "abdomen folder"
    with zipfile.ZipFile(tmp_path / "scan.zip") as archive:
        archive.extractall(folder)
    (tmp_path / "labels.nii").write_bytes(nifti(organs()))
    page.goto("/stacks")
    page.get_by_test_id("folder").set_input_files(folder)
    expect(page.get_by_text("12 files")).to_be_visible()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add a label map").click()
    chooser.value.set_files(tmp_path / "labels.nii")
    page.get_by_role("button", name="Open the stack").click()
    expect(page.get_by_role("heading", name="abdomen.zip")).to_be_visible()
    expect(page.get_by_role("heading", name="Organs")).to_be_visible(timeout=60_000)


@needs_iwer
@pytest.mark.parametrize("context_options", [SMALL], ids=["small"])
def test_organs_are_pointed_at_in_virtual_reality(page: Page, address: str) -> None:
    page.add_init_script(IWER.read_text(encoding="utf-8") + HEADSET + READ_SIGNS)
    page.goto(address)
    expect(page.locator("[data-status=ready] [data-view]")).to_have_count(1, timeout=60_000)
    enter_vr(page)
    # 55 mm from feet to head stand 0.4 m high; the spleen is above the middle, on the patient's left.
    hands(page, (-0.6, 1.2, -0.2), (0.062, 1.327, -0.2))
    # A trigger on an organ grabs it; on the page a click would go to its slices.
    controller(page, "updateButtonValue('trigger', 1)")
    controller(page, "updateButtonValue('trigger', 0)")
    signs = page.evaluate("signs")
    assert "Organs" in signs
    assert "spleen" in signs
    assert page.evaluate("headset.activeSession !== undefined")


def test_of_an_upload_with_two_label_maps_one_is_opened_in_one_step(page: Page, tmp_path: Path) -> None:
    files = {"ct.nii": phantom(), "a_seg.nii": organs(), "b_seg.nii": np.uint8(organs() == 1)}
    with zipfile.ZipFile(tmp_path / "case.zip", "w") as archive:
        for name, voxels in files.items():
            archive.writestr(name, nifti(voxels))
    page.goto("/stacks")
    page.get_by_test_id("stack").set_input_files(tmp_path / "case.zip")
    page.get_by_role("combobox", name="What its labels are called").click()
    page.get_by_role("option", name="TotalSegmentator, CT").click()
    page.get_by_role("button", name="Open the stack").click()
    panel = page.get_by_role("complementary", name="Findings")
    expect(panel.get_by_role("alert")).to_contain_text("2 label maps may be meant", timeout=60_000)
    panel.get_by_role("button", name="Open b_seg.nii").click()
    expect(page.locator("tr[data-shown]").filter(has_text="Spleen")).to_contain_text("1.28", timeout=60_000)
    expect(page.locator("tr[data-shown]").filter(has_text="Liver")).to_have_count(0)
    expect(panel.get_by_role("button", name="Open Without a label map")).to_be_visible()
