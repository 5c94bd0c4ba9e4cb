from pathlib import Path

import numpy as np
import pytest

from cytovox.analysis.bundles import Bundle
from cytovox.analysis.cell_finder import CellFinder
from cytovox.analysis.star_decoding import StarCells
from cytovox.domain.errors import TrainingDataError
from cytovox.evaluation.detection import FoundField, evaluate_finder, report_detection
from cytovox.io.labelled_fields import LabelledField

CLASSES = ("red_cell", "white_cell", "platelet")


def finder() -> CellFinder:
    manifest = {"classes": [{"key": key} for key in CLASSES], "thresholds": dict.fromkeys(CLASSES, 0.5)}
    return CellFinder(Bundle(Path(), manifest, ""), session=None)  # type: ignore[arg-type]


def found(
    centres: list[tuple[float, float]], scores: list[float], truth: list[tuple[float, float]]
) -> FoundField:
    """Red cells of radius 10, in a picture of 100 x 100."""
    middle = np.array(centres, np.float32).reshape(-1, 2)
    all_scores = np.zeros((len(middle), 3), np.float32)
    all_scores[:, 0] = scores
    cells = StarCells(middle, np.full((len(middle), 32), 10, np.float32), all_scores)
    boxes = np.array([[x - 10, y - 10, x + 10, y + 10] for x, y in truth], np.float32).reshape(-1, 4)
    labelled = LabelledField(Path("f.png"), "val", "", "", boxes, np.zeros(len(boxes), np.int64))
    return FoundField(labelled, cells, np.clip(cells.boxes, 0, 100), (100, 100))


def test_figures_of_known_fields() -> None:
    fields = [
        found([(30, 30), (70, 70), (30, 70)], [0.9, 0.8, 0.1], [(30, 30), (70, 70)]),
        found([(50, 50), (95, 50)], [0.9, 0.7], [(50, 50), (20, 20), (80, 80), (50, 80)]),
    ]
    report = report_detection(fields, finder())
    red = report.by_class["red_cell"]
    assert red.true_cells == 6
    assert red.recall == pytest.approx(3 / 6)
    assert red.precision == pytest.approx(3 / 4)  # the cell of score 0.1 is not reported
    assert red.count_error == pytest.approx((0 / 2 + 2 / 4) / 2)
    assert red.total_error == pytest.approx((4 - 6) / 6)
    # The cell at the border is cut: one whole cell is reported where four are true.
    assert red.whole_count_error == pytest.approx((0 / 2 + 3 / 4) / 2)
    assert red.ap50 == pytest.approx(0.5)
    assert np.isnan(report.by_class["platelet"].ap50)
    assert report.map50 == pytest.approx(red.ap50)
    assert report.as_dict()["classes"]["red_cell"]["recall"] == red.recall


def test_a_folder_without_labelled_fields_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match="expected detection/bccd"):
        evaluate_finder(tmp_path, tmp_path / "out")
