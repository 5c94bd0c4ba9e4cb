"""What a page explains and teaches: similar cells, warnings in plain words, the atlas, the quiz."""

import json
import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, Response, expect
from tests.web.test_trust import cell_picture, pick
from tests.web.windows import PHONE

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
# From before there were cases: the questions are then cells of the sample smear, whose truth was drawn.
DRAWN = {"set": "white_cells", "count": 5, "seed": 3, "as_of": "2000-01-01T00:00:00Z"}
QUIZ = "/quiz?set=white_cells&count=5&seed=3&choices=4&as_of=2000-01-01T00:00:00Z"
DARK_PHONE = {**PHONE, "color_scheme": "dark"}


@pytest.fixture
def truth(site) -> dict[str, str]:
    """Class of each question of the quiz."""
    with httpx.Client(base_url=site.url, timeout=60) as client:
        questions = client.get("/api/quiz", params=DRAWN).raise_for_status().json()["questions"]
        answers = [{"id": question["id"], "chosen": "blast"} for question in questions]
        solutions = client.post("/api/quiz/answers", json={**DRAWN, "answers": answers}).json()
    return {solution["id"]: solution["truth"] for solution in solutions}


def faults(page: Page) -> list[str]:
    """What axe finds wrong by WCAG 2.2 A and AA."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = page.evaluate("rules => axe.run({ runOnly: rules }).then((r) => r.violations)", rules)
    return [f"{fault['id']}: {[node['html'][:120] for node in fault['nodes']]}" for fault in found]


def asked(page: Page) -> str:
    """Id of the question on the page."""
    source = page.get_by_role("img", name=re.compile("^The cell of question")).get_attribute("src")
    return re.search(r"cells/([0-9a-f]{32})\.png", source)[1]


def choices(page: Page):
    return page.get_by_role("group", name="Which cell is it?").get_by_role("button")


def test_the_explanation_tells_reasons_and_shows_similar_cells(page: Page, sample_address: str) -> None:
    page.goto(sample_address)
    panel = pick(page, "band neutrophil")
    panel.get_by_role("button", name="Why?").click()
    expect(panel).to_contain_text("Most probable is band neutrophil")
    expect(panel).to_contain_text("the classifier cannot tell these apart here")
    similar = panel.get_by_role("region", name="Cells that look like it")
    expect(similar).to_contain_text(re.compile(r"Of the \d+ cells most like it"))
    alike = similar.get_by_role("link", name=re.compile("segmented neutrophil", re.I)).first
    expect(alike.locator("img")).to_have_js_property("complete", True)
    assert alike.locator("img").evaluate("image => image.naturalWidth") == 160
    alike.click()
    expect(page).to_have_url(re.compile(r"/cases/[0-9a-f]{32}/cells/\d+$"))


def test_a_warning_says_what_it_means_and_what_to_do(page: Page) -> None:
    page.goto("/")
    page.get_by_test_id("chooser").first.set_input_files([cell_picture("plain.png")])
    warning = page.get_by_role("region", name="About this picture")
    expect(warning).to_contain_text("Out of focus.")
    expect(warning).to_contain_text("What to do: Focus on the rims of the red cells")


@pytest.mark.parametrize("context_options", [{}, DARK_PHONE], ids=["desktop", "dark phone"])
def test_the_atlas_is_searched_and_compared(page: Page) -> None:
    page.goto("/atlas")
    tiles = page.get_by_role("main").get_by_role("listitem").get_by_role("link")
    expect(tiles).to_have_count(25)
    assert faults(page) == []
    page.get_by_text("Monocytes", exact=True).click()
    expect(tiles).to_have_count(1)
    page.get_by_text("All", exact=True).click()
    page.get_by_label("Search the atlas").fill("55918008")
    expect(tiles).to_have_count(1)
    tiles.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Monocyte")
    expect(page.get_by_role("row", name=re.compile("^Diameter"))).to_contain_text("12 to 24 µm")
    page.get_by_role("link", name="Compare with lymphocyte").click()
    expect(page.get_by_role("columnheader", name="Lymphocyte")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^Diameter"))).to_contain_text("7 to 15 µm")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults(page) == []


def test_the_atlas_shows_cells_of_the_archive(page: Page, sample_address: str) -> None:
    page.goto("/atlas?cell=eosinophil")
    cells = page.get_by_role("region", name="In your archive")
    expect(cells.get_by_role("link").first).to_have_attribute("href", re.compile("^/cases/"))
    page.goto("/atlas?cell=wishbone")
    expect(page.get_by_role("alert")).to_contain_text("no page of “wishbone”")


def test_a_quiz_by_keyboard_from_its_first_question_to_the_wrong_ones_again(
    page: Page, truth: dict[str, str]
) -> None:
    told: list[str] = []

    def listen(response: Response) -> None:
        if "/api/quiz?" in response.url:
            told.append(response.text())

    page.on("response", listen)
    page.goto(QUIZ)
    wrong = 0
    for place in range(1, 6):
        expect(page.get_by_text(f"Question {place} of 5")).to_be_visible()
        right = truth[asked(page)]
        names = [name.lower() for name in choices(page).all_inner_texts()]
        number = next(
            i for i, name in enumerate(names, 1) if right.replace("_", " ") in name.replace("\u00ad", "")
        )
        answer = number if place > 2 else number % 4 + 1
        wrong += answer != number
        if place == 3:
            page.reload()  # half-way: what was answered stays answered
            expect(page.get_by_text("Question 3 of 5")).to_be_visible()
        page.keyboard.press(str(answer))
        verdict = page.get_by_role("status").filter(has_text=re.compile(r"^(Right|Not)"))
        expect(verdict).to_contain_text("Right." if answer == number else "Not ")
        expect(page.get_by_role("button", name="Next")).to_be_focused()
        if place == 1:
            expect(page.get_by_role("link", name=re.compile("atlas"))).to_be_visible()
            assert faults(page) == []
        page.keyboard.press("Enter")
    assert wrong == 2
    expect(page.get_by_role("heading", level=1)).to_have_text("3 of 5 right")
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(3)
    assert faults(page) == []
    # Nothing that came before the answers tells them.
    for document in told:
        assert all(set(question) == {"id", "choices"} for question in json.loads(document)["questions"])
    page.get_by_role("button", name="Repeat the wrong ones").click()
    expect(page.get_by_text("Question 1 of 2")).to_be_visible()


@pytest.mark.parametrize("context_options", [DARK_PHONE], ids=["dark phone"])
def test_a_quiz_is_set_up_and_played_on_a_phone(page: Page) -> None:
    page.goto("/quiz")
    page.get_by_text("Granules by colour").click()
    page.get_by_text("10 s", exact=True).click()
    assert faults(page) == []
    page.get_by_role("button", name="Start").click()
    expect(page).to_have_url(re.compile("set=coloured_granules.*seconds=10"))
    expect(page.get_by_role("timer")).to_be_visible()
    expect(choices(page)).to_have_count(3)
    choices(page).first.click()
    expect(page.get_by_role("button", name="Next")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults(page) == []
