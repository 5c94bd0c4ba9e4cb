"""Quizzes: reproducible, silent about their answers, and right in what they tell afterwards."""

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from tests.app.conftest import Client, fast_analysis, serving

from cytovox.app.quiz_sets import QUIZ_SETS, QuizKey
from cytovox.app.settings import Settings
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.synth.sample import sample_truth

AS_OF = "2100-01-01T00:00:00Z"


@pytest.fixture
def empty() -> Iterator[Client]:
    with serving(Settings(), fast_analysis) as client:
        yield client


def picture(shade: int) -> bytes:
    pixels = np.full((60, 80, 3), shade, np.uint8)
    pixels[15:45, 35:65] = (shade, 60, 150)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def quiz(client: Client, key: str, **options) -> dict:
    query = {"set": key, "as_of": AS_OF, "choices": 0} | options
    return client.get("/api/quiz", params=query).raise_for_status().json()


def answered(client: Client, asked: dict, count: int, chosen: str) -> list[dict]:
    body = {
        "set": asked["set"]["key"],
        "count": count,
        "seed": asked["seed"],
        "as_of": asked["as_of"],
        "answers": [{"id": question["id"], "chosen": chosen} for question in asked["questions"]],
    }
    return client.post("/api/quiz/answers", json=body).raise_for_status().json()


@pytest.mark.parametrize("key", QuizKey)
def test_sets_are_of_their_taxonomy(key: QuizKey) -> None:
    chosen = QUIZ_SETS[key]
    assert set(chosen.classes) <= set(load_taxonomy(chosen.material).keys)
    assert all(chosen.class_of(label) == label for label in chosen.classes)


def test_finer_classes_count_as_the_one_above() -> None:
    assert QUIZ_SETS[QuizKey.WHITE_CELLS].class_of("neutrophil_band") == "neutrophil"
    assert QUIZ_SETS[QuizKey.GRANULOCYTES].class_of("neutrophil") is None
    assert QUIZ_SETS[QuizKey.MALARIA].class_of("lymphocyte") is None


def test_an_empty_archive_asks_of_the_sample_smear_by_its_drawn_truth(empty: Client) -> None:
    asked = quiz(empty, "white_cells", count=20)
    assert asked["bases"] == ["drawn"]
    solutions = answered(empty, asked, 20, "lymphocyte")
    truths = sorted(solution["truth"] for solution in solutions)
    drawn = sample_truth()
    whole = [label for label, seen in zip(drawn.labels, drawn.visible_fraction, strict=True) if seen == 1]
    classes = [QUIZ_SETS[QuizKey.WHITE_CELLS].class_of(label) for label in whole]
    assert truths == sorted(key for key in classes if key)
    assert [s["right"] for s in solutions] == [s["truth"] == "lymphocyte" for s in solutions]
    assert all(solution["cell"] is None for solution in solutions)


def test_the_sample_smear_is_of_blood(empty: Client) -> None:
    assert quiz(empty, "marrow")["questions"] == []


def test_the_same_address_is_the_same_quiz_and_another_seed_is_not(empty: Client) -> None:
    one, again = (quiz(empty, "white_cells", count=5, seed=7) for _ in range(2))
    assert one == again
    other = quiz(empty, "white_cells", count=5, seed=8)
    assert {q["id"] for q in one["questions"]}.isdisjoint(q["id"] for q in other["questions"])


def test_four_choices_hold_the_truth_in_the_order_of_the_set(empty: Client) -> None:
    asked = quiz(empty, "white_cells", count=8, choices=4)
    truth = {s["id"]: s["truth"] for s in answered(empty, asked, 8, "monocyte")}
    order = [entry["key"] for entry in asked["set"]["classes"]]
    for question in asked["questions"]:
        assert len(question["choices"]) == 4
        assert truth[question["id"]] in question["choices"]
        assert question["choices"] == sorted(question["choices"], key=order.index)


def test_nothing_tells_the_answer_before_it_is_given(empty: Client) -> None:
    case = empty.wait_for(empty.upload(picture(220), "a-neutrophil.png").json()["id"], "done")
    asked = empty.get("/api/quiz", params={"set": "malaria", "as_of": AS_OF, "count": 3})
    assert case["id"] not in asked.text
    assert "neutrophil.png" not in asked.text
    assert all(set(question) == {"id", "choices"} for question in asked.json()["questions"])
    question = asked.json()["questions"][0]["id"]
    query = {"set": "malaria", "as_of": AS_OF, "count": 3, "size": 64}
    crop = empty.get(f"/api/quiz/cells/{question}.png", params=query)
    assert "content-disposition" not in crop.headers
    shown = Image.open(io.BytesIO(crop.content))
    assert (shown.size, shown.info) == ((64, 64), {})


def test_sure_cells_of_the_archive_are_asked_and_say_where_they_are(empty: Client) -> None:
    case = empty.wait_for(empty.upload(picture(210)).json()["id"], "done")
    asked = quiz(empty, "malaria", count=10)
    assert asked["bases"] == ["machine"]
    (solution,) = answered(empty, asked, 10, "infected_red_cell")
    assert (solution["truth"], solution["right"]) == ("red_cell", False)
    assert solution["cell"] == {"case_id": case["id"], "case_name": "smear.png", "cell_id": 1}
    # Uploaded after the time of the link: a class that opens it later gets the same quiz as before.
    assert quiz(empty, "malaria", as_of="2000-01-01T00:00:00Z")["bases"] == ["drawn"]


def test_a_picture_that_was_uploaded_twice_is_asked_once(empty: Client) -> None:
    for _ in range(2):
        empty.wait_for(empty.upload(picture(205)).json()["id"], "done")
    assert len(quiz(empty, "malaria", count=10)["questions"]) == 1


def test_what_people_said_comes_first(empty: Client) -> None:
    case = empty.wait_for(empty.upload(picture(200)).json()["id"], "done")
    edit = {"kind": "classify", "cell_id": 2, "label": "monocyte", "polygon": None, "reviewer": "Ada"}
    empty.post(f"/api/cases/{case['id']}/edits", json=edit).raise_for_status()
    asked = quiz(empty, "mononuclear", count=10)
    assert asked["bases"] == ["reviewed"]
    (solution,) = answered(empty, asked, 10, "monocyte")
    assert (solution["right"], solution["basis"]) == (True, "reviewed")
    cells = empty.get("/api/atlas/lessons/monocyte/cells").json()
    assert [(cell["cell_id"], cell["basis"]) for cell in cells] == [(2, "reviewed")]


def test_a_question_of_another_quiz_is_not_found(empty: Client) -> None:
    asked = quiz(empty, "white_cells", count=2)
    query = {"set": "white_cells", "as_of": AS_OF, "count": 3}
    question = asked["questions"][0]["id"]
    answer = empty.get(f"/api/quiz/cells/{question}.png", params=query)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_such_question")
    assert empty.get("/api/atlas/lessons/wishbone/cells").status_code == 404
    assert empty.get("/api/quiz", params={"set": "wishbones"}).status_code == 422
