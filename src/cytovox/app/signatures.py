"""Signatures of cases: who confirmed which content of a report, and whether it is still the same."""

from dataclasses import dataclass
from http import HTTPStatus

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cytovox.app.case_rows import change_case, now_utc, record_action
from cytovox.app.edits import last_change_utc
from cytovox.app.problems import ApiProblem
from cytovox.app.signed_content import content_of, content_reader
from cytovox.app.store import CaseStore, case_not_found
from cytovox.app.tables import signatures
from cytovox.report.report_content import CHANGED, ContentPart, ReportContent, listed, told_change
from cytovox.report.report_sections import day_and_time

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
        changes: What was done since to what they signed, in words; empty where nothing was.
    """

    id: int
    at_utc: str
    name: str
    comment: str
    changes: tuple[str, ...] = ()

    @property
    def is_current(self) -> bool:
        """Whether the content is that which was signed."""
        return not self.changes


def signatures_of(store: CaseStore, case_id: str, present: ReportContent | None = None) -> list[Signature]:
    """All signatures of a case, newest first.

    Args:
        store: Where the case is.
        case_id: Which.
        present: What its report states now, where that is at hand.
    """
    present = present or content_of(store, case_id)
    query = sa.select(signatures).where(signatures.c.case_id == case_id).order_by(signatures.c.id.desc())
    with store.database.reading() as connection:
        rows = connection.execute(query).all()
    return [
        Signature(
            row.id,
            row.at_utc,
            row.name,
            row.comment,
            tuple(map(told_change, ReportContent.from_token(row.content).changed_to(present))),
        )
        for row in rows
    ]


def sign(
    store: CaseStore, case_id: str, read: ReportContent, *, name: str, comment: str, actor: str
) -> Signature:
    """The signature of what somebody read of a finished case, where its report still states just that.

    Args:
        store: Where the case is.
        case_id: Which.
        read: What the report stated that they read.
        name: Who signs.
        comment: What they add, or "".
        actor: Who asks, for the audit trail.

    Raises:
        ApiProblem: 404 without such a finished case, 409 where it has changed since.
    """
    content_now = content_reader(store, case_id)
    with store.database.writing() as connection:
        # First, so that whoever corrects the case at the same time waits here, or we for them. It also tells
        # the pages that show the case.
        if not change_case(connection, case_id):
            raise case_not_found()
        present = content_now(connection)
        if present != read:
            raise _changed_since(connection, case_id, read, present)
        at_utc = now_utc()
        written = signatures.insert().values(
            case_id=case_id,
            at_utc=at_utc,
            actor=actor,
            name=name,
            comment=comment,
            content=present.token,
        )
        number = int(connection.execute(written.returning(signatures.c.id)).scalar_one())
        record_action(connection, actor, SIGNED, case_id)
    return Signature(number, at_utc, name, comment)


def _changed_since(
    connection: Connection, case_id: str, read: ReportContent, present: ReportContent
) -> ApiProblem:
    last = last_change_utc(connection, case_id)
    corrected = "" if last is None else f" (last on {day_and_time(last)})"
    changes = [
        told_change(part) + (corrected if part == ContentPart.CELLS else "")
        for part in read.changed_to(present)
    ]
    return ApiProblem(
        HTTPStatus.CONFLICT,
        "report_changed",
        f"Since you read this report, {listed(changes or [CHANGED])}. Read it again, then sign.",
    )
