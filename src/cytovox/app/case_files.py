"""Files of cases as their analyses read them: as bytes, or as files on this machine."""

import os
import threading
from pathlib import Path

from cytovox.app.pseudonyms import pseudonym_key
from cytovox.app.store import CaseStore, file_not_found
from cytovox.io.atomic import UNFINISHED

COPIES = "copies"
"""Folder of the data folder for copies of files that are kept elsewhere."""
MOST_COPIED_BYTES = 20_000_000_000
"""Copies of files that are kept elsewhere; the one that nobody asked for longest makes room."""


class CaseFiles:
    """The files of one case, while its analysis runs.

    Args:
        store: Where they are.
        case_id: The case.
        scratch: A folder for what the analysis writes; it is removed afterwards.
    """

    def __init__(self, store: CaseStore, case_id: str, scratch: Path) -> None:
        self._store = store
        self._case_id = case_id
        self.scratch = scratch

    def __call__(self, name: str) -> bytes:
        """Bytes of a file.

        Raises:
            ApiProblem: 404 when it is not there.
        """
        return self._store.read(self._case_id, name)

    @property
    def pseudonym_key(self) -> bytes:
        """The secret that patient numbers are hashed with in this archive."""
        return pseudonym_key(self._store.database)

    def link(self, name: str, as_name: str) -> Path:
        """A file under the name that a person gave it, whose ending tells its format; only to be read.

        Raises:
            ApiProblem: 404 when it is not there.
        """
        digest = self._store.digest(self._case_id, name)
        kept = self._store.blobs.local_path(digest)
        folder = self.scratch / name
        folder.mkdir(exist_ok=True)
        path = folder / Path(as_name).name
        try:
            if kept is None:
                self._store.blobs.fetch(digest, path)
            else:
                path.symlink_to(kept.resolve())
        except FileNotFoundError:
            raise file_not_found() from None
        return path


class LocalCopies:
    """Files of cases as files on this machine: their own, or copies of what is kept elsewhere.

    Args:
        store: Where they are.
        folder: For copies.
    """

    def __init__(self, store: CaseStore, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._lock = threading.Lock()

    def path(self, case_id: str, name: str) -> Path:
        """A file, only to be read and to be opened at once.

        Raises:
            ApiProblem: 404 when the case, or this file of it, is not there.
        """
        digest = self._store.digest(case_id, name)
        kept = self._store.blobs.local_path(digest)
        if kept is not None:
            return kept
        with self._lock:
            copy = self._folder / digest
            if copy.exists():
                os.utime(copy)
            else:
                self._copy(digest, copy)
            return copy

    def _copy(self, digest: str, copy: Path) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = copy.with_name(f".{digest}{UNFINISHED}")
        try:
            self._store.blobs.fetch(digest, unfinished)
        except FileNotFoundError:
            raise file_not_found() from None
        unfinished.replace(copy)
        oldest_first = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime)
        total = sum(path.stat().st_size for path in oldest_first)
        for path in oldest_first[:-1]:
            if total <= MOST_COPIED_BYTES:
                return
            total -= path.stat().st_size
            path.unlink()
