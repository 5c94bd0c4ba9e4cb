"""Labelled stacks in the layouts of public data sets."""

import json
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from cytovox.domain.errors import TrainingDataError
from cytovox.io.labelled_stacks import StackSource, case_names, read_labelled_stacks


def test_the_competition_s_folder(tmp_path: Path) -> None:
    for case, day in ((3, 1), (3, 9), (12, 0)):
        scans = tmp_path / f"train/case{case}/case{case}_day{day}/scans"
        scans.mkdir(parents=True)
        for number in (1, 2):
            Image.fromarray(np.full((6, 8), number, np.uint16)).save(
                scans / f"slice_{number:04d}_8_6_1.50_2.00.png"
            )
    (tmp_path / "train.csv").write_text(
        "id,class,segmentation\ncase3_day1_slice_0001,large_bowel,1 3 9 1\ncase3_day1_slice_0002,stomach,\n"
    )
    source = StackSource("competition", tmp_path, weight=3.0)
    assert case_names(source) == ("case3", "case12")
    stacks = list(read_labelled_stacks(source))
    assert [stack.case for stack in stacks] == ["case3", "case3", "case12"]
    first = stacks[0]
    assert first.weight == pytest.approx(1.0)
    assert first.drawn == ("stomach", "small_bowel", "large_bowel")
    # Slice 1 is nearest to the head, so the last of a stack that rises to it.
    assert first.labels[0].sum() == 0
    assert np.argwhere(first.labels[1] == 3).tolist() == [[0, 0], [0, 1], [0, 2], [1, 0]]
    assert [stack.case for stack in read_labelled_stacks(source, cases=("case12",))] == ["case12"]


def test_lone_slices(tmp_path: Path) -> None:
    for part in ("images", "masks"):
        (tmp_path / part).mkdir()
        for name in ("case7_day0_slice_0001.png", "case8_day0_slice_0009.png"):
            Image.fromarray(np.full((5, 5), 2, np.uint8)).save(tmp_path / part / name)
    (tmp_path / "index.csv").write_text("file\ncase7_day0_slice_0001.png\ncase8_day0_slice_0009.png\n")
    source = StackSource("lone_slices", tmp_path)
    assert case_names(source) == ("case7", "case8")
    (stack,) = read_labelled_stacks(source, cases=("case8",))
    assert (stack.case, stack.labels.shape, stack.spacing_known) == ("case8", (1, 5, 5), False)


def test_names_of_labels_become_classes(tmp_path: Path) -> None:
    voxels = np.arange(27, dtype=np.int16).reshape(3, 3, 3)
    drawn = np.zeros((3, 3, 3), np.uint8)
    drawn[0, 0], drawn[1, 1], drawn[2, 2] = 4, 5, 6
    for name, values in (("scan", voxels), ("drawn", drawn)):
        nib.Nifti1Image(values, np.eye(4)).to_filename(tmp_path / f"{name}.nii.gz")
    (tmp_path / "names.json").write_text(json.dumps({"4": "colon", "5": "duodenum", "6": "kidney_left"}))
    organs = {"small_bowel": ["small_bowel", "duodenum"], "kidney": ["kidney_*"]}
    source = StackSource(
        "stack",
        tmp_path / "scan.nii.gz",
        labels=tmp_path / "drawn.nii.gz",
        names=tmp_path / "names.json",
        organs=organs,
        modality="MR",
        case="phantom",
    )
    (stack,) = read_labelled_stacks(source)
    assert stack.drawn == ("small_bowel", "kidney")
    assert [int((stack.labels == label).sum()) for label in (1, 2)] == [3, 3]
    assert list(read_labelled_stacks(source, cases=("other",))) == []


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match=r"train\.csv"):
        list(read_labelled_stacks(StackSource("competition", tmp_path)))
    with pytest.raises(TrainingDataError, match="layout"):
        StackSource("folder", tmp_path)
    with pytest.raises(TrainingDataError, match="labels, organs and case"):
        StackSource("stack", tmp_path)
