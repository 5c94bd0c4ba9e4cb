"""/api/quiz: cells to be named, and the truth about them; cells of the archive for the pages of the atlas."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from cytovox.app.atlas_lessons import lesson_key, lesson_places
from cytovox.app.case_pictures import CasePictures
from cytovox.app.case_routes import KEEP_SHORTLY, Answers
from cytovox.app.problems import ApiProblem
from cytovox.app.quiz import Question, QuizAddress, make_quiz, question_of
from cytovox.app.quiz_cells import LabelledCell, labelled_cells
from cytovox.app.quiz_schemas import (
    MOST_QUESTIONS,
    TIME,
    AnswersDocument,
    CellPlaceDocument,
    LabelledCellDocument,
    QuestionDocument,
    QuizClassDocument,
    QuizDocument,
    QuizSetDocument,
    SolutionDocument,
)
from cytovox.app.quiz_sets import QUIZ_SETS, QuizKey
from cytovox.app.schemas import ProblemDocument
from cytovox.app.similar_routes import PNG, CropSize
from cytovox.app.store import CaseStore
from cytovox.domain.material import Material
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.report.cell_crop import cell_crop_png

MOST_EXAMPLES = 12
KEPT_QUIZZES = 64
NO_QUESTION: Answers = {
    404: {"model": ProblemDocument, "description": "The quiz has no such question, or its cell is gone."}
}
NO_LESSON: Answers = {404: {"model": ProblemDocument, "description": "The atlas has no such page."}}


def _address(
    key: Annotated[QuizKey, Query(alias="set", description="Classes that are told apart.")],
    count: Annotated[int, Query(ge=1, le=MOST_QUESTIONS, description="How many questions, at most.")] = 10,
    seed: Annotated[int, Query(ge=0, lt=2**31, description="Another one gives another quiz.")] = 1,
    as_of: Annotated[
        str | None, Query(pattern=TIME, description="Cases up to this time; now by default.")
    ] = None,
) -> QuizAddress:
    return QuizAddress(key, count, seed, as_of or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


Address = Annotated[QuizAddress, Depends(_address)]


class Quizzes:
    """Quizzes of an archive; the latest stay at hand, for a picture of a cell is asked for after the other.

    Args:
        store: Where cases are.
        pictures: Their pictures.
    """

    def __init__(self, store: CaseStore, pictures: CasePictures) -> None:
        self.store = store
        self._pictures = pictures
        self._lock = threading.Lock()
        self._kept: OrderedDict[QuizAddress, tuple[Question, ...]] = OrderedDict()

    def questions(self, address: QuizAddress, choices: int = 0) -> tuple[Question, ...]:
        """The questions of a quiz as the archive is now."""
        made = make_quiz(self.store, address, choices=choices)
        with self._lock:
            self._kept[address] = made
            self._kept.move_to_end(address)
            while len(self._kept) > KEPT_QUIZZES:
                self._kept.popitem(last=False)
        return made

    def question(self, address: QuizAddress, question_id: str) -> Question:
        """One question.

        Raises:
            ApiProblem: 404 where the quiz has none of this id.
        """
        found = question_of(self._kept.get(address, ()), question_id)
        if found is None:
            found = question_of(self.questions(address), question_id)
        if found is None:
            raise ApiProblem(
                HTTPStatus.NOT_FOUND,
                "no_such_question",
                "This quiz has no such question: pictures were deleted or corrected meanwhile. Start "
                "it again.",
            )
        return found

    def crop(self, cell: LabelledCell, size_px: int) -> bytes:
        """The cell as a square PNG."""
        picture = self._pictures.get(cell.case_id) if cell.case_id else self._pictures.sample()
        return cell_crop_png(picture.pixels, cell.box, size_px)


def quiz_routes(store: CaseStore, pictures: CasePictures) -> APIRouter:
    """The routes of quizzes, and of cells for the pages of the atlas."""
    router = APIRouter(prefix="/api", tags=["teaching"])
    quizzes = Quizzes(store, pictures)
    _add_quiz(router, quizzes)
    _add_answers(router, quizzes)
    _add_examples(router, store)
    return router


def _add_quiz(router: APIRouter, quizzes: Quizzes) -> None:
    @router.get("/quiz/sets", operation_id="listQuizSets")
    def list_quiz_sets() -> list[QuizSetDocument]:
        """What can be asked in a quiz."""
        return [_set_document(key) for key in QuizKey]

    @router.get("/quiz", operation_id="getQuiz")
    def get_quiz(
        address: Address,
        choices: Annotated[
            int, Query(ge=0, le=30, description="Classes to choose from; 0 for all of the set.")
        ] = 4,
    ) -> QuizDocument:
        """Cells to be named; the same ones for the same address, and without their names."""
        questions = quizzes.questions(address, choices)
        return QuizDocument(
            set=_set_document(address.key),
            seed=address.seed,
            as_of=address.as_of,
            bases=sorted({question.cell.basis for question in questions}),
            questions=[QuestionDocument(id=q.id, choices=list(q.choices)) for q in questions],
        )

    @router.get(
        "/quiz/cells/{question_id}.png",
        response_class=Response,
        responses={**NO_QUESTION, **PNG},
        operation_id="getQuizCell",
    )
    def get_quiz_cell(
        question_id: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="Id of a question.")],
        address: Address,
        size: CropSize = 256,
    ) -> Response:
        """The cell of a question."""
        cell = quizzes.question(address, question_id).cell
        return Response(quizzes.crop(cell, size), media_type="image/png", headers=KEEP_SHORTLY)


def _add_answers(router: APIRouter, quizzes: Quizzes) -> None:
    @router.post("/quiz/answers", responses=NO_QUESTION, operation_id="answerQuiz")
    def answer_quiz(given: AnswersDocument) -> list[SolutionDocument]:
        """The truth of answered questions. Nothing is kept."""
        address = QuizAddress(given.set, given.count, given.seed, given.as_of)
        return [_solution(quizzes.question(address, answer.id), answer.chosen) for answer in given.answers]


def _add_examples(router: APIRouter, store: CaseStore) -> None:
    @router.get("/atlas/lessons/{key}/cells", responses=NO_LESSON, operation_id="listLessonCells")
    def list_lesson_cells(
        key: Annotated[str, Path(description="Key of a page of the atlas.")],
    ) -> list[LabelledCellDocument]:
        """Some cells of the archive that a page of the atlas tells of, those that people named first."""
        places = lesson_places(key)
        if not places:
            raise ApiProblem(HTTPStatus.NOT_FOUND, "no_such_lesson", f"The atlas has no page '{key[:80]}'.")
        found = (cell for place in places for cell in _examples(store, Material(place), key))
        return [
            LabelledCellDocument(
                case_id=cell.case_id, case_name=cell.case_name, cell_id=cell.cell_id, basis=cell.basis
            )
            for cell in islice(found, MOST_EXAMPLES)
        ]


def _examples(store: CaseStore, material: Material, key: str) -> Iterator[LabelledCell]:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for cell in labelled_cells(store, material, seed="atlas", created_before=now):
        if cell.label == key:
            yield cell


def _set_document(key: QuizKey) -> QuizSetDocument:
    chosen = QUIZ_SETS[key]
    taxonomy = load_taxonomy(chosen.material)
    return QuizSetDocument(
        key=key,
        name=chosen.name,
        about=chosen.about,
        material=chosen.material,
        classes=[
            QuizClassDocument(
                key=label,
                name=taxonomy.name_of(label),
                colour=taxonomy.colour_of(label),
                lesson=lesson_key(chosen.material, label),
            )
            for label in chosen.classes
        ],
    )


def _solution(question: Question, chosen: str) -> SolutionDocument:
    cell = question.cell
    return SolutionDocument(
        id=question.id,
        chosen=chosen,
        truth=question.truth,
        right=chosen == question.truth,
        basis=cell.basis,
        cell=CellPlaceDocument(case_id=cell.case_id, case_name=cell.case_name, cell_id=cell.cell_id)
        if cell.case_id
        else None,
    )
