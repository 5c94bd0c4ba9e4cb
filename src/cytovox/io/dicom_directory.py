"""The files that a DICOMDIR lists (PS3.10, PS3.3 F.3), as far as they lie below its own folder."""

from pathlib import Path, PurePosixPath

from cytovox.io.chosen_files import ChosenFile, file_below
from cytovox.io.dicom_headers import read_dicom_header
from cytovox.io.reading_options import ReadingOptions


def referenced_files(directory: ChosenFile, path: Path, options: ReadingOptions) -> tuple[ChosenFile, ...]:
    """The files that a DICOMDIR lists and that exist; none where the file is no DICOMDIR.

    Args:
        directory: The file that was chosen.
        path: Where it lies.
        options: Bounds of reading.
    """
    header = read_dicom_header(directory, options.pseudonym_key)
    found: dict[str, ChosenFile] = {}
    for parts in header.listed[: options.max_files] if header else ():
        name = str(PurePosixPath(*parts))
        if (file := file_below(path.parent, name, options)) is not None:
            found[name] = file
    return tuple(found.values())
