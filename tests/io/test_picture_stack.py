from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cytovox.domain.errors import ImageFileError, InputError
from cytovox.domain.volume import VolumeGrid
from cytovox.io.label_maps import open_label_map
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.volume import open_volume

SPACED = ReadingOptions(spacing_mm=(4, 0.5, 0.6))


def write(folder: Path, numbers: list[int], suffix: str = "png", mode: str = "L") -> Path:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        Image.fromarray(np.full((3, 5), number, np.uint8)).convert(mode).save(
            folder / f"scan {number}.{suffix}"
        )
    return folder


@pytest.mark.parametrize("mode", ["L", "RGB", "P", "I;16"])
def test_pictures_are_slices_from_the_last_to_the_first(tmp_path: Path, mode: str) -> None:
    volume = open_volume(write(tmp_path / "p", [8, 9, 10, 11], mode=mode), options=SPACED)
    assert volume.voxels[:, 0, 0].tolist() == [11, 10, 9, 8]
    assert volume.grid.spacing_mm == (4, 0.5, 0.6)
    assert [warning.key for warning in volume.warnings] == ["assumed_order", "modality_unknown"]


def test_tiff_and_jpeg_count_too(tmp_path: Path) -> None:
    assert open_volume(write(tmp_path / "t", [1, 2], "tif"), options=SPACED).voxels.shape == (2, 3, 5)
    assert open_volume(write(tmp_path / "j", [1, 2], "jpg"), options=SPACED).voxels.shape == (2, 3, 5)


def test_spacing_is_asked_for_and_never_guessed(tmp_path: Path) -> None:
    with pytest.raises(ImageFileError, match="spacing_mm"):
        open_volume(write(tmp_path / "p", [1, 2]))
    with pytest.raises(InputError, match="spacing"):
        ReadingOptions(spacing_mm=(0, 1, 1))


def test_gaps_colours_sizes_and_damage_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageFileError, match="evenly numbered"):
        open_volume(write(tmp_path / "gap", [1, 2, 4]), options=SPACED)
    odd = write(tmp_path / "odd", [1, 2])
    Image.new("L", (9, 9)).save(odd / "scan 3.png")
    with pytest.raises(ImageFileError, match="other slices"):
        open_volume(odd, options=SPACED)
    colour = write(tmp_path / "colour", [1])
    Image.new("RGB", (5, 3), (1, 2, 3)).save(colour / "scan 2.png")
    with pytest.raises(ImageFileError, match="in colour"):
        open_volume(colour, options=SPACED)
    damaged = write(tmp_path / "damaged", [1, 2])
    (damaged / "scan 2.png").write_bytes((damaged / "scan 2.png").read_bytes()[:50])
    with pytest.raises(ImageFileError, match="damaged or cut short"):
        open_volume(damaged, options=SPACED)
    named = write(tmp_path / "named", [1])
    (named / "scan 1.png").rename(named / "scan.png")
    with pytest.raises(ImageFileError, match="number of their own"):
        open_volume(named, options=SPACED)


def test_index_pictures_are_labels_in_the_same_order(tmp_path: Path) -> None:
    like = VolumeGrid((2, 3, 5), np.diag([4.0, 0.5, 0.6, 1]))
    folder = tmp_path / "masks"
    folder.mkdir()
    for number in (1, 2):
        picture = Image.fromarray(np.full((3, 5), number, np.uint8), "P")
        picture.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0])
        picture.save(folder / f"m{number}.png")
    (tmp_path / "labels.json").write_text('{"0": "background", "1": "stomach", "2": "gizzard"}')
    labels = open_label_map(folder, like=like)
    assert labels.labels[:, 0, 0].tolist() == [2, 1]
    assert labels.organ(1).key == "stomach"
    assert labels.organ(2).name == "gizzard"
    assert [warning.key for warning in labels.warnings] == ["names_beside", "no_position"]
    with pytest.raises(ImageFileError, match="together with their stack"):
        open_label_map(folder)
