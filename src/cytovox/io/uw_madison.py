"""The layout of the UW-Madison GI tract competition: folders of slices, and run lengths in `train.csv`.

A slice is `caseX/caseX_dayY/scans/slice_NNNN_W_H_x_y.png`: number, width, height, and pixel spacing in mm.

S. L. Lee and others, Dataset for gastrointestinal tract segmentation on serial MRIs for abdominal tumor
radiotherapy, Data in Brief 57 (2024) 111159, https://doi.org/10.1016/j.dib.2024.111159.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import ImageFileError
from cytovox.domain.findings import QualityWarning
from cytovox.domain.volume import Float64Array, Modality, Volume, VolumeGrid
from cytovox.io.chosen_files import ChosenFile
from cytovox.io.grey_pictures import grey_picture_size, read_grey_picture
from cytovox.io.grey_values import tidy
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.run_lengths import decode_runs
from cytovox.io.scans import Scan

SLICE_DISTANCE_MM = 3.0
"""Distance of slices that is assumed, because no file of the competition states it.

Anatomy bears it out: `case2_day1` reaches from the dome of the liver to the crest of the hip in 75 slices,
which are 225 mm.
"""
CLASSES = ("stomach", "small_bowel", "large_bowel")
"""Organs of `train.csv`, label 1 to 3."""

Runs = Mapping[tuple[str, int], Mapping[str, str]]
"""Run lengths by (scan, slice number) and class."""

_SLICE = re.compile(r"slice_(\d+)_(\d+)_(\d+)_(\d+(?:\.\d+)?)_(\d+(?:\.\d+)?)\.png$")
_SCAN = re.compile(r"(case\d+)_day(\d+)$")
_COLUMNS = {"id", "class", "segmentation"}


@dataclass(frozen=True, slots=True)
class SliceFile:
    """One slice of a scan.

    Attributes:
        file: The picture.
        number: Its number; 1 is nearest to the head.
        size: The two sizes of its name, px.
        spacing_mm: The two spacings of its name.
    """

    file: ChosenFile
    number: int
    size: tuple[int, int]
    spacing_mm: tuple[float, float]


@dataclass(frozen=True, slots=True)
class UwScan:
    """All slices of one patient on one day.

    Attributes:
        name: "caseX_dayY", or "scan" where the folder has another name.
        subject: "caseX", or None.
        day: Y, or None.
        slices: From the feet to the head, which is the order of stacks, so with falling numbers.
    """

    name: str
    subject: str | None
    day: int | None
    slices: tuple[SliceFile, ...]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices (missing ones counted), rows, columns."""
        rows, columns = grey_picture_size(self.slices[0].file)
        return self.slices[0].number - self.slices[-1].number + 1, rows, columns


def is_uw_slice(file: ChosenFile) -> bool:
    """Whether a file is called as the competition's slices are."""
    return _SLICE.search(file.name) is not None


def uw_scans(files: Iterable[ChosenFile]) -> tuple[UwScan, ...]:
    """The scans among some files, by case and day."""
    folders: dict[str, list[SliceFile]] = defaultdict(list)
    for file in files:
        if found := _SLICE.search(file.name):
            number, first, second, first_mm, second_mm = found.groups()
            folder = file.path.parent.parent if file.path.parent.name == "scans" else file.path.parent
            folders[str(folder)].append(
                SliceFile(file, int(number), (int(first), int(second)), (float(first_mm), float(second_mm)))
            )
    return tuple(sorted((_scan(folder, slices) for folder, slices in folders.items()), key=_by_day))


def _scan(folder: str, slices: list[SliceFile]) -> UwScan:
    descending = tuple(sorted(slices, key=lambda entry: -entry.number))
    name = folder.rpartition("/")[2]
    if found := _SCAN.search(name):
        return UwScan(found.group(), found.group(1), int(found.group(2)), descending)
    return UwScan("scan", None, None, descending)


def _by_day(scan: UwScan) -> tuple[int, int, str]:
    return (int(scan.subject[4:]) if scan.subject else 0, scan.day or 0, scan.name)


def uw_madison_scans(files: Sequence[ChosenFile], options: ReadingOptions) -> list[Scan]:
    """The scans among some files, to choose from."""
    return [
        Scan(scan.name, Modality.MR, scan.shape, partial(read_uw_scan, scan, options), key=scan.name)
        for scan in uw_scans(files)
    ]


def read_uw_scan(scan: UwScan, options: ReadingOptions | None = None) -> Volume:
    """The stack of one scan.

    Raises:
        ImageFileError: A slice is damaged, of another size than the rest, or missing.
    """
    options = options or ReadingOptions()
    _check_numbers(scan)
    options.check_voxels(scan.shape, scan.name)
    pixels = [read_grey_picture(entry.file, options) for entry in scan.slices]
    odd = [at for at, values in enumerate(pixels) if values.shape != pixels[0].shape]
    if odd:
        raise ImageFileError(
            scan.slices[odd[0]].file.name,
            f"{pixels[odd[0]].shape} pixels where other slices of its scan have {pixels[0].shape}",
        )
    voxels, warnings = tidy(np.stack(pixels))
    if options.spacing_mm is None:
        warnings = (*warnings, _assumed())
    grid = uw_grid(scan, options)
    return Volume(voxels, grid, Modality.MR, scan.name, scan.subject, scan.day, warnings)


def _assumed() -> QualityWarning:
    return QualityWarning(
        "assumed_distance",
        f"The files do not say how far apart the slices are; {SLICE_DISTANCE_MM:g} mm was assumed. Volumes "
        "in mL and heights go with it; give the spacing (spacing_mm) if you know better.",
    )


def uw_grid(scan: UwScan, options: ReadingOptions) -> VolumeGrid:
    """Where a scan's voxels lie: in line with the body, the first voxel at 0, because no file says more.

    Pixels are as large as the names of the files say. The distance of the slices is that of `spacing_mm`,
    else `SLICE_DISTANCE_MM`.
    """
    slices, rows, columns = scan.shape
    row_mm, column_mm = _row_and_column_mm(scan.slices[0], (rows, columns))
    distance_mm = options.spacing_mm[0] if options.spacing_mm else SLICE_DISTANCE_MM
    affine: Float64Array = np.zeros((4, 4))
    affine[2, 0], affine[1, 1], affine[0, 2], affine[3, 3] = distance_mm, row_mm, column_mm, 1
    return VolumeGrid((slices, rows, columns), affine)


def _row_and_column_mm(entry: SliceFile, size: tuple[int, int]) -> tuple[float, float]:
    # Names hold width and height, but copies of the data with height first are about: the picture decides.
    if entry.size == size and entry.size != size[::-1]:
        return entry.spacing_mm
    return entry.spacing_mm[1], entry.spacing_mm[0]


def _check_numbers(scan: UwScan) -> None:
    numbers = [entry.number for entry in scan.slices]
    expected = list(range(numbers[0], numbers[0] - len(numbers), -1))
    if numbers != expected:
        absent = sorted(set(range(numbers[-1], numbers[0] + 1)) - set(numbers))
        raise ImageFileError(
            scan.name,
            f"expected slices {numbers[-1]} to {numbers[0]} once each, found {len(numbers)} files"
            + (f"; number {absent[0]} is missing" if absent else ""),
        )


def read_runs(table: bytes, name: str) -> dict[tuple[str, int], dict[str, str]]:
    """Run lengths of each slice of a table, by (scan, slice number) and class; empty ones are left out.

    Args:
        table: The bytes of `train.csv`.
        name: What to call it in messages.

    Raises:
        ImageFileError: The table has other columns, or a row that names no slice.
    """
    try:
        rows = csv.DictReader(io.StringIO(table.decode("utf-8-sig")))
        if not _COLUMNS.issubset(rows.fieldnames or ()):
            raise ImageFileError(name, f"expected columns id, class, segmentation, found {rows.fieldnames}")
        found: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
        for row in rows:
            scan, _, number = str(row["id"]).rpartition("_slice_")
            if not scan or not number.isdecimal() or row["class"] not in CLASSES:
                raise ImageFileError(name, f"expected ids like case2_day1_slice_0050 of {', '.join(CLASSES)}")
            found[scan, int(number)].update()
            if row["segmentation"]:
                found[scan, int(number)][str(row["class"])] = str(row["segmentation"])
    except (UnicodeDecodeError, csv.Error) as error:
        raise ImageFileError(
            name, "expected a table of run lengths (train.csv), found something else"
        ) from error
    return dict(found)


def uw_labels(scan: UwScan, runs: Runs) -> tuple[NDArray[np.uint16], int]:
    """Labels of a scan, on its grid, and how many voxels lay in two organs (the later class has them)."""
    return labels_from_runs([runs.get((scan.name, entry.number), {}) for entry in scan.slices], scan.shape)


def labels_from_runs(
    slices: Sequence[Mapping[str, str]], shape: tuple[int, int, int]
) -> tuple[NDArray[np.uint16], int]:
    """Labels from the run lengths of each slice, and how many voxels lay in two organs.

    Args:
        slices: Run lengths by class, a slice each, in the order of the stack.
        shape: Slices, rows, columns.
    """
    labels = np.zeros(shape, np.uint16)
    overlapping = 0
    for at, drawn in enumerate(slices):
        for label, organ in enumerate(CLASSES, 1):
            if text := drawn.get(organ):
                mask = decode_runs(text, shape[1:])
                overlapping += int(np.count_nonzero(labels[at][mask]))
                labels[at][mask] = label
    return labels, overlapping
