"""/api/cases: list, search, follow, change, delete and restore; /api/events, /api/tags."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from cytovox.app.account_policy import check_may_delete
from cytovox.app.case_routes import NOT_FOUND, Answers, CaseId
from cytovox.app.cases import Case, CaseKind, safe_label, safe_name, safe_tags
from cytovox.app.clients import actor_of
from cytovox.app.events import CaseEvents
from cytovox.app.problems import ApiProblem
from cytovox.app.schemas import (
    ActionDocument,
    CaseChanges,
    CaseDocument,
    ProblemDocument,
    TagDocument,
    case_document,
)
from cytovox.app.store import CaseQuery, CaseStore, case_not_found

LONGEST_PAGE = 1000
QUEUE_FULL: Answers = {503: {"model": ProblemDocument, "description": "The queue is full."}}
NOT_FAILED: Answers = {409: {"model": ProblemDocument, "description": "The analysis has not failed."}}
STREAM: Answers = {200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}}
# Proxies must pass events on as they come.
STREAM_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


class CaseFilter(BaseModel):
    """Which cases a list is to hold."""

    query: str = Field("", max_length=200, description="Part of the name, person or specimen, in any case.")
    tag: list[str] = Field([], description="Each of which the case must have.")
    kind: CaseKind | None = Field(None, description="Smears or stacks; both when left out.")
    limit: int | None = Field(None, ge=1, le=LONGEST_PAGE, description="All when left out.")
    after: str | None = Field(None, description="Id of the last case of the page before.")
    deleted: bool = Field(False, description="Those that were deleted and can be restored.")

    def as_query(self) -> CaseQuery:
        """The same as the store takes it."""
        return CaseQuery(
            text=self.query.strip(),
            tags=tuple(self.tag),
            limit=self.limit,
            after=self.after,
            deleted=self.deleted,
            kind=self.kind,
        )


def archive_routes(store: CaseStore, events: CaseEvents) -> APIRouter:
    """The routes on cases as entries of the archive."""
    router = APIRouter(prefix="/api", tags=["archive"])
    _add_lists(router, store)
    _add_changes(router, store)
    _add_deletion(router, store)
    _add_analysis(router, store)
    _add_events(router, store, events)
    return router


def _add_lists(router: APIRouter, store: CaseStore) -> None:
    @router.get("/cases", responses=NOT_FOUND, operation_id="listCases")
    def list_cases(response: Response, asked: Annotated[CaseFilter, Query()]) -> list[CaseDocument]:
        """Cases, newest first; the header x-total-count says how many there are on all pages."""
        wanted = asked.as_query()
        found = store.find(wanted)
        whole = wanted.limit is None and wanted.after is None
        response.headers["x-total-count"] = str(len(found) if whole else store.count(wanted))
        return [case_document(case) for case in found]

    @router.get("/cases/{case_id}", responses=NOT_FOUND, operation_id="getCase")
    def get_case(case_id: CaseId) -> CaseDocument:
        """One case; its events tell when its state is done or failed."""
        return case_document(store.get(case_id))

    @router.get("/tags", operation_id="listTags")
    def list_tags() -> list[TagDocument]:
        """Tags in use, in the order of the alphabet."""
        return [TagDocument(tag=tag, cases=count) for tag, count in store.tags().items()]

    @router.get("/cases/{case_id}/history", responses=NOT_FOUND, operation_id="getHistory")
    def get_history(case_id: CaseId) -> list[ActionDocument]:
        """Who changed the case, oldest first."""
        return [
            ActionDocument(at_utc=a.at_utc, actor=a.actor, action=a.action, fields=list(a.fields))
            for a in store.history(case_id)
        ]


def _add_changes(router: APIRouter, store: CaseStore) -> None:
    @router.patch("/cases/{case_id}", responses=NOT_FOUND, operation_id="changeCase")
    def change_case(request: Request, case_id: CaseId, changes: CaseChanges) -> CaseDocument:
        """Rename a case, or give it other tags, another person, smear or date."""
        values: dict[str, Any] = {}
        if changes.name is not None:
            values["name"] = safe_name(changes.name)
        if changes.tags is not None:
            values["tags"] = safe_tags(changes.tags)
        for name in ("subject", "specimen", "collected_on"):
            given = getattr(changes, name)
            if given is not None:
                values[name] = safe_label(str(given))
        if not values:
            return case_document(store.get(case_id))
        case = store.update(case_id, actor=actor_of(request), **values)
        if case is None:
            raise case_not_found()
        return case_document(case)


def _add_deletion(router: APIRouter, store: CaseStore) -> None:
    @router.delete("/cases/{case_id}", status_code=204, responses=NOT_FOUND, operation_id="deleteCase")
    def delete_case(request: Request, case_id: CaseId) -> Response:
        """Delete a case; a running analysis stops. It can be restored for the hours of the setting undo_h."""
        check_may_delete(request, store.get(case_id))
        store.remove(case_id, actor=actor_of(request))
        return Response(status_code=204)

    @router.post(
        "/cases/{case_id}/restore", responses={**NOT_FOUND, **QUEUE_FULL}, operation_id="restoreCase"
    )
    def restore_case(request: Request, case_id: CaseId) -> CaseDocument:
        """Bring a deleted case back."""
        return case_document(store.restore(case_id, actor=actor_of(request)))


def _add_analysis(router: APIRouter, store: CaseStore) -> None:
    @router.post("/cases/{case_id}/cancel", responses=NOT_FOUND, operation_id="cancelCase")
    def cancel_case(request: Request, case_id: CaseId) -> CaseDocument:
        """Stop the analysis, waiting or running; the case stays, as failed. A finished one stays as it is."""
        return case_document(store.cancel(case_id, actor=actor_of(request)))

    @router.post(
        "/cases/{case_id}/retry",
        status_code=202,
        responses={**NOT_FOUND, **NOT_FAILED, **QUEUE_FULL},
        operation_id="retryCase",
    )
    def retry_case(request: Request, case_id: CaseId) -> CaseDocument:
        """Try an analysis again that failed or was cancelled."""
        return case_document(store.retry(case_id, actor=actor_of(request)))


def _add_events(router: APIRouter, store: CaseStore, events: CaseEvents) -> None:
    @router.get("/events", response_class=StreamingResponse, responses=STREAM, operation_id="followCases")
    async def follow_cases() -> StreamingResponse:
        """Server-sent events of all cases from now on: `case` with the case, `deleted` with its id."""
        return _stream(events.stream(None, list))

    @router.get(
        "/cases/{case_id}/events",
        response_class=StreamingResponse,
        responses={**NOT_FOUND, **STREAM},
        operation_id="followCase",
    )
    def follow_case(case_id: CaseId) -> StreamingResponse:
        """The same of one case, which is told as it is now first."""
        case = store.get(case_id)
        return _stream(events.stream(case.id, lambda: _as_now(store, case)))


def _as_now(store: CaseStore, case: Case) -> list[Case]:
    try:
        return [store.get(case.id)]
    except ApiProblem:
        return []  # deleted in this moment; the next event tells


def _stream(text: AsyncIterator[str]) -> StreamingResponse:
    return StreamingResponse(text, media_type="text/event-stream", headers=STREAM_HEADERS)
