from pathlib import Path

import pytest

from cytovox.domain.errors import TrainingDataError
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.evaluation.own_pictures import OwnPictures, read_mapping, read_own_pictures

from .conftest import draw, write_index

BLOOD = load_taxonomy("blood")


def test_folders_are_classes_by_any_of_their_names(tmp_path: Path) -> None:
    draw(tmp_path / "Lymphocyte/deep/a.png", "lymphocyte")
    draw(tmp_path / "band neutrophil/b.PNG", "neutrophil_band")
    (tmp_path / "lymphocyte notes.txt").write_text("no picture")
    found = read_own_pictures(OwnPictures(tmp_path), BLOOD)
    assert sorted(cell.label for cell in found.cells) == ["lymphocyte", "neutrophil_band"]


def test_a_mapping_names_other_peoples_labels_and_leaves_out(tmp_path: Path) -> None:
    for label in ("SEG", "dirt"):
        draw(tmp_path / label / "a.png", "lymphocyte")
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('SEG = "neutrophil_segmented"\ndirt = ""\n')
    own = OwnPictures(tmp_path, mapping=read_mapping(mapping))
    assert [cell.label for cell in read_own_pictures(own, BLOOD).cells] == ["neutrophil_segmented"]


def test_an_index_gives_labels_groups_and_splits(tmp_path: Path) -> None:
    rows = [
        {"file": "a.png", "kind": "monocyte", "patient": "p1", "split": "test"},
        {"file": "b.png", "kind": "monocyte", "patient": "p2", "split": "train"},
    ]
    index = write_index(tmp_path / "index.csv", rows)
    found = read_own_pictures(OwnPictures(index, label_column="kind", split="test"), BLOOD)
    assert [(cell.path.name, cell.group) for cell in found.cells] == [("a.png", "p1")]
    with pytest.raises(TrainingDataError, match="expected a column 'label', found file, kind"):
        read_own_pictures(OwnPictures(index), BLOOD)


def test_what_cannot_be_read_is_explained(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match="found none"):
        read_own_pictures(OwnPictures(tmp_path), BLOOD)
    with pytest.raises(TrainingDataError, match="expected a folder or an index CSV"):
        read_own_pictures(OwnPictures(tmp_path / "nowhere"), BLOOD)
    draw(tmp_path / "blob/a.png", "monocyte")
    with pytest.raises(TrainingDataError, match="found blob; name their classes in a mapping"):
        read_own_pictures(OwnPictures(tmp_path), BLOOD)
    with pytest.raises(TrainingDataError, match=r"found blob \(mapped to blobs\)"):
        read_own_pictures(OwnPictures(tmp_path, mapping={"blob": "blobs"}), BLOOD)


def test_a_mapping_that_is_none_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    for text, message in (("Band -> band", "expected a TOML file"), ("Band = 3", "in quotes for 'Band'")):
        path.write_text(text)
        with pytest.raises(TrainingDataError, match=message):
            read_mapping(path)
    with pytest.raises(TrainingDataError, match="expected a TOML file"):
        read_mapping(tmp_path / "missing.toml")
