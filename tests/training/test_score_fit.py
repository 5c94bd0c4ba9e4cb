from pathlib import Path

import numpy as np
import pytest

from cytovox.analysis.score_calibration import FEATURES, ScoreCalibration
from cytovox.analysis.star_decoding import StarCells
from cytovox.io.labelled_fields import LabelledField
from cytovox.training.score_fit import MatchedField, choose_thresholds, fit_score_calibration

CLASSES = ("red_cell", "white_cell", "platelet")


def field(random: np.random.Generator, *, sloppy: bool) -> MatchedField:
    """Lone red cells on a grid, hit with the probability that their score says (half of it, if sloppy)."""
    x, y = np.meshgrid(np.arange(40, 1000, 60), np.arange(40, 1000, 60))
    centre = np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)
    scores = np.zeros((len(centre), 3), np.float32)
    scores[:, 0] = random.uniform(0.05, 0.95, len(centre))
    hits = random.random(len(centre)) < scores[:, 0] * (0.5 if sloppy else 1.0)
    boxes = np.concatenate([centre - 20, centre + 20], axis=1)[hits]
    truth = LabelledField(Path("field.png"), "train", "", "", boxes, np.zeros(len(boxes), np.int64))
    cells = StarCells(centre, np.full((len(centre), 32), 20, np.float32), scores)
    return MatchedField(cells, (1000, 1000), hits, truth)


@pytest.mark.parametrize("sloppy", [False, True])
def test_calibrated_scores_are_the_share_of_hits(sloppy: bool) -> None:
    random = np.random.default_rng(1)
    matched = [field(random, sloppy=sloppy) for _ in range(30)]
    rows = fit_score_calibration(matched, CLASSES)
    assert set(rows) == set(CLASSES)
    assert set(rows["red_cell"]) == set(FEATURES)
    fresh = field(random, sloppy=sloppy)
    calibrated = ScoreCalibration.from_manifest(rows, CLASSES).apply(fresh.cells, fresh.picture_size)
    order = np.argsort(-fresh.cells.score, kind="stable")
    top, low = fresh.hits[order][:80].mean(), fresh.hits[order][-80:].mean()
    assert calibrated.score[:80].mean() == pytest.approx(top, abs=0.1)
    assert calibrated.score[-80:].mean() == pytest.approx(low, abs=0.1)


def test_the_threshold_parts_hits_from_misses() -> None:
    random = np.random.default_rng(2)
    matched = field(random, sloppy=False)
    score = matched.cells.score
    clean = MatchedField(matched.cells, matched.picture_size, score > 0.42, matched.truth)
    count = int((score > 0.42).sum())
    truth = LabelledField(
        Path("f.png"), "train", "", "", np.zeros((count, 4), np.float32), np.zeros(count, np.int64)
    )
    clean = MatchedField(clean.cells, clean.picture_size, clean.hits, truth)
    assert choose_thresholds([clean], CLASSES)["red_cell"] == pytest.approx(0.42, abs=0.02)
