"""The queue of analyses: rows of the database that workers take on lease, so that a crash loses none.

A worker renews its lease while it lives. A job whose lease has run out, or whose worker is known to be dead,
is queued again until its attempts are used up. Whoever was served longest ago, or never, comes first.
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cytovox.app.case_rows import change_case, record_files
from cytovox.app.cases import CaseProblem, CaseState, CellCounts
from cytovox.app.database import Database
from cytovox.app.problems import ApiProblem
from cytovox.app.scan_rows import ScanRow, record_scan
from cytovox.app.tables import jobs

LEASE_S = 30.0
RENEWED_EVERY_S = 5.0
MOST_ATTEMPTS = 3

QUEUED, RUNNING, ENDED = "queued", "running", "ended"

CRASHED = CaseProblem(
    "analysis_crashed",
    f"The analysis was cut off {MOST_ATTEMPTS} times before its end, perhaps for want of memory. Try a "
    "smaller part of the picture.",
)
CANCELLED = CaseProblem("cancelled", "The analysis was cancelled.")


class LeaseLost(Exception):  # noqa: N818 - not an error: the case was deleted or cancelled, or is another's now
    """Raised to a worker that goes on with a job that is no longer its own."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job on lease.

    Attributes:
        id: Row of the table.
        case_id: The case to analyse.
        kind: Which analysis.
        lease: Shows that the job is still this worker's.
    """

    id: int
    case_id: str
    kind: str
    lease: str


class JobQueue:
    """Jobs of all servers and workers of one database.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self) -> int:
        """How many jobs wait for a worker."""
        with self._database.reading() as connection:
            return count_waiting(connection)

    def claim(self, worker: str) -> Job | None:
        """The next job, now running and on lease to this worker; None where none waits.

        Args:
            worker: Its name.
        """
        if self.waiting() == 0:  # a look that takes no lock
            return None
        with self._database.writing() as connection:
            row = connection.execute(_next_in_turn()).one_or_none()
            if row is None:
                return None
            lease = secrets.token_hex(16)
            now = time.time()
            values = {"state": RUNNING, "worker": worker, "lease": lease, "lease_until": now + LEASE_S}
            connection.execute(
                jobs.update()
                .where(jobs.c.id == row.id)
                .values(attempts=jobs.c.attempts + 1, started_at=now, **values)
            )
            change_case(
                connection,
                row.case_id,
                state=CaseState.RUNNING,
                progress=0.0,
                step="reading the picture",
                problem=None,
            )
        return Job(row.id, row.case_id, row.kind, lease)

    def renew(self, job: Job) -> bool:
        """Whether the job is still on this lease, which then lasts anew."""
        with self._database.writing() as connection:
            return _renewed(connection, job)

    def report(self, job: Job, progress: float, step: str) -> None:
        """Notes how far a job is.

        Raises:
            LeaseLost: It is no longer this worker's.
        """
        with self._database.writing() as connection:
            if not _renewed(connection, job):
                raise LeaseLost
            change_case(connection, job.case_id, progress=progress, step=step)

    def finish(
        self,
        job: Job,
        hashes: Mapping[str, str],
        counts: CellCounts | None,
        scan: ScanRow | None = None,
    ) -> None:
        """Keeps the results of a job and its case as done, both or neither.

        Args:
            job: On lease to this worker.
            hashes: Of the result files, by name; their bytes are kept already.
            counts: What was found.
            scan: What a time line needs of a stack.

        Raises:
            LeaseLost: The job is no longer this worker's.
        """
        with self._database.writing() as connection:
            _end(connection, job)
            record_files(connection, job.case_id, hashes)
            if scan is not None:
                record_scan(connection, job.case_id, scan)
            change_case(
                connection, job.case_id, state=CaseState.DONE, progress=1.0, step="done", counts=counts
            )

    def fail(self, job: Job, problem: CaseProblem) -> None:
        """Notes that a case cannot be analysed; trying again would not help.

        Raises:
            LeaseLost: The job is no longer this worker's.
        """
        with self._database.writing() as connection:
            _end(connection, job)
            change_case(connection, job.case_id, state=CaseState.FAILED, step="failed", problem=problem)

    def hand_back(self, job: Job) -> None:
        """Queues a job again that its worker cannot finish now; this was no attempt."""
        with self._database.writing() as connection:
            if _renewed(connection, job):
                connection.execute(
                    jobs.update().where(jobs.c.id == job.id).values(attempts=jobs.c.attempts - 1)
                )
                _queue_again(connection, job.id, job.case_id)

    def take_from(self, worker: str) -> int:
        """How many jobs a dead worker had; they are queued again, or fail where that was the last attempt."""
        return self._recover(jobs.c.worker == worker)

    def recover(self, *, all_leases: bool = False) -> int:
        """How many jobs had a lease that ran out; they are queued again, or fail.

        Args:
            all_leases: Whether no lease counts, for no worker can be alive.
        """
        return self._recover(sa.true() if all_leases else jobs.c.lease_until < time.time())

    def _recover(self, which: sa.ColumnElement[bool]) -> int:
        running = sa.select(jobs.c.id, jobs.c.case_id, jobs.c.attempts).where(jobs.c.state == RUNNING, which)
        with self._database.reading() as connection:
            if connection.execute(running.limit(1)).first() is None:
                return 0
        with self._database.writing() as connection:
            lost = connection.execute(running.with_for_update(skip_locked=True)).all()
            for job_id, case_id, attempts in lost:
                if attempts < MOST_ATTEMPTS:
                    _queue_again(connection, job_id, case_id)
                else:
                    connection.execute(jobs.update().where(jobs.c.id == job_id).values(**_ENDED))
                    change_case(connection, case_id, state=CaseState.FAILED, step="failed", problem=CRASHED)
        return len(lost)


_ENDED: dict[str, Any] = {"state": ENDED, "lease": None, "lease_until": None}


def count_waiting(connection: Connection) -> int:
    """How many jobs wait for a worker."""
    query = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.state == QUEUED)
    return connection.execute(query).scalar_one()


def add_job(connection: Connection, case_id: str, kind: str, asker: str, *, max_waiting: int) -> None:
    """Queues the analysis of a case.

    Raises:
        ApiProblem: 503 when as many wait as may.
    """
    if count_waiting(connection) >= max_waiting:
        raise queue_full(max_waiting)
    connection.execute(
        jobs.insert().values(
            case_id=case_id, kind=kind, asker=asker, state=QUEUED, attempts=0, queued_at=time.time()
        )
    )


def end_jobs(connection: Connection, case_id: str) -> bool:
    """Takes a case's jobs from the queue and from their workers; returns whether there were any."""
    unended = (jobs.c.case_id == case_id) & (jobs.c.state != ENDED)
    return connection.execute(jobs.update().where(unended).values(**_ENDED)).rowcount > 0


def queue_full(max_waiting: int) -> ApiProblem:
    """The answer where no more can wait."""
    return ApiProblem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "queue_full",
        f"{max_waiting} pictures are already waiting. Try again when some are done.",
    )


def _next_in_turn() -> sa.Select[Any]:
    others = jobs.alias("others")
    served = (
        sa.select(sa.func.max(others.c.started_at))
        .where(others.c.asker == jobs.c.asker)
        .scalar_subquery()
        .correlate(jobs)
    )
    return (
        sa.select(jobs.c.id, jobs.c.case_id, jobs.c.kind)
        .where(jobs.c.state == QUEUED)
        .order_by(sa.func.coalesce(served, 0.0), jobs.c.queued_at, jobs.c.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=jobs)
    )


def _renewed(connection: Connection, job: Job) -> bool:
    own = (jobs.c.id == job.id) & (jobs.c.lease == job.lease) & (jobs.c.state == RUNNING)
    renewed = jobs.update().where(own).values(lease_until=time.time() + LEASE_S)
    return connection.execute(renewed).rowcount == 1


def _end(connection: Connection, job: Job) -> None:
    if not _renewed(connection, job):
        raise LeaseLost
    connection.execute(jobs.update().where(jobs.c.id == job.id).values(**_ENDED))


def _queue_again(connection: Connection, job_id: int, case_id: str) -> None:
    values = {"state": QUEUED, "worker": None, "lease": None, "lease_until": None}
    connection.execute(jobs.update().where(jobs.c.id == job_id).values(**values))
    change_case(connection, case_id, state=CaseState.QUEUED, progress=0.0, step="waiting")
