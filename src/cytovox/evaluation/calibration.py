"""Whether probabilities mean what they say, and the temperature that makes them."""

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray


def fit_temperature(logits: FloatArray, targets: NDArray[np.int64]) -> float:
    """The temperature that minimises the negative log-likelihood of softmax(logits / T).

    Guo et al., ICML 2017, section 4.2; by golden-section search over log T in 0.05 to 20.

    Args:
        logits: Shape (n, classes), n > 0.
        targets: Class indices, shape (n,).
    """
    low, high = np.log(0.05), np.log(20.0)
    ratio = (np.sqrt(5) - 1) / 2
    for _ in range(60):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if _negative_log_likelihood(logits, targets, np.exp(left)) < _negative_log_likelihood(
            logits, targets, np.exp(right)
        ):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def expected_calibration_error(
    probabilities: FloatArray, targets: NDArray[np.int64], *, bins: int = 15
) -> float:
    """Mean gap between confidence and accuracy over equal-width bins of confidence, weighted by their size.

    Naeini et al., AAAI 2015.

    Args:
        probabilities: Shape (n, classes).
        targets: Class indices, shape (n,).
        bins: Number of bins.
    """
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == targets
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    size = np.bincount(which, minlength=bins)
    gap = np.abs(np.bincount(which, correct, bins) - np.bincount(which, confidence, bins))
    return float(gap.sum() / max(size.sum(), 1))


def _negative_log_likelihood(logits: FloatArray, targets: NDArray[np.int64], temperature: float) -> float:
    scaled = logits.astype(np.float64) / temperature
    highest = scaled.max(axis=1, keepdims=True)
    log_total = highest[:, 0] + np.log(np.exp(scaled - highest).sum(axis=1))
    return float((log_total - scaled[np.arange(len(targets)), targets]).mean())
