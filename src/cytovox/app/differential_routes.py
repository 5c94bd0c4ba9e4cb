"""Differentials of cases, and the reference ranges that they are held against."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Request

from cytovox.app.case_routes import NOT_FOUND, Answers, CaseId
from cytovox.app.cases import CaseKind, safe_label
from cytovox.app.clients import actor_of
from cytovox.app.differential_schemas import (
    DifferentialDocument,
    RangeKeyDocument,
    ReferenceRangeChange,
    ReferenceRangeDocument,
    ReferenceRangesChange,
    ReferenceRangesDocument,
    differential_document,
)
from cytovox.app.problems import ApiProblem
from cytovox.app.reference_range_rows import KeptRanges, keep_ranges, kept_ranges
from cytovox.app.review_findings import reviewed_findings
from cytovox.app.schemas import ProblemDocument
from cytovox.app.store import CaseStore
from cytovox.domain.differential import differential_of
from cytovox.domain.differential_panels import BLOOD, MARROW, Panel
from cytovox.domain.findings import SmearFindings
from cytovox.domain.reference_ranges import ERYTHROID, ME_RATIO, ReferenceRange, keys_with_ranges

NO_SMEAR: Answers = {409: {"model": ProblemDocument, "description": "The case is no smear."}}
_WORDS = {ERYTHROID: "all erythroid cells", ME_RATIO: "M:E ratio"}


def differential_routes(store: CaseStore) -> APIRouter:
    """The routes of differentials and reference ranges."""
    router = APIRouter(prefix="/api", tags=["reports"])

    @router.get(
        "/cases/{case_id}/differential.json",
        responses={**NOT_FOUND, **NO_SMEAR},
        operation_id="getDifferential",
    )
    def get_differential(case_id: CaseId) -> DifferentialDocument:
        """Percentages with intervals, progress, flags, red cells, platelets; over the corrected cells."""
        found = differential_of([smear_findings(store, case_id)], ranges=kept_ranges(store.database).ranges)
        return differential_document(found)

    @router.get("/reference-ranges", operation_id="getReferenceRanges")
    def get_reference_ranges() -> ReferenceRangesDocument:
        """The reference ranges of this server, each with its source."""
        return _document(kept_ranges(store.database))

    @router.put("/reference-ranges", operation_id="setReferenceRanges")
    def set_reference_ranges(request: Request, wanted: ReferenceRangesChange) -> ReferenceRangesDocument:
        """Set the ranges of blood and of marrow; null for those that come with Cytovox."""
        kept = keep_ranges(
            store.database, _wanted(wanted.blood), _wanted(wanted.marrow), actor=actor_of(request)
        )
        return _document(kept)

    return router


def smear_findings(store: CaseStore, case_id: str) -> SmearFindings:
    """The cells of a finished case as reviewers left them.

    Raises:
        ApiProblem: 404 without such a finished case, 409 where it is a stack.
    """
    if store.get(case_id).kind is not CaseKind.SMEAR:
        raise ApiProblem(
            HTTPStatus.CONFLICT, "no_smear", "Only smears have a differential; this case is a stack."
        )
    return reviewed_findings(store, case_id)


def _wanted(changes: Sequence[ReferenceRangeChange] | None) -> list[ReferenceRange] | None:
    if changes is None:
        return None
    return [ReferenceRange(c.key, c.low, c.high, safe_label(c.source) or "") for c in changes]


def _document(kept: KeptRanges) -> ReferenceRangesDocument:
    return ReferenceRangesDocument(
        blood=_ranges(BLOOD, kept),
        marrow=_ranges(MARROW, kept),
        blood_keys=_keys(BLOOD),
        marrow_keys=_keys(MARROW),
        is_default=kept.changed_by is None,
        changed_by=kept.changed_by,
        changed_utc=kept.changed_utc,
    )


def _ranges(panel: Panel, kept: KeptRanges) -> list[ReferenceRangeDocument]:
    return [
        ReferenceRangeDocument(
            key=r.key, name=_name(panel, r.key), unit=_unit(r.key), low=r.low, high=r.high, source=r.source
        )
        for r in kept.ranges.of(panel.material).values()
    ]


def _keys(panel: Panel) -> list[RangeKeyDocument]:
    return [
        RangeKeyDocument(key=key, name=_name(panel, key), unit=_unit(key)) for key in keys_with_ranges(panel)
    ]


def _name(panel: Panel, key: str) -> str:
    return _WORDS.get(key) or panel.taxonomy.name_of(key)


def _unit(key: str) -> Literal["%", "ratio"]:
    return "ratio" if key == ME_RATIO else "%"
