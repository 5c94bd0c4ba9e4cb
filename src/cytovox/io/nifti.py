"""NIfTI files as stacks (https://nifti.nimh.nih.gov/nifti-1). The one place where RAS becomes LPS."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, BinaryIO, cast

import nibabel as nib
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import CytovoxError, ImageFileError
from cytovox.domain.volume import Float64Array, Modality, Volume, VolumeGrid
from cytovox.io.chosen_files import ChosenFile
from cytovox.io.grey_values import guessed_modality, tidy, unplaced
from cytovox.io.quiet_decoding import quiet_decoding
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.scans import Scan
from cytovox.io.standard_order import grid_in_standard_order, in_standard_order, reordered, slices_first

SUFFIXES = (".nii", ".nii.gz")
_RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
_SLAB = 16
_INTENT_LABEL = 1002
_MM = {"meter": 1000.0, "micron": 0.001}


def nifti_scans(file: ChosenFile, options: ReadingOptions) -> list[Scan]:
    """The volumes in a file: one, or several where it is four-dimensional.

    Raises:
        ImageFileError: The file is damaged or holds no stack of grey values.
    """
    with _opened(file) as image:
        shape, count = _stack_shape(image, file.name)
        affine = _affine(image, file.name)
    axes = slices_first(affine)
    stem = file.path.name.removesuffix(".gz").removesuffix(".nii")
    size = (shape[axes[0]], shape[axes[1]], shape[axes[2]])
    return [
        Scan(
            stem if count == 1 else f"{stem}, volume {at + 1} of {count}",
            options.modality or Modality.OTHER,
            size,
            partial(_load, file, at, options),
            key=file.name,
            grid=partial(nifti_grid, file),
        )
        for at in range(count)
    ]


def nifti_label_table(file: ChosenFile) -> str:
    """The XML label table of a file's header extensions, or ""."""
    with _opened(file) as image:
        texts = [extension.get_content() for extension in image.header.extensions]
    decoded = (text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text) for text in texts)
    return next((text for text in decoded if "<LabelTable" in text), "")


def is_label_nifti(file: ChosenFile) -> bool:
    """Whether a file's header says that its values are labels: by its intent, or with a table of them."""
    with _opened(file) as image:
        labelled = int(image.header["intent_code"]) == _INTENT_LABEL
    return labelled or nifti_label_table(file) != ""


def nifti_grid(file: ChosenFile) -> VolumeGrid:
    """Where the voxels of a file lie once it is read, from its header alone.

    Raises:
        ImageFileError: The file is damaged or holds no stack of grey values.
    """
    with _opened(file) as image:
        shape, _ = _stack_shape(image, file.name)
        affine = _affine(image, file.name)
    axes = slices_first(affine)
    return grid_in_standard_order((shape[axes[0]], shape[axes[1]], shape[axes[2]]), reordered(affine, axes))


def nifti_slabs(file: ChosenFile, options: ReadingOptions) -> Iterator[NDArray[Any]]:
    """The values of a file in its own order, some slices after the other, each (slice, row, column).

    Args:
        file: A NIfTI file; of a four-dimensional one the first volume counts.
        options: Bounds of reading.

    Raises:
        ImageFileError: The file is damaged, too large or holds no stack of grey values.
    """
    with _opened(file) as image:
        shape, _ = _stack_shape(image, file.name)
        options.check_voxels(shape, file.name)
        further = (0,) * (len(image.shape) - 3)
        for start in range(0, shape[2], _SLAB):
            part = (slice(None), slice(None), slice(start, start + _SLAB), *further)
            yield (
                np.asarray(image.dataobj[part[: len(image.shape)]]).reshape(*shape[:2], -1).transpose(2, 1, 0)
            )


def _load(file: ChosenFile, at: int, options: ReadingOptions) -> Volume:
    voxels, grid, placed = read_nifti(file, options, at)
    grey, warnings = tidy(voxels)
    modality, guesses = guessed_modality(grey, options.modality)
    if not placed:
        warnings = (*warnings, unplaced())
    return Volume(grey, grid, modality, file.path.name, warnings=(*warnings, *guesses))


def read_nifti(
    file: ChosenFile, options: ReadingOptions, at: int = 0
) -> tuple[NDArray[Any], VolumeGrid, bool]:
    """Values in standard order, scaled where the header says so, and whether the file places them.

    Args:
        file: A NIfTI-1 or NIfTI-2 file, gzipped or not.
        options: Bounds of reading.
        at: Which volume of a four-dimensional file.

    Raises:
        ImageFileError: The file is damaged, too large or holds no stack of grey values.
    """
    with _opened(file) as image:
        shape, count = _stack_shape(image, file.name)
        options.check_voxels(shape, file.name)
        affine = _affine(image, file.name)
        placed = bool(image.header["sform_code"] or image.header["qform_code"])
        values = _values(image, shape, at if count > 1 else None)
    axes = slices_first(affine)
    voxels, affine = in_standard_order(values.transpose(axes), reordered(affine, axes))
    return voxels, VolumeGrid((voxels.shape[0], voxels.shape[1], voxels.shape[2]), affine), placed


@contextmanager
def _opened(file: ChosenFile) -> Iterator[Any]:
    try:
        with quiet_decoding(), file.open() as stream:
            packed = stream.read(2) == b"\x1f\x8b"
            stream.seek(0)
            source = cast(BinaryIO, gzip.GzipFile(fileobj=stream)) if packed else stream
            yield _image_class(source).from_stream(source)
    except CytovoxError:
        raise
    except (
        nib.spatialimages.HeaderDataError,
        nib.filebasedimages.ImageFileError,
        nib.wrapstruct.WrapStructError,
        ValueError,
        OSError,
        EOFError,
        TypeError,
        KeyError,
        zlib.error,
    ) as error:
        raise ImageFileError(file.name, "the NIfTI file is damaged or cut short; export it again") from error


def _image_class(source: BinaryIO) -> Any:
    start = source.read(4)
    source.seek(0)
    sizes = {int.from_bytes(start, "little"), int.from_bytes(start, "big")}
    return nib.Nifti2Image if 540 in sizes else nib.Nifti1Image


def _stack_shape(image: Any, name: str) -> tuple[tuple[int, int, int], int]:
    shape = tuple(int(length) for length in image.shape)
    if min(shape, default=0) < 1 or len(shape) < 2:
        raise ImageFileError(name, f"expected a stack of slices, found an array of shape {shape}")
    if image.get_data_dtype().names is not None or image.get_data_dtype().kind not in "iufb":
        raise ImageFileError(name, f"expected whole or real grey values, found {image.get_data_dtype()}")
    spatial = (*shape, 1)[:3]
    count = int(np.prod(shape[3:], dtype=np.int64))
    return (spatial[0], spatial[1], spatial[2]), count


def _affine(image: Any, name: str) -> Float64Array:
    unit = str(image.header.get_xyzt_units()[0])
    affine = np.asarray(_RAS_TO_LPS @ image.affine, np.float64)
    affine[:3] *= _MM.get(unit, 1.0)
    if not np.isfinite(affine).all() or abs(np.linalg.det(affine[:3, :3])) < 1e-9:
        raise ImageFileError(name, "its header gives voxels without a size (sform or qform); export it again")
    return affine


def _values(image: Any, shape: tuple[int, int, int], at: int | None) -> NDArray[Any]:
    if at is None:
        return np.asarray(image.dataobj).reshape(shape)
    place = np.unravel_index(at, image.shape[3:], order="F")
    return np.asarray(image.dataobj[(slice(None), slice(None), slice(None), *(int(n) for n in place))])
