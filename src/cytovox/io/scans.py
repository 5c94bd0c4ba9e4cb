"""What a folder, archive or file holds: scans to choose from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cytovox.domain.errors import InputError
from cytovox.domain.findings import QualityWarning
from cytovox.domain.volume import Modality, Volume, VolumeGrid

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_NAMED = 5


@dataclass(frozen=True, slots=True)
class SeriesEntry:
    """One scan of those that were found.

    Attributes:
        number: What to choose it by, from 1.
        description: What to choose it by, in words; nothing that names a person.
        modality: CT, MR or other, as far as the header says it.
        shape: Slices, rows, columns.
        unsuitable: Why it cannot be opened as a stack, or "".
        preferred: Whether this one is read where nobody chooses.
    """

    number: int
    description: str
    modality: Modality
    shape: tuple[int, int, int]
    unsuitable: str = ""
    preferred: bool = False

    def __str__(self) -> str:
        slices, rows, columns = self.shape
        return f"{self.number} '{self.description}' ({slices} slices of {rows} x {columns})"


def unknown_grid() -> None:
    """The grid of a scan that does not say it before it is read."""


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan that was found but not read yet.

    Attributes:
        description: Words that tell it from the others.
        modality: As far as the header says it.
        shape: Slices, rows, columns.
        load: Reads it.
        unsuitable: Why it cannot be opened as a stack, or "".
        overview: Whether it only serves to plan others (a localiser).
        headers: Reads the headers of the DICOM files that it consists of, one a slice; none of other files.
        key: What label maps refer to it by: a file's name, or the identity of a series; never shown.
        grid: Where its voxels lie, from headers alone, or None where that is not known.
    """

    description: str
    modality: Modality
    shape: tuple[int, int, int]
    load: Callable[[], Volume]
    unsuitable: str = ""
    overview: bool = False
    headers: Callable[[], "tuple[Dataset, ...]"] = tuple
    key: str = ""
    grid: Callable[[], VolumeGrid | None] = unknown_grid

    @property
    def rank(self) -> tuple[bool, bool, bool, int]:
        """How well it serves as the stack that was meant: the largest suitable one first."""
        slices, rows, columns = self.shape
        return not self.unsuitable, not self.overview, slices > 1, slices * rows * columns


def entries(scans: Sequence[Scan]) -> tuple[SeriesEntry, ...]:
    """The scans as a list to choose from, in their order."""
    best = _best(scans)
    return tuple(
        SeriesEntry(at + 1, scan.description, scan.modality, scan.shape, scan.unsuitable, at == best)
        for at, scan in enumerate(scans)
    )


def load_chosen(
    scans: Sequence[Scan], series: int | str | None, name: str, best: int | None = None
) -> Volume:
    """The chosen scan, or the largest suitable one, with a warning that names the others.

    Args:
        scans: At least one.
        series: Number from 1, description, or None for the largest that can be opened.
        name: What to call the chosen file in messages.
        best: Place of the scan to read where nobody chooses; None for the largest.

    Raises:
        InputError: No scan has that number or description, several have that description, or it is no stack.
    """
    position = best if best is not None and series is None else chosen(scans, series, name)
    scan = scans[position]
    if scan.unsuitable:
        raise InputError(f"{name}: {scan.unsuitable}")
    volume = scan.load()
    others = [str(entry) for at, entry in enumerate(entries(scans)) if at != position]
    if series is not None or not others:
        return volume
    return replace(volume, warnings=(*volume.warnings, _left_out(others, position + 1, scans)))


def chosen(scans: Sequence[Scan], series: int | str | None, name: str) -> int:
    """Place of the chosen scan, from 0; arguments and errors as of `load_chosen`."""
    return _best(scans) if series is None else _at(scans, series, name)


def _best(scans: Sequence[Scan]) -> int:
    return max(range(len(scans)), key=lambda at: scans[at].rank)


def _at(scans: Sequence[Scan], series: int | str, name: str) -> int:
    known = "; ".join(str(entry) for entry in entries(scans))
    if isinstance(series, int) or series.isdecimal():
        if not 1 <= int(series) <= len(scans):
            raise InputError(f"{name}: no series {series}; expected a number or description of: {known}")
        return int(series) - 1
    matching = [at for at, scan in enumerate(scans) if scan.description == series]
    if len(matching) != 1:
        reason = "no series" if not matching else f"{len(matching)} series are called"
        raise InputError(f"{name}: {reason} '{series}'; choose by number from: {known}")
    return matching[0]


def _left_out(others: list[str], number: int, scans: Sequence[Scan]) -> QualityWarning:
    why = "being the largest" if number == _best(scans) + 1 else "for a label map was drawn on it"
    more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    return QualityWarning(
        "other_series",
        f"Several scans were found; number {number} '{scans[number - 1].description}' was read, {why}. "
        f"Choose another with its number or description: {'; '.join(others[:_NAMED])}{more}.",
    )
