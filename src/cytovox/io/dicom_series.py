"""DICOM series as stacks: which there are among some files, and one of them read."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import Dataset

from cytovox.domain.errors import ImageFileError, InputError
from cytovox.domain.findings import QualityWarning
from cytovox.domain.volume import Float64Array, Modality, Volume, VolumeGrid
from cytovox.io.chosen_files import ChosenFile
from cytovox.io.dicom_headers import (
    DicomFile,
    SeriesHeader,
    SliceHeader,
    is_dicom,
    read_dicom_header,
)
from cytovox.io.dicom_pixels import Padding, grey_slices, grey_type
from cytovox.io.dicom_volumes import SliceGroup, normal_of, split_volumes, stack_affine
from cytovox.io.grey_values import tidy
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.scans import Scan
from cytovox.io.slice_ladder import SliceLadder, climb
from cytovox.io.standard_order import grid_in_standard_order, in_standard_order

_WITHOUT_SLICES = {"SEG", "RTSTRUCT", "RTDOSE", "RTPLAN", "SR", "PR", "KO", "ANN", "SM"}
_MUST_HAVE_SLICES = {"CT", "MR", ""}
_ASSUMED_THICKNESS_MM = 1.0


@dataclass(frozen=True, slots=True)
class DicomVolume:
    """One volume of a series, not read yet.

    Attributes:
        header: What its slices share.
        group: Its slices.
        unreadable: How many files of the chosen ones are damaged DICOM files.
        name: What to call the chosen file or folder in messages.
    """

    header: SeriesHeader
    group: SliceGroup
    unreadable: int
    name: str

    @property
    def description(self) -> str:
        """Words that tell it from others, without identifiers."""
        words = self.header.description or f"{self.header.kind or 'DICOM'} series"
        return f"{words}, {self.group.told_by}" if self.group.told_by else words

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices, rows, columns as stored."""
        first = self.group.slices[0]
        return len(self.group.slices), first.rows, first.columns

    def one_slice(self, at: int) -> "DicomVolume":
        """The volume of only one of its slices."""
        return replace(self, group=SliceGroup((self.group.slices[at],)))


def dicom_scans(volumes: Sequence[DicomVolume], options: ReadingOptions) -> list[Scan]:
    """Volumes as scans to choose from."""
    return [
        Scan(
            volume.description,
            options.modality or volume.header.modality,
            volume.shape,
            partial(_load, volume, options),
            unsuitable(volume),
            volume.header.overview,
            partial(_headers, volume),
            volume.header.series,
            partial(dicom_grid, volume),
        )
        for volume in volumes
    ]


def dicom_grid(volume: DicomVolume) -> VolumeGrid | None:
    """Where the voxels of a volume lie once it is read, from headers alone; None where it is no stack."""
    if unsuitable(volume):
        return None
    try:
        ladder = _ladder(volume)
    except ImageFileError:
        return None
    shape = (len(ladder.rungs), *volume.shape[1:])
    return grid_in_standard_order(shape, stack_affine(volume.group.slices[ladder.order[0]], ladder))


def _headers(volume: DicomVolume) -> tuple[Dataset, ...]:
    """Headers of single-frame files, one a slice; none of enhanced files, whose slices share one."""
    slices = volume.group.slices
    if len({header.instance for header in slices if header.frame == 0}) < len(slices):
        return ()
    found = []
    for header in slices:
        with header.file.open() as stream:
            found.append(dcmread(stream, stop_before_pixels=True))
    return tuple(found)


def dicom_headers(
    files: Sequence[ChosenFile], options: ReadingOptions
) -> list[tuple[ChosenFile, DicomFile | None]]:
    """Each file with what its header says; None where it is no DICOM or damaged."""
    return [(file, read_dicom_header(file, options.pseudonym_key)) for file in files]


def dicom_volumes(headed: Sequence[tuple[ChosenFile, DicomFile | None]], name: str) -> list[DicomVolume]:
    """All volumes among some files, in the order of their first files, also those that make no stack.

    Args:
        headed: Any files with their headers, see `dicom_headers`.
        name: What to call the chosen file or folder in messages.
    """
    headers: dict[str, SeriesHeader] = {}
    slices: dict[str, list[SliceHeader]] = defaultdict(list)
    unreadable = 0
    for file, found in headed:
        if found is None or (found.series.kind in _MUST_HAVE_SLICES and not found.slices):
            unreadable += is_dicom(file) and (found is None or not found.listed)
            continue
        headers.setdefault(found.series.series, found.series)
        slices[found.series.series] += found.slices
    return [
        DicomVolume(headers[series], group, unreadable, name)
        for series, members in slices.items()
        if members
        for group in split_volumes(members)
    ]


def unsuitable(volume: DicomVolume) -> str:
    """Why a volume cannot be opened as a stack, or ""."""
    first = volume.group.slices[0]
    if volume.header.kind in _WITHOUT_SLICES:
        return f"expected a series of CT or MR slices, found a DICOM file of kind {volume.header.kind}"
    if not volume.header.grey:
        return "expected slices of grey values, found colour pictures"
    if first.position_mm is None or normal_of(first) is None or first.spacing_mm is None:
        return (
            "expected slices with Image Position, Image Orientation and Pixel Spacing; without them nobody "
            "knows where they lie or how large they are"
        )
    return ""


def _load(volume: DicomVolume, options: ReadingOptions) -> Volume:
    slices, affine, warnings = stacked(volume, options, labels=False)
    modality = options.modality or volume.header.modality
    return Volume(
        slices,
        VolumeGrid((slices.shape[0], slices.shape[1], slices.shape[2]), affine),
        modality,
        volume.description,
        volume.header.subject,
        volume.header.day,
        warnings,
    )


def stacked(
    volume: DicomVolume, options: ReadingOptions, *, labels: bool
) -> tuple[NDArray[np.generic], Float64Array, tuple[QualityWarning, ...]]:
    """A volume's grey values in standard order, their affine, and what was found odd.

    Args:
        volume: What to read.
        options: Bounds of reading.
        labels: Fill missing slices from the nearest one, not by interpolation, and keep padding values.

    Raises:
        ImageFileError: The slices cannot be read, do not make a stack, or are too many.
    """
    ladder = _ladder(volume)
    count, (_, rows, columns) = len(ladder.rungs), volume.shape
    options.check_voxels((count, rows, columns), volume.name)
    slices = [volume.group.slices[at] for at in ladder.order]
    voxels = np.empty((count, rows, columns), grey_type(slices))
    pixels = grey_slices(slices, volume.name, padding=_padding(volume, labels=labels))
    if count == len(slices):
        for at, values in enumerate(pixels):
            voxels[at] = values
    else:
        _fill(voxels, list(pixels), ladder, nearest=labels)
    voxels, odd = tidy(voxels)
    ordered, affine = in_standard_order(voxels, stack_affine(slices[0], ladder))
    return ordered, affine, (*ladder.warnings, *odd, *_oddities(volume))


def _ladder(volume: DicomVolume) -> SliceLadder:
    slices = volume.group.slices
    normal = normal_of(slices[0])
    if normal is None:
        raise ImageFileError(volume.name, unsuitable(volume))
    if len(slices) == 1:
        return _one_slice(slices[0], normal)
    try:
        return climb(np.array([header.position_mm for header in slices], np.float64), normal)
    except InputError as error:
        raise ImageFileError(volume.name, str(error)) from error


def _padding(volume: DicomVolume, *, labels: bool) -> Padding:
    if labels:
        return Padding.KEPT
    return Padding.AIR if volume.header.modality is Modality.CT else Padding.DARKEST


def _one_slice(header: SliceHeader, normal: Float64Array) -> SliceLadder:
    thickness = header.thickness_mm or _ASSUMED_THICKNESS_MM
    warning = QualityWarning(
        "single_slice",
        f"There is only one slice. Volumes count it as {thickness:g} mm thick; open a whole series for 3D.",
    )
    return SliceLadder(
        np.array([0]), np.zeros(1), np.array(header.position_mm, np.float64), normal * thickness, (warning,)
    )


def _fill(
    voxels: NDArray[np.generic], pixels: list[NDArray[np.generic]], ladder: SliceLadder, *, nearest: bool
) -> None:
    for at, (before, after, part) in enumerate(ladder.sources):
        if nearest or part == 0:
            voxels[at] = pixels[after if part >= 0.5 else before]
            continue
        mixed = pixels[before].astype(np.float64) * (1 - part) + pixels[after].astype(np.float64) * part
        voxels[at] = np.rint(mixed) if voxels.dtype.kind == "i" else mixed


def _oddities(volume: DicomVolume) -> tuple[QualityWarning, ...]:
    found = []
    if volume.group.copies:
        found.append(
            QualityWarning(
                "copied_slices",
                f"Slices that were there more than once: {volume.group.copies}. One of each was read.",
            )
        )
    if volume.unreadable:
        found.append(
            QualityWarning(
                "unreadable_files",
                f"DICOM files that could not be read: {volume.unreadable}. They were left out.",
            )
        )
    return tuple(found)
