"""Changes of cases, told to whoever listens, as server-sent events (HTML standard, section 9.2)."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from cytovox.app.case_rows import select_cases
from cytovox.app.cases import Case
from cytovox.app.database import Database
from cytovox.app.schemas import case_document
from cytovox.app.tables import cases

LOOKS_EVERY_S = 0.25
OVERLAP_S = 10.0
"""How much later than its own time a change may become visible: long transactions, and clocks that differ."""
STILL_HERE_S = 15.0
RETRY_MS = 2000

log = logging.getLogger("cytovox.app")


class Listener:
    """One open stream; it holds each changed case once, so that a slow reader costs no memory.

    Args:
        case_id: The only case of interest, or None for all.
    """

    def __init__(self, case_id: str | None) -> None:
        self._case_id = case_id
        self._changed: dict[str, Case | None] = {}
        self._news = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._over = False

    def tell(self, case_id: str, case: Case | None) -> None:
        """Hands over a changed case, None for a deleted one; from any thread."""
        if self._case_id in {None, case_id}:
            self._loop.call_soon_threadsafe(self._take, case_id, case)

    def begin_with(self, case: Case) -> None:
        """Puts a case first, unless there is newer news of it; from the stream's own thread."""
        self._changed.setdefault(case.id, case)
        self._news.set()

    def end(self) -> None:
        """Ends the stream; from any thread."""
        self._loop.call_soon_threadsafe(self._finish)

    async def lines(self) -> AsyncIterator[str]:
        """Text of the stream."""
        yield f"retry: {RETRY_MS}\n\n"
        while not self._over:
            try:
                await asyncio.wait_for(self._news.wait(), STILL_HERE_S)
            except TimeoutError:
                yield ": still here\n\n"  # also how a stream whose reader has gone is noticed
            self._news.clear()
            while self._changed:
                case_id = next(iter(self._changed))
                yield event_text(case_id, self._changed.pop(case_id))

    def _take(self, case_id: str, case: Case | None) -> None:
        self._changed[case_id] = case
        self._news.set()

    def _finish(self) -> None:
        self._over = True
        self._news.set()


class CaseEvents:
    """Watches the database, where workers of any process write, while somebody listens.

    Args:
        database: Where cases are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._listeners: set[Listener] = set()
        self._closed = False
        self._watching = False

    async def stream(self, case_id: str | None, now: Callable[[], Sequence[Case]]) -> AsyncIterator[str]:
        """A stream's text: how things are now, and then each change.

        Args:
            case_id: The only case of interest, or None for all.
            now: Reads the cases to begin with.
        """
        listener = Listener(case_id)
        if not self._add(listener):
            return
        try:
            for case in await asyncio.to_thread(now):
                listener.begin_with(case)
            async for text in listener.lines():
                yield text
        finally:
            with self._lock:
                self._listeners.discard(listener)

    def close(self) -> None:
        """Ends all streams: a server waits for them before it stops."""
        with self._lock:
            self._closed = True
            listeners = list(self._listeners)
        for listener in listeners:
            listener.end()

    def _add(self, listener: Listener) -> bool:
        with self._lock:
            if self._closed:
                return False
            self._listeners.add(listener)
            if not self._watching:
                self._watching = True
                threading.Thread(target=self._watch, name="cytovox-events", daemon=True).start()
            return True

    def _watch(self) -> None:
        known: dict[str, float] = {}
        since = time.time() - OVERLAP_S
        while True:
            with self._lock:
                if self._closed or not self._listeners:
                    self._watching = False
                    return
            try:
                known, since = self._tell_news(known, since)
            except SQLAlchemyError:
                log.exception("changes of cases could not be read")
            time.sleep(LOOKS_EVERY_S)

    def _tell_news(self, known: dict[str, float], since: float) -> tuple[dict[str, float], float]:
        recent = cases.c.changed_at > since
        with self._database.reading() as connection:
            rows = connection.execute(
                sa.select(cases.c.id, cases.c.changed_at, cases.c.deleted_at).where(recent)
            ).all()
            news = [row for row in rows if known.get(row.id) != row.changed_at]
            wanted = sa.select(cases).where(cases.c.id.in_([row.id for row in news]))
            found = {case.id: case for case in select_cases(connection, wanted)} if news else {}
        # Asked for after the reading: whoever began to listen meanwhile may have read the case before that.
        with self._lock:
            listeners = list(self._listeners)
        for row in news:
            told = found.get(row.id) if row.deleted_at is None else None
            for listener in listeners:
                listener.tell(row.id, told)
        latest = max((row.changed_at for row in rows), default=since + OVERLAP_S)
        return {row.id: row.changed_at for row in rows}, latest - OVERLAP_S


def event_text(case_id: str, case: Case | None) -> str:
    """One event: `case` with the case as JSON, or `deleted` with its id."""
    if case is None:
        return f'event: deleted\ndata: {{"id": "{case_id}"}}\n\n'
    return f"event: case\ndata: {case_document(case).model_dump_json()}\n\n"
