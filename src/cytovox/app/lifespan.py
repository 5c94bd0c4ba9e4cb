"""What runs beside the requests for as long as the application is served."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from cytovox.app.events import CaseEvents
from cytovox.app.opening import OpenedStore
from cytovox.app.store import CaseStore
from cytovox.app.upkeep import Upkeep
from cytovox.app.workers import Workers


class Lifespan:
    """Starts and ends, with the application, its store, its workers, its upkeep and its event streams.

    Args:
        opened: The store; it is closed at the end.
        workers: Who does the jobs.
    """

    def __init__(self, opened: OpenedStore, workers: Workers) -> None:
        self.events = CaseEvents(opened.store.database)
        self._opened = opened
        self._workers = workers
        self._upkeep = Upkeep(opened.store, undo_h=opened.settings.undo_h)

    @property
    def store(self) -> CaseStore:
        """The cases."""
        return self._opened.store

    def close(self) -> None:
        """Closes the store of an application that was never served."""
        self._opened.close()

    @asynccontextmanager
    async def __call__(self, _app: FastAPI) -> AsyncIterator[None]:
        """The time between the application's start and its end."""
        with self._opened:
            self._upkeep.start()
            self._workers.start()
            yield
            self.events.close()
            self._workers.close()
            self._upkeep.close()
