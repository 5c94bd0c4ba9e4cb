import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cytovox.domain.errors import ImageFileError, InputError
from cytovox.domain.volume import Modality
from cytovox.io.label_maps import open_label_map
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.volume import list_series, open_volume


def write_scan(
    root: Path, name: str, numbers: list[int], size: str = "6_4_1.50_1.63", bits: int = 16
) -> None:
    folder = root / name.partition("_")[0] / name / "scans"
    folder.mkdir(parents=True)
    for number in numbers:
        pixels = np.full((4, 6), number, np.uint16 if bits == 16 else np.uint8)
        pixels[0, 5] = 5000 if bits == 16 else 200
        Image.fromarray(pixels).save(folder / f"slice_{number:04}_{size}.png")


def test_slices_are_stored_from_the_feet_to_the_head(tmp_path: Path) -> None:
    write_scan(tmp_path, "case7_day12", [1, 2, 3])
    volume = open_volume(tmp_path)
    assert volume.voxels[:, 3, 0].tolist() == [3, 2, 1]
    assert volume.voxels[0, 0, 5] == 5000
    assert np.allclose(volume.grid.spacing_mm, (3, 1.63, 1.5))
    assert np.allclose(np.diag(volume.grid.affine[:3, :3][::-1]), (3, 1.63, 1.5))
    assert (volume.source, volume.subject, volume.day) == ("case7_day12", "case7", 12)
    assert volume.modality is Modality.MR
    assert [warning.key for warning in volume.warnings] == ["assumed_distance"]
    known = open_volume(tmp_path, options=ReadingOptions(spacing_mm=(4, 9, 9)))
    assert known.warnings == ()
    assert np.allclose(known.grid.spacing_mm, (4, 1.63, 1.5))


@pytest.mark.parametrize(("size", "spacing"), [("6_4_1.5_2.5", (2.5, 1.5)), ("4_6_2.5_1.5", (2.5, 1.5))])
def test_the_picture_tells_width_from_height(tmp_path: Path, size: str, spacing: tuple[float, float]) -> None:
    write_scan(tmp_path, "case7_day1", [1, 2], size, bits=8)
    assert open_volume(tmp_path).grid.spacing_mm[1:] == spacing


def test_days_are_scans_to_choose_from_in_their_order(tmp_path: Path) -> None:
    for day, count in ((2, 3), (10, 2), (1, 2)):
        write_scan(tmp_path, f"case7_day{day}", list(range(1, count + 1)))
    found = [entry.description for entry in list_series(tmp_path / "case7")]
    assert found == ["case7_day1", "case7_day2", "case7_day10"]
    assert open_volume(tmp_path).source == "case7_day2"
    assert open_volume(tmp_path, series="case7_day10").day == 10
    assert open_volume(tmp_path / "case7" / "case7_day1" / "scans").voxels.shape == (2, 4, 6)


def test_a_missing_slice_is_refused(tmp_path: Path) -> None:
    write_scan(tmp_path, "case7_day1", [1, 2, 4])
    with pytest.raises(ImageFileError, match="number 3 is missing"):
        open_volume(tmp_path)


def write_runs(path: Path, rows: list[str]) -> Path:
    path.write_text("id,class,segmentation\n" + "".join(f"{row}\n" for row in rows))
    return path


ROWS = [
    "case7_day1_slice_0001,stomach,1 2",
    "case7_day1_slice_0001,large_bowel,",
    "case7_day1_slice_0002,stomach,7 2",
    "case7_day1_slice_0002,small_bowel,8 3",
    "case7_day2_slice_0001,stomach,1 24",
]


def test_runs_lie_on_their_slices_with_or_without_the_pictures(tmp_path: Path) -> None:
    write_scan(tmp_path, "case7_day1", [1, 2])
    table = write_runs(tmp_path / "train.csv", ROWS)
    volume = open_volume(tmp_path)
    whole = open_label_map(tmp_path, like=volume.grid)
    alone = open_label_map(table, like=volume.grid, series=volume.source)
    assert whole.labels[1, 0].tolist() == [1, 1, 0, 0, 0, 0]
    assert whole.labels[0, 1].tolist() == [1, 2, 2, 2, 0, 0]
    assert (whole.labels == alone.labels).all()
    assert [whole.organ(label).key for label in (1, 2, 3)] == ["stomach", "small_bowel", "large_bowel"]
    assert [warning.key for warning in whole.warnings] == ["overlapping_labels"]


def test_runs_of_another_scan_or_without_a_stack_are_refused(tmp_path: Path) -> None:
    write_scan(tmp_path, "case7_day1", [1, 2])
    table = write_runs(tmp_path / "train.csv", ROWS)
    with pytest.raises(ImageFileError, match="together with its scan"):
        open_label_map(table, series="case7_day1")
    with pytest.raises(InputError, match="2 label maps may be meant: 1 'case7_day1'; 2 'case7_day2'"):
        open_label_map(table, like=open_volume(tmp_path).grid)
    with pytest.raises(ImageFileError, match="expected 2 slices of case7_day2"):
        open_label_map(table, like=open_volume(tmp_path).grid, series="case7_day2")
    write_runs(table, ["slice_1,liver,1 2"])
    with pytest.raises(ImageFileError, match="expected ids like"):
        open_label_map(table)
    table.write_text("a,b\n1,2\n")
    with pytest.raises(ImageFileError, match="expected columns id, class, segmentation"):
        open_label_map(table)


def test_a_case_in_an_archive_is_the_same(tmp_path: Path) -> None:
    write_scan(tmp_path / "a", "case7_day1", [1, 2])
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        for path in (tmp_path / "a").rglob("*.png"):
            file.write(path, path.relative_to(tmp_path / "a"))
    assert (open_volume(tmp_path / "a.zip").voxels == open_volume(tmp_path / "a").voxels).all()
