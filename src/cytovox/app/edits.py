"""What reviewers said of a case's cells, as rows of the database."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from cytovox.app.case_rows import now_utc
from cytovox.app.tables import audit, edits
from cytovox.domain.review import Edit
from cytovox.domain.reviewed import EditKind

CORRECTED = "corrected"
UNDID = "undid"
REDID = "redid"
ACTIONS = (CORRECTED, UNDID, REDID)
"""Lines of the audit trail that reviews write; their number is the revision of a review."""


@dataclass(frozen=True, slots=True)
class StoredEdit:
    """One thing that a reviewer did, as it is kept.

    Attributes:
        id: Grows with time.
        at_utc: ISO 8601 time, UTC.
        edit: What was done.
        undone: Whether the reviewer took it back; it can then be done again.
    """

    id: int
    at_utc: str
    edit: Edit
    undone: bool


def edits_of(connection: Connection, case_id: str) -> list[StoredEdit]:
    """All edits of a case in order, undone ones included."""
    query = sa.select(edits).where(edits.c.case_id == case_id).order_by(edits.c.id)
    return [_stored(row) for row in connection.execute(query)]


def active(stored: list[StoredEdit], reviewer: str | None = None) -> list[Edit]:
    """The edits that stand, in order.

    Args:
        stored: Of a case.
        reviewer: Whose; None for everybody's.
    """
    return [s.edit for s in stored if not s.undone and reviewer in {None, s.edit.reviewer}]


def add_edit(connection: Connection, case_id: str, edit: Edit) -> None:
    """Writes an edit; what its reviewer had undone before cannot be done again any more."""
    content: dict[str, Any] = {} if edit.label is None else {"label": edit.label}
    if edit.polygon is not None:
        content["polygon"] = [list(point) for point in edit.polygon]
    written = edits.insert().values(
        case_id=case_id,
        reviewer=edit.reviewer,
        at_utc=now_utc(),
        kind=edit.kind.value,
        cell_id=edit.cell_id,
        content=content,
        undone=False,
    )
    number = connection.execute(written.returning(edits.c.id)).scalar_one()
    # Only now: SQLite gives the id of the last row again where that is gone.
    connection.execute(
        edits.delete().where(
            edits.c.case_id == case_id,
            edits.c.reviewer == edit.reviewer,
            edits.c.undone,
            edits.c.id < number,
        )
    )


def last_done(stored: list[StoredEdit], reviewer: str) -> StoredEdit | None:
    """The reviewer's last edit that stands."""
    own = [s for s in stored if s.edit.reviewer == reviewer and not s.undone]
    return own[-1] if own else None


def first_undone(stored: list[StoredEdit], reviewer: str) -> StoredEdit | None:
    """The reviewer's edit that was undone last, and so is the first to be done again."""
    own = [s for s in stored if s.edit.reviewer == reviewer and s.undone]
    return own[0] if own else None


def set_undone(connection: Connection, stored: StoredEdit, *, undone: bool) -> None:
    """Takes an edit back, or does it again."""
    connection.execute(edits.update().where(edits.c.id == stored.id).values(undone=undone))


def revision_of(connection: Connection, case_id: str) -> int:
    """How often a case's review changed; it only ever grows."""
    changes = sa.select(sa.func.count()).where(audit.c.case_id == case_id, audit.c.action.in_(ACTIONS))
    return int(connection.execute(changes).scalar_one())


def last_change_utc(connection: Connection, case_id: str) -> str | None:
    """When a case's review changed last; None where it never did."""
    changes = (audit.c.case_id == case_id) & audit.c.action.in_(ACTIONS)
    found: str | None = connection.execute(sa.select(sa.func.max(audit.c.at_utc)).where(changes)).scalar_one()
    return found


def _stored(row: Row[Any]) -> StoredEdit:
    polygon = row.content.get("polygon")
    edit = Edit(
        EditKind(row.kind),
        row.reviewer,
        row.cell_id,
        row.content.get("label"),
        None if polygon is None else tuple((x, y) for x, y in polygon),
    )
    return StoredEdit(row.id, row.at_utc, edit, row.undone)
