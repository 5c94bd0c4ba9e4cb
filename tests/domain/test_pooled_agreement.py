import numpy as np
import pytest
from scipy.stats import chi2_contingency, fisher_exact

from cytovox.domain.errors import InputError
from cytovox.domain.pooled_agreement import TABLES_DRAWN, agreement


def standard_error(p: float) -> float:
    return float(np.sqrt(p * (1 - p) / TABLES_DRAWN))


@pytest.mark.parametrize("table", [[[8, 2], [1, 5]], [[30, 10], [20, 20]], [[3, 4], [4, 3]]])
def test_two_by_two_is_fishers_exact_test(table: list[list[int]]) -> None:
    # With two rows and columns, order by chi-square and order by probability agree in these tables.
    expected = fisher_exact(table).pvalue
    assert agreement(table).p_value == pytest.approx(expected, abs=4 * standard_error(expected) + 1e-4)


def test_of_large_counts_it_is_the_chi_square_test() -> None:
    table = [[400, 310, 190], [420, 280, 210], [380, 340, 200]]
    found = agreement(table)
    expected = chi2_contingency(table, correction=False)
    assert found.statistic == pytest.approx(expected.statistic)
    assert found.p_value == pytest.approx(expected.pvalue, abs=4 * standard_error(expected.pvalue) + 5e-3)


def test_the_same_mixture_drawn_anew_disagrees_as_often_as_it_should() -> None:
    random = np.random.default_rng(7)
    shares = [0.6, 0.3, 0.06, 0.03, 0.01]
    p_values = [agreement(random.multinomial(60, shares, size=4).tolist()).p_value for _ in range(100)]
    # 100 draws at level 0.05: 5 expected, 12 is more than three standard deviations away.
    assert sum(p <= 0.05 for p in p_values) < 12
    assert np.mean(p_values) == pytest.approx(0.5, abs=0.1)


def test_pictures_of_different_smears_disagree() -> None:
    found = agreement([[60, 30, 5, 5], [20, 75, 3, 2]])
    assert found.p_value < 0.001
    assert (found.pictures, found.classes, found.cells) == (2, 4, 200)


def test_pictures_and_classes_without_cells_do_not_count() -> None:
    found = agreement([[8, 0, 2], [0, 0, 0], [1, 0, 5]])
    assert (found.pictures, found.classes) == (2, 2)
    assert found == agreement([[8, 2], [1, 5]])


@pytest.mark.parametrize("table", [[], [[3, 4]], [[3, 0], [5, 0]], [[0, 0], [1, 2]], [[], []]])
def test_nothing_to_compare(table: list[list[int]]) -> None:
    assert agreement(table) is None


@pytest.mark.parametrize("table", [[[1, -1], [2, 3]], [[1, 2], [3]]])
def test_bad_counts_are_refused(table: list[list[int]]) -> None:
    with pytest.raises(InputError, match="0 or more"):
        agreement(table)
