"""What chosen files hold: scans, and label maps that lie beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from cytovox.domain.volume import VolumeGrid
from cytovox.io.chosen_files import ChosenFile
from cytovox.io.dicom_label_maps import is_segmentation, label_image_source, label_images, segmentations
from cytovox.io.dicom_series import dicom_headers, dicom_scans, dicom_volumes
from cytovox.io.drawn_labels import DrawnLabels, LabelSource
from cytovox.io.label_files import read_label_file, read_masks
from cytovox.io.label_groups import LabelGroup, told_apart
from cytovox.io.nifti import SUFFIXES as NIFTI_SUFFIXES
from cytovox.io.nifti import nifti_grid, nifti_scans
from cytovox.io.nrrd import SUFFIXES as NRRD_SUFFIXES
from cytovox.io.nrrd import nrrd_grid, nrrd_scans
from cytovox.io.picture_stack import picture_scans
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.run_length_maps import RUNS, run_length_maps
from cytovox.io.scans import Scan
from cytovox.io.uw_madison import is_uw_slice, uw_madison_scans

_BY_VALUES = "its values are those of labels, and it lies where another series does"


@dataclass(frozen=True, slots=True)
class Contents:
    """What some files hold.

    Attributes:
        scans: Stacks of grey values.
        labels: Label maps, told from scans by the rules of `io.label_signs` and by what DICOM says.
        files: The NIfTI and NRRD files, of either kind.
    """

    scans: tuple[Scan, ...]
    labels: tuple[LabelSource, ...]
    files: tuple[ChosenFile, ...] = ()


def contents_of(files: Sequence[ChosenFile], name: str, options: ReadingOptions) -> Contents:
    """Scans and label maps among some files.

    Args:
        files: Any files; those of other kinds are passed over.
        name: What to call the chosen file or folder in messages.
        options: Bounds of reading.

    Raises:
        ImageFileError: A file is damaged or too large.
    """
    slices = [file for file in files if is_uw_slice(file)]
    if slices:
        table = [file for file in files if file.path.name.lower() == RUNS]
        scans = uw_madison_scans(slices, options)
        return Contents(tuple(scans), tuple(run_length_maps([*slices, *table], options)))
    drawn, found = _of_files([file for file in files if _is_stack_file(file)], options)
    of_dicom, labelled = _of_dicom(files, name, options)
    scans = [*found, *of_dicom] or ([] if drawn or labelled else picture_scans(files, options))
    return Contents(tuple(scans), (*drawn, *labelled), tuple(filter(_is_stack_file, files)))


def file_source(group: LabelGroup, options: ReadingOptions) -> LabelSource:
    """NIfTI or NRRD files as a label map."""
    first = group.files[0]
    grid = nrrd_grid if first.name.lower().endswith(NRRD_SUFFIXES) else nifti_grid
    return LabelSource(
        group.description,
        partial(_read, group, options),
        group.reason,
        group.images,
        partial(grid, first),
        first.name,
    )


def single_files(files: Sequence[ChosenFile], options: ReadingOptions) -> list[LabelSource]:
    """Each NIfTI or NRRD file among some as a label map, whatever the rules say of it."""
    return [file_source(LabelGroup((file,), ""), options) for file in files if _is_stack_file(file)]


def scans_of_file(file: ChosenFile, options: ReadingOptions) -> tuple[Scan, ...]:
    """The stacks in a NIfTI or NRRD file."""
    found = nrrd_scans if file.name.lower().endswith(NRRD_SUFFIXES) else nifti_scans
    return tuple(found(file, options))


def _read(group: LabelGroup, options: ReadingOptions, _like: VolumeGrid | None) -> DrawnLabels:
    if len(group.files) > 1:
        return read_masks(group.files, options)
    return read_label_file(group.files[0], options)


def _is_stack_file(file: ChosenFile) -> bool:
    return file.name.lower().endswith((*NIFTI_SUFFIXES, *NRRD_SUFFIXES))


def _of_files(files: Sequence[ChosenFile], options: ReadingOptions) -> tuple[list[LabelSource], list[Scan]]:
    images, groups = told_apart(files, options)
    scans = [scan for file in images for scan in scans_of_file(file, options)]
    return [file_source(group, options) for group in groups], scans


def _of_dicom(
    files: Sequence[ChosenFile], name: str, options: ReadingOptions
) -> tuple[list[Scan], list[LabelSource]]:
    headed = dicom_headers(files, options)
    volumes = dicom_volumes(headed, name)
    stacks = [volume for volume in volumes if not is_segmentation(volume)]
    labelled = label_images(stacks, options)
    if len(labelled) == len(stacks):
        labelled = []
    scans = [volume for volume in stacks if volume not in labelled]
    found = [label_image_source(volume, options, reason=_BY_VALUES) for volume in labelled]
    return dicom_scans(scans, options), [*segmentations(headed, options), *found]
