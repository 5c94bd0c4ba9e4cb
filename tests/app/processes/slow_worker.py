"""A worker whose analyses are slow, or end their process, as the name of the picture says."""

import os
import signal
import time
from pathlib import Path

from cytovox.app.cases import Case, CellCounts
from cytovox.app.jobs import JobResult
from cytovox.app.worker import main

STEPS = 10


def slow_job(case: Case, read, progress) -> JobResult:
    original = read("original")
    note_process(case)
    for step in range(STEPS):
        progress(step / STEPS, "looking for cells")
        time.sleep(0.02)
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
    main({"smear": slow_job})
