import numpy as np
import pytest

from cytovox.domain.errors import InputError
from cytovox.domain.predictions import CellPredictions
from cytovox.domain.taxonomies import load_taxonomy

CLASSES = ("neutrophil_band", "neutrophil_segmented", "monocyte")


def predictions(rows: list[list[float]], **changes: object) -> CellPredictions:
    probabilities = np.array(rows, np.float32).reshape(-1, len(CLASSES))
    columns = {
        "prediction_sets": probabilities >= 0.3,
        "unfamiliarity": np.zeros(len(rows), np.float32),
        "unidentified": np.zeros(len(rows), bool),
    }
    return CellPredictions(CLASSES, probabilities, **{**columns, **changes})  # type: ignore[arg-type]


def test_a_refused_cell_is_unidentified_and_keeps_its_best_guess() -> None:
    told = predictions([[0.25, 0.35, 0.4], [0.1, 0.2, 0.7]], unidentified=np.array([False, True]))
    assert told.label.tolist() == ["neutrophil_segmented", "unidentified"]
    assert told.best.tolist() == ["neutrophil_segmented", "monocyte"]
    assert told.confidence == pytest.approx([0.35, 0.7])


def test_sets_and_runners_up_are_told_by_key() -> None:
    told = predictions([[0.25, 0.35, 0.4], [0.29, 0.29, 0.29]])
    assert told.prediction_set(0) == ("monocyte", "neutrophil_segmented")
    assert told.prediction_set(1) == ()
    assert [key for key, _ in told.ranked(0)] == ["neutrophil_segmented", "monocyte", "neutrophil_band"]


def test_grouping_sums_subtypes_and_joins_their_sets() -> None:
    told = predictions([[0.25, 0.35, 0.4], [0.1, 0.1, 0.8]], unidentified=np.array([True, False]))
    grouped = told.grouped()
    assert grouped.classes == ("neutrophil", "monocyte")
    assert grouped.probabilities == pytest.approx(np.array([[0.6, 0.4], [0.2, 0.8]]))
    assert grouped.prediction_sets.tolist() == [[True, True], [False, True]]
    assert grouped.label.tolist() == ["unidentified", "monocyte"]
    assert [load_taxonomy("blood").group(key) for key in told.best] == grouped.best.tolist()


def test_marrow_classes_are_not_grouped_as_blood() -> None:
    told = predictions([[0.25, 0.35, 0.4]], taxonomy=load_taxonomy("marrow"))
    assert told.best.tolist() == ["monocyte"]


def test_rows_can_be_taken() -> None:
    told = predictions([[0.25, 0.35, 0.4], [0.1, 0.2, 0.7]])
    assert told[1:].best.tolist() == ["monocyte"]
    assert len(told[np.array([0, 1, 0])]) == 3


def test_columns_have_one_length() -> None:
    with pytest.raises(InputError, match="expected 'probabilities' of shape"):
        CellPredictions(("a", "b"), np.zeros((3, 1)), np.zeros((3, 2), bool), np.zeros(3), np.zeros(3, bool))
    with pytest.raises(InputError, match="expected 'unfamiliarity' of shape"):
        predictions([[0.2, 0.3, 0.5]], unfamiliarity=np.zeros(2))
    assert predictions([]).label.tolist() == []
    assert predictions([]).confidence.tolist() == []
