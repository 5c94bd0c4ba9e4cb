"""/api/cases/{id}: reviewers correct the cells of a case."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from cytovox.app.case_routes import Answers, CaseId
from cytovox.app.cases import safe_label
from cytovox.app.clients import account_of, actor_of
from cytovox.app.review_desk import ReviewDesk, Wish
from cytovox.app.review_findings import machine_findings, standing_edits
from cytovox.app.review_schemas import (
    LONGEST_REVIEWER,
    AgreementDocument,
    EditRequest,
    ReviewDocument,
    ReviewerDocument,
    agreement_document,
    review_document,
)
from cytovox.app.schemas import ProblemDocument
from cytovox.app.store import CaseStore
from cytovox.domain.agreement import agreements

WITHOUT_ACCOUNTS = "reviewer"
"""Whoever gives no name on a server without accounts."""

NO_CELL: Answers = {
    404: {"model": ProblemDocument, "description": "No such finished smear, or no such cell in it."}
}
NOTHING: Answers = {409: {"model": ProblemDocument, "description": "There is nothing to undo or redo."}}
Asker = Annotated[
    str | None,
    Query(max_length=LONGEST_REVIEWER, description="Who asks. Counts only on a server without accounts."),
]


def review_routes(store: CaseStore) -> APIRouter:
    """The routes that reviews are made with."""
    router = APIRouter(prefix="/api/cases", tags=["review"])
    desk = ReviewDesk(store)
    _add_reading(router, store, desk)
    _add_editing(router, desk)
    return router


def _add_reading(router: APIRouter, store: CaseStore, desk: ReviewDesk) -> None:
    @router.get("/{case_id}/review", responses=NO_CELL, operation_id="getReview")
    def get_review(request: Request, case_id: CaseId, reviewer: Asker = None) -> ReviewDocument:
        """Everything that reviewers said of the cells, in order."""
        return review_document(desk.read(case_id), _reviewer(request, reviewer))

    @router.get("/{case_id}/agreement", responses=NO_CELL, operation_id="getAgreement")
    def get_agreement(case_id: CaseId) -> AgreementDocument:
        """How far each two reviewers agree on the cells that both classified or confirmed (Cohen's kappa)."""
        taxonomy = machine_findings(store, case_id).cells.taxonomy
        found = agreements(standing_edits(store, case_id), taxonomy.keys)
        return agreement_document(found)


def _add_editing(router: APIRouter, desk: ReviewDesk) -> None:
    @router.post("/{case_id}/edits", status_code=201, responses=NO_CELL, operation_id="addEdit")
    def add_edit(request: Request, case_id: CaseId, wanted: EditRequest) -> ReviewDocument:
        """Classify, confirm, add, remove or redraw a cell; all results of the case follow at once."""
        reviewer = _reviewer(request, wanted.reviewer)
        polygon = None if wanted.polygon is None else tuple(wanted.polygon)
        wish = Wish(wanted.kind, wanted.cell_id, wanted.label, polygon)
        review = desk.edit(case_id, wish, reviewer=reviewer, actor=actor_of(request))
        return review_document(review, reviewer)

    @router.post("/{case_id}/edits/undo", responses={**NO_CELL, **NOTHING}, operation_id="undoEdit")
    def undo_edit(request: Request, case_id: CaseId, asker: ReviewerDocument) -> ReviewDocument:
        """Take your own last edit back."""
        reviewer = _reviewer(request, asker.reviewer)
        return review_document(desk.undo(case_id, reviewer=reviewer, actor=actor_of(request)), reviewer)

    @router.post("/{case_id}/edits/redo", responses={**NO_CELL, **NOTHING}, operation_id="redoEdit")
    def redo_edit(request: Request, case_id: CaseId, asker: ReviewerDocument) -> ReviewDocument:
        """Do again what you undid last; a new edit ends that."""
        reviewer = _reviewer(request, asker.reviewer)
        return review_document(desk.redo(case_id, reviewer=reviewer, actor=actor_of(request)), reviewer)


def _reviewer(request: Request, given: str | None) -> str:
    account = account_of(request)
    return (safe_label(given or "") or WITHOUT_ACCOUNTS) if account is None else account.name
