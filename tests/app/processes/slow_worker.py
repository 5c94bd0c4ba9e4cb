"""A worker whose analyses are slow, or end their process, as the name of the picture says."""

import os
import signal
import time
from pathlib import Path

from cytovox.app import job_queue
from cytovox.app.cases import Case, CellCounts
from cytovox.app.jobs import JobResult
from cytovox.app.worker import main

STEPS = 10
LEASE_S = 6.0
"""Much longer than an analysis; but a test need not wait half a minute for jobs of a killed worker."""


def slow_job(case: Case, read, progress) -> JobResult:
    original = read("original")
    note_process(case)
    for step in range(STEPS):
        progress(step / STEPS, "looking for cells")
        time.sleep(float(os.environ["STEP_S"]))
        if case.name == "crash.png" or (case.name == "crash-once.png" and attempts(case) == 1):
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    return JobResult({"findings.json": b"%d bytes" % len(original)}, CellCounts(1, 2, 3))


def note_process(case: Case) -> None:
    """Adds a line to a file that the test reads."""
    with Path(os.environ["NOTES"]).open("a") as notes:
        notes.write(f"{os.getpid()} {case.id}\n")


def attempts(case: Case) -> int:
    return Path(os.environ["NOTES"]).read_text().count(case.id)


if __name__ == "__main__":
    job_queue.LEASE_S = LEASE_S
    main({"smear": slow_job})
