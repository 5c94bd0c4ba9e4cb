"""The files a user chose: one file, all below a folder, or what a ZIP archive holds; nothing else.

Archives are never unpacked to disk. Links are not followed out of a folder, and not at all in an archive.
"""

import io
import stat
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from cytovox.domain.errors import ImageFileError
from cytovox.io.reading_options import ReadingOptions

_ZIP_START = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_NOT_DATA = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}


@dataclass(frozen=True, slots=True)
class ChosenFile:
    """One file that may be read.

    Attributes:
        name: Its path below the chosen folder or archive, with forward slashes; the file's own name if it was
            chosen itself.
        size: Bytes, unpacked.
        open: Its bytes from the start, as a seekable stream that the caller closes.
        beside: Another file of the same folder by its plain name, or None: for headers that name a data file.
    """

    name: str
    size: int
    open: Callable[[], BinaryIO]
    beside: Callable[[str], "ChosenFile | None"]

    @property
    def path(self) -> PurePosixPath:
        """The name as a path, for its folder, stem and suffix."""
        return PurePosixPath(self.name)

    def start(self, count: int) -> bytes:
        """The first bytes, fewer where the file is shorter."""
        with self.open() as stream:
            return stream.read(count)


@contextmanager
def chosen_files(path: Path, options: ReadingOptions) -> Iterator[tuple[ChosenFile, ...]]:
    """The files below a path, sorted by name, for as long as the context lasts.

    Raises:
        ImageFileError: There is nothing there, it cannot be read, an archive is unsafe or a bound is
            exceeded.
    """
    try:
        if path.is_dir():
            yield _below(path, options)
        elif not path.is_file():
            raise ImageFileError(str(path), "expected a file, a folder or a ZIP archive, found nothing there")
        elif _is_zip(path):
            with zipfile.ZipFile(path) as archive:
                yield _inside(archive, path, options)
        else:
            yield (_on_disk(path, path.name, options),)
    except zipfile.BadZipFile:
        raise ImageFileError(str(path), "the ZIP archive is damaged or cut short; make it again") from None
    except OSError as error:
        raise ImageFileError(str(path), f"cannot be read: {error.strerror or 'input error'}") from error


@contextmanager
def enough_memory(path: Path) -> Iterator[None]:
    """A context that says in words where memory runs out."""
    try:
        yield
    except MemoryError as error:
        raise ImageFileError(str(path), "there is not enough memory to read the stack") from error


def _is_zip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) in {_ZIP_START, _EMPTY_ZIP}


def _below(folder: Path, options: ReadingOptions) -> tuple[ChosenFile, ...]:
    found: list[ChosenFile] = []
    inside = folder.resolve()
    for path in folder.rglob("*"):
        if not path.is_file() or _NOT_DATA.intersection(path.parts):
            continue
        if _leads_out(path, inside):
            continue
        _check_count(len(found) + 1, folder, options)
        found.append(_on_disk(path, path.relative_to(folder).as_posix(), options))
    return tuple(sorted(found, key=lambda file: file.name))


def _on_disk(path: Path, name: str, options: ReadingOptions) -> ChosenFile:
    size = path.stat().st_size
    _check_size(size, path, options)

    def beside(plain: str) -> ChosenFile | None:
        other = path.parent / plain
        if plain != other.name or not other.is_file() or _leads_out(other, path.parent.resolve()):
            return None
        return _on_disk(other, other.name, options)

    return ChosenFile(name, size, lambda: path.open("rb"), beside)


def file_below(folder: Path, name: str, options: ReadingOptions) -> ChosenFile | None:
    """A file by its path below a folder; None where there is none or the path leads out of the folder."""
    path = folder / name
    inside = folder.resolve()
    if not path.is_file() or not path.resolve().is_relative_to(inside):
        return None
    return _on_disk(path, name, options)


def _leads_out(path: Path, folder: Path) -> bool:
    return path.is_symlink() and not path.resolve().is_relative_to(folder)


def _inside(archive: zipfile.ZipFile, path: Path, options: ReadingOptions) -> tuple[ChosenFile, ...]:
    members = [entry for entry in archive.infolist() if not entry.is_dir()]
    _check_count(len(members), path, options)
    total = sum(entry.file_size for entry in members)
    if total > options.max_unpacked_bytes:
        raise ImageFileError(
            str(path),
            f"unpacks to {total:,} bytes, more than the {options.max_unpacked_bytes:,} that may be read; "
            "send one scan at a time",
        )
    found: dict[str, ChosenFile] = {}
    for entry in members:
        if not _is_link(entry):
            file = _member(archive, entry, path, options, found)
            found[file.name] = file
    kept = [file for file in found.values() if not _NOT_DATA.intersection(file.path.parts)]
    return tuple(sorted(kept, key=lambda file: file.name))


def _member(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    path: Path,
    options: ReadingOptions,
    members: Mapping[str, ChosenFile],
) -> ChosenFile:
    name = entry.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
        raise ImageFileError(str(path), "holds a file whose path leads out of the archive; it was not opened")
    if entry.flag_bits & 1:
        raise ImageFileError(str(path), "the archive is locked with a password; unpack it first")
    _check_size(entry.file_size, path, options)

    def unpacked() -> BinaryIO:
        try:
            # zipfile stops at the size that the archive states, which was checked above.
            return io.BytesIO(archive.read(entry))
        except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError) as error:
            raise ImageFileError(str(path), "a file in the archive is damaged; make it again") from error

    def beside(plain: str) -> ChosenFile | None:
        return members.get(str(PurePosixPath(name).with_name(plain))) if "/" not in plain else None

    return ChosenFile(name, entry.file_size, unpacked, beside)


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(entry.external_attr >> 16)


def _check_count(count: int, path: Path, options: ReadingOptions) -> None:
    if count > options.max_files:
        raise ImageFileError(
            str(path), f"holds more than the {options.max_files:,} files that may be read; choose one scan"
        )


def _check_size(size: int, path: Path, options: ReadingOptions) -> None:
    if size > options.max_file_bytes:
        raise ImageFileError(
            str(path),
            f"{size:,} bytes in one file are more than the {options.max_file_bytes:,} that are read",
        )
