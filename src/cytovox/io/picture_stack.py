"""Folders of numbered pictures, one a slice: PNG, JPEG or TIFF, with spacing that the caller knows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import ImageFileError
from cytovox.domain.findings import QualityWarning
from cytovox.domain.volume import Modality, Volume, VolumeGrid
from cytovox.io.chosen_files import ChosenFile
from cytovox.io.grey_pictures import SUFFIXES, grey_picture_size, read_grey_picture
from cytovox.io.grey_values import guessed_modality, tidy
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.scans import Scan

_LAST_NUMBER = re.compile(r"(\d+)\D*$")


@dataclass(frozen=True, slots=True)
class PictureStack:
    """Numbered pictures of one folder.

    Attributes:
        name: The folder's own name, or "pictures".
        slices: From the feet to the head, so with falling numbers: the first picture is nearest to the head,
            as viewers number them and as the UW-Madison data do.
        numbers: Number of each.
    """

    name: str
    slices: tuple[ChosenFile, ...]
    numbers: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices, rows, columns."""
        return len(self.slices), *grey_picture_size(self.slices[0])


def picture_stacks(files: Sequence[ChosenFile]) -> list[PictureStack]:
    """The folders of pictures among some files.

    Raises:
        ImageFileError: Pictures of a folder have no numbers, or not evenly spaced ones.
    """
    folders: dict[str, list[ChosenFile]] = {}
    for file in files:
        if file.name.lower().endswith(SUFFIXES):
            folders.setdefault(str(file.path.parent), []).append(file)
    return [_stack(folder, members) for folder, members in folders.items()]


def picture_scans(files: Sequence[ChosenFile], options: ReadingOptions) -> list[Scan]:
    """The folders of pictures among some files, to choose from."""
    return [
        Scan(stack.name, options.modality or Modality.OTHER, stack.shape, partial(_load, stack, options))
        for stack in picture_stacks(files)
    ]


def read_pictures(stack: PictureStack, options: ReadingOptions, *, indices: bool = False) -> NDArray[Any]:
    """Values of all pictures, shape (slice, row, column).

    Args:
        stack: What to read.
        options: Bounds of reading.
        indices: Whether palette pictures are read as their indices, as labels need it.

    Raises:
        ImageFileError: A picture is damaged, has colours or another size than the rest.
    """
    options.check_voxels(stack.shape, stack.name)
    pixels = [read_grey_picture(file, options, indices=indices) for file in stack.slices]
    for file, values in zip(stack.slices, pixels, strict=True):
        if values.shape != pixels[0].shape:
            raise ImageFileError(
                file.name, f"{values.shape} pixels where other slices of its folder have {pixels[0].shape}"
            )
    return np.stack(pixels)


def _load(stack: PictureStack, options: ReadingOptions) -> Volume:
    if options.spacing_mm is None:
        raise ImageFileError(
            stack.name,
            "pictures do not say how far apart their pixels and slices are; give the distance of slices, "
            "rows and columns in mm (spacing_mm)",
        )
    grey, odd = tidy(read_pictures(stack, options))
    modality, guesses = guessed_modality(grey, options.modality)
    slices_mm, rows_mm, columns_mm = options.spacing_mm
    affine = np.zeros((4, 4))
    affine[2, 0], affine[1, 1], affine[0, 2], affine[3, 3] = slices_mm, rows_mm, columns_mm, 1
    return Volume(
        grey,
        VolumeGrid((grey.shape[0], grey.shape[1], grey.shape[2]), affine),
        modality,
        stack.name,
        warnings=(*odd, _assumed_order(), *guesses),
    )


def _stack(folder: str, files: list[ChosenFile]) -> PictureStack:
    numbered: dict[int, ChosenFile] = {}
    for file in files:
        found = _LAST_NUMBER.search(file.path.stem)
        if found is None or int(found.group(1)) in numbered:
            raise ImageFileError(
                file.name, "expected pictures with a number of their own at the end (slice_012.png)"
            )
        numbered[int(found.group(1))] = file
    numbers = tuple(sorted(numbered, reverse=True))
    if len(set(np.diff(numbers))) > 1:
        raise ImageFileError(
            files[0].name,
            f"expected evenly numbered slices, found gaps between {numbers[-1]} and {numbers[0]}",
        )
    name = folder.rpartition("/")[2]
    return PictureStack(
        name if name != "." else "pictures", tuple(numbered[number] for number in numbers), numbers
    )


def _assumed_order() -> QualityWarning:
    return QualityWarning(
        "assumed_order",
        "Pictures do not say where they lie. The first was taken as nearest to the head, and the patient's "
        "right as on the picture's left.",
    )
