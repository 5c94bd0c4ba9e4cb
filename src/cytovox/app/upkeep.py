"""What a server does on the side: recovers jobs of dead workers, forgets deleted cases, frees storage."""

import logging
import threading
import time

from sqlalchemy.exc import SQLAlchemyError

from cytovox.app.job_queue import JobQueue
from cytovox.app.store import CaseStore

RECOVERS_EVERY_S = 2.0
COLLECTS_EVERY_S = 60.0

log = logging.getLogger("cytovox.app")


class Upkeep:
    """A thread that keeps the store in order.

    Args:
        store: Where cases are.
        undo_h: Hours for which a deleted case can be restored.
    """

    def __init__(self, store: CaseStore, *, undo_h: float) -> None:
        self._store = store
        self._queue = JobQueue(store.database)
        self._undo_s = undo_h * 3600
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cytovox-upkeep", daemon=True)

    def start(self) -> None:
        """Begins, first with what an earlier run of the server left behind."""
        # Only this server uses a database file, and its earlier workers ended with it.
        self._queue.recover(all_leases=self._store.database.is_sqlite)
        self._thread.start()

    def close(self) -> None:
        """Ends after what is being done."""
        self._closing.set()
        self._thread.join(10)

    def _run(self) -> None:
        collect_at = 0.0
        self._store.blobs.tidy()
        while not self._closing.is_set():
            try:
                self._queue.recover()
                if time.monotonic() >= collect_at:
                    self.collect()
                    collect_at = time.monotonic() + COLLECTS_EVERY_S
            except (SQLAlchemyError, OSError):
                log.exception("upkeep failed and is tried again")
            self._closing.wait(RECOVERS_EVERY_S)

    def collect(self) -> None:
        """Forgets cases whose time for undoing is over, and frees what nothing refers to."""
        self._store.purge(deleted_before=time.time() - self._undo_s)
        self._store.blobs.collect()
