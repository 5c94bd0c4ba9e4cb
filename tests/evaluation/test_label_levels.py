import numpy as np
import pytest

from cytovox.domain.errors import TrainingDataError
from cytovox.domain.predictions import CellPredictions
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.evaluation.label_levels import Level, bring_to_level, can_express, usable_labels

BLOOD = load_taxonomy("blood")
CLASSES = ("monocyte", "neutrophil_segmented", "neutrophil_band", "myelocyte", "promyelocyte")


def predicted(*rows: list[float], refused: tuple[int, ...] = ()) -> CellPredictions:
    probabilities = np.array(rows, np.float32)
    return CellPredictions(
        CLASSES,
        probabilities,
        probabilities >= 0.3,
        np.zeros(len(rows), np.float32),
        np.isin(np.arange(len(rows)), refused),
    )


def test_subtypes_are_summed_to_the_type_that_the_label_names() -> None:
    cells = bring_to_level(predicted([0.4, 0.35, 0.25, 0, 0]), ["neutrophil"], Level.FINE)
    assert cells.classes == ("neutrophil", "monocyte", "myelocyte", "promyelocyte")
    assert cells.correct.tolist() == [True]
    assert cells.confidence == pytest.approx([0.6])
    assert cells.sets.tolist() == [[True, True, False, False]]


def test_what_no_label_covers_is_an_error_and_stays_itself() -> None:
    cells = bring_to_level(predicted([0.1, 0.2, 0, 0.7, 0]), ["neutrophil"], Level.FINE)
    assert cells.classes[cells.named[0]] == "myelocyte"
    assert not cells.correct[0]


def test_grouped_sums_uncovered_subtypes_too() -> None:
    cells = bring_to_level(predicted([0.1, 0.2, 0, 0.4, 0.3]), ["neutrophil"], Level.GROUPED)
    assert cells.classes[cells.named[0]] == "immature_granulocyte"
    assert cells.confidence == pytest.approx([0.7])


def test_fine_labels_tell_subtypes_apart() -> None:
    labels = ["neutrophil_band", "neutrophil_segmented"]
    cells = bring_to_level(predicted([0, 0.6, 0.4, 0, 0], [0, 0.6, 0.4, 0, 0]), labels, Level.FINE)
    assert cells.correct.tolist() == [False, True]


def test_broader_labels_are_left_out_of_a_finer_set() -> None:
    labels = ["neutrophil", "neutrophil_band", "monocyte"]
    assert usable_labels(labels, Level.FINE, BLOOD) == ["", "neutrophil_band", "monocyte"]
    assert usable_labels(labels, Level.GROUPED, BLOOD) == ["neutrophil", "neutrophil", "monocyte"]
    assert usable_labels(["neutrophil", "monocyte"], Level.FINE, BLOOD) == ["neutrophil", "monocyte"]


def test_a_label_that_cannot_be_given_is_explained() -> None:
    assert not can_express(("neutrophil",), "neutrophil_band", BLOOD)
    assert can_express(("neutrophil_band",), "neutrophil", BLOOD)
    with pytest.raises(TrainingDataError, match=r"labels eosinophil: expected classes .* mapping"):
        bring_to_level(predicted([1, 0, 0, 0, 0]), ["eosinophil"], Level.FINE)


def test_refusals_are_kept_beside_the_best_class() -> None:
    cells = bring_to_level(predicted([1, 0, 0, 0, 0], refused=(0,)), ["monocyte"], Level.FINE)
    assert (cells.refused.tolist(), cells.correct.tolist()) == ([True], [True])
