from pathlib import Path

import cv2
import numpy as np
import pytest

from cytovox.domain.errors import TrainingDataError
from cytovox.io.labelled_folder import LabelledPicture, LabelledPictures
from cytovox.training.leak_check import check_leaks, leak_report


def scene(seed: int, side: int = 120) -> np.ndarray:
    coarse = np.random.default_rng(seed).integers(0, 256, (9, 9, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC), np.uint8)


@pytest.fixture
def labelled(tmp_path: Path) -> LabelledPictures:
    """Six pictures, of which two training ones and one for calibration are copies of validation pictures."""
    pictures = {
        ("train", "own"): scene(0),
        ("train", "exact"): scene(1),
        ("train", "turned"): cv2.resize(np.rot90(scene(2))[::-1], (77, 77), interpolation=cv2.INTER_AREA),
        ("calibration", "exact"): scene(1),
        ("val", "one"): scene(1),
        ("val", "two"): scene(2),
    }
    found = []
    for (split, name), pixels in pictures.items():
        path = tmp_path / f"{split}-{name}.png"
        cv2.imwrite(str(path), pixels)
        label = "a" if name in {"own", "one", "exact"} else "b"
        found.append(LabelledPicture(path, label, path.name, split))
    return LabelledPictures(tuple(found), ("a", "b"))


def test_copies_of_held_out_pictures_are_found_whichever_way_round_and_dropped(
    labelled: LabelledPictures,
) -> None:
    checked = check_leaks(labelled)
    found = {(leak.copy.path.stem, leak.kept.path.stem, leak.exact) for leak in checked.leaks}
    assert found == {
        ("calibration-exact", "val-one", True),
        ("train-exact", "val-one", True),
        ("train-turned", "val-two", False),
    }
    assert {p.path.stem for p in checked.labelled.pictures} == {"train-own", "val-one", "val-two"}
    assert checked.labelled.left_out == ("3 copies of held-out pictures, left out of the other split",)
    assert "train: " in leak_report(checked)
    assert str(labelled.pictures[0].path.parent.parent) not in leak_report(checked)


def test_copies_can_be_kept(labelled: LabelledPictures) -> None:
    checked = check_leaks(labelled, drop=False)
    assert checked.labelled.pictures == labelled.pictures
    assert len(checked.leaks) == 3


def test_copies_within_a_split_are_no_leak_but_two_labels_are_reported(tmp_path: Path) -> None:
    for name in ("1.png", "2.png"):
        cv2.imwrite(str(tmp_path / name), scene(5))
    pictures = tuple(
        LabelledPicture(tmp_path / name, label, name, "train")
        for name, label in (("1.png", "a"), ("2.png", "b"))
    )
    checked = check_leaks(LabelledPictures(pictures, ("a", "b")))
    assert checked.leaks == ()
    assert [(one.label, other.label) for one, other in checked.conflicts] == [("a", "b")]
    assert "one picture, two labels" in leak_report(checked)


def test_unreadable_files_are_listed_and_counted(labelled: LabelledPictures) -> None:
    labelled.pictures[0].path.write_bytes(b"no picture")
    checked = check_leaks(labelled)
    assert len(checked.unreadable) == 1
    assert "train-own.png: expected a JPEG" in checked.unreadable[0]
    assert checked.labelled.left_out[0].startswith("1 files could not be read, the first: train-own.png")
    seen: list[float] = []
    check_leaks(labelled, progress=seen.append)
    assert seen[-1] == 1.0


def test_nothing_readable_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(b"")
    pictures = (LabelledPicture(path, "a", "x", "train"),)
    with pytest.raises(TrainingDataError, match="none of 1 pictures could be read"):
        check_leaks(LabelledPictures(pictures, ("a", "b")))


def test_many_pictures_are_compared_in_blocks() -> None:
    """Every pair is looked at: the copy is found wherever it stands."""
    from cytovox.imaging.perceptual_hash import fingerprint
    from cytovox.training import leak_check

    def looked(seed: int, split: str) -> leak_check._Looked:
        picture = LabelledPicture(Path(f"{split}/{seed}.png"), "a", str(seed), split)
        return leak_check._Looked(picture, f"{split}{seed}", fingerprint(scene(seed, 32)))

    items = [looked(seed, "train") for seed in range(1100)] + [looked(1099, "val"), looked(3, "val")]
    assert {leak.copy.path.stem for leak in leak_check._leaks(items)} == {"1099", "3"}
