"""The archive: bringing many pictures in, finding them again, putting them in order, deleting with undo."""

import io
import json
import re
from pathlib import Path

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect
from tests.web.windows import PHONE

from cytovox.synth.sample import sample_smear


def picture(shade: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), (240, 220, shade)).save(buffer, "PNG")
    return buffer.getvalue()


def add(site, *names: str, data: bytes | None = None, **said: object) -> list[str]:
    """Ids of new cases of these names."""
    with httpx.Client(base_url=site.url) as client:
        return [
            client.post("/api/cases", files={"picture": (name, data or picture(at))}, data=said)
            .raise_for_status()
            .json()["id"]
            for at, name in enumerate(names)
        ]


def rows(page: Page) -> Locator:
    return page.get_by_role("list", name="Cases").get_by_role("listitem")


def row(page: Page, name: str) -> Locator:
    return rows(page).filter(has_text=name)


def test_a_case_is_found_edited_deleted_and_had_back(page: Page, site) -> None:
    ids = add(site, "findme 1.png", "findme 2.png", "findme 3.png")
    page.goto("/archive")
    page.get_by_role("searchbox").fill("FINDME")
    expect(rows(page)).to_have_count(3)
    expect(page).to_have_url(f"{site.url}/archive?query=FINDME")
    expect(row(page, "findme 3.png")).to_contain_text("just now")

    row(page, "findme 2").get_by_role("button", name="Edit").click()
    editor = page.get_by_role("dialog", name="Edit the case")
    editor.get_by_role("textbox", name="Name").fill("findme two.png")
    editor.get_by_label("Tags").fill("odd stain")
    editor.get_by_label("Tags").press("Enter")
    editor.get_by_label("Specimen").fill("S 1/2")
    editor.get_by_label("Person").fill("P-9")
    editor.get_by_label("Taken on").fill("2026-03-04")
    editor.get_by_role("button", name="Save").click()
    expect(editor).to_have_count(0)
    changed = row(page, "findme two.png")
    expect(changed.get_by_role("link", name="Specimen S 1/2")).to_have_attribute(
        "href", "/specimens/S%201%2F2"
    )
    expect(changed.get_by_role("link", name="Person P-9")).to_have_attribute("href", "/subjects/P-9")
    expect(changed).to_contain_text("4 Mar 2026")

    changed.get_by_role("link", name="odd stain").click()
    expect(page).to_have_url(f"{site.url}/archive?tag=odd+stain")
    expect(rows(page)).to_have_count(1)
    page.go_back()
    expect(rows(page)).to_have_count(3)

    changed.get_by_role("button", name="Delete").click()
    expect(rows(page)).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(rows(page)).to_have_count(3)

    for name in ("findme 1.png", "findme 3.png"):
        page.get_by_label(f"Select {name}").check()
    page.get_by_role("toolbar").get_by_role("button", name="Delete").click()
    expect(rows(page)).to_have_count(1)
    page.get_by_role("button", name="Recently deleted").click()
    expect(page.get_by_role("heading", name="Recently deleted")).to_be_visible()
    row(page, "findme 1.png").get_by_role("button", name="Restore").click()
    expect(row(page, "findme 1.png")).to_have_count(0)
    with httpx.Client(base_url=site.url) as client:
        assert [client.get(f"/api/cases/{one}").status_code for one in ids] == [200, 200, 404]


def test_an_analysis_is_followed_stopped_and_tried_again(page: Page, site) -> None:
    site.analysis.go.clear()
    try:
        add(site, "followed.jpg", data=sample_smear())
        page.goto("/archive?query=followed")
        expect(row(page, "followed")).to_contain_text("looking for cells")
        row(page, "followed").get_by_role("button", name="Stop the analysis").click()
        expect(row(page, "followed")).to_contain_text("cancelled")
        row(page, "followed").get_by_role("button", name="Analyse again").click()
        expect(row(page, "followed")).to_contain_text("looking for cells")
    finally:
        site.analysis.go.set()
    expect(row(page, "followed")).to_contain_text("89 red · 7 white · 12 platelets · 1 unidentified")


@pytest.mark.parametrize("context_options", [PHONE], ids=["phone"])
def test_a_folder_of_pictures_is_uploaded_as_specimens(page: Page, tmp_path: Path) -> None:
    for place in ("folder/S-10/leaf b.png", "folder/S-9/leaf a.png", "folder/S-9/leaf broken.png"):
        file = tmp_path / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(picture(9) if "broken" not in place else b"no picture")
    (tmp_path / "folder" / "notes.txt").write_text("no picture either")
    page.goto("/")
    page.get_by_test_id("picture-folder").set_input_files(tmp_path / "folder")
    dialog = page.get_by_role("dialog", name="Upload 3 pictures")
    expect(dialog).to_contain_text("One other file is no picture")
    dialog.get_by_label("One smear: its pictures count together").check()
    dialog.get_by_label("Person").fill("P-folder")
    dialog.get_by_role("button", name="Upload", exact=True).click()
    uploads = page.get_by_role("region", name="Uploads")
    expect(uploads.get_by_role("heading")).to_have_text("2 pictures uploaded, 1 not")
    expect(uploads).to_contain_text("leaf broken.png: expected a JPEG, PNG")
    uploads.get_by_role("link", name="See them in the archive").click()
    expect(page.get_by_role("heading", name="Archive")).to_be_focused()
    page.get_by_role("searchbox").fill("p-folder")
    expect(rows(page)).to_have_count(2)
    # The last is on top: they came in the order in which a person counts.
    expect(rows(page).first).to_contain_text("Specimen S-10")
    expect(rows(page).last).to_contain_text("Specimen S-9")
    uploads.get_by_role("button", name="Close the uploads").click()
    expect(uploads).to_have_count(0)


def test_a_busy_server_is_given_time(page: Page) -> None:
    refusals = iter([json.dumps({"error": {"code": "too_many_uploads", "message": "Too many."}})])

    def refuse_once(route: Route) -> None:
        body = next(refusals, None)
        if body is None or route.request.method != "POST":
            route.fallback()
        else:
            route.fulfill(status=429, headers={"retry-after": "1"}, body=body)

    page.route("**/api/cases", refuse_once)
    page.goto("/archive")
    files = [{"name": f"patient {n}.png", "mimeType": "image/png", "buffer": picture(n)} for n in (1, 2)]
    page.goto("/")
    page.get_by_test_id("chooser").set_input_files(files)
    uploads = page.get_by_role("region", name="Uploads")
    expect(uploads).to_contain_text("The server has enough to do")
    expect(uploads.get_by_role("heading")).to_have_text("2 pictures uploaded")


def test_the_list_says_when_it_is_empty_waits_or_fails(page: Page) -> None:
    page.goto("/archive?query=nothing+is+called+so")
    expect(page.get_by_text("No case is like that.")).to_be_visible()
    page.route(re.compile(r"/api/cases\?"), lambda route: route.abort())
    page.get_by_role("searchbox").fill("else")
    expect(page.get_by_role("alert")).to_contain_text("could not be loaded")
    page.unroute(re.compile(r"/api/cases\?"))
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("No case is like that.")).to_be_visible()
