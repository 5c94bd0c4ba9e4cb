"""Which files count as label maps: each rule by itself."""

from pathlib import Path

import nibabel as nib
import nrrd
import numpy as np
import pytest

from cytovox.io.chosen_files import chosen_files
from cytovox.io.label_signs import label_sign, values_speak
from cytovox.io.reading_options import ReadingOptions

X, Y, Z = np.mgrid[:24, :24, :40]
BALL = ((X - 12) ** 2 + (Y - 12) ** 2 + (Z - 20) ** 2 < 100).astype(np.uint8)
TWO = BALL * 3 + (Z > 34).astype(np.uint8)
GREY_8_BIT = (np.random.default_rng(0).integers(0, 60, BALL.shape) + 100 * BALL).astype(np.uint8)


def write(path: Path, values: np.ndarray, intent: str = "none") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = nib.Nifti1Image(values, np.diag([1, 1, 2, 1]))
    image.header.set_intent(intent)
    nib.save(image, path)
    return path


def signs(folder: Path) -> dict[str, str | None]:
    with chosen_files(folder, ReadingOptions()) as files:
        found = {file.name: label_sign(file, files, ReadingOptions()) for file in files}
    return {name: sign and sign.reason for name, sign in found.items()}


def test_an_intent_and_a_table_of_segments_speak_for_themselves(tmp_path: Path) -> None:
    write(tmp_path / "a.nii.gz", GREY_8_BIT, "label")
    header = {"space": "left-posterior-superior", "space directions": np.eye(3), "Segment0_Name": "liver"}
    nrrd.write(str(tmp_path / "b.nrrd"), BALL, header)
    assert set(signs(tmp_path).values()) == {"its header says so"}


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        (TWO, True),
        (TWO.astype(np.float32), True),
        (TWO * np.float32(1.00001), True),
        (GREY_8_BIT, False),
        (BALL.astype(np.int16) * 200 - 100, False),
        (BALL * np.float32(0.5), False),
        (BALL.astype(np.float32) * np.nan, False),
        (BALL + 1, False),  # no background
        (BALL.astype(np.int32) * 117_000, True),  # too large to be read, but no grey values
        (np.zeros_like(BALL), False),
    ],
)
def test_values_alone(tmp_path: Path, values: np.ndarray, labels: bool) -> None:
    write(tmp_path / "a.nii.gz", values)
    assert (signs(tmp_path)["a.nii.gz"] is not None) is labels
    assert values_speak(values.transpose(2, 1, 0)) is labels


def test_a_name_is_not_enough_for_grey_but_for_many_or_no_labels(tmp_path: Path) -> None:
    bars = np.where(Y < 3, 0, Y // 2 * 40 + Z).astype(np.int32)  # 400 of them, along the rows
    blocks = np.where(Y < 3, 0, bars + X // 4 * 1000).astype(np.int32)  # 18 of 23 neighbours are alike
    write(tmp_path / "bars.nii.gz", bars)
    write(tmp_path / "blocks.nii.gz", blocks)
    write(tmp_path / "blocks_seg.nii.gz", blocks)
    write(tmp_path / "grey_seg.nii.gz", GREY_8_BIT)
    write(tmp_path / "empty_seg.nii.gz", np.zeros_like(BALL))
    assert signs(tmp_path) == {
        "bars.nii.gz": "its values are those of labels",
        "blocks.nii.gz": None,
        "blocks_seg.nii.gz": "its name says so",
        "empty_seg.nii.gz": "its name says so",
        "grey_seg.nii.gz": None,
    }


def test_folders_channels_and_organs_name_label_maps(tmp_path: Path) -> None:
    for name in (
        "imagesTr/mask_0000.nii.gz",
        "labelsTr/mask.nii.gz",
        "x.nii.gz",
        "x_0000.nii.gz",
        "liver.nii.gz",
    ):
        write(tmp_path / name, BALL + np.uint8(name.startswith("images")))
    found = signs(tmp_path)
    assert found["labelsTr/mask.nii.gz"] == "it lies in 'labelsTr'"
    assert found["imagesTr/mask_0000.nii.gz"] is None
    assert found["liver.nii.gz"] == "it is called after an organ"
    assert found["x.nii.gz"].startswith("it is called after the images beside it")


def test_a_folder_that_holds_all_says_nothing(tmp_path: Path) -> None:
    write(tmp_path / "masks" / "ct.nii.gz", BALL + 1)
    write(tmp_path / "masks" / "s.nii.gz", TWO)
    assert signs(tmp_path) == {
        "masks/ct.nii.gz": None,
        "masks/s.nii.gz": "its values are those of labels",
    }
