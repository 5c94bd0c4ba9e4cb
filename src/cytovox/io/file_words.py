"""What the names of NIfTI and NRRD files and of their folders say: image or label map, and of which case."""

import re
from collections.abc import Sequence

from cytovox.io.chosen_files import ChosenFile

_LABEL_WORDS = frozenset(
    ["seg", "segs", "segmentation", "segmentations", "label", "labels", "labelmap", "labelmaps", "mask"]
).union(["masks", "msk", "gt", "groundtruth", "labelstr", "labelsts", "labelsval"])
_IMAGE_FOLDERS = frozenset(["imagestr", "imagests", "imagesval", "images", "image", "imgs", "img"])
_IMAGE_WORDS = _IMAGE_FOLDERS | frozenset(["ct", "mr", "mri", "scan", "volume", "vol"])
_MASK_FOLDERS = frozenset(["segmentations", "segmentation", "segs", "masks", "organs"])
_CHANNEL = re.compile(r"\d{4}")
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")

Words = tuple[str, ...]


def stem_of(file: ChosenFile) -> str:
    """A file's own name without its ending, ".nii.gz" and ".seg.nrrd" included."""
    return file.path.name.removesuffix(".gz").rsplit(".", 1)[0].removesuffix(".seg")


def words_of(text: str) -> Words:
    """The words of a name, in lower case: letters and digits between anything else."""
    return tuple(word for word in _BETWEEN_WORDS.split(text.lower()) if word)


def without_label_words(words: Sequence[str]) -> Words:
    """Words of a name but for those that mean a label map."""
    return tuple(word for word in words if word not in _LABEL_WORDS)


def names_a_label_map(words: Sequence[str]) -> bool:
    """Whether one of the words means a label map ("seg", "mask", "labelsTr")."""
    return not _LABEL_WORDS.isdisjoint(words)


def names_images(words: Sequence[str]) -> bool:
    """Whether the words of a folder mean images ("imagesTr")."""
    return not _IMAGE_FOLDERS.isdisjoint(words)


def names_masks(words: Sequence[str]) -> bool:
    """Whether the words of a folder mean masks of one organ each ("segmentations")."""
    return not _MASK_FOLDERS.isdisjoint(words)


def cases_of_image(file: ChosenFile) -> frozenset[Words]:
    """What a label map of this image may be called after: its words, with and without nnU-Net's channel."""
    words = words_of(stem_of(file))
    bare = words[:-1] if words and _CHANNEL.fullmatch(words[-1]) else words
    return frozenset(
        case for one in (words, bare) if (case := tuple(word for word in one if word not in _IMAGE_WORDS))
    )


def case_of_labels(file: ChosenFile) -> Words:
    """Which case a label map is called after; nothing where its name only says what it is."""
    return tuple(word for word in without_label_words(words_of(stem_of(file))) if word not in _IMAGE_WORDS)


def has_channels(file: ChosenFile, files: Sequence[ChosenFile]) -> bool:
    """Whether other files are the channels of this one, as nnU-Net calls them: case, case_0000, case_0001."""
    words = words_of(stem_of(file))
    return any(
        _CHANNEL.fullmatch(other[-1]) and other[:-1] == words
        for other in (words_of(stem_of(one)) for one in files)
        if len(other) == len(words) + 1
    )
