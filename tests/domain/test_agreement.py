import math

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from cytovox.domain.agreement import agreements, cohen_kappa
from cytovox.domain.errors import InputError
from cytovox.domain.review import Edit
from cytovox.domain.reviewed import EditKind
from cytovox.domain.taxonomies import load_taxonomy

CLASSIFY, CONFIRM, ADD, REMOVE, REDRAW = EditKind
ORDER = load_taxonomy("blood").keys


@pytest.mark.parametrize("seed", range(5))
def test_kappa_is_that_of_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first = rng.integers(0, 5, 200)
    second = np.where(rng.random(200) < 0.2 * seed, first, rng.integers(0, 5, 200))
    table = np.zeros((5, 5), np.int64)
    np.add.at(table, (first, second), 1)
    assert cohen_kappa(table).value == pytest.approx(cohen_kappa_score(first, second), abs=1e-12)


def test_kappa_of_a_table_worked_out_by_hand() -> None:
    # 20 and 15 alike, 5 and 10 not: observed 0.7, expected 0.5 * 0.6 + 0.5 * 0.4 = 0.5, kappa 0.4.
    kappa = cohen_kappa(np.array([[20, 5], [10, 15]]))
    assert (kappa.observed, kappa.expected, kappa.value) == pytest.approx((0.7, 0.5, 0.4))
    # Equation 13: (0.01156 + 0.01587 + 0.09 * 0.283 - 0.0025) / (0.5^4 * 50) = 0.016128.
    assert (kappa.high - kappa.low) / 2 / 1.959964 == pytest.approx(math.sqrt(0.016128), abs=1e-6)


def test_the_interval_covers_the_true_kappa_19_times_in_20() -> None:
    rng = np.random.default_rng(1)
    # Both call the true class with probability 0.85 and else one of the three others at random.
    classes, right = 4, 0.85
    same = right**2 + (1 - right) ** 2 / 3
    expected = 1 / classes
    true = (same - expected) / (1 - expected)
    covered = 0
    for _ in range(600):
        truth = rng.integers(0, classes, 150)
        said = [
            np.where(rng.random(150) < right, truth, (truth + rng.integers(1, classes, 150)) % classes)
            for _ in range(2)
        ]
        table = np.zeros((classes, classes), np.int64)
        np.add.at(table, tuple(said), 1)
        kappa = cohen_kappa(table)
        covered += kappa.low <= true <= kappa.high
    assert 0.92 <= covered / 600 <= 0.98


def test_full_agreement_chance_and_contradiction() -> None:
    assert cohen_kappa(np.diag([4, 5, 6])).value == 1
    assert cohen_kappa(np.array([[5, 5], [5, 5]])).value == 0
    assert cohen_kappa(np.array([[0, 5], [5, 0]])).value == -1


def test_without_cells_or_with_one_class_there_is_no_kappa() -> None:
    assert math.isnan(cohen_kappa(np.zeros((0, 0), np.int64)).value)
    alike = cohen_kappa(np.array([[7]]))
    assert math.isnan(alike.value)
    assert alike.observed == 1
    with pytest.raises(InputError, match="square"):
        cohen_kappa(np.zeros((2, 3), np.int64))


def test_cells_that_both_judged_are_compared_by_their_last_word() -> None:
    edits = [
        Edit(CLASSIFY, "ben", 1, "lymphocyte"),
        Edit(CONFIRM, "ann", 1, "monocyte"),
        Edit(CLASSIFY, "ben", 1, "monocyte"),
        Edit(CLASSIFY, "ann", 2, "lymphocyte"),
        Edit(CONFIRM, "ben", 2, "neutrophil"),
        Edit(CLASSIFY, "ann", 3, "basophil"),
        Edit(REMOVE, "ben", 3),
        Edit(ADD, "ben", 9, "basophil", ((0, 0), (9, 0), (9, 9))),
        Edit(CLASSIFY, "cat", 9, "unidentified"),
    ]
    (found,) = agreements(edits, ORDER)
    assert (found.first, found.second, found.cells) == ("ann", "ben", 2)
    assert found.classes == tuple(k for k in ORDER if k in {"monocyte", "lymphocyte", "neutrophil"})
    row, column = found.classes.index("lymphocyte"), found.classes.index("neutrophil")
    assert found.table[row, column] == 1
    assert found.kappa.observed == 0.5


def test_three_reviewers_are_three_pairs() -> None:
    edits = [Edit(CLASSIFY, name, 1, "basophil") for name in ("cat", "ann", "ben")]
    assert [(a.first, a.second) for a in agreements(edits, ORDER)] == [
        ("ann", "ben"),
        ("ann", "cat"),
        ("ben", "cat"),
    ]
