"""The store that the settings ask for."""

import logging
import os
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from cytovox.app.blobs import BlobStore
from cytovox.app.database import Database
from cytovox.app.settings import Settings
from cytovox.app.store import CaseStore
from cytovox.app.takeover import take_over_folders
from cytovox.domain.errors import InputError

DATABASE = "cytovox.db"
BLOBS = "blobs"

log = logging.getLogger("cytovox.app")


class OpenedStore:
    """A case store and the places that it stands on; a context manager that closes it.

    Args:
        settings: Where cases are kept. Without a data folder they are in a temporary one.

    Attributes:
        store: The store, with what earlier versions kept taken over.
        settings: The same, with the data folder that is in use: what a worker needs to open the same store.

    Raises:
        InputError: A place cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        with ExitStack() as stack:
            folder = settings.data_folder
            if folder is None:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cytovox-")))
            self.settings = replace(settings, data_folder=folder)
            self.store = open_store(self.settings)
            stack.callback(self.store.close)
            if settings.data_folder is not None:
                taken = take_over_folders(folder, self.store)
                if taken:
                    log.warning("%d cases of an earlier version were taken over", taken)
            self._closing = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the store; a temporary folder goes."""
        self._closing.close()


def open_store(settings: Settings) -> CaseStore:
    """The store of a data folder, or of the database and the storage named beside or in place of it.

    Args:
        settings: With a data folder.

    Raises:
        InputError: The folder, the database or the storage cannot be used.
    """
    folder = settings.data_folder
    assert folder is not None  # noqa: S101 - for the type checker: OpenedStore sees to it
    database = open_database(settings)
    blobs = BlobStore(database, settings.storage_url or str(folder / BLOBS))
    return CaseStore(
        database,
        blobs,
        max_cases=settings.max_cases,
        max_waiting=settings.max_waiting,
        owned=settings.accounts,
    )


def open_database(settings: Settings) -> Database:
    """The database in a data folder, which is made where it is not there, or the one of the URL.

    Args:
        settings: With a data folder or the URL of a database.

    Raises:
        InputError: The folder or the database cannot be used.
    """
    folder = settings.data_folder
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"data folder {folder}: cannot be used, {error.strerror}") from error
        if not os.access(folder, os.W_OK):
            raise InputError(f"data folder {folder}: cannot be used, it is not writable")
    elif not settings.database_url:
        raise InputError(
            "there is no database: name a folder with data_folder (CYTOVOX_DATA_FOLDER), or database_url"
        )
    return Database(settings.database_url or f"sqlite:///{folder}/{DATABASE}")
