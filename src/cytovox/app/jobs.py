"""The one worker thread that analyses cases, in the order in which they came."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus

from cytovox.app.cases import UNFINISHED, CaseProblem, CaseState, CellCounts
from cytovox.app.problems import ApiProblem
from cytovox.app.results import result_files
from cytovox.app.store import ORIGINAL, CaseStore
from cytovox.domain.errors import CytovoxError
from cytovox.domain.findings import SmearFindings
from cytovox.domain.image import SmearImage
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.io.smear import open_smear_bytes

Progress = Callable[[float, str], None]
Analyze = Callable[[SmearImage, Progress], SmearFindings]

ANALYSIS_SHARE = 0.9
"""Part of the progress bar that the analysis itself takes; the rest is writing the results."""

log = logging.getLogger("cytovox.app")


class Withdrawn(Exception):  # noqa: N818 - not an error: somebody deleted the case, or the server stops
    """Raised inside the analysis, from its progress callback, to end it."""


class CaseWorker:
    """Analyses queued cases one at a time.

    Args:
        store: Where the cases are.
        analyze: Picture and progress callback in, findings out.
        max_waiting: How many cases may wait.
    """

    def __init__(self, store: CaseStore, analyze: Analyze, *, max_waiting: int) -> None:
        self._store = store
        self._analyze = analyze
        self._max_waiting = max_waiting
        self._waiting: deque[str] = deque()
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="cytovox-cases", daemon=True)

    def start(self) -> None:
        """Starts working, first on what an earlier run of the server left unfinished."""
        self._waiting.extend(case.id for case in reversed(self._store.all()) if case.state in UNFINISHED)
        self._thread.start()

    def check_room(self) -> None:
        """Raises an ApiProblem, 503, when the queue is full."""
        with self._changed:
            if len(self._waiting) >= self._max_waiting:
                raise ApiProblem(
                    HTTPStatus.SERVICE_UNAVAILABLE,
                    "queue_full",
                    f"{self._max_waiting} pictures are already waiting. Try again when some are done.",
                )

    def submit(self, case_id: str) -> None:
        """Puts a case at the end of the queue; raises an ApiProblem, 503, when it is full."""
        with self._changed:
            self.check_room()
            self._waiting.append(case_id)
            self._changed.notify()

    def withdraw(self, case_id: str) -> None:
        """Takes a case out of the queue; once deleted, a running one ends at its next progress report."""
        with self._changed, suppress(ValueError):
            self._waiting.remove(case_id)

    def close(self, *, timeout_s: float = 30.0) -> None:
        """Ends the running analysis at its next progress report and waits for the thread.

        What was not finished stays "queued" in the store, for the next start.
        """
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while (case_id := self._next()) is not None:
            try:
                self._work_on(case_id)
            except Withdrawn:
                continue
            except CytovoxError as error:
                self._fail(case_id, CaseProblem("analysis_failed", str(error)))
            except Exception:
                log.exception("case %s failed", case_id)
                self._fail(
                    case_id, CaseProblem("internal_error", "The analysis stopped with an unexpected error.")
                )

    def _next(self) -> str | None:
        with self._changed:
            while not self._waiting and not self._stopping:
                self._changed.wait()
            return None if self._stopping else self._waiting.popleft()

    def _work_on(self, case_id: str) -> None:
        def report(fraction: float, step: str) -> None:
            progress = min(max(fraction, 0.0), 1.0)
            if self._stopping or self._store.update(case_id, progress=progress, step=step) is None:
                raise Withdrawn

        case = self._store.update(case_id, state=CaseState.RUNNING, step="reading the picture", problem=None)
        if case is None:
            raise Withdrawn
        image = open_smear_bytes(self._store.read(case_id, ORIGINAL), case.name, mpp_um=case.mpp_um)
        findings = self._analyze(image, lambda fraction, step: report(fraction * ANALYSIS_SHARE, step))
        report(ANALYSIS_SHARE, "writing the results")
        for name, data in result_files(image, findings).items():
            report(ANALYSIS_SHARE, "writing the results")
            self._store.write(case_id, name, data)
        counts = coarse_counts(findings.counts)
        self._store.update(case_id, state=CaseState.DONE, progress=1.0, step="done", counts=counts)

    def _fail(self, case_id: str, problem: CaseProblem) -> None:
        self._store.update(case_id, state=CaseState.FAILED, step="failed", problem=problem)


def coarse_counts(counts: Mapping[str, int]) -> CellCounts:
    """Counts of fine classes summed to red cells, white cells, platelets and unidentified cells."""
    taxonomy = load_taxonomy("blood")
    total = dict.fromkeys(("red_cell", "white_cell", "platelet", "unidentified"), 0)
    for key, count in counts.items():
        coarse = taxonomy.lineage(key)[-1]
        if coarse in total:
            total[coarse] += count
    return CellCounts(*total.values())
