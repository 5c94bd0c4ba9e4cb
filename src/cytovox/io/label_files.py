"""Label maps from NIfTI and NRRD files, and from folders with one mask an organ."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cytovox.domain.errors import ImageFileError
from cytovox.io.chosen_files import ChosenFile
from cytovox.io.drawn_labels import DrawnLabels, as_labels
from cytovox.io.file_words import stem_of, without_label_words, words_of
from cytovox.io.nifti import SUFFIXES as NIFTI_SUFFIXES
from cytovox.io.nifti import nifti_label_table, read_nifti
from cytovox.io.nrrd import SUFFIXES as NRRD_SUFFIXES
from cytovox.io.nrrd import NrrdHeader, read_nrrd, read_nrrd_header
from cytovox.io.organ_names import LabelName, is_known_organ, names_from_label_table
from cytovox.io.painted_labels import PaintedLabels, slices_of
from cytovox.io.reading_options import ReadingOptions

SUFFIXES = (*NIFTI_SUFFIXES, *NRRD_SUFFIXES)


def read_label_file(file: ChosenFile, options: ReadingOptions) -> DrawnLabels:
    """The label map in a NIfTI or NRRD file, with the names that the file itself gives.

    Raises:
        ImageFileError: The file is damaged, too large, or holds something else than one label map.
    """
    if file.name.lower().endswith(NRRD_SUFFIXES):
        return _from_nrrd(file, options)
    voxels, grid, placed = read_nifti(file, options)
    names = names_from_label_table(nifti_label_table(file))
    return DrawnLabels(as_labels(voxels, file.path.name), grid, names, placed)


def read_masks(files: Sequence[ChosenFile], options: ReadingOptions) -> DrawnLabels:
    """One label map from files that each hold the mask of one organ, as TotalSegmentator writes them.

    Labels count from 1 in the order of the file names, and the names of the files are those of the organs.
    Where masks overlap the smallest has the voxel.

    Args:
        files: At least one; each holds one value besides 0.
        options: Bounds of reading.

    Raises:
        ImageFileError: A file holds several labels, or lies on another grid than the first.
    """
    first = read_label_file(files[0], options)
    painted = PaintedLabels(first.grid.shape)
    names = {label: LabelName(organ_of_mask(file)) for label, file in enumerate(files, 1)}
    for label, file in enumerate(files, 1):
        drawn = first if label == 1 else read_label_file(file, options)
        if not drawn.grid.matches(first.grid):
            raise ImageFileError(
                file.name, f"expected masks on one grid, found another than in {files[0].name}"
            )
        mask = drawn.labels > 0
        if len(np.unique(drawn.labels[mask])) > 1:
            raise ImageFileError(
                file.name,
                "expected one mask an organ in each of several files, found several labels in this one; "
                "choose one label map",
            )
        painted.paint(label, slices_of(mask))
    return DrawnLabels(painted.labels, first.grid, names, first.placed, painted.warnings(names))


def _from_nrrd(file: ChosenFile, options: ReadingOptions) -> DrawnLabels:
    header = read_nrrd_header(file)
    volumes, grid = read_nrrd(file, header, options)
    segments = _slicer_segments(header)
    if len(volumes) == 1:
        own = {value: name for _, value, name in segments}
        return DrawnLabels(as_labels(volumes[0], file.path.name), grid, own, header.placed)
    if not segments:
        raise ImageFileError(file.name, f"expected one label map, found {len(volumes)} volumes in one file")
    # 3D Slicer puts segments that overlap into layers, and may use the same value in each layer.
    painted = PaintedLabels(grid.shape)
    names = {label: name for label, (layer, _, name) in enumerate(segments, 1) if layer < len(volumes)}
    for label in names:
        layer, value, _ = segments[label - 1]
        painted.paint(label, slices_of(volumes[layer] == value))
    return DrawnLabels(painted.labels, grid, names, header.placed, painted.warnings(names))


def _slicer_segments(header: NrrdHeader) -> list[tuple[int, int, LabelName]]:
    # Fields Segment0_Name, Segment0_LabelValue, Segment0_Layer, Segment0_Color of 3D Slicer's .seg.nrrd.
    found: list[tuple[int, int, LabelName]] = []
    while (name := header.fields.get(f"Segment{len(found)}_Name")) is not None:
        at = f"Segment{len(found)}_"
        value = int(header.fields.get(f"{at}LabelValue", len(found) + 1))
        layer = int(header.fields.get(f"{at}Layer", 0))
        found.append((layer, value, LabelName(str(name), _colour(header.fields.get(f"{at}Color")))))
    return found


def _colour(value: Any) -> str | None:
    try:
        channels = [min(max(float(channel), 0.0), 1.0) for channel in str(value).split()]
    except ValueError:
        return None
    return (
        "#" + "".join(f"{round(255 * channel):02x}" for channel in channels) if len(channels) == 3 else None
    )


def organ_of_mask(file: ChosenFile) -> str:
    """What a mask's file is called, without words like "mask" where an organ that is known remains."""
    bare = "_".join(without_label_words(words_of(stem_of(file))))
    return bare if is_known_organ(bare) else stem_of(file)
