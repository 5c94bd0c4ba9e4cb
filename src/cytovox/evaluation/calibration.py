"""Whether probabilities mean what they say, and the temperature that makes them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray

_LEAST_PROBABILITY = 1e-7
"""A smaller probability is taken for this, so that one float32 zero does not make the mean infinite."""


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Cells named with about the same confidence.

    Attributes:
        low: Lower edge of the confidence.
        high: Upper edge.
        cells: How many.
        confidence: Their mean confidence; NaN without cells.
        accuracy: Share of them named rightly; NaN without cells.
    """

    low: float
    high: float
    cells: int
    confidence: float
    accuracy: float


def fit_temperature(
    logits: FloatArray, allowed: NDArray[np.bool_], weights: NDArray[np.floating] | None = None
) -> float:
    """The temperature that minimises the negative log-likelihood of labels under softmax(logits / T).

    Guo et al., ICML 2017, section 4.2; by golden-section search over log T in 0.05 to 20. Where every label
    is given the highest probability, likelihood grows without end as T falls; each of n labels then counts as
    wrong with a chance of 1 / (n + 2) (Platt, Advances in Large Margin Classifiers, 1999, section 2.2).

    Args:
        logits: Shape (n, classes), n > 0.
        allowed: Classes that each label allows, shape (n, classes), at least one a row; the likelihood of a
            label is the sum over them.
        weights: Weight of each label, shape (n,); even by default.
    """
    low, high = np.log(0.05), np.log(20.0)
    ratio = (np.sqrt(5) - 1) / 2
    all_right = bool(allowed[np.arange(len(logits)), logits.argmax(axis=1)].all())
    wrong = 1 / (len(logits) + 2) if all_right else 0.0
    others = ~allowed | np.all(allowed, axis=1, keepdims=True)

    def loss(log_temperature: float) -> float:
        scaled = logits.astype(np.float64) / np.exp(log_temperature)
        own = np.where(allowed, scaled, -np.inf)
        other = np.where(others, scaled, -np.inf)
        losses = _log_sum(scaled) - (1 - wrong) * _log_sum(own) - wrong * _log_sum(other)
        return float(np.average(losses, weights=weights))

    for _ in range(60):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def expected_calibration_error(
    probabilities: FloatArray, targets: NDArray[np.int64], *, bins: int = 15
) -> float:
    """Mean gap between confidence and accuracy over equal-width bins of confidence, weighted by their size.

    Naeini et al., AAAI 2015. The cell is taken for named by its largest probability; where it is named
    otherwise, see `calibration_gap`.

    Args:
        probabilities: Shape (n, classes).
        targets: Class indices, shape (n,).
        bins: Number of bins.
    """
    correct = probabilities.argmax(axis=1) == targets
    return calibration_gap(bin_sums(probabilities.max(axis=1), correct, even_edges(bins)))


def even_edges(bins: int = 15) -> NDArray[np.float64]:
    """Inner edges of equal-width bins of confidence, shape (bins - 1,)."""
    return np.linspace(0, 1, bins + 1)[1:-1]


def equal_mass_edges(confidence: NDArray[np.floating], bins: int = 15) -> NDArray[np.float64]:
    """Inner edges of bins that hold equally many cells, for the adaptive calibration error; no tie is split.

    Nixon et al., CVPR Workshops 2019, section 4.3.

    Args:
        confidence: Shape (n,), n > 0.
        bins: Number of bins at most.
    """
    quantiles = np.quantile(confidence.astype(np.float64), np.linspace(0, 1, bins + 1)[1:-1])
    return np.unique(quantiles)


def bin_sums(
    confidence: NDArray[np.floating], correct: NDArray[np.bool_], edges: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Number of cells, of right ones, and sum of confidence in each bin, shape (bins, 3).

    Args:
        confidence: Shape (n,).
        correct: Shape (n,).
        edges: Inner edges, ascending; a cell on an edge goes to the bin above.
    """
    return np.asarray(binned(confidence, correct, edges).sum(axis=0))


def binned(
    confidence: NDArray[np.floating], correct: NDArray[np.bool_], edges: NDArray[np.float64]
) -> NDArray[np.float64]:
    """As `bin_sums`, of each cell by itself: shape (n, bins, 3)."""
    which = np.searchsorted(edges, confidence.astype(np.float64), side="right")
    rows = np.zeros((len(confidence), len(edges) + 1, 3))
    rows[np.arange(len(confidence)), which] = np.stack(
        [np.ones(len(confidence)), correct, confidence], axis=1
    )
    return rows


def calibration_gap(sums: NDArray[np.float64]) -> float:
    """Mean gap between confidence and accuracy, weighted by the bins' sizes; NaN without cells.

    Args:
        sums: As `bin_sums` gives them, shape (bins, 3).
    """
    return float(calibration_gaps(sums[None])[0])


def calibration_gaps(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """`calibration_gap` of many tables at once: from (m, bins, 3) to (m,)."""
    cells = sums[..., 0].sum(axis=-1)
    with np.errstate(invalid="ignore"):
        return np.asarray(
            np.abs(sums[..., 1] - sums[..., 2]).sum(axis=-1) / np.where(cells > 0, cells, np.nan)
        )


def reliability(sums: NDArray[np.float64], edges: NDArray[np.float64]) -> list[ReliabilityBin]:
    """The bins of a reliability diagram (Niculescu-Mizil and Caruana, ICML 2005).

    Args:
        sums: As `bin_sums` gives them, shape (bins, 3).
        edges: The inner edges that they were made with.
    """
    limits: Sequence[float] = (0.0, *map(float, edges), 1.0)
    return [
        ReliabilityBin(
            limits[i],
            limits[i + 1],
            int(cells),
            float(confidence / cells) if cells else float("nan"),
            float(correct / cells) if cells else float("nan"),
        )
        for i, (cells, correct, confidence) in enumerate(sums)
    ]


def brier_scores(probabilities: NDArray[np.floating], targets: NDArray[np.integer]) -> NDArray[np.float64]:
    """Squared distance of each cell's probabilities from the truth, 0 to 2, shape (n,).

    Brier, Monthly Weather Review 78 (1950) 1, in its form for several classes: the sum over classes.

    Args:
        probabilities: Shape (n, classes).
        targets: Class indices, shape (n,).
    """
    gap = probabilities.astype(np.float64)
    gap[np.arange(len(targets)), targets] -= 1.0
    return np.asarray((gap**2).sum(axis=1))


def log_losses(probabilities: NDArray[np.floating], targets: NDArray[np.integer]) -> NDArray[np.float64]:
    """Negative log-likelihood of each cell's true class, in nats, shape (n,).

    Args:
        probabilities: Shape (n, classes).
        targets: Class indices, shape (n,).
    """
    chosen = probabilities[np.arange(len(targets)), targets].astype(np.float64)
    return np.asarray(-np.log(np.maximum(chosen, _LEAST_PROBABILITY)))


def _log_sum(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    highest = logits.max(axis=1, keepdims=True)
    return np.asarray(highest[:, 0] + np.log(np.exp(logits - highest).sum(axis=1)))
