import numpy as np
import pytest

from cytovox.analysis.prediction_sets import least_probabilities, prediction_sets
from cytovox.domain.errors import InputError

CLASSES = ("a", "b")


def test_a_class_is_in_the_set_from_its_own_threshold_on() -> None:
    probabilities = np.array([[0.3, 0.7], [0.2, 0.8], [0.9, 0.1]])
    sets = prediction_sets(probabilities, CLASSES, {"a": 0.3, "b": 0.75})
    assert sets.tolist() == [[True, False], [False, True], [True, False]]


def test_a_class_without_threshold_is_in_every_set() -> None:
    assert prediction_sets(np.array([[0.0, 1.0]]), CLASSES, {"b": 0.5}).tolist() == [[True, True]]


@pytest.mark.parametrize(("cells", "expected"), [(8, 0.0), (9, 0.1), (18, 0.1), (19, 0.2)])
def test_threshold_is_the_order_statistic_of_split_conformal_prediction(cells: int, expected: float) -> None:
    """At 90 %, r = floor(0.1 (n + 1)): none may be left out of 8, the lowest decides from 9 on."""
    own = np.arange(1, cells + 1) / 10
    probabilities = np.stack([own, 1 - own], axis=1)
    least = least_probabilities(probabilities, np.zeros(cells, int), 0.9)
    assert least.tolist() == [pytest.approx(expected), 0.0]


def test_each_class_is_covered_at_the_level_whatever_the_classifier_is_worth() -> None:
    rng = np.random.default_rng(0)

    def cells(count: int) -> tuple[np.ndarray, np.ndarray]:
        """A poor classifier, and much poorer for the rare class."""
        targets = (rng.random(count) < 0.2).astype(int)
        own = np.where(targets == 0, rng.beta(4, 1, count), rng.beta(1, 2, count))
        return np.where(targets[:, None] == np.arange(2), own[:, None], 1 - own[:, None]), targets

    covered = np.zeros((200, 2))
    for repeat in covered:
        least = least_probabilities(*cells(300), 0.9)
        probabilities, targets = cells(2000)
        sets = prediction_sets(probabilities, CLASSES, dict(zip(CLASSES, least, strict=True)))
        repeat[:] = [sets[targets == c, c].mean() for c in range(2)]
    # Expected coverage lies between 0.9 and 0.9 + 1 / (n + 1), with some 60 rare calibration cells.
    assert covered.mean(axis=0) == pytest.approx([0.902, 0.908], abs=0.006)


@pytest.mark.parametrize("level", [0.0, 1.0, 90])
def test_an_impossible_level_is_refused(level: float) -> None:
    with pytest.raises(InputError, match="level"):
        least_probabilities(np.zeros((1, 2)), np.zeros(1, int), level)
