"""Accuracy, precision, recall and F1 from confusion matrices; areas under ROC and precision-recall curves.

Functions of a confusion matrix take any number of leading axes, so that all bootstrap resamples go at once.
Rows are true classes, columns named ones. Means over classes are over those that truly occur.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

Matrix = NDArray[np.float64]
_CURVE_POINTS = 60


def confusion(truth: NDArray[np.intp], named: NDArray[np.intp], classes: int) -> Matrix:
    """Counts, shape (classes, classes): true class by named class."""
    counts = np.bincount(truth * classes + named, minlength=classes * classes)
    return counts.reshape(classes, classes).astype(np.float64)


def one_hot_pairs(truth: NDArray[np.intp], named: NDArray[np.intp], classes: int) -> Matrix:
    """The confusion matrix of each picture by itself, shape (n, classes, classes)."""
    cells = np.zeros((len(truth), classes, classes))
    cells[np.arange(len(truth)), truth, named] = 1.0
    return cells


def accuracy(matrix: Matrix) -> Matrix:
    """Share named rightly, shape (...)."""
    return _ratio(_hits(matrix).sum(axis=-1), matrix.sum(axis=(-2, -1)))


def recall(matrix: Matrix) -> Matrix:
    """Share of each true class that is named so, shape (..., classes); NaN where the class does not occur."""
    return _ratio(_hits(matrix), matrix.sum(axis=-1))


def precision(matrix: Matrix) -> Matrix:
    """Share of each named class that is it, (..., classes); 0 where never named, NaN as for `recall`."""
    return _where_occurring(matrix, np.nan_to_num(_ratio(_hits(matrix), matrix.sum(axis=-2))))


def f1(matrix: Matrix) -> Matrix:
    """Harmonic mean of precision and recall, shape (..., classes); NaN where the class does not occur."""
    both = matrix.sum(axis=-1) + matrix.sum(axis=-2)
    return _where_occurring(matrix, _ratio(2 * _hits(matrix), both))


def macro(by_class: Matrix) -> Matrix:
    """Mean over the classes that occur, shape (...)."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Mean of empty slice", RuntimeWarning)
        return np.asarray(np.nanmean(by_class, axis=-1))


def weighted(by_class: Matrix, matrix: Matrix) -> Matrix:
    """Mean in which each class weighs as often as it occurs, shape (...)."""
    size = matrix.sum(axis=-1)
    return _ratio((np.nan_to_num(by_class) * size).sum(axis=-1), size.sum(axis=-1))


@dataclass(frozen=True, slots=True)
class OneAgainstRest:
    """How well the probability of one class ranks its cells before all others.

    Attributes:
        roc_auc: Area under the ROC curve; NaN where all cells or none are of the class.
        average_precision: Area under the precision-recall curve, as a sum of steps.
        roc: False-positive rates and true-positive rates of the curve, thinned for drawing.
        precision_recall: Recalls and precisions of the curve, thinned for drawing.
    """

    roc_auc: float
    average_precision: float
    roc: tuple[list[float], list[float]]
    precision_recall: tuple[list[float], list[float]]


def one_against_rest(of_class: NDArray[np.bool_], probability: NDArray[np.floating]) -> OneAgainstRest:
    """Ranking figures of one class.

    Args:
        of_class: Which cells truly are of the class, shape (n,).
        probability: Its probability for each cell, shape (n,).
    """
    if of_class.all() or not of_class.any():
        return OneAgainstRest(float("nan"), float("nan"), ([], []), ([], []))
    false_positive, true_positive, _ = roc_curve(of_class, probability)
    precisions, recalls, _ = precision_recall_curve(of_class, probability)
    return OneAgainstRest(
        float(roc_auc_score(of_class, probability)),
        float(average_precision_score(of_class, probability)),
        (_thinned(false_positive), _thinned(true_positive)),
        (_thinned(recalls), _thinned(precisions)),
    )


def _thinned(values: Matrix) -> list[float]:
    chosen = np.unique(np.linspace(0, len(values) - 1, _CURVE_POINTS).round().astype(int))
    return [round(float(v), 4) for v in values[chosen]]


def _hits(matrix: Matrix) -> Matrix:
    return np.diagonal(matrix, axis1=-2, axis2=-1)


def _where_occurring(matrix: Matrix, values: Matrix) -> Matrix:
    return np.where(matrix.sum(axis=-1) > 0, values, np.nan)


def _ratio(part: Matrix, whole: Matrix) -> Matrix:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, part / whole, np.nan)
