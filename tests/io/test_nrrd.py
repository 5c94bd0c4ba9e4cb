from pathlib import Path

import nrrd
import numpy as np
import pytest

from cytovox.domain.errors import ImageFileError
from cytovox.io.volume import list_series, open_volume

VALUES = np.random.default_rng(3).integers(-50, 900, (6, 5, 4)).astype(np.int16)
DIRECTIONS = np.diag([0.7, 0.8, 5.0])
PLACED = {"space": "left-posterior-superior", "space directions": DIRECTIONS, "space origin": [-30, -40, 100]}
STANDARD = VALUES.transpose(2, 1, 0)


@pytest.mark.parametrize("encoding", ["raw", "gzip", "bzip2", "ascii"])
@pytest.mark.parametrize("suffix", [".nrrd", ".nhdr"])
def test_stacks_come_back(tmp_path: Path, encoding: str, suffix: str) -> None:
    nrrd.write(str(tmp_path / f"a{suffix}"), VALUES, PLACED | {"encoding": encoding})
    volume = open_volume(tmp_path / f"a{suffix}")
    assert (volume.voxels == STANDARD).all()
    assert np.allclose(volume.grid.affine, [[0, 0, 0.7, -30], [0, 0.8, 0, -40], [5, 0, 0, 100], [0, 0, 0, 1]])


@pytest.mark.parametrize(
    ("space", "signs"),
    [("right-anterior-superior", (-1, -1, 1)), ("RAS", (-1, -1, 1)), ("left-anterior-superior", (1, -1, 1))],
)
def test_other_spaces_are_turned_to_lps(tmp_path: Path, space: str, signs: tuple[int, ...]) -> None:
    header = {
        "space": space,
        "space directions": DIRECTIONS * np.array(signs),
        "space origin": np.array([-30, -40, 100]) * signs,
    }
    nrrd.write(str(tmp_path / "a.nrrd"), VALUES, header)
    volume = open_volume(tmp_path / "a.nrrd")
    assert (volume.voxels == STANDARD).all()
    assert np.allclose(volume.grid.affine[:3, 3], (-30, -40, 100))


@pytest.mark.parametrize(
    "header",
    [{"spacings": [0.7, 0.8, 5.0]}, PLACED | {"space": "3D-right-handed"}],
    ids=["none", "right-handed"],
)
def test_a_file_without_a_place_in_the_patient_says_so(tmp_path: Path, header: dict[str, object]) -> None:
    nrrd.write(str(tmp_path / "a.nrrd"), VALUES, header)
    volume = open_volume(tmp_path / "a.nrrd")
    assert np.allclose(volume.grid.spacing_mm, (5, 0.8, 0.7))
    assert [warning.key for warning in volume.warnings] == ["no_position", "modality_unknown"]


def test_an_axis_outside_space_holds_volumes(tmp_path: Path) -> None:
    header = PLACED | {"space directions": np.vstack([[np.nan] * 3, DIRECTIONS])}
    nrrd.write(str(tmp_path / "a.nrrd"), np.stack([VALUES, VALUES + 1]), header)
    assert len(list_series(tmp_path / "a.nrrd")) == 2
    assert (open_volume(tmp_path / "a.nrrd", series=2).voxels == STANDARD + 1).all()


def test_skipped_lines_and_bytes_are_not_data(tmp_path: Path) -> None:
    (tmp_path / "a.raw").write_bytes(b"first line\nxx" + VALUES.astype(">i2").tobytes("F"))
    fields = "type: short\ndimension: 3\nsizes: 6 5 4\nendian: big\nencoding: raw\nspacings: 0.7 0.8 5\n"
    skips = "line skip: 1\nbyte skip: 2\n"
    (tmp_path / "a.nhdr").write_text(f"NRRD0004\n{fields}{skips}data file: a.raw\n")
    assert (open_volume(tmp_path / "a.nhdr").voxels == STANDARD).all()
    (tmp_path / "b.nhdr").write_text(f"NRRD0004\n{fields}byte skip: -1\ndata file: a.raw\n")
    assert (open_volume(tmp_path / "b.nhdr").voxels == STANDARD).all()


@pytest.mark.parametrize(
    "named", ["../secret.raw", "{folder}/secret.raw", "link.raw", "absent.raw", "LIST", "s%d.raw 1 4 1"]
)
def test_data_outside_the_folder_of_the_header_are_not_read(tmp_path: Path, named: str) -> None:
    (tmp_path / "secret.raw").write_bytes(VALUES.tobytes())
    folder = tmp_path / "chosen"
    folder.mkdir()
    (folder / "link.raw").symlink_to(tmp_path / "secret.raw")
    (folder / "a.nhdr").write_text(
        "NRRD0004\ntype: short\ndimension: 3\nsizes: 6 5 4\nendian: little\nencoding: raw\n"
        f"spacings: 1 1 5\ndata file: {named.format(folder=tmp_path)}\n"
    )
    with pytest.raises(ImageFileError, match="in the folder of the header"):
        open_volume(folder / "a.nhdr")


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.nrrd"
    nrrd.write(str(path), VALUES, PLACED)
    whole = path.read_bytes()
    for kept, words in (
        (0, "header is damaged"),
        (20, "header is damaged"),
        (len(whole) - 30, "data are damaged"),
    ):
        path.write_bytes(whole[:kept])
        with pytest.raises(ImageFileError, match=words):
            open_volume(path)
    path.write_bytes(whole.replace(b"gzip", b"zstd"))
    with pytest.raises(ImageFileError, match="found zstd"):
        open_volume(path)
    path.write_bytes(whole.replace(b"type: int16", b"type: block"))
    with pytest.raises(ImageFileError, match="found type block"):
        open_volume(path)
