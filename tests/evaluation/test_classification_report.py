import json

import numpy as np
import pytest
from sklearn import metrics

from cytovox.evaluation.classification_report import NOT_FOUND, ClassificationReport, compare
from cytovox.evaluation.label_levels import LevelledCells
from cytovox.evaluation.prediction_set_figures import set_figures


def cells(n: int = 600, seed: int = 0) -> LevelledCells:
    random = np.random.default_rng(seed)
    truth = random.integers(0, 3, n)
    logits = random.normal(0, 1, (n, 4)) + 2 * np.eye(4)[truth]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return LevelledCells(
        ("a", "b", "c", "other"),
        truth.astype(np.intp),
        probabilities.argmax(axis=1),
        probabilities,
        probabilities > 0.2,
        random.random(n) < 0.1,
    )


def report(
    of: LevelledCells, groups: list[str] | None = None, *, has_sets: bool = True
) -> ClassificationReport:
    return compare(of, groups or [str(i) for i in range(len(of.truth))], role="external", has_sets=has_sets)


def test_figures_are_sklearn_s() -> None:
    of = cells()
    got = report(of)
    assert got.accuracy == pytest.approx(metrics.accuracy_score(of.truth, of.named))
    assert got.macro_f1 == pytest.approx(
        metrics.f1_score(of.truth, of.named, labels=[0, 1, 2], average="macro")
    )
    assert got.by_class["b"].roc_auc == pytest.approx(
        metrics.roc_auc_score(of.truth == 1, of.probabilities[:, 1])
    )
    assert got.negative_log_likelihood == pytest.approx(
        metrics.log_loss(of.truth, of.probabilities, labels=[0, 1, 2, 3])
    )
    assert np.array(got.confusion).sum() == 600
    assert sum(b.cells for b in got.reliability) == 600


def test_intervals_hold_their_figures_and_shrink_with_the_cells() -> None:
    small, large = report(cells(150)), report(cells(5400))
    for name in ("accuracy", "balanced_accuracy", "macro_f1", "brier", "recall a", "coverage", "refused"):
        low, high = large.intervals[name]
        wide = small.intervals[name]
        assert high - low < 0.5 * (wide[1] - wide[0])
    for name in ("accuracy", "balanced_accuracy", "macro_f1", "brier", "refused"):
        low, high = large.intervals[name]
        assert low < getattr(large, name) < high


def test_refused_cells_count_three_ways() -> None:
    of = cells()
    got = report(of)
    assert got.accuracy_as_reported == pytest.approx((of.correct & ~of.refused).mean())
    assert got.accuracy_of_identified == pytest.approx(of.correct[~of.refused].mean())
    assert got.accuracy_as_reported < got.accuracy


def test_groups_weigh_alike() -> None:
    of = LevelledCells(
        ("a", "b"),
        np.zeros(5, np.intp),
        np.array([0, 0, 0, 0, 1]),
        np.array([[0.9, 0.1]] * 4 + [[0.1, 0.9]]),
        np.ones((5, 2), bool),
        np.zeros(5, bool),
    )
    got = report(of, ["x", "x", "x", "x", "y"])
    assert (got.accuracy, got.accuracy_by_group, got.groups) == (0.8, 0.5, 2)


def test_a_cell_that_was_not_found_is_wrong_but_states_no_confidence() -> None:
    of = LevelledCells(
        ("a", "b", NOT_FOUND),
        np.array([0, 1, 1]),
        np.array([0, 1, 2]),
        np.array([[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0]]),
        np.zeros((3, 3), bool),
        np.zeros(3, bool),
    )
    got = report(of, has_sets=False)
    assert got.accuracy == pytest.approx(2 / 3)
    assert got.ece == 0.0
    assert got.sets is None
    assert got.by_class["b"].coverage is None


def test_the_report_is_plain_json() -> None:
    # A class of all cells has no ranking: NaN becomes null.
    certain = np.eye(2)[[0] * 3]
    none = np.zeros(3, np.intp)
    of = LevelledCells(("a", "b"), none, none, certain, certain > 0, np.zeros(3, bool))
    plain = json.loads(json.dumps(report(of).as_dict(), allow_nan=False))
    assert plain["by_class"]["a"]["roc_auc"] is None
    assert plain["sets"] == {"coverage": 1.0, "mean_size": 1.0, "empty": 0.0}


def test_prediction_sets_of_known_content() -> None:
    sets = np.array([[True, False], [True, True], [False, False], [False, True]])
    got = set_figures(sets, np.array([0, 1, 0, 0]))
    assert (got.coverage, got.mean_size, got.empty) == (0.5, 1.0, 0.25)
    assert np.isnan(set_figures(sets[:0], np.zeros(0, np.intp)).coverage)
