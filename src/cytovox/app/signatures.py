"""Signatures of cases: who confirmed which findings, and whether these are still the same."""

import hashlib
import json
from dataclasses import dataclass

import sqlalchemy as sa

from cytovox.app.case_rows import change_case, now_utc, record_action
from cytovox.app.cases import CaseKind
from cytovox.app.results import FINDINGS
from cytovox.app.review_findings import reviewed_findings
from cytovox.app.store import CaseStore, case_not_found
from cytovox.app.tables import signatures
from cytovox.domain.findings import SmearFindings

SIGNED = "signed"
"""Line of the audit trail."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature.

    Attributes:
        id: Grows with time.
        at_utc: ISO 8601 time, UTC.
        name: Who signed, as they are called.
        comment: What they added, or "".
        is_current: Whether the findings are those that were signed.
    """

    id: int
    at_utc: str
    name: str
    comment: str
    is_current: bool


def signatures_of(store: CaseStore, case_id: str) -> list[Signature]:
    """All signatures of a finished case, newest first.

    Raises:
        ApiProblem: 404 without such a finished case.
    """
    present = findings_sha256(store, case_id)
    query = sa.select(signatures).where(signatures.c.case_id == case_id).order_by(signatures.c.id.desc())
    with store.database.reading() as connection:
        rows = connection.execute(query).all()
    return [
        Signature(row.id, row.at_utc, row.name, row.comment, row.findings_sha256 == present) for row in rows
    ]


def sign(store: CaseStore, case_id: str, *, name: str, comment: str, actor: str) -> Signature:
    """The signature of a finished case's findings as they are now, with all corrections.

    Args:
        store: Where the case is.
        case_id: Which.
        name: Who signs.
        comment: What they add, or "".
        actor: Who asks, for the audit trail.

    Raises:
        ApiProblem: 404 without such a finished case.
    """
    present, at_utc = findings_sha256(store, case_id), now_utc()
    with store.database.writing() as connection:
        # Also tells the pages that show the case.
        if not change_case(connection, case_id):
            raise case_not_found()
        written = signatures.insert().values(
            case_id=case_id,
            at_utc=at_utc,
            actor=actor,
            name=name,
            comment=comment,
            findings_sha256=present,
        )
        number = int(connection.execute(written.returning(signatures.c.id)).scalar_one())
        record_action(connection, actor, SIGNED, case_id)
    return Signature(number, at_utc, name, comment, is_current=True)


def findings_sha256(store: CaseStore, case_id: str) -> str:
    """Hash of what a signature confirms: each cell's class and outline; of a stack, its findings.

    Who looked at a cell and left it as it was changes nothing in it.

    Raises:
        ApiProblem: 404 without such a finished case.
    """
    if store.get(case_id).kind is not CaseKind.SMEAR:
        return store.digest(case_id, FINDINGS)
    return _digest(reviewed_findings(store, case_id))


def _digest(findings: SmearFindings) -> str:
    cells = findings.cells
    told = [
        [int(number), str(label), [[round(float(x), 1), round(float(y), 1)] for x, y in outline]]
        for number, label, outline in zip(cells.ids, cells.label, cells.outlines, strict=True)
    ]
    return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()
