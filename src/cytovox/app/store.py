"""Where cases live: rows in a database, and their files as content-addressed bytes beside it.

Files come first, and a case's row with the names and hashes of its files and its job in one transaction after
them: whatever is killed when, a case is wholly there or not at all.
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cytovox.app.blobs import BlobStore
from cytovox.app.case_rows import (
    change_case,
    folded,
    insert_case,
    record_action,
    record_files,
    select_cases,
)
from cytovox.app.cases import UNFINISHED, Case, CaseKind, CaseState
from cytovox.app.database import Database
from cytovox.app.job_queue import CANCELLED, add_job, count_waiting, end_jobs, queue_full
from cytovox.app.problems import ApiProblem
from cytovox.app.tables import audit, case_tags, cases, files
from cytovox.io.browser_picture import BrowserPicture

ORIGINAL = "original"
PICTURE = "picture"
THUMBNAIL = "thumbnail.jpg"
NOBODY = ""
"""Actor of what the server does by itself."""

_UNDELETED = cases.c.deleted_at.is_(None)
_NEWEST_FIRST = (cases.c.created_utc.desc(), cases.c.id.desc())


@dataclass(frozen=True, slots=True)
class CaseQuery:
    """Which cases are wanted.

    Attributes:
        text: Part of the name, or of the pseudonym of the person or the smear, in any case; empty for all.
        tags: Each of which the case must have.
        limit: At most so many, or None for all.
        after: Id of the last case of the page before, or None for the first page.
        deleted: Whether those are wanted that were deleted and can still be restored.
        kind: Of which kind, or None for any.
    """

    text: str = ""
    tags: tuple[str, ...] = ()
    limit: int | None = None
    after: str | None = None
    deleted: bool = False
    kind: CaseKind | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """A line of the audit trail: who changed what, and when."""

    at_utc: str
    actor: str
    action: str
    fields: tuple[str, ...]


class CaseStore:
    """All cases, newest first; safe to use from several threads and processes.

    Args:
        database: Where cases are.
        blobs: Where their files are.
        max_cases: The oldest finished case makes room when a new one would be one too many.
        max_waiting: How many cases may wait for analysis.
        owned: Whether a new case belongs to who uploaded it: actors are accounts and not addresses.
    """

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        *,
        max_cases: int = 10_000,
        max_waiting: int = 2000,
        owned: bool = False,
    ) -> None:
        self.database = database
        self.blobs = blobs
        self._max_cases = max_cases
        self._max_waiting = max_waiting
        self._owned = owned

    def check_room(self) -> None:
        """Raises an ApiProblem, 503, when no more cases may wait."""
        with self.database.reading() as connection:
            if count_waiting(connection) >= self._max_waiting:
                raise queue_full(self._max_waiting)

    def add(self, case: Case, original: bytes, picture: BrowserPicture, *, actor: str = NOBODY) -> Case:
        """A new case, kept with its picture; its analysis is queued.

        Args:
            case: As it is to be kept.
            original: The uploaded bytes.
            picture: What a browser shows.
            actor: Who uploaded it: the queue is fair to each.

        Raises:
            ApiProblem: 503 when as many cases as may be kept are all unfinished, or as many as may wait do.
        """
        contents = {ORIGINAL: original, THUMBNAIL: picture.thumbnail}
        if picture.data is not original:
            contents[PICTURE] = picture.data
        return self.add_with_files(case, contents, actor=actor)

    def add_with_files(
        self,
        case: Case,
        contents: Mapping[str, bytes | Path],
        *,
        shared: Mapping[str, str] | None = None,
        actor: str = NOBODY,
    ) -> Case:
        """The same for a case of any kind: its files by name, as of `keep`.

        Args:
            case: As it is to be kept.
            contents: Its files by name.
            shared: Hashes by name of files that it has in common with a case that there is.
            actor: Who uploaded it.

        Raises:
            ApiProblem: As of `add`.
        """
        hashes = {**self.keep(contents), **(shared or {})}
        if self._owned and actor != NOBODY:
            case = replace(case, owner=actor)
        with self.database.writing() as connection:
            self._make_room(connection)
            insert_case(connection, case, hashes)
            if case.state in UNFINISHED:
                add_job(connection, case.id, case.kind, case.owner or actor, max_waiting=self._max_waiting)
            record_action(connection, actor, "created", case.id)
        return case

    def get(self, case_id: str) -> Case:
        """One case.

        Raises:
            ApiProblem: 404 when there is none of this id.
        """
        with self.database.reading() as connection:
            return _one(connection, (cases.c.id == case_id) & _UNDELETED)

    def knows(self, case_id: str) -> bool:
        """Whether there is a case of this id, or ever was one."""
        with self.database.reading() as connection:
            return bool(connection.execute(sa.exists().where(audit.c.case_id == case_id).select()).scalar())

    def all(self) -> list[Case]:
        """Every case, newest first."""
        return self.find(CaseQuery())

    def find(self, wanted: CaseQuery) -> list[Case]:
        """The cases that a query asks for, newest first.

        Raises:
            ApiProblem: 404 when the case to go on after is gone.
        """
        query = sa.select(cases).where(*_conditions(wanted)).order_by(*_NEWEST_FIRST).limit(wanted.limit)
        with self.database.reading() as connection:
            if wanted.after is not None:
                last = connection.execute(
                    sa.select(cases.c.created_utc, cases.c.id).where(cases.c.id == wanted.after)
                ).one_or_none()
                if last is None:
                    raise case_not_found()
                query = query.where(sa.tuple_(cases.c.created_utc, cases.c.id) < tuple(last))
            return select_cases(connection, query)

    def count(self, wanted: CaseQuery) -> int:
        """How many cases a query asks for on all its pages."""
        with self.database.reading() as connection:
            return int(connection.execute(_how_many(*_conditions(wanted))).scalar_one())

    def count_in_state(self, state: CaseState) -> int:
        """How many cases are in a state."""
        with self.database.reading() as connection:
            return int(connection.execute(_how_many(_UNDELETED, cases.c.state == state)).scalar_one())

    def tags(self) -> dict[str, int]:
        """How many cases have each tag, in the order of the alphabet."""
        query = (
            sa.select(sa.func.min(case_tags.c.tag), sa.func.count())
            .join(cases, cases.c.id == case_tags.c.case_id)
            .where(_UNDELETED)
            .group_by(case_tags.c.tag_key)
            .order_by(case_tags.c.tag_key)
        )
        with self.database.reading() as connection:
            return {str(tag): int(count) for tag, count in connection.execute(query)}

    def update(self, case_id: str, *, actor: str = NOBODY, **changes: Any) -> Case | None:
        """Changes fields of a case; returns it, or None when it has been deleted meanwhile."""
        with self.database.writing() as connection:
            if not change_case(connection, case_id, **changes):
                return None
            if actor != NOBODY:
                record_action(connection, actor, "changed", case_id, list(changes))
            return _one(connection, cases.c.id == case_id)

    def remove(self, case_id: str, *, actor: str = NOBODY) -> None:
        """Deletes a case, which can be restored for a while; its analysis stops.

        Raises:
            ApiProblem: 404 when there is none of this id.
        """
        with self.database.writing() as connection:
            if not change_case(connection, case_id, deleted_at=time.time()):
                raise case_not_found()
            end_jobs(connection, case_id)
            record_action(connection, actor, "deleted", case_id)

    def restore(self, case_id: str, *, actor: str = NOBODY) -> Case:
        """A deleted case, there again; its analysis is queued where it was not finished.

        Raises:
            ApiProblem: 404 when there is no deleted case of this id, 503 when no more cases may wait.
        """
        with self.database.writing() as connection:
            case = _one(connection, (cases.c.id == case_id) & ~_UNDELETED)
            connection.execute(cases.update().where(cases.c.id == case_id).values(deleted_at=None))
            record_action(connection, actor, "restored", case_id)
            if case.state not in UNFINISHED:
                change_case(connection, case_id)
                return case
            return self._queued_again(connection, case, actor)

    def cancel(self, case_id: str, *, actor: str = NOBODY) -> Case:
        """A case whose analysis no longer waits or runs; it counts as failed. A finished one stays as it is.

        Raises:
            ApiProblem: 404 when there is none of this id.
        """
        with self.database.writing() as connection:
            if not end_jobs(connection, case_id):
                return _one(connection, (cases.c.id == case_id) & _UNDELETED)
            change_case(connection, case_id, state=CaseState.FAILED, step="failed", problem=CANCELLED)
            record_action(connection, actor, "cancelled", case_id)
            return _one(connection, cases.c.id == case_id)

    def retry(self, case_id: str, *, actor: str = NOBODY) -> Case:
        """A failed case whose analysis is queued again.

        Raises:
            ApiProblem: 404 when there is none of this id, 409 when it has not failed, 503 when no more
                may wait.
        """
        with self.database.writing() as connection:
            case = _one(connection, (cases.c.id == case_id) & _UNDELETED)
            if case.state is not CaseState.FAILED:
                raise ApiProblem(
                    HTTPStatus.CONFLICT, "not_failed", "Only an analysis that failed can be tried again."
                )
            record_action(connection, actor, "retried", case_id)
            return self._queued_again(connection, case, actor)

    def purge(self, *, deleted_before: float) -> int:
        """How many cases were deleted before a time, in seconds, and are now gone for good."""
        with self.database.writing() as connection:
            old = (cases.c.deleted_at.is_not(None)) & (cases.c.deleted_at < deleted_before)
            gone = connection.execute(sa.select(cases.c.id).where(old)).scalars().all()
            for case_id in gone:
                _forget(connection, case_id)
        return len(gone)

    def history(self, case_id: str) -> list[Action]:
        """Who changed a case, oldest first.

        Raises:
            ApiProblem: 404 when there is none of this id.
        """
        self.get(case_id)
        query = sa.select(audit).where(audit.c.case_id == case_id).order_by(audit.c.id)
        with self.database.reading() as connection:
            return [
                Action(row.at_utc, row.actor, row.action, tuple(row.fields.split()))
                for row in connection.execute(query)
            ]

    def keep(self, contents: Mapping[str, bytes | Path]) -> dict[str, str]:
        """Hashes by name of files whose bytes are now kept; a case must refer to them soon.

        Args:
            contents: Bytes, or files that are moved here.
        """
        held = {name: content for name, content in contents.items() if isinstance(content, bytes)}
        hashes = dict(zip(held, self.blobs.keep(list(held.values())), strict=True))
        for name, content in contents.items():
            if isinstance(content, Path):
                hashes[name] = self.blobs.keep_file(content)
        return hashes

    def digest(self, case_id: str, file: str) -> str:
        """Hash of one of a case's files.

        Raises:
            ApiProblem: 404 when the case, or this file of it, is not there.
        """
        query = sa.select(files.c.sha256).where(files.c.case_id == case_id, files.c.name == file)
        with self.database.reading() as connection:
            _one(connection, (cases.c.id == case_id) & _UNDELETED)
            digest = connection.execute(query).scalar_one_or_none()
        if digest is None:
            raise file_not_found()
        return str(digest)

    def read(self, case_id: str, file: str) -> bytes:
        """Bytes of one of a case's files.

        Raises:
            ApiProblem: 404 when the case, or this file of it, is not there.
        """
        try:
            return self.blobs.read(self.digest(case_id, file))
        except FileNotFoundError:  # the case was purged in this moment
            raise file_not_found() from None

    def read_picture(self, case_id: str) -> bytes:
        """Bytes that a browser can show."""
        own = sa.exists().where(files.c.case_id == case_id, files.c.name == PICTURE).select()
        with self.database.reading() as connection:
            has_own = connection.execute(own).scalar_one()
        return self.read(case_id, PICTURE if has_own else ORIGINAL)

    def write(self, case_id: str, file: str, data: bytes) -> None:
        """Keeps a result; does nothing when the case has been deleted meanwhile."""
        hashes = self.keep({file: data})
        with self.database.writing() as connection:
            if change_case(connection, case_id):
                record_files(connection, case_id, hashes)

    def close(self) -> None:
        """Ends the connections to the database."""
        self.database.close()

    def _queued_again(self, connection: Connection, case: Case, actor: str) -> Case:
        add_job(connection, case.id, case.kind, case.owner or actor, max_waiting=self._max_waiting)
        change_case(connection, case.id, state=CaseState.QUEUED, progress=0.0, step="waiting", problem=None)
        return _one(connection, cases.c.id == case.id)

    def _make_room(self, connection: Connection) -> None:
        kept = int(connection.execute(_how_many(_UNDELETED)).scalar_one())
        excess = max(0, kept + 1 - self._max_cases)
        oldest = (
            sa.select(cases.c.id)
            .where(_UNDELETED, cases.c.state.not_in(UNFINISHED))
            .order_by(cases.c.created_utc, cases.c.id)
            .limit(excess)
        )
        finished = connection.execute(oldest).scalars().all()
        if excess > len(finished):
            raise ApiProblem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "too_many_cases",
                f"All {self._max_cases} cases that may be kept are still being worked on. Try again later.",
            )
        for case_id in finished:
            _forget(connection, case_id)


def new_case_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_hex(16)


def _one(connection: Connection, which: sa.ColumnElement[bool]) -> Case:
    found = select_cases(connection, sa.select(cases).where(which))
    if not found:
        raise case_not_found()
    return found[0]


def _how_many(*which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(cases).where(*which)


def case_not_found() -> ApiProblem:
    """The answer where there is no such case."""
    return ApiProblem(
        HTTPStatus.NOT_FOUND, "case_not_found", "There is no such case; it may have been deleted."
    )


def file_not_found() -> ApiProblem:
    """The answer where a case has no such file."""
    return ApiProblem(HTTPStatus.NOT_FOUND, "not_there", "The case does not have this file.")


def _forget(connection: Connection, case_id: str) -> None:
    # Tags, files and jobs go with their case; the bytes go when they are next collected.
    connection.execute(cases.delete().where(cases.c.id == case_id))
    record_action(connection, NOBODY, "purged", case_id)


def _conditions(wanted: CaseQuery) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [~_UNDELETED if wanted.deleted else _UNDELETED]
    if wanted.text:
        conditions.append(_mentions(wanted.text))
    if wanted.kind is not None:
        conditions.append(cases.c.kind == wanted.kind)
    for tag in wanted.tags:
        has_tag = sa.exists().where(case_tags.c.case_id == cases.c.id, case_tags.c.tag_key == folded(tag))
        conditions.append(has_tag)
    return conditions


def _mentions(text: str) -> sa.ColumnElement[bool]:
    # SQLite's lower() knows ASCII only: other letters of pseudonyms are found as they were written.
    pseudonyms = [column.icontains(text, autoescape=True) for column in (cases.c.subject, cases.c.specimen)]
    return sa.or_(cases.c.name_key.contains(folded(text), autoescape=True), *pseudonyms)
