"""Files that are either whole or not there."""

import contextlib
import os
import secrets
import shutil
import time
from pathlib import Path

from cytovox.domain.errors import InputError

UNFINISHED = ".part"
"""Ending of a file that is just being written."""


def write_whole(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Write a file so that no reader ever sees half of it, replacing one of the same name.

    Args:
        path: Where the file belongs; its folder must exist.
        data: All of its content.
        durable: Whether it must be on the disk, should the power fail, when this returns.

    Raises:
        InputError: The file could not be written (no folder, no room, no permission).
    """
    # In the same folder: only a rename within a file system is atomic. Not tempfile: only the owner may read.
    temporary = path.with_name(f".{secrets.token_hex(8)}{UNFINISHED}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
        if durable:
            _sync_folder(path.parent)
    except OSError as error:
        _give_up(temporary)
        raise InputError(f"{path}: expected to write a file there, but: {error.strerror or error}") from error
    except BaseException:
        _give_up(temporary)
        raise


def move_whole(source: Path, path: Path) -> None:
    """Move a file to its place so that no reader ever sees half of it, and so that it is on the disk.

    Args:
        source: Any file; on another file system it is copied.
        path: Where it belongs; its folder must exist.

    Raises:
        InputError: It could not be written (no folder, no room, no permission).
    """
    temporary = path.with_name(f".{secrets.token_hex(8)}{UNFINISHED}")
    try:
        shutil.move(source, temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        _give_up(temporary)
        raise InputError(f"{path}: expected to write a file there, but: {error.strerror or error}") from error


def remove_unfinished(folder: Path, *, older_than_s: float) -> None:
    """Remove what killed programs left of their writing, in a folder and those below it.

    Args:
        folder: Where to look.
        older_than_s: Age in seconds below which a file may still be in the making.
    """
    newest = time.time() - older_than_s
    for left in folder.rglob(f".*{UNFINISHED}"):
        try:
            if left.stat().st_mtime < newest:
                left.unlink()
        except FileNotFoundError:
            continue


def _give_up(temporary: Path) -> None:
    # A file system that is read-only refuses this, too; what the caller must hear is why nothing was written.
    with contextlib.suppress(OSError):
        temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    # The name of a new file is part of its folder. Windows cannot open one, and keeps names by itself.
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
