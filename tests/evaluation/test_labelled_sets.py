from pathlib import Path

import pytest

from cytovox.domain.errors import TrainingDataError
from cytovox.evaluation.label_levels import Level
from cytovox.evaluation.labelled_sets import EXTERNAL, INTERNAL, standing_sets

from .conftest import draw, write_index


def test_the_sets_that_are_there_are_read_in_order(data: Path) -> None:
    home, away = standing_sets(data, "blood")
    assert (home.name, home.role, len(home.cells)) == ("cells/pbc val", INTERNAL, 13)
    assert [view.level for view in home.views] == [Level.GROUPED, Level.FINE]
    assert (away.name, away.role, len(away.cells)) == ("cells/lisc", EXTERNAL, 9)
    assert away.cells[4].group == "cell 1"
    assert "Validation fold" in home.note
    assert "never trained on" in away.note


def test_cells_in_fields_know_their_place(tmp_path: Path) -> None:
    folder = tmp_path / "detection/bccd"
    rows = [
        {"image": f"{n}.png", "types": t, "split": "val"} for n, t in (("a", "monocyte"), ("b", "monocyte"))
    ]
    write_index(folder / "white_cell_types.csv", rows)
    box = {"xmin": 10, "ymin": 20, "xmax": 30, "ymax": 60, "label": "WBC"}
    write_index(
        folder / "boxes.csv",
        [{"image": "a.png", **box}, {"image": "b.png", **box}, {"image": "b.png", **box}],
    )
    for name in "ab":
        draw(folder / f"images/{name}.png", "monocyte")
    (only,) = standing_sets(tmp_path, "blood")
    assert only.fields
    assert [(cell.path.name, cell.centre_xy) for cell in only.cells] == [("a.png", (20.0, 40.0))]


def test_nothing_to_measure_on_is_explained(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match="expected some of cells/marrow, cells/choi"):
        standing_sets(tmp_path, "marrow")
    with pytest.raises(TrainingDataError, match="standing sets are for blood, marrow"):
        standing_sets(tmp_path, "organs")
