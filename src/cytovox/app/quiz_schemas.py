"""The JSON of quizzes."""

from typing import Annotated

from pydantic import Field

from cytovox.app.quiz_cells import Basis
from cytovox.app.quiz_sets import QuizKey
from cytovox.app.schemas import Document
from cytovox.domain.material import Material

MOST_QUESTIONS = 50
TIME = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z$"

QuestionId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class QuizClassDocument(Document):
    """A class that may be the answer."""

    key: str
    name: str
    colour: str
    lesson: str | None = Field(description="Its page of the atlas.")


class QuizSetDocument(Document):
    """Classes that are told apart."""

    key: QuizKey
    name: str
    about: str
    material: Material
    classes: list[QuizClassDocument]


class QuestionDocument(Document):
    """A cell to be named. Nothing in it tells which."""

    id: QuestionId
    choices: list[str] = Field(description="Keys of classes to choose from.")


class QuizDocument(Document):
    """Cells to be named."""

    set: QuizSetDocument
    seed: int
    as_of: str = Field(description="Cases up to this time are asked; with it the same quiz comes again.")
    bases: list[Basis] = Field(description="What the classes rest on; machine: its opinion alone.")
    questions: list[QuestionDocument]


class ChosenDocument(Document):
    """What a person answered."""

    id: QuestionId
    chosen: str = Field(max_length=64)


class AnswersDocument(Document):
    """Answers to questions of a quiz."""

    set: QuizKey
    count: int = Field(ge=1, le=MOST_QUESTIONS)
    seed: int = Field(ge=0, lt=2**31)
    as_of: str = Field(pattern=TIME)
    answers: list[ChosenDocument] = Field(min_length=1, max_length=MOST_QUESTIONS)


class CellPlaceDocument(Document):
    """A cell of a case."""

    case_id: str
    case_name: str
    cell_id: int


class SolutionDocument(Document):
    """The truth of a question."""

    id: QuestionId
    chosen: str
    truth: str
    right: bool
    basis: Basis
    cell: CellPlaceDocument | None = Field(
        description="Where its explanation is; null for the sample smear that ships with Cytovox."
    )


class LabelledCellDocument(Document):
    """A cell of the archive and what its class rests on."""

    case_id: str
    case_name: str
    cell_id: int
    basis: Basis
