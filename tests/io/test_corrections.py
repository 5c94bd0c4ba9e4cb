import zipfile
from pathlib import Path

import pytest

from cytovox.domain.errors import TrainingDataError
from cytovox.io.corrections import INDEX, CorrectedCell, corrections_index, group_names, read_corrections
from cytovox.io.labelled_folder import read_labelled_pictures


def cell(number: int, label: str = "monocyte", group: str = "g") -> CorrectedCell:
    return CorrectedCell(label, "lymphocyte", "classify", "Ann, B.", "c" * 32, number, group, 0.14)


def write_set(folder: Path, cells: list[CorrectedCell]) -> Path:
    for entry in cells:
        (folder / entry.file).parent.mkdir(parents=True, exist_ok=True)
        (folder / entry.file).write_bytes(b"picture %d" % entry.cell)
    (folder / INDEX).write_bytes(corrections_index(cells))
    return folder


def zip_of(folder: Path) -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.rglob("*"):
            archive.write(file, file.relative_to(folder))
    return path


def test_a_set_reads_back_the_same_from_a_folder_and_a_zip(tmp_path: Path) -> None:
    cells = [cell(1), cell(2, "basophil", "h")]
    folder = write_set(tmp_path / "set", cells)
    for path in (folder, zip_of(folder)):
        pictures = read_corrections(path)
        assert [(p.label, p.split, p.group, p.um_per_px) for p in pictures] == [
            (c.label, c.split, c.group, 0.14) for c in cells
        ]
        assert [p.read() for p in pictures] == [b"picture 1", b"picture 2"]


def test_the_set_is_one_of_labelled_pictures(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set", [cell(1), cell(2, "basophil", "h")])
    found = read_labelled_pictures(folder)
    assert sorted(found.classes) == ["basophil", "monocyte"]
    assert {p.group for p in found.pictures} == {"g", "h"}


def test_a_group_keeps_its_split_and_about_a_quarter_is_held_out() -> None:
    splits = [cell(1, group=str(i)).split for i in range(400)]
    assert splits == [cell(2, group=str(i)).split for i in range(400)]
    assert splits.count("val") == pytest.approx(100, abs=26)  # three standard deviations


def test_cells_of_one_person_belong_together_whatever_the_picture_says() -> None:
    groups = group_names(
        [
            ("a", "smear 1", "p1"),
            ("b", "smear 1", None),
            ("c", "smear 2", "p1"),
            ("d", "smear 3", None),
            ("e", "smear 3", None),
            ("f", None, None),
            ("g", None, None),
        ]
    )
    assert groups["a"] == groups["b"] == groups["c"]
    assert groups["d"] == groups["e"]
    assert len(set(groups.values())) == 4
    assert "p1" not in "".join(groups.values())


def damaged(tmp_path: Path, name: str) -> Path:
    folder = write_set(tmp_path / name, [cell(1)])
    text = (folder / INDEX).read_text(encoding="utf-8")
    if name == "nothing":
        return tmp_path / "not-there"
    if name == "no-zip":
        return folder / INDEX
    if name == "no-rows":
        text = text.splitlines()[0]
    if name == "no-scale":
        text = text.replace(",0.14", ",")
    if name == "outside":
        text = text.replace("monocyte/", "../monocyte/")
    if name == "no-column":
        text = text.replace("um_per_px", "scale")
    if name == "no-index":
        (folder / INDEX).unlink()
        return folder
    (folder / INDEX).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nothing", "expected a folder or ZIP"),
        ("no-zip", "expected a folder or ZIP"),
        ("no-rows", "lists no cells"),
        ("no-scale", "expected um_per_px"),
        ("outside", "outside the set"),
        ("no-column", "lacks the column"),
        ("no-index", "cannot be read"),
    ],
)
def test_what_is_no_set_is_refused_in_words(tmp_path: Path, name: str, says: str) -> None:
    with pytest.raises(TrainingDataError, match=says):
        read_corrections(damaged(tmp_path, name))


def test_a_picture_that_is_gone_is_named(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set", [cell(1)])
    archive = zip_of(folder)
    (folder / cell(1).file).unlink()
    with pytest.raises(TrainingDataError, match="cannot be read"):
        read_corrections(folder)[0].read()
    assert read_corrections(archive)[0].read() == b"picture 1"
