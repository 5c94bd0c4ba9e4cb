"""Cells that people reviewed, as training data: a cut-out each in a folder a class, and an index CSV.

The set is one that `cytovox train classifier` reads, as a folder or as a ZIP of it.
"""

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath

from cytovox.domain.errors import TrainingDataError
from cytovox.io.splitting import TRAIN, VAL

INDEX = "index.csv"
HELD_OUT = 0.25
"""Share of the smears that are kept for measuring."""
LARGEST_CUT_OUT_BYTES = 16 * 2**20
_NEEDED = ("file", "label", "split", "group", "um_per_px")


@dataclass(frozen=True, slots=True)
class CorrectedCell:
    """A cell that a person named.

    Attributes:
        label: What the person called it.
        machine_label: What the machine had called it; "" where a person added the cell.
        kind: What the person did: "classify", "confirm" or "add".
        reviewer: Who.
        case: Id of its case.
        cell: Its id in the findings.
        group: Person, smear or case that it is from: cells of one group belong together.
        um_per_px: Micrometres per pixel of its cut-out.
    """

    label: str
    machine_label: str
    kind: str
    reviewer: str
    case: str
    cell: int
    group: str
    um_per_px: float

    @property
    def file(self) -> str:
        """Where its cut-out lies in the set."""
        return f"{self.label}/{self.case}-{self.cell}.png"

    @property
    def split(self) -> str:
        """By the hash of its group: a group stays in its split when others join, and is never in two."""
        digest = hashlib.sha256(f"corrections/{self.group}".encode()).digest()
        return VAL if int.from_bytes(digest[:4], "big") / 2**32 < HELD_OUT else TRAIN


@dataclass(frozen=True, slots=True)
class CorrectedPicture:
    """One row of a set of corrections.

    Attributes:
        name: File in the set.
        label: What a person called the cell.
        split: "train" or "val".
        group: Cells of one group belong together.
        um_per_px: Micrometres per pixel of the cut-out.
        read: Gives its bytes.
    """

    name: str
    label: str
    split: str
    group: str
    um_per_px: float
    read: Callable[[], bytes]


def corrections_index(cells: Iterable[CorrectedCell]) -> bytes:
    """The index of a set: a row a cell, in the order that they come in."""
    text = io.StringIO(newline="")
    names = [entry.name for entry in fields(CorrectedCell)]
    writer = csv.writer(text)
    writer.writerow(("file", "split", *names))
    for cell in cells:
        values = (getattr(cell, name) for name in names)
        writer.writerow((cell.file, cell.split, *values))
    return text.getvalue().encode()


def read_corrections(path: Path) -> list[CorrectedPicture]:
    """The cells of a set of corrections; pictures are read when they are asked for.

    Args:
        path: The folder, or the ZIP.

    Raises:
        TrainingDataError: It is neither, or its index or a picture is missing or damaged.
    """
    if path.is_dir():
        return _pictures(path, _bytes_of(path, path / INDEX), lambda name: _bytes_of(path, path / name))
    if not zipfile.is_zipfile(path):
        raise TrainingDataError(
            f"{path}: expected a folder or ZIP of corrections ('cytovox corrections export'), got something "
            "else or nothing"
        )
    return _pictures(path, _member(path, INDEX), lambda name: _member(path, name))


def _pictures(path: Path, index: bytes, read: Callable[[str], bytes]) -> list[CorrectedPicture]:
    try:
        rows = list(csv.DictReader(io.StringIO(index.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise TrainingDataError(f"{path}: {INDEX} is no CSV in UTF-8 ({error})") from error
    if not rows:
        raise TrainingDataError(f"{path}: {INDEX} lists no cells; correct or confirm some first")
    missing = [name for name in _NEEDED if name not in rows[0]]
    if missing:
        raise TrainingDataError(f"{path}: {INDEX} lacks the column '{missing[0]}'; export the set again")
    return [_picture(path, row, read) for row in rows]


def _picture(path: Path, row: dict[str, str], read: Callable[[str], bytes]) -> CorrectedPicture:
    name = row["file"]
    inside = PurePosixPath(name)
    if inside.is_absolute() or ".." in inside.parts:
        raise TrainingDataError(f"{path}: {INDEX} names a file outside the set; export the set again")
    try:
        um_per_px = float(row["um_per_px"])
    except (TypeError, ValueError):
        um_per_px = 0.0
    if not 0 < um_per_px < 100 or row["split"] not in (TRAIN, VAL):
        raise TrainingDataError(
            f"{path}: {INDEX}, {name}: expected um_per_px from 0 to 100 and split train or val, got "
            f"'{row['um_per_px']}' and '{row['split']}'"
        )
    return CorrectedPicture(name, row["label"], row["split"], row["group"], um_per_px, lambda: read(name))


def _bytes_of(root: Path, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TrainingDataError(f"{root}: {path.name} cannot be read ({error.strerror})") from error


def _member(path: Path, name: str) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive:
            if name != INDEX and archive.getinfo(name).file_size > LARGEST_CUT_OUT_BYTES:
                raise TrainingDataError(f"{path}: {name} is larger than any cut-out; export the set again")
            return archive.read(name)
    except (KeyError, OSError, zipfile.BadZipFile) as error:
        raise TrainingDataError(f"{path}: {name} cannot be read from the ZIP ({error})") from error


def group_names(cases: Sequence[tuple[str, str | None, str | None]]) -> dict[str, str]:
    """What pictures belong together by: the person where known, else the smear, else the picture alone.

    A smear of which any picture names its person is that person's. Names are hashed: they are pseudonyms, but
    whoever trains needs none.

    Args:
        cases: Id, smear and person of each.
    """
    person_of = {specimen: subject for _, specimen, subject in cases if specimen and subject}
    groups = {}
    for case_id, specimen, subject in cases:
        person = subject or person_of.get(specimen or "")
        whole = f"person {person}" if person else f"smear {specimen}" if specimen else f"case {case_id}"
        groups[case_id] = hashlib.sha256(whole.encode()).hexdigest()[:16]
    return groups
