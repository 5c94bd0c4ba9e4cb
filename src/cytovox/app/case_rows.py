"""Cases as rows of the database, and rows as cases."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from cytovox.app.cases import Case, CaseKind, CaseProblem, CaseState, CellCounts, Material
from cytovox.app.tables import audit, case_tags, cases, files

_PLAIN = ("id", "owner", "name", "created_utc", "width", "height", "mpp_um", "sample", "picture_media_type",
          "progress", "step", "subject", "specimen", "collected_on")  # fmt: skip


def insert_case(connection: Connection, case: Case, hashes: Mapping[str, str]) -> None:
    """Writes a new case, its tags and the hashes of its files."""
    connection.execute(cases.insert().values(changed_at=time.time(), **_columns(asdict(case))))
    replace_tags(connection, case.id, case.tags)
    record_files(connection, case.id, hashes)


def change_case(connection: Connection, case_id: str, **changes: Any) -> bool:
    """Writes fields of a case; returns whether there is such a case that is not deleted."""
    tags = changes.pop("tags", None)
    values = _columns(changes) | {"changed_at": time.time()}
    where = (cases.c.id == case_id) & cases.c.deleted_at.is_(None)
    found = connection.execute(cases.update().where(where).values(**values)).rowcount == 1
    if found and tags is not None:
        replace_tags(connection, case_id, tags)
    return found


def select_cases(connection: Connection, query: sa.Select[Any]) -> list[Case]:
    """The cases of a query for whole rows of the table `cases`, in its order."""
    rows = connection.execute(query).all()
    tags = _tags_of(connection, [row.id for row in rows])
    return [_case(row, tags.get(row.id, ())) for row in rows]


def replace_tags(connection: Connection, case_id: str, tags: Sequence[str]) -> None:
    """Gives a case these tags and no others."""
    connection.execute(case_tags.delete().where(case_tags.c.case_id == case_id))
    if tags:
        connection.execute(
            case_tags.insert(),
            [{"case_id": case_id, "tag_key": folded(tag), "tag": tag} for tag in tags],
        )


def record_files(connection: Connection, case_id: str, hashes: Mapping[str, str]) -> None:
    """Notes which bytes a case's files have; what was kept under these names before goes."""
    if not hashes:
        return
    connection.execute(files.delete().where((files.c.case_id == case_id) & files.c.name.in_(hashes)))
    connection.execute(
        files.insert(),
        [{"case_id": case_id, "name": name, "sha256": digest} for name, digest in hashes.items()],
    )


def record_action(
    connection: Connection, actor: str, action: str, case_id: str, fields: Sequence[str] = ()
) -> None:
    """Adds a line to the audit trail."""
    connection.execute(
        audit.insert().values(
            at_utc=now_utc(), actor=actor, action=action, case_id=case_id, fields=" ".join(sorted(fields))
        )
    )


def folded(text: str) -> str:
    """Text as it is searched: in folded case."""
    return text.casefold()


def now_utc() -> str:
    """Current time as ISO 8601, UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    columns = {name: value for name, value in values.items() if name != "tags"}
    if "name" in columns:
        columns["name_key"] = folded(columns["name"])
    for name in ("problem", "counts"):
        if isinstance(columns.get(name), CaseProblem | CellCounts):
            columns[name] = asdict(columns[name])
    return columns


def _tags_of(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    # A few hundred at a time: SQLite takes 32,766 parameters, PostgreSQL's protocol 65,535.
    for start in range(0, len(ids), 500):
        query = (
            sa.select(case_tags.c.case_id, case_tags.c.tag)
            .where(case_tags.c.case_id.in_(ids[start : start + 500]))
            .order_by(case_tags.c.tag_key)
        )
        for case_id, tag in connection.execute(query):
            found[case_id] = (*found.get(case_id, ()), tag)
    return found


def _case(row: Row[Any], tags: tuple[str, ...]) -> Case:
    return Case(
        **{name: getattr(row, name) for name in _PLAIN},
        kind=CaseKind(row.kind),
        material=Material(row.material),
        state=CaseState(row.state),
        problem=None if row.problem is None else CaseProblem(**row.problem),
        counts=None if row.counts is None else CellCounts(**row.counts),
        tags=tags,
    )
