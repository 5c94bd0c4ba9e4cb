import numpy as np
import pytest
from sklearn import metrics

from cytovox.evaluation import class_figures as figures

TRUTH = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2])
NAMED = np.array([0, 0, 1, 3, 1, 1, 0, 2, 2, 2, 2, 1])  # class 3 is named but never occurs
MATRIX = figures.confusion(TRUTH, NAMED, 4)


def test_confusion_is_sklearn_s() -> None:
    assert (metrics.confusion_matrix(TRUTH, NAMED, labels=range(4)) == MATRIX).all()
    assert (figures.one_hot_pairs(TRUTH, NAMED, 4).sum(axis=0) == MATRIX).all()


def test_precision_recall_f1_are_sklearn_s() -> None:
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        TRUTH, NAMED, labels=[0, 1, 2], zero_division=0.0
    )
    assert figures.precision(MATRIX)[:3] == pytest.approx(precision)
    assert figures.recall(MATRIX)[:3] == pytest.approx(recall)
    assert figures.f1(MATRIX)[:3] == pytest.approx(f1)
    assert np.isnan([figures.precision(MATRIX)[3], figures.recall(MATRIX)[3], figures.f1(MATRIX)[3]]).all()


def test_means_are_sklearn_s() -> None:
    assert figures.accuracy(MATRIX) == pytest.approx(metrics.accuracy_score(TRUTH, NAMED))
    labels = {"labels": [0, 1, 2], "zero_division": 0.0}
    for average, ours in (
        ("macro", figures.macro(figures.f1(MATRIX))),
        ("weighted", figures.weighted(figures.f1(MATRIX), MATRIX)),
    ):
        assert ours == pytest.approx(metrics.f1_score(TRUTH, NAMED, average=average, **labels))


def test_a_class_never_named_has_precision_zero() -> None:
    matrix = figures.confusion(np.array([0, 1]), np.array([0, 0]), 2)
    assert figures.precision(matrix).tolist() == [0.5, 0.0]
    assert figures.f1(matrix)[1] == 0.0


def test_many_matrices_go_at_once() -> None:
    both = np.stack([MATRIX, MATRIX.T])
    assert figures.macro(figures.recall(both)).shape == (2,)
    assert figures.recall(both)[0] == pytest.approx(figures.recall(MATRIX), nan_ok=True)


def test_ranking_figures_of_known_order() -> None:
    of_class = np.array([True, True, False, True, False])
    ranking = figures.one_against_rest(of_class, np.array([0.9, 0.8, 0.7, 0.6, 0.1]))
    # 5 of the 6 pairs of one of the class and one of the rest stand rightly; precision 1, 1, 3/4 at the hits.
    assert ranking.roc_auc == pytest.approx(5 / 6)
    assert ranking.average_precision == pytest.approx((1 + 1 + 0.75) / 3)
    assert ranking.roc[0][0] == ranking.roc[1][0] == 0.0
    assert ranking.roc[0][-1] == ranking.roc[1][-1] == 1.0


def test_without_a_rest_there_is_no_ranking() -> None:
    assert np.isnan(figures.one_against_rest(np.ones(3, bool), np.ones(3)).roc_auc)


def test_long_curves_are_thinned() -> None:
    random = np.random.default_rng(0)
    of_class = random.random(5000) < 0.4
    ranking = figures.one_against_rest(of_class, random.random(5000) + 0.3 * of_class)
    assert len(ranking.roc[0]) <= 60
    assert len(ranking.precision_recall[0]) == len(ranking.precision_recall[1]) <= 60
