import numpy as np
import pytest

from cytovox.evaluation.average_precision import FieldBoxes, average_precision, match

TRUTH = np.array([[0, 0, 10, 10], [20, 0, 30, 10], [40, 0, 50, 10], [60, 0, 70, 10]], np.float32)
FAR = np.array([[200, 200, 210, 210]], np.float32)


def found(boxes: np.ndarray, scores: list[float]) -> list[FieldBoxes]:
    return [FieldBoxes(boxes, np.array(scores, np.float32))]


def test_perfect_detections_score_one() -> None:
    assert average_precision(found(TRUTH, [0.9, 0.8, 0.7, 0.6]), [FieldBoxes(TRUTH)]) == 1.0


def test_half_found_without_false_alarms_scores_the_recall() -> None:
    assert average_precision(found(TRUTH[:2], [0.9, 0.8]), [FieldBoxes(TRUTH)]) == pytest.approx(0.5)


def test_a_false_alarm_ranked_first_lowers_precision_throughout() -> None:
    boxes = np.concatenate([FAR, TRUTH])
    # Precision at the four hits: 1/2, 2/3, 3/4, 4/5; made monotone, 4/5 everywhere.
    assert average_precision(found(boxes, [0.99, 0.9, 0.8, 0.7, 0.6]), [FieldBoxes(TRUTH)]) == pytest.approx(
        0.8
    )


def test_a_false_alarm_ranked_last_costs_nothing() -> None:
    boxes = np.concatenate([TRUTH, FAR])
    assert average_precision(found(boxes, [0.9, 0.8, 0.7, 0.6, 0.1]), [FieldBoxes(TRUTH)]) == 1.0


def test_a_second_detection_of_the_same_cell_is_a_false_alarm() -> None:
    twice = np.repeat(TRUTH[:1], 2, axis=0)
    assert match(twice, TRUTH, iou=0.5).tolist() == [0, -1]


def test_ranking_is_over_all_pictures() -> None:
    fields = [FieldBoxes(FAR, np.array([0.5], np.float32)), FieldBoxes(TRUTH, np.full(4, 0.9, np.float32))]
    truth = [FieldBoxes(np.zeros((0, 4), np.float32)), FieldBoxes(TRUTH)]
    assert average_precision(fields, truth) == 1.0


def test_stricter_overlap_refuses_sloppy_boxes() -> None:
    sloppy = TRUTH + np.array([0, 0, 2, 0], np.float32)
    scores = [0.9, 0.8, 0.7, 0.6]
    assert average_precision(found(sloppy, scores), [FieldBoxes(TRUTH)], iou=0.5) == 1.0
    assert average_precision(found(sloppy, scores), [FieldBoxes(TRUTH)], iou=0.9) == 0.0


def test_no_truth_is_no_figure() -> None:
    assert np.isnan(average_precision(found(FAR, [0.5]), [FieldBoxes(np.zeros((0, 4), np.float32))]))
