"""Bytes kept under their own hash: in a folder, or wherever fsspec reaches (s3://bucket/prefix).

A row of the table `blobs` comes before the bytes, and is touched each time that somebody is about to refer
to them. Bytes are deleted only together with a row that nothing refers to and nobody touched for a while, so
that what is just being written is safe from the collector of another process.
"""

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path

import fsspec
import sqlalchemy as sa
from fsspec.implementations.local import LocalFileSystem
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from cytovox.app.database import Database
from cytovox.app.tables import blobs, files
from cytovox.domain.errors import InputError
from cytovox.io.atomic import move_whole, remove_unfinished, write_whole

GRACE_S = 600.0
"""Time from touching a row to referring to it; it takes less than a second, bar a machine that sleeps."""
COLLECTED_AT_A_TIME = 50
"""Contents deleted in one transaction, for others wait meanwhile."""


class BlobStore:
    """Content-addressed bytes; safe to use from several threads and processes.

    Args:
        database: Where it is noted what is kept.
        place: A folder, or a URL that fsspec understands.
        grace_s: How long unreferenced bytes stay after they were touched.

    Raises:
        InputError: The place cannot be used.
    """

    def __init__(self, database: Database, place: str, *, grace_s: float = GRACE_S) -> None:
        self._database = database
        self._grace_s = grace_s
        try:
            self._files, self._root = fsspec.url_to_fs(place)
            self._is_local = isinstance(self._files, LocalFileSystem)
            if self._is_local:
                Path(self._root).mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError, ImportError) as error:
            raise InputError(f"storage {place}: cannot be used: {error}") from error

    def keep(self, contents: Sequence[bytes]) -> list[str]:
        """Hashes of contents, each written whole where it was not there yet; refer to them soon after."""
        hashes = [hashlib.sha256(data).hexdigest() for data in contents]
        with self._database.writing() as connection:
            for digest, data in sorted(dict(zip(hashes, contents, strict=True)).items()):
                _touch(connection, digest, len(data))
        for digest, data in zip(hashes, contents, strict=True):
            if not self._files.exists(self._path(digest)):
                self._write(self._path(digest), data)
        return hashes

    def keep_file(self, path: Path) -> str:
        """Hash of a file, which is moved here and never held in memory; refer to it soon after.

        Args:
            path: It is gone afterwards.
        """
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        with self._database.writing() as connection:
            _touch(connection, digest, path.stat().st_size)
        if self._files.exists(self._path(digest)):
            path.unlink()
        elif self._is_local:
            Path(self._path(digest)).parent.mkdir(exist_ok=True)
            move_whole(path, Path(self._path(digest)))
        else:
            self._files.put_file(str(path), self._path(digest))
            path.unlink()
        return digest

    def local_path(self, digest: str) -> Path | None:
        """The file of a hash, only to be read; None where bytes are kept elsewhere than in a folder."""
        return Path(self._path(digest)) if self._is_local else None

    def fetch(self, digest: str, path: Path) -> None:
        """Writes the bytes of a hash to a file without holding them in memory.

        Raises:
            FileNotFoundError: There are none.
        """
        self._files.get_file(self._path(digest), str(path))

    def read(self, digest: str) -> bytes:
        """Bytes of a hash.

        Raises:
            FileNotFoundError: There are none.
        """
        data: bytes = self._files.cat_file(self._path(digest))
        return data

    def collect(self) -> int:
        """Number of contents deleted because nothing refers to them any more."""
        total = 0
        while count := self._collect_some():
            total += count
        return total

    def tidy(self) -> None:
        """Removes what a killed process left of its writing; only when a server starts."""
        if self._is_local:
            remove_unfinished(Path(self._root), older_than_s=self._grace_s)

    def _collect_some(self) -> int:
        unreferenced = (
            sa.select(blobs.c.sha256)
            .where(blobs.c.touched_at < time.time() - self._grace_s)
            .where(~sa.exists().where(files.c.sha256 == blobs.c.sha256))
            .limit(COLLECTED_AT_A_TIME)
            .with_for_update(skip_locked=True)
        )
        # The bytes go inside the transaction: whoever wants to keep the same ones waits for its end.
        with self._database.writing() as connection:
            gone = connection.execute(unreferenced).scalars().all()
            for digest in gone:
                connection.execute(blobs.delete().where(blobs.c.sha256 == digest))
                if self._files.exists(self._path(digest)):
                    self._files.rm_file(self._path(digest))
        return len(gone)

    def _path(self, digest: str) -> str:
        return f"{self._root.rstrip('/')}/{digest[:2]}/{digest}"

    def _write(self, path: str, data: bytes) -> None:
        if self._is_local:
            Path(path).parent.mkdir(exist_ok=True)
            write_whole(Path(path), data, durable=True)
        else:
            self._files.pipe_file(path, data)


def _touch(connection: Connection, digest: str, size_bytes: int) -> None:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = insert(blobs).values(sha256=digest, size_bytes=size_bytes, touched_at=time.time())
    connection.execute(
        row.on_conflict_do_update(index_elements=["sha256"], set_={"touched_at": row.excluded.touched_at})
    )
