"""Quizzes: cells to be named, told apart by what is said of them in the archive.

A quiz is made anew from its address whenever it is asked for, so that nothing has to be kept and a class gets
the same one by a shared link. Ids of questions are keyed hashes: nothing that is sent before an answer tells
which cell of which picture is asked.
"""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cytovox.app.atlas_lessons import lesson_key, look_alikes
from cytovox.app.pseudonyms import pseudonym_key
from cytovox.app.quiz_cells import Basis, LabelledCell, labelled_cells, shuffled
from cytovox.app.quiz_sets import QUIZ_SETS, QuizKey, QuizSet
from cytovox.app.store import CaseStore
from cytovox.domain.material import Material
from cytovox.synth.sample import SAMPLE_NAME, sample_truth

_ENOUGH = 4
"""Times as many cells of each class as are asked: then no further picture is looked through."""
_ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class QuizAddress:
    """What a quiz is made from.

    Attributes:
        key: The set.
        count: How many questions, at most.
        seed: Another one gives other cells in another order.
        as_of: ISO 8601 time, UTC; later cases are left out, so that a shared link stays the same quiz.
    """

    key: QuizKey
    count: int
    seed: int
    as_of: str

    @property
    def text(self) -> str:
        """All of it in one line."""
        return f"{self.key}|{self.count}|{self.seed}|{self.as_of}"


@dataclass(frozen=True, slots=True)
class Question:
    """One cell to be named.

    Attributes:
        id: Tells nothing of the cell.
        cell: The cell.
        truth: The class of the set that it belongs to.
        choices: Classes to choose from, in the order of the set.
    """

    id: str
    cell: LabelledCell
    truth: str
    choices: tuple[str, ...]


def make_quiz(store: CaseStore, address: QuizAddress, *, choices: int) -> tuple[Question, ...]:
    """The questions of a quiz; fewer than asked for where there are not as many cells.

    Args:
        store: Where cases are.
        address: Which quiz.
        choices: Classes to choose from, the true one among them; 0 for all.
    """
    chosen = QUIZ_SETS[address.key]
    cells = _by_class(chosen, address, _archive(store, chosen, address))
    if not any(cells.values()) and chosen.material is Material.BLOOD:
        cells = _by_class(chosen, address, _sample())
    key = hmac.digest(pseudonym_key(store.database), b"quiz", "sha256")
    questions = [
        Question(_id(key, address, cell), cell, truth, _choices(chosen, address, cell, truth, choices))
        for truth, cell in _dealt(cells, address.count)
    ]
    return tuple(sorted(questions, key=lambda question: question.id))


def _archive(store: CaseStore, chosen: QuizSet, address: QuizAddress) -> Iterable[LabelledCell]:
    """Cells of the archive, until there are enough of each class."""
    wanted = _ENOUGH * -(-address.count // len(chosen.classes))
    found: dict[str, int] = defaultdict(int)
    pictures: set[str] = set()
    for cell in labelled_cells(store, chosen.material, seed=str(address.seed), created_before=address.as_of):
        if cell.case_id not in pictures:
            if all(found[key] >= wanted for key in chosen.classes):
                return
            pictures.add(cell.case_id)
        truth = chosen.class_of(cell.label)
        if truth is not None:
            found[truth] += 1
            yield cell


def _sample() -> Iterable[LabelledCell]:
    """Cells of the sample smear, whose truth is known because it was drawn."""
    truth = sample_truth()
    for place, (label, box) in enumerate(zip(truth.labels, truth.boxes.tolist(), strict=True)):
        if truth.visible_fraction[place] == 1:
            xmin, ymin, xmax, ymax = box
            yield LabelledCell("", SAMPLE_NAME, place + 1, label, Basis.DRAWN, (xmin, ymin, xmax, ymax))


def _by_class(
    chosen: QuizSet, address: QuizAddress, cells: Iterable[LabelledCell]
) -> dict[str, list[LabelledCell]]:
    """Cells of each class, those that people named first, else in an order by chance."""
    found: dict[str, list[LabelledCell]] = {key: [] for key in chosen.classes}
    for cell in cells:
        truth = chosen.class_of(cell.label)
        if truth is not None:
            found[truth].append(cell)
    surest = list(Basis)
    for members in found.values():
        members.sort(key=lambda c: (surest.index(c.basis), shuffled(address.text, c.case_id, c.cell_id)))
    return found


def _dealt(cells: dict[str, list[LabelledCell]], count: int) -> list[tuple[str, LabelledCell]]:
    """Cells of the classes in turn, so that the rare ones are asked as often as the frequent ones."""
    rounds = max((len(members) for members in cells.values()), default=0)
    in_turn = [
        (truth, members[place]) for place in range(rounds) for truth, members in cells.items()
        if place < len(members)
    ]  # fmt: skip
    return in_turn[:count]


def _choices(
    chosen: QuizSet, address: QuizAddress, cell: LabelledCell, truth: str, most: int
) -> tuple[str, ...]:
    """The true class among others, those that it is mistaken for rather than any."""
    if most == 0 or most >= len(chosen.classes):
        return chosen.classes
    near = _look_alikes(chosen, truth)
    others = sorted(
        (key for key in chosen.classes if key != truth),
        key=lambda key: (key not in near, shuffled(address.text, cell.case_id, cell.cell_id, key)),
    )
    offered = {truth, *others[: most - 1]}
    return tuple(key for key in chosen.classes if key in offered)


def _look_alikes(chosen: QuizSet, truth: str) -> frozenset[str]:
    page = lesson_key(chosen.material, truth)
    alike = () if page is None else look_alikes(page)
    found = {chosen.class_of(key) for key in alike}
    return frozenset(key for key in found if key is not None)


def _id(key: bytes, address: QuizAddress, cell: LabelledCell) -> str:
    told = f"{address.text}|{cell.case_id}|{cell.cell_id}".encode()
    return hmac.new(key, told, hashlib.sha256).hexdigest()[:_ID_LENGTH]


def question_of(questions: Sequence[Question], question_id: str) -> Question | None:
    """The question of an id, or None."""
    return next((question for question in questions if question.id == question_id), None)
