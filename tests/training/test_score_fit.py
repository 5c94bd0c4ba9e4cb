from pathlib import Path

import numpy as np
import pytest

from cytovox.analysis.score_calibration import FEATURES, ScoreCalibration
from cytovox.analysis.star_decoding import StarCells
from cytovox.io.labelled_fields import LabelledField
from cytovox.training.score_fit import (
    MatchedField,
    choose_thresholds,
    fit_score_calibration,
    measure_box_margins,
)

CLASSES = ("red_cell", "white_cell", "platelet")


def field(score: np.ndarray, hits: np.ndarray, *, margin: float = 0.0) -> MatchedField:
    """Lone red cells of radius 20 px on a grid; annotators boxed the hits, leaving a margin."""
    x, y = np.meshgrid(np.arange(40, 1000, 60), np.arange(40, 1000, 60))
    centre = np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)[: len(score)]
    scores = np.zeros((len(score), 3), np.float32)
    scores[:, 0] = score
    reach = 20 + margin
    boxes = np.concatenate([centre - reach, centre + reach], axis=1)[hits]
    truth = LabelledField(Path("field.png"), "train", "", "", boxes, np.zeros(len(boxes), np.int64))
    matches = np.where(hits, np.cumsum(hits) - 1, -1)
    cells = StarCells(centre, np.full((len(score), 32), 20, np.float32), scores)
    return MatchedField(cells, (1000, 1000), 0.2, matches, truth)


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_calibrated_scores_are_the_share_of_hits(share: float) -> None:
    """Cells are hits with the probability that their raw score says, or half of it."""
    random = np.random.default_rng(1)

    def draw() -> MatchedField:
        score = random.uniform(0.05, 0.95, 256)
        return field(score, random.random(256) < share * score)

    rows = fit_score_calibration([draw() for _ in range(60)], CLASSES)
    assert set(rows) == set(CLASSES)
    assert set(rows["red_cell"]) == set(FEATURES)
    calibration = ScoreCalibration.from_manifest(rows, CLASSES)
    fresh = draw()
    expected = np.sort(share * fresh.cells.score)[::-1]
    calibrated = calibration.apply(fresh.cells, fresh.picture_size).score
    # Half a probability is no straight line in logits: quarters are compared, not single cells.
    assert calibrated.reshape(4, -1).mean(axis=1) == pytest.approx(
        expected.reshape(4, -1).mean(axis=1), abs=0.05
    )


def test_the_threshold_parts_hits_from_misses() -> None:
    score = np.random.default_rng(2).uniform(0.05, 0.95, 256)
    assert choose_thresholds([field(score, score > 0.42)], CLASSES)["red_cell"] == pytest.approx(
        0.42, abs=0.02
    )


@pytest.mark.parametrize("margin_px", [0.0, 2.5])
def test_margins_are_measured_in_micrometres(margin_px: float) -> None:
    matched = field(np.full(100, 0.9), np.arange(100) % 2 == 0, margin=margin_px)
    margins = measure_box_margins([matched], CLASSES)
    assert margins["red_cell"] == pytest.approx(margin_px * 0.2, abs=0.002)
    assert margins["platelet"] == 0.0
