from collections.abc import Callable

import pytest

from cytovox.io.chosen_files import ChosenFile
from cytovox.io.file_words import case_of_labels, cases_of_image, has_channels, names_a_label_map, words_of


def named(name: str) -> ChosenFile:
    nothing: Callable = lambda *_: None  # noqa: E731
    return ChosenFile(name, 0, nothing, nothing)


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("s1_seg", True), ("Segmentation", True), ("liver-mask", True), ("labelsTr", True), ("gt", True),
        ("segment_of_liver", False), ("t1_brain_masked", False), ("ct", False), ("labelled", False),
    ],
)  # fmt: skip
def test_whole_words_count(name: str, labels: bool) -> None:
    assert names_a_label_map(words_of(name)) is labels


@pytest.mark.parametrize(
    ("image", "labels"),
    [
        ("imagesTr/case_0000.nii.gz", "labelsTr/case.nii.gz"),
        ("imagesTr/BRATS_0001.nii.gz", "labelsTr/BRATS_0001.nii.gz"),
        ("imagesTr/BRATS_0001_0000.nii.gz", "labelsTr/BRATS_0001.nii.gz"),
        ("p7_ct.nii.gz", "p7_seg.nii.gz"),
        ("p7.nrrd", "p7.seg.nrrd"),
    ],
)
def test_a_label_map_is_called_after_its_image(image: str, labels: str) -> None:
    assert case_of_labels(named(labels)) in cases_of_image(named(image))


def test_names_that_say_only_what_a_file_is_name_no_case() -> None:
    assert case_of_labels(named("seg.nii.gz")) == ()
    assert cases_of_image(named("ct.nii.gz")) == frozenset()
    assert case_of_labels(named("p8_seg.nii.gz")) not in cases_of_image(named("p7_ct.nii.gz"))


def test_channels_of_nnu_net() -> None:
    files = [named(name) for name in ("case_0000.nii.gz", "case_0001.nii.gz", "case.nii.gz")]
    assert [has_channels(file, files) for file in files] == [False, False, True]
