"""Which NIfTI and NRRD files among some are images and which are label maps, and what was drawn on what."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from cytovox.io.chosen_files import ChosenFile
from cytovox.io.file_words import case_of_labels, cases_of_image, names_a_label_map, names_masks, words_of
from cytovox.io.label_files import organ_of_mask
from cytovox.io.label_signs import LabelSign, label_sign
from cytovox.io.organ_names import is_known_organ
from cytovox.io.reading_options import ReadingOptions

_MANY = 3


@dataclass(frozen=True, slots=True)
class LabelGroup:
    """Files that make one label map.

    Attributes:
        files: One, or several with the mask of one organ each.
        reason: What shows that it is a label map, as the end of a sentence.
        images: Names of the images that it was drawn on, as far as names tell; none where they do not.
    """

    files: tuple[ChosenFile, ...]
    reason: str
    images: frozenset[str] = frozenset()

    @property
    def description(self) -> str:
        """The file's own name, or the number of masks; with the folder where that is called after labels.

        Other folders are left out: they may be called after a patient.
        """
        folder, count = self.files[0].path.parent.name, len(self.files)
        told = folder if names_a_label_map(words_of(folder)) or names_masks(words_of(folder)) else ""
        if count > 1:
            return f"{told} ({count} masks)" if told else f"{count} masks"
        return f"{told}/{self.files[0].path.name}" if told else self.files[0].path.name


def told_apart(
    files: Sequence[ChosenFile], options: ReadingOptions
) -> tuple[tuple[ChosenFile, ...], tuple[LabelGroup, ...]]:
    """Images, and label maps.

    Several files of one folder that each hold one organ are one label map where the folder or a file is
    called so, or where there are three or more of them.

    Args:
        files: NIfTI and NRRD files.
        options: Bounds of reading.

    Raises:
        ImageFileError: A file is damaged or too large.
    """
    signs = {file.name: label_sign(file, files, options) for file in files}
    images = tuple(file for file in files if signs[file.name] is None)
    groups: list[LabelGroup] = []
    masks: dict[PurePosixPath, list[ChosenFile]] = defaultdict(list)
    for file in files:
        sign = signs[file.name]
        if sign is None:
            continue
        called_after = _called_after(file, images)
        if sign.one_value and not called_after:
            masks[file.path.parent].append(file)
        else:
            groups.append(LabelGroup((file,), sign.reason, called_after or _beside(file, images)))
    for folder, members in masks.items():
        groups += _as_masks(folder, members, images, signs)
    return images, tuple(sorted(groups, key=lambda group: group.files[0].name))


def _as_masks(
    folder: PurePosixPath,
    files: Sequence[ChosenFile],
    images: Sequence[ChosenFile],
    signs: dict[str, LabelSign | None],
) -> list[LabelGroup]:
    named = names_masks(words_of(folder.name)) or any(is_known_organ(organ_of_mask(file)) for file in files)
    if len(files) > 1 and (named or len(files) >= _MANY):
        reason = "each of its files holds the mask of one organ"
        return [LabelGroup(tuple(files), reason, _beside(files[0], images))]
    return [
        LabelGroup((file,), sign.reason, _beside(file, images))
        for file in files
        if (sign := signs[file.name]) is not None
    ]


def _called_after(file: ChosenFile, images: Sequence[ChosenFile]) -> frozenset[str]:
    case = case_of_labels(file)
    return frozenset(image.name for image in images if case in cases_of_image(image))


def _beside(file: ChosenFile, images: Sequence[ChosenFile]) -> frozenset[str]:
    # The images of the nearest folder upwards that holds any, where others lie elsewhere.
    for folder in file.path.parents:
        found = frozenset(image.name for image in images if folder == image.path.parent)
        if found:
            return found if len(found) < len(images) else frozenset()
    return frozenset()
