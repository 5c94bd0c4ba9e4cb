"""Average precision of detectors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray, box_iou

COCO_THRESHOLDS = tuple(np.round(np.arange(0.5, 0.96, 0.05), 2).tolist())
"""IoU thresholds whose mean is mAP@0.5:0.95 (Lin et al., ECCV 2014)."""


@dataclass(frozen=True, slots=True)
class FieldBoxes:
    """Boxes of one picture, of one class: `scores` is None for the truth."""

    boxes: FloatArray
    scores: FloatArray | None = None


def average_precision(found: Sequence[FieldBoxes], truth: Sequence[FieldBoxes], *, iou: float = 0.5) -> float:
    """Area under the precision-recall curve with precision made monotone, over all points (VOC since 2010).

    Args:
        found: Detections with scores, one entry a picture.
        truth: True boxes of the same pictures.
        iou: Least overlap of a match. Each true box is matched once, to the strongest detection.

    Returns:
        0..1, or NaN where there is no true box.
    """
    total = sum(len(t.boxes) for t in truth)
    scores, hits = [np.zeros(0, np.float32)], [np.zeros(0, bool)]
    for f, t in zip(found, truth, strict=True):
        order = np.argsort(-_scores(f), kind="stable")
        scores.append(_scores(f)[order])
        hits.append(match(f.boxes[order], t.boxes, iou=iou) >= 0)
    return precision_over_recall(np.concatenate(scores), np.concatenate(hits), total)


def precision_over_recall(scores: FloatArray, hits: NDArray[np.bool_], total: int) -> float:
    """Area under the monotone precision-recall curve of detections, 0..1; NaN where nothing is to be found.

    Args:
        scores: Of each detection, shape (n,).
        hits: Whether each meets a true object, shape (n,).
        total: Number of true objects.
    """
    if total == 0:
        return float("nan")
    ranked = hits[np.argsort(-scores, kind="stable")]
    true_positives = np.cumsum(ranked)
    precision = true_positives / np.arange(1, len(ranked) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float(envelope[ranked].sum() / total)


def match(boxes: FloatArray, truth: FloatArray, *, iou: float) -> NDArray[np.int64]:
    """The true box that each detection, strongest first, meets and no stronger one has taken; -1 for none."""
    return match_overlaps(box_iou(boxes, truth), iou=iou)


def match_overlaps(overlap: FloatArray, *, iou: float) -> NDArray[np.int64]:
    """As `match`, from the overlap of each detection, strongest first, with each true object.

    Args:
        overlap: Shape (detections, true objects), 0..1.
        iou: Least overlap of a match.
    """
    free, matches = overlap.copy(), np.full(len(overlap), -1)
    for i in range(len(free) if free.size else 0):
        best = int(free[i].argmax())
        if free[i, best] >= iou:
            matches[i] = best
            free[:, best] = -1
    return matches


def _scores(found: FieldBoxes) -> FloatArray:
    return np.zeros(len(found.boxes), np.float32) if found.scores is None else found.scores
