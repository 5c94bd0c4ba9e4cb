"""/api/specimens: several pictures of one smear as one count."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Response

from cytovox.app.case_routes import Answers, plain_file_name
from cytovox.app.cases import safe_label
from cytovox.app.problems import ApiProblem
from cytovox.app.report_building import CaseReports
from cytovox.app.report_routes import FORMS, Form, report_answer
from cytovox.app.schemas import ProblemDocument
from cytovox.app.specimen_counts import SpecimenCounter
from cytovox.app.specimen_rows import Picture, all_specimens, pictures_of_specimen
from cytovox.app.specimen_schemas import SpecimenCountDocument, SpecimenDocument
from cytovox.app.store import CaseStore

NOBODY_THERE: Answers = {404: {"model": ProblemDocument, "description": "No case has this key."}}
NOT_COUNTED: Answers = {
    409: {"model": ProblemDocument, "description": "A picture cannot be counted; the message says why."}
}
# Any text: "/" comes as %2F, and "." or ".." with a space behind it, since browsers take them for steps.
Key = Annotated[str, Path(description="What people call it, percent-encoded; outer space is left out.")]


def specimen_routes(store: CaseStore, reports: CaseReports) -> APIRouter:
    """The routes of smears that several pictures show."""
    router = APIRouter(prefix="/api/specimens", tags=["specimens"])

    @router.get("", operation_id="listSpecimens")
    def list_specimens() -> list[SpecimenDocument]:
        """Smears that pictures were said to show, in the order of their keys."""
        return [
            SpecimenDocument(key=row.key, cases=row.cases, finished=row.finished)
            for row in all_specimens(store.database)
        ]

    @router.get(
        "/{key:path}/differential.json", responses=NOBODY_THERE, operation_id="getSpecimenDifferential"
    )
    def get_specimen_differential(key: Key) -> SpecimenCountDocument:
        """All finished pictures of a smear as one count, the figures of each, and whether they agree."""
        wanted, pictures = _known(store, key)
        return SpecimenCounter(store).specimen(wanted, pictures)

    for form in FORMS:
        _add_report(router, store, reports, form)
    return router


def _add_report(router: APIRouter, store: CaseStore, reports: CaseReports, form: Form) -> None:
    def get_specimen_report(key: Key) -> Response:
        wanted, pictures = _known(store, key)
        return report_answer(reports.of_specimen(wanted, pictures), form, plain_file_name(wanted, form.file))

    router.add_api_route(
        f"/{{key:path}}/{form.file}",
        get_specimen_report,
        response_class=Response,
        responses={**NOBODY_THERE, **NOT_COUNTED, 200: {"content": {form.media_type: {}}}},
        operation_id=form.operation.replace("get", "getSpecimen", 1),
        description=f"All pictures of a smear as one count. {form.summary}",
    )


def _known(store: CaseStore, key: str) -> tuple[str, list[Picture]]:
    """A key as cases have it, and the pictures of the smear."""
    wanted = known_key(key)
    pictures = pictures_of_specimen(store.database, wanted)
    if not pictures:
        raise no_case_has()
    return wanted, pictures


def known_key(text: str) -> str:
    """A key as cases have it.

    Raises:
        ApiProblem: 404 where it is none.
    """
    key = safe_label(text)
    if key is None:
        raise no_case_has()
    return key


def no_case_has() -> ApiProblem:
    """The answer where no case has a key."""
    return ApiProblem(
        HTTPStatus.NOT_FOUND, "no_case_has_it", "No case has this key; it may have been changed or deleted."
    )
