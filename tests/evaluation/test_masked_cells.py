import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from cytovox.domain.errors import TrainingDataError
from cytovox.evaluation.masked_cells import CYTOPLASM, NUCLEUS, MaskSource, masked_cells, standing_sources


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two pictures: one cell, and two that touch."""
    lone, pair = np.zeros((80, 100), np.uint8), np.zeros((80, 100), np.uint8)
    cv2.circle(lone, (30, 40), 15, CYTOPLASM, cv2.FILLED)
    cv2.circle(lone, (30, 40), 8, NUCLEUS, cv2.FILLED)
    for x in (30, 60):
        cv2.circle(pair, (x, 40), 16, CYTOPLASM, cv2.FILLED)
        cv2.circle(pair, (x, 40), 8, NUCLEUS, cv2.FILLED)
    rows = []
    for name, mask, split in (("lone", lone, "val"), ("pair", pair, "train")):
        cv2.imwrite(str(tmp_path / f"{name}.mask.png"), mask)
        cv2.imwrite(str(tmp_path / f"{name}.png"), np.full((80, 100, 3), 200, np.uint8))
        rows.append({"file": f"{name}.png", "mask": f"{name}.mask.png", "subset": "drawn", "split": split})
    write_csv(tmp_path / "index.csv", rows)
    corners = [(14, 24, 46, 56), (44, 24, 76, 56)]
    boxes = [dict(zip(("xmin", "ymin", "xmax", "ymax"), c, strict=True)) for c in corners]
    write_csv(tmp_path / "boxes.csv", [{"image": "pair.png", **box, "label": "WBC"} for box in boxes])
    return tmp_path


def write_csv(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_a_lone_cell_keeps_its_parts_and_knows_its_middle(folder: Path) -> None:
    (cell,) = masked_cells(MaskSource(folder / "index.csv", "drawn", 0.1), "val")
    assert cell.centre_xy == (30.5, 40.5)
    assert cell.um_per_px == 0.1
    assert (cell.parts == NUCLEUS).sum() == pytest.approx(np.pi * 8**2, rel=0.05)
    assert (cell.parts > 0).sum() == pytest.approx(np.pi * 15**2, rel=0.05)


def test_boxes_tell_touching_cells_apart(folder: Path) -> None:
    index = folder / "index.csv"
    assert len(masked_cells(MaskSource(index, "drawn", 0.1), "train")) == 1
    left, right = masked_cells(MaskSource(index, "drawn", 0.1, boxes=folder / "boxes.csv"), "train")
    assert (left.centre_xy[0], right.centre_xy[0]) == pytest.approx((30, 61), abs=1.5)
    assert not ((left.parts > 0) & (right.parts > 0)).any()
    assert (left.parts > 0).sum() == pytest.approx((right.parts > 0).sum(), rel=0.08)


def test_what_is_missing_is_named(folder: Path) -> None:
    with pytest.raises(TrainingDataError, match="subset 'other'"):
        masked_cells(MaskSource(folder / "index.csv", "other", 0.1), "val")
    with pytest.raises(TrainingDataError, match="column 'file'"):
        masked_cells(MaskSource(folder / "boxes.csv", "drawn", 0.1), "val")
    with pytest.raises(TrainingDataError, match="found none"):
        masked_cells(MaskSource(folder / "nowhere.csv", "drawn", 0.1), "val")


def test_standing_sources_are_three(tmp_path: Path) -> None:
    assert [source.subset for source in standing_sources(tmp_path)] == ["bccd", "cellavision", "jtsc"]
