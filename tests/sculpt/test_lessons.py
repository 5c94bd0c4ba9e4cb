from dataclasses import replace
from pathlib import Path

import pytest

from cytovox.domain.errors import InputError
from cytovox.sculpt.textbook.lessons import Lessons, LookAlike, load_lessons
from cytovox.sculpt.textbook.reading import load_atlas


def test_every_class_has_a_lesson() -> None:
    atlas, lessons = load_atlas(), load_lessons().lessons
    nameless = {"white_cell", "unidentified"}
    without = {key for classes in atlas.without.values() for key in classes} - nameless
    assert set(lessons) == set(atlas.cells) | without


@pytest.mark.parametrize("key", load_lessons().lessons)
def test_a_lesson_says_enough_and_names_its_sources(key: str) -> None:
    lesson = load_lessons().lessons[key]
    assert all(text.endswith(".") for text in (lesson.summary, lesson.nucleus, lesson.granules, lesson.found))
    assert lesson.look_alikes
    assert all(other.cell != key and len(other.tell) > 30 for other in lesson.look_alikes)
    assert lesson.sources


def test_unknown_keys_are_named() -> None:
    lessons = load_lessons()
    wrong = replace(lessons.lessons["blast"], look_alikes=(LookAlike("wishbone", "No."),))
    with pytest.raises(InputError, match="lessons, blast, look_alikes: there is no 'wishbone'"):
        Lessons(lessons.sources, lessons.lineages, {**lessons.lessons, "blast": wrong})


def test_every_drawn_class_has_a_small_picture() -> None:
    folder = Path(__file__).parents[2] / "web" / "src" / "teach" / "pictures"
    assert {path.stem for path in folder.glob("*.webp")} == set(load_atlas().cells)
