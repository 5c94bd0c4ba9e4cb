"""Stacks of CT and MR slices from files: DICOM, NIfTI, NRRD, UW-Madison, folders of pictures."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cytovox.domain.errors import ImageFileError
from cytovox.domain.volume import Volume
from cytovox.io.chosen_files import ChosenFile, chosen_files, enough_memory
from cytovox.io.contents import Contents, contents_of, scans_of_file
from cytovox.io.dicom_directory import referenced_files
from cytovox.io.dicom_headers import looks_like_dicom
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.scans import Scan, SeriesEntry, chosen, entries, load_chosen

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_EXPECTED = (
    "expected a DICOM series, a NIfTI or NRRD file, a UW-Madison case or a folder of numbered pictures"
)


def open_volume(
    path: str | Path, *, series: int | str | None = None, options: ReadingOptions | None = None
) -> Volume:
    """The stack in a file, folder or ZIP archive, in standard order (`io.standard_order`).

    Args:
        path: What the user chose; nothing outside it is read.
        series: Which scan to read where there are several: its number from 1, or its description. By default
            the largest one that makes a stack; a warning then names the others.
        options: Bounds of reading, and what the files do not say.

    Raises:
        ImageFileError: There is no stack, or it is damaged, unsafe or too large.
        InputError: There is no such series.
    """
    path, options = Path(path), options or ReadingOptions()
    with enough_memory(path), chosen_files(path, options) as files:
        return load_chosen(_scans(listed_files(files, path, options), path, options), series, str(path))


def slice_headers(
    path: str | Path, *, series: int | str | None = None, options: ReadingOptions | None = None
) -> "tuple[Dataset, ...]":
    """Headers of the DICOM files of a stack, one a slice; none where it is read from other files.

    They name the patient, unlike everything else that this package reads.

    Args:
        path: As of `open_volume`.
        series: As of `open_volume`.
        options: As of `open_volume`.

    Raises:
        ImageFileError: There is no stack, or it is damaged, unsafe or too large.
        InputError: There is no such series.
    """
    path, options = Path(path), options or ReadingOptions()
    with chosen_files(path, options) as files:
        scans = _scans(listed_files(files, path, options), path, options)
        return scans[chosen(scans, series, str(path))].headers()


def list_series(path: str | Path, *, options: ReadingOptions | None = None) -> tuple[SeriesEntry, ...]:
    """The scans in a file, folder or ZIP archive, without reading their pixels.

    Raises:
        ImageFileError: There is none, or the files are damaged, unsafe or too many.
    """
    path, options = Path(path), options or ReadingOptions()
    with chosen_files(path, options) as files:
        return entries(_scans(listed_files(files, path, options), path, options))


def listed_files(
    files: tuple[ChosenFile, ...], path: Path, options: ReadingOptions
) -> tuple[ChosenFile, ...]:
    """The files themselves; where a DICOMDIR was chosen by itself, those that it lists."""
    return files if len(files) != 1 else referenced_files(files[0], path, options) or files


def scans_in(
    contents: Contents, files: Sequence[ChosenFile], path: Path, options: ReadingOptions
) -> tuple[Scan, ...]:
    """The scans among some files; a label map that lies alone counts as one.

    Raises:
        ImageFileError: There is none.
    """
    if contents.scans:
        return contents.scans
    if len(contents.files) == 1:
        return scans_of_file(contents.files[0], options)
    found = "only label maps" if contents.labels else _found(files)
    raise ImageFileError(str(path), f"{_EXPECTED}, found {found}")


def _scans(files: tuple[ChosenFile, ...], path: Path, options: ReadingOptions) -> tuple[Scan, ...]:
    return scans_in(contents_of(files, str(path), options), files, path, options)


def _found(files: Sequence[ChosenFile]) -> str:
    if not files:
        return "no files"
    if any(looks_like_dicom(file) for file in files):
        return "DICOM files without slices"
    kinds = sorted({file.path.suffix.lower() or "no ending" for file in files})
    return f"files of another kind ({', '.join(kinds[:5])})"
