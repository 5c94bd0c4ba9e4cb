from pathlib import Path

import numpy as np
import pytest

from cytovox.domain.errors import TrainingDataError
from cytovox.io.cell_pictures import (
    ANY_CELL,
    GROUND,
    NO_CELL,
    CellPicture,
    CellPictureSource,
    ground_places,
    read_cell_pictures,
    share_of_draws,
)

CLASSES = ("neutrophil_segmented", "neutrophil_band", "lymphocyte")


@pytest.fixture
def index(tmp_path: Path) -> Path:
    path = tmp_path / "index.csv"
    path.write_text(
        "file,label,split\na.png,neutrophil_band,train\nb.png,neutrophil,train\nc.png,red,train\n"
        "d.png,lymphocyte,val\ne.png,some,train\n"
    )
    return path


def test_labels_allow_classes(index: Path) -> None:
    source = CellPictureSource(index, "label", labels={"red": NO_CELL, "some": ANY_CELL})
    pictures = read_cell_pictures(source, CLASSES, "train")
    assert [p.targets for p in pictures] == [(1,), (0, 1), (), (0, 1, 2)]
    assert [p.label for p in pictures] == ["neutrophil_band", "neutrophil", NO_CELL, ANY_CELL]
    assert read_cell_pictures(source, CLASSES, "val")[0].class_index == 2


def test_a_label_that_is_no_class_is_named(index: Path) -> None:
    with pytest.raises(TrainingDataError, match="label 'red' is none of the classes"):
        read_cell_pictures(CellPictureSource(index, "label"), CLASSES, "train")


def test_a_broad_label_has_no_single_class() -> None:
    with pytest.raises(TrainingDataError, match="expected a label of one class, got 'neutrophil'"):
        _ = CellPicture(Path("b.png"), (0, 1), "b", None, label="neutrophil").class_index


@pytest.fixture
def fields(tmp_path: Path) -> Path:
    (tmp_path / "types.csv").write_text(
        "image,types,split\none.jpg,lymphocyte,train\ntwo.jpg,neutrophil;lymphocyte,train\nboth.jpg,lymphocyte,val\n"
    )
    (tmp_path / "boxes.csv").write_text(
        "image,xmin,ymin,xmax,ymax,label\none.jpg,10,20,30,60,WBC\none.jpg,100,100,120,120,RBC\n"
        "two.jpg,10,20,30,60,WBC\nboth.jpg,0,0,10,10,WBC\nboth.jpg,50,50,60,60,WBC\n"
    )
    return tmp_path / "types.csv"


def test_typed_fields_give_their_only_white_cell(fields: Path) -> None:
    source = CellPictureSource(
        fields, "types", file_column="image", folder="images", boxes="boxes.csv", cell_box="WBC"
    )
    (cell,) = read_cell_pictures(source, CLASSES, None)
    assert cell.centre_xy == (20, 40)
    assert cell.path == fields.parent / "images/one.jpg"
    assert cell.targets == (2,)


def test_boxes_can_be_the_labels(fields: Path) -> None:
    source = CellPictureSource(
        fields, "", labels={"RBC": NO_CELL}, file_column="image", boxes="boxes.csv", cell_box="RBC"
    )
    (cell,) = read_cell_pictures(source, CLASSES, None)
    assert cell.targets == ()
    assert cell.centre_xy == (110, 110)


def test_ground_lies_in_no_white_cell_and_is_the_same_each_time(fields: Path) -> None:
    boxes = [((0, 0, 60, 60), "WBC"), ((60, 60, 70, 70), "RBC"), ((0, 0, 100, 100), "RBC")]
    places = list(ground_places("one.jpg", boxes))
    assert len(places) == 3
    assert all(x > 60 or y > 60 for x, y in places)
    assert places == list(ground_places("one.jpg", boxes))
    source = CellPictureSource(
        fields, "", labels={GROUND: NO_CELL}, file_column="image", boxes="boxes.csv", cell_box=GROUND
    )
    assert all(cell.targets == () for cell in read_cell_pictures(source, CLASSES, None))


@pytest.mark.parametrize(("evenness", "expected"), [(0.0, 0.9), (1.0, 0.5)])
def test_draws_are_shared_between_labels(evenness: float, expected: float) -> None:
    pictures = [CellPicture(Path("p"), (0,), "g", None, label="a")] * 90
    pictures += [CellPicture(Path("p"), (1,), "g", None, label="b")] * 10
    share = share_of_draws(pictures, 500, evenness)
    assert share.sum() == pytest.approx(500)
    assert share[:90].sum() / 500 == pytest.approx(expected)
    assert np.allclose(share_of_draws(pictures, None, 0.0), 1.0)
