from pathlib import Path

import pytest

from cytovox.domain.errors import TrainingDataError
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.io.labelled_folder import LabelOptions, class_key, read_labelled_pictures

BLOOD = load_taxonomy("blood")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, number in (("Band", 3), ("Segmented Neutrophil", 2), ("weird thing", 4)):
        (tmp_path / name / "more").mkdir(parents=True)
        for i in range(number):
            (tmp_path / name / ("more" if i == 0 else ".") / f"{i}.JPG").write_bytes(b"x")
    (tmp_path / "Band" / "notes.txt").write_text("not a picture")
    (tmp_path / "Band" / "._0.jpg").write_bytes(b"a Mac's own")
    (tmp_path / ".git").mkdir()
    return tmp_path


def test_folder_names_become_classes_of_the_taxonomy_in_its_order(folder: Path) -> None:
    labelled = read_labelled_pictures(folder, LabelOptions(taxonomy=BLOOD))
    assert labelled.counts == {"neutrophil_segmented": 2, "neutrophil_band": 3, "weird thing": 4}
    assert labelled.pictures[0].path.is_file()
    assert len({picture.group for picture in labelled.pictures}) == 9


def test_without_a_taxonomy_folder_names_are_the_classes(folder: Path) -> None:
    assert read_labelled_pictures(folder).classes == ("Band", "Segmented Neutrophil", "weird thing")


def test_only_the_classes_asked_for_are_used_and_the_others_are_reported(folder: Path) -> None:
    options = LabelOptions(classes=("SNE", "band"), taxonomy=BLOOD)
    labelled = read_labelled_pictures(folder, options)
    assert labelled.counts == {"neutrophil_segmented": 2, "neutrophil_band": 3}
    assert labelled.left_out == ("weird thing: 4 pictures of a class not asked for",)


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("neutrophil_band", "neutrophil_band"),
        ("Band neutrophil", "neutrophil_band"),
        ("NGB", "neutrophil_band"),
        ("STAB", "neutrophil_band"),
        ("red-blood-cell", "red_cell"),
        ("plasmablast", "plasmablast"),
    ],
)
def test_a_label_is_found_by_key_name_abbreviation_or_alias(label: str, key: str) -> None:
    assert class_key(label, BLOOD) == key


def write_index(folder: Path, text: str) -> Path:
    path = folder / "cells.csv"
    path.write_text(text, encoding="utf-8")
    for name in ("a.png", "b.png", "c.png", "d.png"):
        (folder / name).write_bytes(b"x")
    return path


def test_an_index_gives_labels_splits_and_patients(tmp_path: Path) -> None:
    index = write_index(
        tmp_path,
        "file,label,split,patient\na.png,LY,train,p1\nb.png,MO,validation,p2\nc.png,LY,,p1\nd.png,,train,\n",
    )
    labelled = read_labelled_pictures(index, LabelOptions(taxonomy=BLOOD))
    rows = [(p.path.name, p.label, p.split, p.group) for p in labelled.pictures]
    assert rows == [
        ("a.png", "lymphocyte", "train", "p1"),
        ("b.png", "monocyte", "val", "p2"),
        ("c.png", "lymphocyte", "", "p1"),
    ]
    assert labelled.left_out == ("(no label): 1 pictures of a class not asked for",)


def test_a_spreadsheets_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    index = write_index(tmp_path, "\ufefffile,label\na.png,x\nb.png,y\n")
    assert read_labelled_pictures(index).classes == ("x", "y")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,label\na.png,x\n", "expected a column 'file', found name, label"),
        ("file,kind\na.png,x\n", "expected a column 'label', found file, kind"),
        ("file,label,split\na.png,x,maybe\n", "split 'maybe'; expected train, val, calibration"),
        ("file,label\nz.png,x\na.png,y\n", r"1 files of the index are not there, the first is z\.png"),
        ("file,label\na.png,x\nb.png,x\n", "expected at least two classes, found x"),
        ("", "expected a column 'label', found nothing"),
    ],
)
def test_a_wrong_index_is_explained(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(TrainingDataError, match=message):
        read_labelled_pictures(write_index(tmp_path, text))


def test_what_is_no_data_is_explained(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match="it is not there"):
        read_labelled_pictures(tmp_path / "nothing")
    with pytest.raises(TrainingDataError, match="expected pictures in class-named folders"):
        read_labelled_pictures(tmp_path)
    (tmp_path / "index.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TrainingDataError, match="expected an index CSV in UTF-8"):
        read_labelled_pictures(tmp_path)


def test_a_class_without_pictures_is_named_with_what_is_there(folder: Path) -> None:
    options = LabelOptions(classes=("band", "eosinophil"), taxonomy=BLOOD)
    with pytest.raises(
        TrainingDataError,
        match=r"no pictures of the class 'eosinophil'; .*: neutrophil_segmented, weird thing",
    ):
        read_labelled_pictures(folder, options)
