import csv
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from cytovox.evaluation import segmentation
from cytovox.evaluation.masked_cells import MaskSource
from cytovox.evaluation.segmentation import dice, evaluate_white_cells


def write_csv(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """One drawn cell with its mask, and the same as a picture of `cells/pbc`."""
    picture, mask = np.full((180, 180, 3), (205, 215, 230), np.uint8), np.zeros((180, 180), np.uint8)
    for reach, value, colour in ((45, 1, (200, 160, 190)), (25, 2, (120, 40, 80))):
        cv2.circle(mask, (90, 90), reach, value, cv2.FILLED)
        cv2.circle(picture, (90, 90), reach, colour, cv2.FILLED, cv2.LINE_AA)
    for folder in ("masks", "cells/pbc"):
        (tmp_path / folder).mkdir(parents=True)
        cv2.imwrite(str(tmp_path / folder / "0.png"), picture)
    cv2.imwrite(str(tmp_path / "masks/mask.png"), mask)
    write_csv(
        tmp_path / "masks/index.csv",
        [{"file": "0.png", "mask": "mask.png", "subset": "bccd", "split": "val"}],
    )
    write_csv(tmp_path / "cells/pbc/index.csv", [{"file": "0.png", "split": "val", "label": "lymphocyte"}])
    return tmp_path


def test_dice() -> None:
    first, second = np.zeros((4, 4), bool), np.zeros((4, 4), bool)
    first[:2], second[1:3] = True, True
    assert dice(first, second) == 0.5
    assert dice(first, first) == 1.0
    assert dice(first & second & False, first & False) == 1.0


def test_a_drawn_cell_is_found_measured_and_reported(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = (MaskSource(data / "masks/index.csv", "bccd", 0.12),)
    monkeypatch.setattr(segmentation, "standing_sources", lambda _: sources)
    seen: list[str] = []
    report = evaluate_white_cells(data, tmp_path / "out", progress=lambda what, _share: seen.append(what))
    figures = report["sets"]["bccd"]
    assert figures["trained_on"]
    assert figures["nucleus"] > 0.9
    assert figures["cell"] > 0.9
    assert report["lobes"]["lymphocyte"]["1"] == 1
    assert seen == ["bccd"]
    written = json.loads((tmp_path / "out/white-cells.json").read_text())
    assert written["sets"]["bccd"]["cell"] == figures["cell"]
