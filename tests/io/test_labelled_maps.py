from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cytovox.domain.errors import ImageFileError, TrainingDataError
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.io.labelled_maps import read_class_map, read_labelled_maps

CLASSES = np.arange(10, dtype=np.uint8).repeat(6).reshape(6, 10)


def colours_of(classes: np.ndarray) -> np.ndarray:
    palette = [bytes.fromhex(c.colour.removeprefix("#")) for c in load_taxonomy("smear_map").classes]
    return np.array([list(colour) for colour in palette], np.uint8)[classes]


def pair(folder: Path, mask: np.ndarray) -> Path:
    for name, pixels in (("pictures", np.full((6, 10, 3), 200, np.uint8)), ("masks", mask)):
        (folder / name).mkdir()
        Image.fromarray(pixels).save(folder / name / "a.png")
    return folder


@pytest.mark.parametrize("mask", [CLASSES, colours_of(CLASSES)], ids=["indices", "colours"])
def test_indices_and_colours_say_the_same(tmp_path: Path, mask: np.ndarray) -> None:
    (read,) = read_labelled_maps(pair(tmp_path, mask), 0.2)
    assert (read.classes == CLASSES).all()
    assert read.image.mpp_um == 0.2


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (np.full((6, 10), 10, np.uint8), "indices below 10, got 10"),
        (np.full((6, 10, 3), 7, np.uint8), "got #070707"),
        (np.zeros((5, 10), np.uint8), "expected 10 x 6 px .* got 10 x 5"),
    ],
    ids=["index", "colour", "size"],
)
def test_what_is_no_map_is_refused(tmp_path: Path, mask: np.ndarray, message: str) -> None:
    with pytest.raises(ImageFileError, match=message):
        list(read_labelled_maps(pair(tmp_path, mask)))


def test_a_folder_without_pairs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match="found no such pair"):
        list(read_labelled_maps(tmp_path))


def test_a_damaged_mask_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    with pytest.raises(ImageFileError, match="expected a mask as PNG"):
        read_class_map(tmp_path / "m.png")
