"""Label maps that were drawn elsewhere: NIfTI, NRRD, DICOM, run lengths and index pictures."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from cytovox.domain.errors import ImageFileError, InputError
from cytovox.domain.findings import QualityWarning
from cytovox.domain.volume import LabelMap, VolumeGrid
from cytovox.io.chosen_files import ChosenFile, chosen_files, enough_memory
from cytovox.io.dicom_headers import read_dicom_header
from cytovox.io.dicom_seg import read_segmentation
from cytovox.io.dicom_series import DicomVolume, dicom_volumes, stacked, unsuitable
from cytovox.io.drawn_labels import DrawnLabels, LabelSource, as_labels, overlap_warning
from cytovox.io.label_files import SUFFIXES, read_label_file, read_masks
from cytovox.io.label_grids import on_grid
from cytovox.io.organ_names import LabelName, LabelNames, names_from, names_from_json, organ_classes
from cytovox.io.picture_stack import PictureStack, picture_stacks, read_pictures
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.uw_madison import (
    CLASSES,
    Runs,
    UwScan,
    is_uw_slice,
    labels_from_runs,
    read_runs,
    uw_grid,
    uw_labels,
    uw_scans,
)

_EXPECTED = (
    "expected a label map as NIfTI, NRRD, DICOM SEG, DICOM label images, numbered index pictures or a table "
    "of run lengths (train.csv)"
)
_UW_NAMES = {label: LabelName(key) for label, key in enumerate(CLASSES, 1)}
_LARGEST_NAMES = 1_000_000
_RUNS = "train.csv"
_NAME_FILES = ("labels.json", "dataset.json")


def open_label_map(
    path: str | Path,
    *,
    like: VolumeGrid | None = None,
    organs: Mapping[int, str] | str | Path | None = None,
    series: int | str | None = None,
    options: ReadingOptions | None = None,
) -> LabelMap:
    """The label map in a file, folder or ZIP archive.

    Labels on the voxels of `like`, in whatever order of axes, and parts of them, are taken over exactly;
    other grids are looked up voxel by voxel, with a warning. Names come from `organs`, else from the file
    itself, else from a JSON file beside it, which a warning says: of the same name, `labels.json`, or
    nnU-Net's `dataset.json`.

    Args:
        path: What the user chose.
        like: Grid of the stack that the labels were drawn on; None keeps the file's own.
        organs: Names by label, a JSON file with them, or one of `io.organ_names.TABLES`.
        series: Which label map to read where there are several: its number from 1, or its description; for
            a table of run lengths the scan ("case2_day1").
        options: Bounds of reading.

    Raises:
        ImageFileError: There is no label map, it is damaged, or it lies elsewhere than the stack.
        InputError: There is no such series, or no such table of names.
    """
    path, options = Path(path), options or ReadingOptions()
    given = None if organs is None else names_from(organs)
    with enough_memory(path), chosen_files(path, options) as files:
        sources = _sources(files, path, like, options)
        if not sources:
            raise ImageFileError(str(path), f"{_EXPECTED}, found neither")
        source = _chosen(sources, series, str(path))
        drawn = source.load()
        names, found = given or drawn.names, drawn.warnings
        if not names:
            names, said = _names_beside(files[0], path)
            found = (*found, *said)
    organs_of = organ_classes(names)
    if like is None:
        return LabelMap(drawn.labels, drawn.grid, organs_of, source.description, found)
    labels, moved = on_grid(drawn, like, str(path))
    return LabelMap(labels, like, organs_of, source.description, (*found, *moved))


def list_label_maps(path: str | Path, *, options: ReadingOptions | None = None) -> tuple[str, ...]:
    """Descriptions of the label maps in a file, folder or ZIP archive, for `series` of `open_label_map`."""
    path, options = Path(path), options or ReadingOptions()
    with chosen_files(path, options) as files:
        return tuple(source.description for source in _sources(files, path, None, options))


def _sources(
    files: Sequence[ChosenFile], path: Path, like: VolumeGrid | None, options: ReadingOptions
) -> list[LabelSource]:
    slices = [file for file in files if is_uw_slice(file)]
    tables = [file for file in files if file.name.lower().endswith(".csv")]
    if tables and (slices or len(files) == 1):
        named = [file for file in tables if file.path.name.lower() == _RUNS]
        return _from_table((named or tables)[0], slices, like, options)
    drawn = [file for file in files if file.name.lower().endswith(SUFFIXES)]
    single = [LabelSource(file.path.name, partial(read_label_file, file, options)) for file in drawn]
    if len(drawn) > 1:
        return [LabelSource("all masks", partial(read_masks, drawn, options)), *single]
    return single or _from_dicom(files, path, like, options) or _from_pictures(files, like, options)


def _chosen(sources: Sequence[LabelSource], series: int | str | None, name: str) -> LabelSource:
    if series is None:
        return sources[0]
    if str(series).isdecimal() and 1 <= int(series) <= len(sources):
        return sources[int(series) - 1]
    for source in sources:
        if source.description == series:
            return source
    known = "; ".join(f"{number} '{source.description}'" for number, source in enumerate(sources[:20], 1))
    raise InputError(f"{name}: no label map '{series}'; choose one of {known}")


def _names_beside(first: ChosenFile, path: Path) -> tuple[LabelNames, tuple[QualityWarning, ...]]:
    # In the folder of the first file, or in that of the chosen folder or archive.
    stem = first.path.name.removesuffix(".gz").rsplit(".", 1)[0]
    for plain in (f"{stem}.json", *_NAME_FILES):
        inside, outside = first.beside(plain), path.parent / plain
        try:
            if inside is not None:
                with inside.open() as stream:
                    names = names_from_json(stream.read(_LARGEST_NAMES), plain)
            elif outside.is_file() and outside.stat().st_size < _LARGEST_NAMES:
                names = names_from_json(outside.read_bytes(), plain)
            else:
                continue
        except InputError:
            continue  # A file of that name that is about something else.
        return names, (
            QualityWarning(
                "names_beside", f"The names of the labels come from {plain} beside the label map."
            ),
        )
    return {}, ()


def _from_table(
    table: ChosenFile, slices: Sequence[ChosenFile], like: VolumeGrid | None, options: ReadingOptions
) -> list[LabelSource]:
    with table.open() as stream:
        runs = read_runs(stream.read(), table.path.name)
    if slices:
        scans = uw_scans(slices)
        return [LabelSource(scan.name, partial(_scan_labels, scan, runs, options)) for scan in scans]
    if like is None:
        raise ImageFileError(
            table.path.name, "a table of run lengths says nothing of sizes; open it together with its scan"
        )
    names = dict.fromkeys(name for name, _ in runs)
    return [LabelSource(name, partial(_table_labels, name, runs, like, table.path.name)) for name in names]


def _scan_labels(scan: UwScan, runs: Runs, options: ReadingOptions) -> DrawnLabels:
    labels, overlapping = uw_labels(scan, runs)
    return DrawnLabels(labels, uw_grid(scan, options), _UW_NAMES, warnings=overlap_warning(overlapping))


def _table_labels(name: str, runs: Runs, like: VolumeGrid, table: str) -> DrawnLabels:
    numbers = sorted((number for scan, number in runs if scan == name), reverse=True)
    if len(numbers) != like.shape[0]:
        raise ImageFileError(
            table, f"expected {like.shape[0]} slices of {name} as the stack has them, found {len(numbers)}"
        )
    labels, overlapping = labels_from_runs([runs[name, number] for number in numbers], like.shape)
    return DrawnLabels(labels, like, _UW_NAMES, warnings=overlap_warning(overlapping))


def _from_dicom(
    files: Sequence[ChosenFile], path: Path, like: VolumeGrid | None, options: ReadingOptions
) -> list[LabelSource]:
    headers = [(file, read_dicom_header(file, options.pseudonym_key)) for file in files]
    found = [file for file, header in headers if header is not None and header.series.kind == "SEG"]
    if found:
        return [
            LabelSource(f"segmentation {number}", partial(read_segmentation, file, options, like))
            for number, file in enumerate(found, 1)
        ]
    volumes = [volume for volume in dicom_volumes(files, str(path), options) if not unsuitable(volume)]
    if len(volumes) > 1:
        # Grey values take many more values than labels do; sorting by the count puts the label map first.
        volumes.sort(key=lambda volume: _distinct(volume, options))
    return [LabelSource(volume.description, partial(_label_images, volume, options)) for volume in volumes]


def _distinct(volume: DicomVolume, options: ReadingOptions) -> int:
    middle = volume.one_slice(len(volume.group.slices) // 2)
    return len(np.unique(stacked(middle, options, labels=True)[0]))


def _label_images(volume: DicomVolume, options: ReadingOptions) -> DrawnLabels:
    values, affine, warnings = stacked(volume, options, labels=True)
    grid = VolumeGrid((values.shape[0], values.shape[1], values.shape[2]), affine)
    return DrawnLabels(as_labels(values, volume.name), grid, warnings=warnings)


def _from_pictures(
    files: Sequence[ChosenFile], like: VolumeGrid | None, options: ReadingOptions
) -> list[LabelSource]:
    stacks = picture_stacks(files)
    if not stacks:
        return []
    if like is None:
        raise ImageFileError(
            stacks[0].name, "index pictures say nothing of sizes; open them together with their stack"
        )
    return [LabelSource(stack.name, partial(_picture_labels, stack, like, options)) for stack in stacks]


def _picture_labels(stack: PictureStack, like: VolumeGrid, options: ReadingOptions) -> DrawnLabels:
    labels = as_labels(read_pictures(stack, options, indices=True), stack.name)
    grid = VolumeGrid((labels.shape[0], labels.shape[1], labels.shape[2]), like.affine)
    return DrawnLabels(labels, grid, placed=False)
