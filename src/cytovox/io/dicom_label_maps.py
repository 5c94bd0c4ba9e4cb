"""Label maps among DICOM files: segmentations, and images whose values are labels."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.volume import VolumeGrid
from cytovox.io.chosen_files import ChosenFile
from cytovox.io.dicom_headers import DicomFile
from cytovox.io.dicom_seg import read_segmentation
from cytovox.io.dicom_series import DicomVolume, dicom_grid, stacked, unsuitable
from cytovox.io.drawn_labels import DrawnLabels, LabelSource, as_labels
from cytovox.io.label_signs import values_speak
from cytovox.io.reading_options import ReadingOptions

_SEG = "SEG"
_SAME_PLACE_MM = 0.1


def segmentations(
    headed: Sequence[tuple[ChosenFile, DicomFile | None]], options: ReadingOptions
) -> list[LabelSource]:
    """The DICOM segmentations among some files, in their order.

    Args:
        headed: Files with their headers.
        options: Bounds of reading.
    """
    found = [(file, header.series) for file, header in headed if header and header.series.kind == _SEG]
    called = Counter(series.description for _, series in found)
    return [
        LabelSource(
            series.description
            if series.description and called[series.description] == 1
            else f"segmentation {number}",
            partial(_segmentation, file, options),
            "it is a DICOM segmentation",
            series.drawn_on,
        )
        for number, (file, series) in enumerate(found, 1)
    ]


def is_segmentation(volume: DicomVolume) -> bool:
    """Whether the frames are those of a segmentation."""
    return volume.header.kind == _SEG


def label_images(volumes: Sequence[DicomVolume], options: ReadingOptions) -> list[DicomVolume]:
    """The volumes whose values are labels, of those that lie where another one does.

    The rule is that of `io.label_signs` for files whose names say nothing, asked of the slice in the middle;
    where that is empty, of all slices.

    Raises:
        ImageFileError: A slice cannot be read.
    """
    suitable = [volume for volume in volumes if not unsuitable(volume)]
    return [
        volume
        for volume in suitable
        if any(other is not volume and _same_place(volume, other) for other in suitable)
        and _holds_labels(volume, options)
    ]


def label_image_source(volume: DicomVolume, options: ReadingOptions, *, reason: str) -> LabelSource:
    """A volume as a label map."""
    return LabelSource(
        f"{volume.description}, label images",
        partial(_label_images, volume, options),
        reason,
        grid=partial(dicom_grid, volume),
    )


def by_fewest_values(volumes: Sequence[DicomVolume], options: ReadingOptions) -> list[DicomVolume]:
    """Volumes with the label map first: grey values take many more values than labels do."""
    return sorted(volumes, key=lambda volume: len(np.unique(_middle(volume, options))))


def _segmentation(file: ChosenFile, options: ReadingOptions, like: VolumeGrid | None) -> DrawnLabels:
    return read_segmentation(file, options, like)


def _label_images(volume: DicomVolume, options: ReadingOptions, _like: VolumeGrid | None) -> DrawnLabels:
    values, affine, warnings = stacked(volume, options, labels=True)
    grid = VolumeGrid((values.shape[0], values.shape[1], values.shape[2]), affine)
    return DrawnLabels(as_labels(values, volume.name), grid, warnings=warnings)


def _same_place(first: DicomVolume, second: DicomVolume) -> bool:
    if first.shape != second.shape:
        return False
    places = np.array([_ends_mm(volume) for volume in (first, second)])
    return bool(np.abs(places[0] - places[1]).max() < _SAME_PLACE_MM)


def _ends_mm(volume: DicomVolume) -> list[tuple[float, float, float]]:
    slices = volume.group.slices
    return [slices[at].position_mm or (np.nan, np.nan, np.nan) for at in (0, -1)]


def _holds_labels(volume: DicomVolume, options: ReadingOptions) -> bool:
    values = _middle(volume, options)
    if not values.any():
        values = stacked(volume, options, labels=True)[0]
    return values_speak(values)


def _middle(volume: DicomVolume, options: ReadingOptions) -> NDArray[np.generic]:
    return stacked(volume.one_slice(len(volume.group.slices) // 2), options, labels=True)[0]
