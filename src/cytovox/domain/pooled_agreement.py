"""Whether several counts of one smear agree, as far as counting chance tells."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cytovox.domain.errors import InputError

TABLES_DRAWN = 9_999
"""Random tables that the observed one is compared with: a p-value of 0.01 is then known to 0.002."""
_SEED = 20_260_101
_ROUNDING = 1e-9
"""Tables as far from agreement as the observed one may differ from it in the last digits."""

_Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A test of the hypothesis that all pictures show the same mixture of classes.

    Attributes:
        pictures: Pictures that had cells to compare.
        classes: Classes that had cells.
        cells: All of them.
        statistic: Pearson's chi-square of the table.
        p_value: Share of tables with the same totals that are at least as far from agreement.
    """

    pictures: int
    classes: int
    cells: int
    statistic: float
    p_value: float


def agreement(counts: Sequence[Sequence[int]]) -> Agreement | None:
    """How well pictures agree; None where fewer than two have cells, or all cells are of one class.

    A Monte Carlo test on Pearson's chi-square: tables with the same row and column totals are drawn, and the
    share of those at least as extreme is counted, the observed table among them (Hope, J R Stat Soc B 30
    (1968) 582-598). The chi-square distribution itself would not do: rare classes have expected counts far
    below five in every picture. The seed is fixed, so the same counts give the same answer.

    Args:
        counts: A row a picture, a column a class.

    Raises:
        InputError: A count is negative, or rows differ in length.
    """
    if len({len(row) for row in counts}) > 1 or any(count < 0 for row in counts for count in row):
        raise InputError("agreement: expected rows of the same length with counts of 0 or more")
    table = np.array(counts, np.int64).reshape(len(counts), len(counts[0]) if counts else 0)
    table = table[table.any(axis=1)][:, table.any(axis=0)]
    if table.shape[0] < 2 or table.shape[1] < 2:
        return None
    observed = _chi_square(table[np.newaxis], table)[0]
    drawn = _chi_square(_random_tables(table), table)
    extreme = int(np.count_nonzero(drawn >= observed * (1 - _ROUNDING)))
    return Agreement(
        pictures=table.shape[0],
        classes=table.shape[1],
        cells=int(table.sum()),
        statistic=float(observed),
        p_value=(1 + extreme) / (1 + TABLES_DRAWN),
    )


def _chi_square(tables: _Counts, like: _Counts) -> npt.NDArray[np.float64]:
    expected = np.outer(like.sum(axis=1), like.sum(axis=0)) / like.sum()
    distances = np.zeros(len(tables))
    # Picture by picture: fifty at once would take hundreds of megabytes.
    for picture, own in enumerate(expected):
        distances += ((tables[:, picture] - own) ** 2 / own).sum(axis=1)
    return distances


def _random_tables(like: _Counts) -> _Counts:
    # Row by row, each entry is hypergeometric given what the rows and columns have left (Patefield,
    # Appl Stat 30 (1981) 91-97).
    random = np.random.default_rng(_SEED)
    tables = np.zeros((TABLES_DRAWN, *like.shape), np.int64)
    left = np.broadcast_to(like.sum(axis=0), (TABLES_DRAWN, like.shape[1])).copy()
    for row, row_total in enumerate(like.sum(axis=1)):
        wanted = np.full(TABLES_DRAWN, row_total)
        for column in range(like.shape[1]):
            others = left[:, column + 1 :].sum(axis=1)
            drawn = random.hypergeometric(left[:, column], others, wanted)
            tables[:, row, column] = drawn
            left[:, column] -= drawn
            wanted -= drawn
    return tables
