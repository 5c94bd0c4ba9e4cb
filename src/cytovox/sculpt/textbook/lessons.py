"""What a teacher says of each class of cell, read from `lessons.json` and checked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cytovox.domain.errors import InputError
from cytovox.sculpt.textbook.reading import Source, value_of


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A class that is easily mistaken for another.

    Attributes:
        cell: Its key.
        tell: How the two are told apart.
    """

    cell: str
    tell: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """One class.

    Attributes:
        lineage: Key of the line of cells that it belongs to.
        summary: What it is, in a sentence or two.
        nucleus: What its nucleus looks like.
        cytoplasm: The same of its cytoplasm.
        granules: The same of its granules.
        found: Where it is found, and how often.
        look_alikes: What it is mistaken for, the most frequent first.
        sources: Keys.
    """

    lineage: str
    summary: str
    nucleus: str
    cytoplasm: str
    granules: str
    found: str
    look_alikes: tuple[LookAlike, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lessons:
    """All classes.

    Attributes:
        sources: By key.
        lineages: Their names by key, in the order in which they are shown.
        lessons: By class key; classes that the textbook draws go by the key of their drawing.
    """

    sources: Mapping[str, Source]
    lineages: Mapping[str, str]
    lessons: Mapping[str, Lesson]

    def __post_init__(self) -> None:
        for key, lesson in self.lessons.items():
            named = {
                "lineage": ({lesson.lineage}, self.lineages),
                "sources": ({*lesson.sources}, self.sources),
                "look_alikes": ({other.cell for other in lesson.look_alikes}, self.lessons),
            }
            for what, (keys, known) in named.items():
                if strange := keys - known.keys():
                    raise InputError(f"lessons, {key}, {what}: there is no '{min(strange)}'")


@cache
def load_lessons() -> Lessons:
    """The lessons that come with Cytovox; the same object at each call."""
    text = files("cytovox.sculpt.textbook").joinpath("lessons.json").read_text(encoding="utf-8")
    lessons: Lessons = value_of(Lessons, json.loads(text), "lessons")
    return lessons
