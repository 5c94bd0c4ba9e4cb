import numpy as np
import pytest

from cytovox.analysis.score_calibration import FEATURES, ScoreCalibration, score_features
from cytovox.analysis.star_decoding import StarCells

SIZE = (300, 400)


def cells(*discs: tuple[float, float, float, float]) -> StarCells:
    """Red cells (x, y, radius, score)."""
    x, y, radius, score = np.array(discs, np.float32).T
    scores = np.zeros((len(discs), 3), np.float32)
    scores[:, 0] = score
    scores[:, 2] = score / 10
    return StarCells(np.stack([x, y], axis=1), np.repeat(radius[:, None], 32, axis=1), scores)


def column(table: np.ndarray, name: str) -> list[float]:
    return table[:, FEATURES.index(name)].tolist()


def test_features_of_known_cells() -> None:
    found = cells((100, 100, 20, 0.9), (200, 100, 20, 0.9), (220, 100, 20, 0.5), (10, 200, 10, 0.8))
    table = score_features(found, SIZE, red_cell=0)
    assert column(table, "logit")[2] == pytest.approx(0.0, abs=1e-5)
    assert column(table, "relative_size") == pytest.approx([0, 0, 0, np.log(0.5)], abs=1e-3)
    assert column(table, "cut_by_border") == [0, 0, 0, 1]
    # Half of the second's box lies under the third, and the other way round; each weighs as its score.
    assert column(table, "overlap") == pytest.approx([0, 0.25, 0.45, 0], abs=1e-3)
    assert column(table, "irregularity") == pytest.approx([0, 0, 0, 0], abs=1e-6)


def test_the_identity_calibration_changes_nothing_but_the_order() -> None:
    weights = np.zeros((3, len(FEATURES)), np.float32)
    weights[:, FEATURES.index("logit")] = 1
    found = cells((100, 100, 20, 0.3), (200, 100, 20, 0.9))
    calibrated = ScoreCalibration(0, weights).apply(found, SIZE)
    assert calibrated.score.tolist() == pytest.approx([0.9, 0.3], abs=1e-4)
    assert calibrated.scores[:, 2] == pytest.approx(calibrated.scores[:, 0] / 10)
    assert calibrated.kind.tolist() == [0, 0]


def test_overlap_lowers_a_score_where_the_weights_say_so() -> None:
    weights = np.zeros((3, len(FEATURES)), np.float32)
    weights[:, FEATURES.index("logit")] = 1
    weights[:, FEATURES.index("overlap")] = -4
    found = cells((100, 100, 20, 0.9), (200, 100, 20, 0.9), (215, 100, 20, 0.9))
    calibrated = ScoreCalibration(0, weights).apply(found, SIZE)
    assert calibrated.centre[0].tolist() == [100, 100]
    assert calibrated.score[1] < 0.5


def test_nothing_found_stays_nothing() -> None:
    empty = StarCells(
        np.zeros((0, 2), np.float32), np.zeros((0, 32), np.float32), np.zeros((0, 3), np.float32)
    )
    weights = np.ones((3, len(FEATURES)), np.float32)
    assert len(ScoreCalibration(0, weights).apply(empty, SIZE)) == 0


def test_weights_come_from_a_manifest_by_name() -> None:
    rows = {key: {name: float(i) for i, name in enumerate(FEATURES)} for key in ("white_cell", "red_cell")}
    read = ScoreCalibration.from_manifest(rows, ("white_cell", "red_cell"))
    assert read.red_cell == 1
    assert read.weights.tolist() == [list(range(8)), list(range(8))]
