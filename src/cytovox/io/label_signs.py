"""Whether a NIfTI or NRRD file is a label map: what its header, its name and its values say.

The rules, in this order:

1. A header that says so makes a label map: NIfTI's intent "label" or table of labels, 3D Slicer's segments.
2. Else the values must be those of labels: whole numbers from 0 on, and of the neighbours that are both not
   0 at least three quarters alike (`io.label_values`).
3. And the name must say so (the file's or a folder's, the name of an organ, or that of its channels in
   nnU-Net's way); or, where it says nothing, 0 must be the commonest value and the others at most 256; more
   where four neighbours of five are alike.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.io.chosen_files import ChosenFile
from cytovox.io.file_words import (
    case_of_labels,
    has_channels,
    names_a_label_map,
    names_images,
    stem_of,
    words_of,
)
from cytovox.io.label_values import ALIKE, ENOUGH_PAIRS, alike, are_whole
from cytovox.io.nifti import is_label_nifti, nifti_slabs
from cytovox.io.nrrd import SUFFIXES as NRRD_SUFFIXES
from cytovox.io.nrrd import read_nrrd, read_nrrd_header
from cytovox.io.organ_names import is_known_organ
from cytovox.io.reading_options import ReadingOptions

_FEW = 256
_SURELY_ALIKE = 0.8
_MOST = 65_535


@dataclass(frozen=True, slots=True)
class LabelSign:
    """What shows that a file is a label map.

    Attributes:
        reason: As the end of a sentence.
        one_value: Whether it may be the mask of one organ: no second value was met besides 0.
    """

    reason: str
    one_value: bool


def label_sign(file: ChosenFile, files: Sequence[ChosenFile], options: ReadingOptions) -> LabelSign | None:
    """What shows that a file is a label map, or None where it is an image.

    Args:
        file: A NIfTI or NRRD file.
        files: All of these that were chosen.
        options: Bounds of reading.

    Raises:
        ImageFileError: The file is damaged or too large.
    """
    by_header = "its header says so" if _header_says_so(file) else ""
    named = by_header or _name_says(file, files)
    # Where the name speaks, a part of the values is enough: of a hundred masks of a large scan each would
    # else be unpacked to its end.
    found = _Values(_slabs(file, options), enough=ENOUGH_PAIRS if named else None)
    if by_header:
        return LabelSign(by_header, found.are_labels and len(found.values) <= 1)
    if not found.are_labels or (not named and not found.speak):
        return None
    return LabelSign(named or "its values are those of labels", len(found.values) <= 1)


def values_speak(values: NDArray[np.generic]) -> bool:
    """Whether values alone, of shape (slice, row, column), show that they are labels, by rules 2 and 3."""
    found = _Values([values])
    return found.are_labels and found.speak


class _Values:
    """What was met in the values of a file, read no further than needed.

    Args:
        slabs: Parts of the stack.
        enough: After how many pairs of labelled neighbours to stop, or None for all.
    """

    def __init__(self, slabs: Iterable[NDArray[np.generic]], enough: int | None = None) -> None:
        self._counts = np.zeros(_MOST + 1, np.int64)
        self.pairs = same = 0
        self.are_labels = self._surely = True
        for slab in slabs:
            if not are_whole(slab) or slab.min() < -0.5:
                self.are_labels = False
                return
            whole = np.rint(slab) if slab.dtype.kind == "f" else slab
            pairs, one_value = alike(whole)
            self.pairs, same = self.pairs + pairs, same + one_value
            # Labels above 65,535 are labels, too: whoever reads them says that they are too large.
            small = (np.minimum(whole, _MOST) if whole.max() > _MOST else whole).astype(np.uint16)
            self._counts += np.bincount(small.ravel(), minlength=_MOST + 1)
            if enough is not None and self.pairs >= enough:
                break
        self.are_labels = same >= ALIKE * self.pairs
        self._surely = same >= _SURELY_ALIKE * self.pairs

    @property
    def values(self) -> NDArray[np.intp]:
        """Values that were met, but for 0."""
        return np.flatnonzero(self._counts[1:]) + 1

    @property
    def speak(self) -> bool:
        """Whether they need no name beside them, by rule 3."""
        few = len(self.values) <= _FEW or self._surely
        return self.pairs > 0 and few and int(self._counts.argmax()) == 0


def _header_says_so(file: ChosenFile) -> bool:
    if file.name.lower().endswith(NRRD_SUFFIXES):
        return "Segment0_Name" in read_nrrd_header(file).fields
    return is_label_nifti(file)


def _name_says(file: ChosenFile, files: Sequence[ChosenFile]) -> str:
    shared = min(len(one.path.parts) - 1 for one in files)
    while shared and len({one.path.parts[:shared] for one in files}) > 1:
        shared -= 1
    folders = [words_of(part) for part in file.path.parts[shared:-1]]
    if any(names_images(folder) for folder in folders):
        return ""
    for folder, part in zip(folders, file.path.parts[shared:-1], strict=True):
        if names_a_label_map(folder):
            return f"it lies in '{part}'"
    if names_a_label_map(words_of(stem_of(file))):
        return "its name says so"
    if has_channels(file, files):
        return "it is called after the images beside it, without the number of a channel"
    if is_known_organ("_".join(case_of_labels(file))):
        return "it is called after an organ"
    return ""


def _slabs(file: ChosenFile, options: ReadingOptions) -> Iterable[NDArray[np.generic]]:
    if not file.name.lower().endswith(NRRD_SUFFIXES):
        return nifti_slabs(file, options)
    return read_nrrd(file, read_nrrd_header(file), options)[0]
