"""/api/atlas: the textbook model of each class of cell."""

import threading
from http import HTTPStatus

from fastapi import APIRouter, Response
from pydantic import Field

from cytovox.app.atlas_lessons import LessonDocument, lesson_documents
from cytovox.app.case_routes import Answers, named_file
from cytovox.app.problems import ApiProblem
from cytovox.app.schemas import Document, ProblemDocument
from cytovox.app.sculpt_routes import MODEL_FILE
from cytovox.app.sculpting import MEDIA_TYPES, WRITERS, ModelForm
from cytovox.domain.errors import InputError
from cytovox.domain.surface import PlacedSurface
from cytovox.domain.taxonomies import load_taxonomy

NOT_IN_ATLAS: Answers = {
    404: {"model": ProblemDocument, "description": "The atlas has no such model; the message says why."}
}


class TextbookDocument(Document):
    """A class of cell that has a textbook model."""

    taxonomy: str = Field(description="Key of the taxonomy: blood or marrow.")
    label: str = Field(description="Key of the class.")
    name: str
    colour: str


def atlas_routes() -> APIRouter:
    """The routes of the textbook atlas."""
    router = APIRouter(prefix="/api/atlas", tags=["models"])
    # One at a time, so that many requests at once cannot add up in memory.
    busy = threading.Lock()

    @router.get("", operation_id="listTextbookCells")
    def list_textbook_cells() -> list[TextbookDocument]:
        """The classes that have a textbook model, in the order of their taxonomies."""
        # With the first request, here and below: the libraries of shapes would delay the first page by 0.4 s.
        from cytovox.sculpt.atlas import ATLAS_TAXONOMIES, atlas_labels  # noqa: PLC0415

        return [_entry(key, label) for key in ATLAS_TAXONOMIES for label in atlas_labels(key)]

    @router.get("/lessons", operation_id="listLessons")
    def list_lessons() -> list[LessonDocument]:
        """The pages of the atlas: what each class of blood and marrow looks like, line by line of cells."""
        return lesson_documents()

    @router.get(
        "/{taxonomy}/{label}.{form}",
        response_class=Response,
        responses={**NOT_IN_ATLAS, **MODEL_FILE},
        operation_id="getTextbookCell",
    )
    def get_textbook_cell(taxonomy: str, label: str, form: ModelForm) -> Response:
        """The textbook model of a class: its usual shape and size, not a cell of any picture."""
        from cytovox.sculpt.atlas import textbook_cell  # noqa: PLC0415 - as above

        with busy:
            try:
                surface = textbook_cell(taxonomy, label)
            except InputError as error:
                raise ApiProblem(HTTPStatus.NOT_FOUND, "not_in_atlas", str(error)) from error
            data = WRITERS[form]([PlacedSurface(surface)])
        return named_file(data, MEDIA_TYPES[form], f"textbook-{taxonomy}-{label}.{form}")

    return router


def _entry(taxonomy: str, label: str) -> TextbookDocument:
    classes = load_taxonomy(taxonomy)
    return TextbookDocument(
        taxonomy=taxonomy, label=label, name=classes.name_of(label), colour=classes.colour_of(label)
    )
