"""A worker: takes jobs from the queue one at a time, and does them.

`python -m cytovox.app.worker` is a worker in a process of its own. The server that starts it writes its
settings to its standard input, and keeps that open: the worker ends when it closes, however the server ended.
"""

import contextlib
import json
import logging
import os
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from sqlalchemy.exc import SQLAlchemyError

from cytovox.app.case_files import CaseFiles
from cytovox.app.cases import Case, CaseKind, CaseProblem
from cytovox.app.job_queue import RENEWED_EVERY_S, Job, JobQueue, LeaseLost
from cytovox.app.jobs import JOB_KINDS, JobFunction
from cytovox.app.opening import open_store
from cytovox.app.problems import ApiProblem
from cytovox.app.settings import Settings
from cytovox.app.store import CaseStore
from cytovox.domain.errors import CytovoxError

LOOKS_EVERY_S = 0.2
REPORTS_EVERY_S = 0.2
STOPS_WITHIN_S = 10.0
RESTS_AFTER_DATABASE_ERROR_S = 2.0
NICENESS = 5
"""Pages come before analyses on a busy machine."""

log = logging.getLogger("cytovox.app")


class Stopped(Exception):  # noqa: N818 - not an error: the worker is told to end
    """Raised inside an analysis, from its progress callback, to end it."""


class Worker:
    """Does jobs until it is told to stop.

    Args:
        store: Where cases are.
        kinds: What is done with a case of each kind.
        name: Of this worker; no other has it.
    """

    def __init__(self, store: CaseStore, kinds: Mapping[str, JobFunction], *, name: str) -> None:
        self._store = store
        self._queue = JobQueue(store.database)
        self._kinds = kinds
        self._name = name
        self._stop = threading.Event()

    def run(self) -> None:
        """Takes and does jobs until `stop`."""
        while not self._stop.is_set():
            try:
                job = self._queue.claim(self._name)
                if job is None:
                    self._stop.wait(LOOKS_EVERY_S)
                else:
                    self._do(job)
            except SQLAlchemyError:
                log.exception("worker %s: the database does not answer", self._name)
                self._stop.wait(RESTS_AFTER_DATABASE_ERROR_S)

    def stop(self) -> None:
        """Ends the running analysis at its next progress report; its case goes back into the queue."""
        self._stop.set()

    def _do(self, job: Job) -> None:
        try:
            case = self._store.get(job.case_id)
            with _renewing(self._queue, job):
                self._finish(job, case)
        except Stopped:
            self._queue.hand_back(job)
        except LeaseLost:
            return
        except SQLAlchemyError:
            raise
        except CytovoxError as error:
            self._fail(job, CaseProblem("analysis_failed", str(error)))
        except ApiProblem as problem:
            self._fail(job, CaseProblem(problem.code, str(problem.detail)))
        except Exception as error:  # noqa: BLE001 - whatever an analysis raises, the next case must have its turn
            log.error("case %s failed\n%s", job.case_id, _trace_without(case, error))
            self._fail(job, CaseProblem("internal_error", "The analysis stopped with an unexpected error."))

    def _finish(self, job: Job, case: Case) -> None:
        report = _Reports(self._queue, job, self._stop)
        with tempfile.TemporaryDirectory(prefix="cytovox-") as scratch:
            result = self._kinds[job.kind](case, CaseFiles(self._store, case.id, Path(scratch)), report)
            hashes = self._store.keep(result.files)
        self._queue.finish(job, hashes, result.counts, result.scan)

    def _fail(self, job: Job, problem: CaseProblem) -> None:
        with contextlib.suppress(LeaseLost):
            self._queue.fail(job, problem)


class _Reports:
    """The progress callback of one job: passes on a few reports a second, and stops what should stop."""

    def __init__(self, queue: JobQueue, job: Job, stop: threading.Event) -> None:
        self._queue = queue
        self._job = job
        self._stop = stop
        self._next = 0.0
        self._step = ""

    def __call__(self, fraction: float, step: str) -> None:
        if self._stop.is_set():
            raise Stopped
        if step == self._step and time.monotonic() < self._next:
            return
        self._step = step
        self._queue.report(self._job, min(max(fraction, 0.0), 1.0), step)
        self._next = time.monotonic() + REPORTS_EVERY_S


class _renewing(contextlib.AbstractContextManager[None]):  # noqa: N801 - reads as a word in `with`
    """Keeps a job's lease while its analysis is silent."""

    def __init__(self, queue: JobQueue, job: Job) -> None:
        self._queue = queue
        self._job = job
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cytovox-lease", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(RENEWED_EVERY_S):
            with contextlib.suppress(SQLAlchemyError):
                if not self._queue.renew(self._job):
                    return


def _trace_without(case: Case, error: Exception) -> str:
    if case.kind is CaseKind.VOLUME:
        # What a library says of a scan may quote its header; where it said it is enough to find the fault.
        return f"{''.join(traceback.format_tb(error.__traceback__))}{type(error).__name__}"
    # A name that a person gave may be a patient's.
    return traceback.format_exc().replace(case.name, "(name)")


def settings_line(settings: Settings, worker: str) -> str:
    """What a server tells a worker, as one line of JSON."""
    values = {name: str(v) if isinstance(v, Path) else v for name, v in asdict(settings).items()}
    return json.dumps({"worker": worker, "settings": values}) + "\n"


def main(kinds: Mapping[str, JobFunction] = JOB_KINDS, orders: TextIO = sys.stdin) -> None:
    """A worker in this process, until `orders` end.

    Args:
        kinds: What is done with a case of each kind.
        orders: First line as of `settings_line`; the rest is not read.
    """
    logging.basicConfig(level=logging.WARNING)
    # Ctrl-C goes to the server too, which then tells its workers to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    first = json.loads(orders.readline())
    values = first["settings"]
    settings = Settings(**(values | {"data_folder": Path(values["data_folder"])}))
    worker = Worker(open_store(settings), kinds, name=first["worker"])
    threading.Thread(target=_stop_at_end, args=(orders, worker), daemon=True).start()
    worker.run()


def _stop_at_end(orders: TextIO, worker: Worker) -> None:
    orders.read()
    worker.stop()
    time.sleep(STOPS_WITHIN_S)
    os._exit(1)  # an analysis that reports nothing: its lease runs out, and another worker takes the case


if __name__ == "__main__":
    main()
