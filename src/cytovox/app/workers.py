"""The workers of a server: processes, or one thread where the analysis is a function of this process."""

import logging
import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from cytovox.app.job_queue import JobQueue
from cytovox.app.jobs import JobFunction
from cytovox.app.settings import Settings
from cytovox.app.store import CaseStore
from cytovox.app.worker import STOPS_WITHIN_S, Worker, settings_line

COMMAND = (sys.executable, "-m", "cytovox.app.worker")
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0

log = logging.getLogger("cytovox.app")


class Workers(Protocol):
    """Whoever does the jobs."""

    def start(self) -> None:
        """Begins, without making the caller wait."""

    def close(self) -> None:
        """Ends what is running; unfinished cases go back into the queue."""


class WorkerThread:
    """One worker in a thread.

    Args:
        store: Where cases are.
        kinds: What is done with a case of each kind.
    """

    def __init__(self, store: CaseStore, kinds: Mapping[str, JobFunction]) -> None:
        self._worker = Worker(store, kinds, name=_new_name())
        self._thread = threading.Thread(target=self._worker.run, name="cytovox-worker", daemon=True)

    def start(self) -> None:
        """Begins to take jobs."""
        self._thread.start()

    def close(self) -> None:
        """Ends the running analysis at its next progress report."""
        self._worker.stop()
        self._thread.join(STOPS_WITHIN_S)


class WorkerProcesses:
    """Worker processes, each started anew when it ends before its time.

    Args:
        store: Where cases are.
        settings: With the data folder in use, and the number of workers.
        command: Starts a worker.
    """

    def __init__(self, store: CaseStore, settings: Settings, command: Sequence[str] = COMMAND) -> None:
        self._queue = JobQueue(store.database)
        self._settings = settings
        self._command = command
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._threads = [
            threading.Thread(target=self._keep_one, name=f"cytovox-worker-{number}", daemon=True)
            for number in range(settings.workers)
        ]

    def start(self) -> None:
        """Starts the processes."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Tells the processes to end, and waits; kills those that do not."""
        self._closing.set()
        with self._lock:
            running = list(self._running)
        for process in running:
            _close_orders(process)
        for thread in self._threads:
            thread.join(STOPS_WITHIN_S + 1)
        for process in running:
            if process.poll() is None:
                process.kill()

    def _keep_one(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._closing.is_set():
            name = _new_name()
            self._run_one(name)
            had_work = self._take_from(name)
            if self._closing.is_set():
                return
            # One that dies at once, again and again, must not take all of the machine.
            pause_s = FIRST_PAUSE_S if had_work else min(2 * pause_s, LONGEST_PAUSE_S)
            self._closing.wait(pause_s)

    def _run_one(self, name: str) -> None:
        process = subprocess.Popen(self._command, stdin=subprocess.PIPE, text=True)  # noqa: S603 - our own command
        with self._lock:
            self._running.add(process)
        try:
            assert process.stdin is not None  # noqa: S101 - for the type checker: it is a pipe
            process.stdin.write(settings_line(self._settings, name))
            process.stdin.flush()
        except OSError:
            log.warning("worker %s ended before it began", name)
        if self._closing.is_set():
            _close_orders(process)
        code = process.wait()
        with self._lock:
            self._running.discard(process)
        _close_orders(process)
        if not self._closing.is_set():
            log.warning("worker %s ended with code %d and is started anew", name, code)

    def _take_from(self, name: str) -> bool:
        try:
            return self._queue.take_from(name) > 0
        except SQLAlchemyError:
            log.exception("the jobs of worker %s stay until its lease runs out", name)
            return False


def _close_orders(process: subprocess.Popen[str]) -> None:
    try:
        if process.stdin is not None:
            process.stdin.close()
    except OSError:
        return


def _new_name() -> str:
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
