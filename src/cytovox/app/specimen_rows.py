"""Pictures of one smear, and smears and scans of one person, as rows of the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cytovox.app.case_rows import select_cases
from cytovox.app.cases import Case, CaseKind, CaseState
from cytovox.app.database import Database
from cytovox.app.store import ORIGINAL
from cytovox.app.tables import cases, edits, files, scans

_SMEARS = (cases.c.kind == CaseKind.SMEAR.value) & cases.c.deleted_at.is_(None)


@dataclass(frozen=True, slots=True)
class SpecimenRow:
    """A smear that pictures were said to show.

    Attributes:
        key: What people call it.
        cases: Pictures of it.
        finished: Those whose analysis is done.
    """

    key: str
    cases: int
    finished: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A smear case among others.

    Attributes:
        case: The case.
        original_sha256: Of the bytes that were uploaded.
        reviewed: Whether a person corrected or confirmed a cell of it.
    """

    case: Case
    original_sha256: str
    reviewed: bool


def all_specimens(database: Database) -> list[SpecimenRow]:
    """Every smear that has a key, in the order of their keys."""
    done = sa.func.sum(sa.case((cases.c.state == CaseState.DONE.value, 1), else_=0))
    query = (
        sa.select(cases.c.specimen, sa.func.count(), done)
        .where(_SMEARS, cases.c.specimen.is_not(None))
        .group_by(cases.c.specimen)
    )
    with database.reading() as connection:
        found = [SpecimenRow(str(key), int(all_), int(done)) for key, all_, done in connection.execute(query)]
    # The two databases sort text differently.
    return sorted(found, key=lambda row: (row.key.casefold(), row.key))


def pictures_of_specimen(database: Database, key: str) -> list[Picture]:
    """The pictures of a smear, first uploaded first.

    Args:
        database: Where cases are.
        key: What people call the smear.
    """
    return _pictures(database, cases.c.specimen == key)


def pictures_of_subject(database: Database, key: str) -> list[Picture]:
    """The pictures of all smears of a person, first uploaded first.

    Args:
        database: Where cases are.
        key: Pseudonym of the person.
    """
    return _pictures(database, cases.c.subject == key)


def scans_of_subject(database: Database, key: str) -> list[Case]:
    """The stacks of a person, by what people typed or by the pseudonym that the archive gave; oldest first.

    Args:
        database: Where cases are.
        key: Pseudonym of the person.
    """
    own = sa.select(scans.c.case_id).where(scans.c.subject == key)
    query = (
        sa.select(cases)
        .where(cases.c.kind == CaseKind.VOLUME.value, cases.c.deleted_at.is_(None))
        .where((cases.c.subject == key) | cases.c.id.in_(own))
        .order_by(cases.c.created_utc, cases.c.id)
    )
    with database.reading() as connection:
        return select_cases(connection, query)


def _pictures(database: Database, which: sa.ColumnElement[bool]) -> list[Picture]:
    query = sa.select(cases).where(_SMEARS, which).order_by(cases.c.created_utc, cases.c.id)
    chosen = sa.select(cases.c.id).where(_SMEARS, which)
    with database.reading() as connection:
        found = select_cases(connection, query)
        originals = _originals(connection, chosen)
        reviewed = set(
            connection.execute(
                sa.select(edits.c.case_id).where(edits.c.case_id.in_(chosen), ~edits.c.undone).distinct()
            ).scalars()
        )
    return [Picture(case, originals[case.id], case.id in reviewed) for case in found]


def _originals(connection: Connection, chosen: sa.Select[Any]) -> Mapping[str, str]:
    query = sa.select(files.c.case_id, files.c.sha256).where(
        files.c.name == ORIGINAL, files.c.case_id.in_(chosen)
    )
    return {row.case_id: row.sha256 for row in connection.execute(query)}
