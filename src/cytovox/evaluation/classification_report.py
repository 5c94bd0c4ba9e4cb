"""All figures of named cells against their labels, with bootstrap intervals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytovox.evaluation import class_figures as figures
from cytovox.evaluation.bootstrap import Resamples, interval
from cytovox.evaluation.calibration import (
    ReliabilityBin,
    binned,
    brier_scores,
    calibration_gap,
    calibration_gaps,
    equal_mass_edges,
    even_edges,
    log_losses,
    reliability,
)
from cytovox.evaluation.class_figures import OneAgainstRest, one_against_rest
from cytovox.evaluation.label_levels import LevelledCells
from cytovox.evaluation.prediction_set_figures import SetFigures, set_figures

NOT_FOUND = "not_found"
"""Class of a cell that the finder missed: always an error, and no confidence was stated of it."""


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """Figures of one true class.

    Attributes:
        pictures: How many pictures of it.
        precision: Share of the cells named so that are it.
        recall: Share of its cells that are named so.
        f1: Harmonic mean of both.
        roc_auc: Area under its one-against-rest ROC curve.
        average_precision: Area under its one-against-rest precision-recall curve.
        coverage: Share of its cells whose prediction set holds it; None from a bundle without sets.
        set_size: Mean size of those sets; None likewise.
        refused: Share of its cells that are called unidentified.
    """

    pictures: int
    precision: float
    recall: float
    f1: float
    roc_auc: float
    average_precision: float
    coverage: float | None
    set_size: float | None
    refused: float


@dataclass(frozen=True, slots=True)
class ClassificationReport:
    """Figures of one set. Unless it says otherwise, a refused cell counts by its best class.

    Attributes:
        role: "internal" (held-out pictures of a source that was trained on) or "external".
        pictures: Number of pictures.
        groups: Number of groups (cells or patients) that they show.
        accuracy: Share named rightly.
        accuracy_by_group: The same with each group weighing 1.
        accuracy_as_reported: The same where "unidentified" counts as wrong.
        accuracy_of_identified: Share named rightly of those that are not refused; None where all are.
        accuracy_among_labels: The same if it were known that only the classes of the labels occur.
        refused: Share called unidentified.
        balanced_accuracy: Mean recall over the classes that occur.
        macro_precision: Mean precision over them.
        macro_f1: Mean F1 over them.
        weighted_precision: Mean precision, each class weighing as often as it occurs.
        weighted_f1: Mean F1 likewise.
        macro_roc_auc: Mean area under the one-against-rest ROC curves.
        macro_average_precision: Mean area under the one-against-rest precision-recall curves.
        ece: Expected calibration error, 15 equal-width bins.
        adaptive_ece: The same over bins of equally many cells.
        brier: Mean Brier score, 0 to 2.
        negative_log_likelihood: Mean, in nats.
        sets: Coverage, mean size and share of empty prediction sets; None from a bundle without sets.
        intervals: 95 % bootstrap intervals over groups, by the name of the figure; "recall CLASS" and so on
            for those of a class.
        by_class: Figures of each class that occurs.
        classes: Rows and columns of `confusion`.
        confusion: Rows are true classes, columns named ones.
        reliability: Bins of the reliability diagram.
        curves: Points by class of the ROC ("roc": false- and true-positive rates) and of "precision_recall"
            (recalls and precisions).
    """

    role: str
    pictures: int
    groups: int
    accuracy: float
    accuracy_by_group: float
    accuracy_as_reported: float
    accuracy_of_identified: float | None
    accuracy_among_labels: float
    refused: float
    balanced_accuracy: float
    macro_precision: float
    macro_f1: float
    weighted_precision: float
    weighted_f1: float
    macro_roc_auc: float
    macro_average_precision: float
    ece: float
    adaptive_ece: float
    brier: float
    negative_log_likelihood: float
    sets: SetFigures | None
    intervals: Mapping[str, tuple[float, float]]
    by_class: Mapping[str, ClassFigures]
    classes: Sequence[str]
    confusion: Sequence[Sequence[int]]
    reliability: Sequence[ReliabilityBin]
    curves: Mapping[str, Mapping[str, tuple[list[float], list[float]]]]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON; None where there is no figure."""
        return dict(_plain(asdict(self)))


def compare(
    cells: LevelledCells, groups: Sequence[str], *, role: str, has_sets: bool, seed: int = 0
) -> ClassificationReport:
    """All figures of named cells.

    Args:
        cells: Predictions and truth in the same classes, at least one cell.
        groups: Pictures of one group share this.
        role: "internal" or "external".
        has_sets: Whether the bundle gives prediction sets.
        seed: Of the bootstrap.
    """
    matrix = figures.confusion(cells.truth, cells.named, len(cells.classes))
    rest = {i: _against_rest(cells, i) for i in np.unique(cells.truth)}
    voiced = _voiced(cells)
    spread = binned(cells.confidence[voiced], cells.correct[voiced], even_edges())
    adaptive = binned(
        cells.confidence[voiced], cells.correct[voiced], _adaptive_edges(cells.confidence[voiced])
    )
    identified = cells.correct[~cells.refused]
    return ClassificationReport(
        role=role,
        pictures=len(cells.truth),
        groups=len(set(groups)),
        accuracy=float(figures.accuracy(matrix)),
        accuracy_by_group=_mean_of_groups(cells.correct, groups),
        accuracy_as_reported=float((cells.correct & ~cells.refused).mean()),
        accuracy_of_identified=float(identified.mean()) if len(identified) else None,
        accuracy_among_labels=_accuracy_among_labels(cells),
        refused=float(cells.refused.mean()),
        balanced_accuracy=float(figures.macro(figures.recall(matrix))),
        macro_precision=float(figures.macro(figures.precision(matrix))),
        macro_f1=float(figures.macro(figures.f1(matrix))),
        weighted_precision=float(figures.weighted(figures.precision(matrix), matrix)),
        weighted_f1=float(figures.weighted(figures.f1(matrix), matrix)),
        macro_roc_auc=float(figures.macro(np.array([r.roc_auc for r in rest.values()]))),
        macro_average_precision=float(figures.macro(np.array([r.average_precision for r in rest.values()]))),
        ece=calibration_gap(spread.sum(axis=0)),
        adaptive_ece=calibration_gap(adaptive.sum(axis=0)),
        brier=float(brier_scores(cells.probabilities, cells.truth).mean()),
        negative_log_likelihood=float(log_losses(cells.probabilities, cells.truth).mean()),
        sets=set_figures(cells.sets, cells.truth) if has_sets else None,
        intervals=_intervals(cells, Resamples.of(groups, seed=seed), has_sets=has_sets),
        by_class={cells.classes[i]: _of_class(cells, i, matrix, r, has_sets) for i, r in rest.items()},
        classes=cells.classes,
        confusion=matrix.astype(int).tolist(),
        reliability=reliability(spread.sum(axis=0), even_edges()),
        curves={
            "roc": {cells.classes[i]: r.roc for i, r in rest.items()},
            "precision_recall": {cells.classes[i]: r.precision_recall for i, r in rest.items()},
        },
    )


def _against_rest(cells: LevelledCells, index: int) -> OneAgainstRest:
    return one_against_rest(cells.truth == index, cells.probabilities[:, index])


def _of_class(
    cells: LevelledCells, index: int, matrix: NDArray[np.float64], rest: OneAgainstRest, has_sets: bool
) -> ClassFigures:
    mine = cells.truth == index
    sets = set_figures(cells.sets[mine], cells.truth[mine]) if has_sets else None
    return ClassFigures(
        pictures=int(mine.sum()),
        precision=float(figures.precision(matrix)[index]),
        recall=float(figures.recall(matrix)[index]),
        f1=float(figures.f1(matrix)[index]),
        roc_auc=rest.roc_auc,
        average_precision=rest.average_precision,
        coverage=sets.coverage if sets else None,
        set_size=sets.mean_size if sets else None,
        refused=float(cells.refused[mine].mean()),
    )


def _voiced(cells: LevelledCells) -> NDArray[np.bool_]:
    if NOT_FOUND not in cells.classes:
        return np.ones(len(cells.named), bool)
    return np.asarray(cells.named != cells.classes.index(NOT_FOUND))


def _adaptive_edges(confidence: NDArray[np.float64]) -> NDArray[np.float64]:
    return equal_mass_edges(confidence) if len(confidence) else even_edges()


def _accuracy_among_labels(cells: LevelledCells) -> float:
    occurring = np.unique(cells.truth)
    return float((occurring[cells.probabilities[:, occurring].argmax(axis=1)] == cells.truth).mean())


def _mean_of_groups(correct: NDArray[np.bool_], groups: Sequence[str]) -> float:
    _, which = np.unique(groups, return_inverse=True)
    return float((np.bincount(which, correct) / np.bincount(which)).mean())


def _intervals(
    cells: LevelledCells, resamples: Resamples, *, has_sets: bool
) -> dict[str, tuple[float, float]]:
    matrices = resamples.sums(figures.one_hot_pairs(cells.truth, cells.named, len(cells.classes)))
    size = resamples.sums(np.ones(len(cells.truth)))
    precision, recall, f1 = figures.precision(matrices), figures.recall(matrices), figures.f1(matrices)
    found: dict[str, NDArray[np.float64]] = {
        "accuracy": figures.accuracy(matrices),
        "balanced_accuracy": figures.macro(recall),
        "macro_precision": figures.macro(precision),
        "macro_f1": figures.macro(f1),
        "weighted_precision": figures.weighted(precision, matrices),
        "weighted_f1": figures.weighted(f1, matrices),
        "accuracy_as_reported": resamples.sums(cells.correct & ~cells.refused) / size,
        "refused": resamples.sums(cells.refused) / size,
        "brier": resamples.sums(brier_scores(cells.probabilities, cells.truth)) / size,
        "negative_log_likelihood": resamples.sums(log_losses(cells.probabilities, cells.truth)) / size,
        "accuracy_by_group": _of_group_means(cells.correct, resamples),
        "ece": _ece_of_resamples(cells, resamples, lambda _: even_edges()),
        "adaptive_ece": _ece_of_resamples(cells, resamples, _adaptive_edges),
    }
    for i in np.unique(cells.truth):
        name = cells.classes[i]
        found |= {
            f"precision {name}": precision[:, i],
            f"recall {name}": recall[:, i],
            f"f1 {name}": f1[:, i],
        }
    if has_sets:
        found |= _coverage_of_resamples(cells, resamples, size)
    return {name: interval(values) for name, values in found.items()}


def _ece_of_resamples(
    cells: LevelledCells,
    resamples: Resamples,
    edges: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> NDArray[np.float64]:
    voiced = _voiced(cells)
    rows = binned(cells.confidence, cells.correct, edges(cells.confidence[voiced])) * voiced[:, None, None]
    return calibration_gaps(resamples.sums(rows))


def _of_group_means(correct: NDArray[np.bool_], resamples: Resamples) -> NDArray[np.float64]:
    means = np.bincount(resamples.member, correct) / np.bincount(resamples.member)
    return np.asarray(resamples.times @ means / resamples.times.shape[1])


def _coverage_of_resamples(
    cells: LevelledCells, resamples: Resamples, size: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    held = cells.sets[np.arange(len(cells.truth)), cells.truth]
    found = {"coverage": resamples.sums(held) / size}
    with np.errstate(invalid="ignore"):
        for i in np.unique(cells.truth):
            mine = cells.truth == i
            found[f"coverage {cells.classes[i]}"] = resamples.sums(held & mine) / resamples.sums(mine)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
