from pathlib import Path

import pytest

from cytovox.domain.errors import TrainingDataError
from cytovox.io.lone_red_cells import read_lone_cells

INDEX = """file,label,split,patient
a.png,parasitized,train,P1
b.png,uninfected,val,P2
c.png,uninfected,train,P1
"""


def test_cells_of_a_split_in_order(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text(INDEX)
    cells = read_lone_cells(tmp_path / "index.csv", "train", "patient")
    assert [(c.path, c.infected, c.group) for c in cells] == [
        (tmp_path / "a.png", True, "P1"),
        (tmp_path / "c.png", False, "P1"),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("file,split\na.png,train\n", "'label'"),
        ("file,label,split\na.png,ill,train\n", "parasitized or uninfected"),
        ("file,label,split\na.png,parasitized,train\n", "'patient'"),
    ],
)
def test_what_is_amiss_is_told(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "index.csv").write_text(text)
    with pytest.raises(TrainingDataError, match=told):
        read_lone_cells(tmp_path / "index.csv", "train", "patient")


def test_no_index(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match="found no file"):
        read_lone_cells(tmp_path / "index.csv", "train")
