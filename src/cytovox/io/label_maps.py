"""Label maps that were drawn elsewhere: NIfTI, NRRD, DICOM, run lengths and index pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

from cytovox.domain.errors import ImageFileError, InputError
from cytovox.domain.findings import QualityWarning
from cytovox.domain.volume import LabelMap, VolumeGrid
from cytovox.io.chosen_files import ChosenFile, chosen_files, enough_memory
from cytovox.io.contents import contents_of, file_source, single_files
from cytovox.io.dicom_label_maps import by_fewest_values, label_image_source
from cytovox.io.dicom_series import dicom_headers, dicom_volumes, unsuitable
from cytovox.io.drawn_labels import DrawnLabels, LabelSource, as_labels, chosen_source
from cytovox.io.label_grids import on_grid
from cytovox.io.label_groups import LabelGroup
from cytovox.io.organ_names import LabelNames, OrganNames, names_from, names_from_json, organ_classes
from cytovox.io.picture_stack import PictureStack, picture_stacks, read_pictures
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.run_length_maps import run_length_maps

_EXPECTED = (
    "expected a label map as NIfTI, NRRD, DICOM SEG, DICOM label images, numbered index pictures or a table "
    "of run lengths (train.csv)"
)
_LARGEST_NAMES = 1_000_000
_NAME_FILES = ("labels.json", "dataset.json")


def open_label_map(
    path: str | Path,
    *,
    like: VolumeGrid | None = None,
    organs: OrganNames | None = None,
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
        sources, left_out = _sources(files, path, options)
        if not sources:
            raise ImageFileError(str(path), f"{_EXPECTED}, found neither")
        further = single_files(files, options)
        source = chosen_source(
            sources, further, series, f"{path}: ", "by number or name (series), or its file alone"
        )
        labels = read_source(source, like, given, Beside(path, files))
        return with_word(labels, source, "Images lie beside it, which were left out.") if left_out else labels


@dataclass(frozen=True, slots=True)
class Beside:
    """Where names of labels may be found that a label map itself does not say.

    Attributes:
        path: What the user chose.
        files: The files in it.
    """

    path: Path
    files: tuple[ChosenFile, ...]


def read_source(
    source: LabelSource, like: VolumeGrid | None, given: LabelNames | None, beside: Beside
) -> LabelMap:
    """A label map that was found, read and laid on a grid; arguments and errors as of `open_label_map`."""
    drawn = source.load(like)
    names, found = given or drawn.names, drawn.warnings
    if not names:
        names, said = _names_beside(source, beside)
        found = (*found, *said)
    organs_of = organ_classes(names)
    if like is None:
        return LabelMap(drawn.labels, drawn.grid, organs_of, source.description, found)
    labels, moved = on_grid(drawn, like, str(beside.path))
    return LabelMap(labels, like, organs_of, source.description, (*found, *moved))


def list_label_maps(path: str | Path, *, options: ReadingOptions | None = None) -> tuple[str, ...]:
    """Descriptions of the label maps in a file, folder or ZIP archive, for `series` of `open_label_map`."""
    path, options = Path(path), options or ReadingOptions()
    with chosen_files(path, options) as files:
        return tuple(source.description for source in _sources(files, path, options)[0])


def with_word(labels: LabelMap, source: LabelSource, more: str = "") -> LabelMap:
    """The label map, with a warning that says which one was taken, and why."""
    said = f"'{source.description}' was taken for the label map: {source.reason}. {more}".strip()
    return replace(labels, warnings=(QualityWarning("labels_found", said), *labels.warnings))


def _sources(
    files: Sequence[ChosenFile], path: Path, options: ReadingOptions
) -> tuple[list[LabelSource], bool]:
    # The label maps, and whether images were left out. Somebody says that these files are label maps: where
    # the rules of io.label_signs find nothing but images, that person knows better.
    if found := run_length_maps(files, options):
        return found, False
    contents = contents_of(files, str(path), options)
    if contents.labels:
        return list(contents.labels), bool(contents.scans)
    if contents.files:
        return [file_source(LabelGroup(contents.files, ""), options)], False
    return _from_dicom(files, path, options) or _from_pictures(files, options), False


def _names_beside(source: LabelSource, beside: Beside) -> tuple[LabelNames, tuple[QualityWarning, ...]]:
    # In the folder of the label map, in those above it as far as they were chosen, or beside what was chosen.
    own = PurePosixPath(source.file or beside.files[0].name)
    file = next((one for one in beside.files if one.path == own), beside.files[0])
    stem = file.path.name.removesuffix(".gz").rsplit(".", 1)[0]
    for plain in (f"{stem}.json", *_NAME_FILES):
        inside = _nearest(plain, file, beside.files) or file.beside(plain)
        outside = beside.path.parent / plain
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


def _nearest(plain: str, file: ChosenFile, files: Sequence[ChosenFile]) -> ChosenFile | None:
    by_path = {one.path: one for one in files}
    return next((by_path[folder / plain] for folder in file.path.parents if folder / plain in by_path), None)


def _from_dicom(files: Sequence[ChosenFile], path: Path, options: ReadingOptions) -> list[LabelSource]:
    headed = dicom_headers(files, options)
    volumes = [volume for volume in dicom_volumes(headed, str(path)) if not unsuitable(volume)]
    if len(volumes) > 1:
        volumes = by_fewest_values(volumes, options)[:1]
    return [label_image_source(volume, options, reason="") for volume in volumes]


def _from_pictures(files: Sequence[ChosenFile], options: ReadingOptions) -> list[LabelSource]:
    return [
        LabelSource(stack.name, partial(_picture_labels, stack, options)) for stack in picture_stacks(files)
    ]


def _picture_labels(stack: PictureStack, options: ReadingOptions, like: VolumeGrid | None) -> DrawnLabels:
    if like is None:
        raise ImageFileError(
            stack.name, "index pictures say nothing of sizes; open them together with their stack"
        )
    labels = as_labels(read_pictures(stack, options, indices=True), stack.name)
    grid = VolumeGrid((labels.shape[0], labels.shape[1], labels.shape[2]), like.affine)
    return DrawnLabels(labels, grid, placed=False)
