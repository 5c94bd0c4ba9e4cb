"""How well two reviewers agree beyond chance."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import InputError
from cytovox.domain.review import Edit
from cytovox.domain.reviewed import EditKind

_Z95 = 1.959963984540054
"""97.5 % point of the standard normal distribution."""


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's kappa and its 95 % interval.

    Attributes:
        value: 1 for full agreement, 0 for as much as by chance; NaN where both gave all cells one class.
        low: Lower end of the interval, from -1; NaN with it.
        high: Upper end, up to 1; NaN with it.
        observed: Share of cells that both gave the same class; NaN of no cells.
        expected: The share that chance alone would give; NaN of no cells.
    """

    value: float
    low: float
    high: float
    observed: float
    expected: float


@dataclass(frozen=True, slots=True)
class ReviewerAgreement:
    """Two reviewers, and what they said of the cells that both judged.

    Attributes:
        first: One reviewer.
        second: The other, later in the alphabet.
        classes: Labels that either gave, in the order of the taxonomy.
        table: Shape (k, k): cells that the first called by the row's label and the second by the column's.
        kappa: How far they agree.
    """

    first: str
    second: str
    classes: tuple[str, ...]
    table: NDArray[np.int64]
    kappa: Kappa

    @property
    def cells(self) -> int:
        """How many cells both judged."""
        return int(self.table.sum())


def cohen_kappa(table: NDArray[np.int64]) -> Kappa:
    """Cohen's kappa, (observed - expected) / (1 - expected), with its large-sample 95 % interval.

    The coefficient is that of Cohen, Educ Psychol Meas 20 (1960) 37-46; its standard error that of Fleiss,
    Cohen and Everitt, Psychol Bull 72 (1969) 323-327, equation 13, which holds also where kappa is not 0.
    With fewer than some 50 cells the interval is rough.

    Args:
        table: Shape (k, k): how often the first rater said the row's class and the second the column's.

    Raises:
        InputError: `table` is not square.
    """
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        raise InputError(f"kappa: expected a square table, got shape {table.shape}")
    total = int(table.sum())
    if total == 0:
        return Kappa(*[math.nan] * 5)
    share = table / total
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    observed, expected = float(np.trace(share)), float(rows @ columns)
    if expected >= 1:
        return Kappa(math.nan, math.nan, math.nan, observed, expected)
    value = (observed - expected) / (1 - expected)
    half = _Z95 * math.sqrt(max(_variance(share, observed, expected), 0.0) / total)
    return Kappa(value, max(value - half, -1.0), min(value + half, 1.0), observed, expected)


def agreements(edits: Sequence[Edit], order: Sequence[str]) -> list[ReviewerAgreement]:
    """Each pair of reviewers with cells that both classified or confirmed; of each, the last word counts.

    Args:
        edits: Those that stand, in order.
        order: All labels, in the order of tables.
    """
    said: dict[str, dict[int, str]] = {}
    for edit in edits:
        if edit.kind in {EditKind.CLASSIFY, EditKind.CONFIRM} and edit.label is not None:
            said.setdefault(edit.reviewer, {})[edit.cell_id] = edit.label
    pairs = (_agreement(pair, said, order) for pair in combinations(sorted(said), 2))
    return [found for found in pairs if found.cells]


def _agreement(
    pair: tuple[str, str], said: Mapping[str, Mapping[int, str]], order: Sequence[str]
) -> ReviewerAgreement:
    first, second = (said[reviewer] for reviewer in pair)
    both = [(first[cell], second[cell]) for cell in first if cell in second]
    given = {label for labels in both for label in labels}
    classes = tuple(key for key in order if key in given)
    table = np.zeros((len(classes), len(classes)), np.int64)
    for one, other in both:
        table[classes.index(one), classes.index(other)] += 1
    return ReviewerAgreement(*pair, classes, table, cohen_kappa(table))


def _variance(share: NDArray[np.float64], observed: float, expected: float) -> float:
    """Times the number of cells: the variance of kappa."""
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    # Of a cell (i, j): the second rater's share of class i and the first rater's share of class j.
    both = columns[:, None] + rows[None, :]
    on, off = np.diag(share), share - np.diag(np.diag(share))
    agreeing = float((on * ((1 - expected) - np.diag(both) * (1 - observed)) ** 2).sum())
    differing = (1 - observed) ** 2 * float((off * both**2).sum())
    rest = (observed * expected - 2 * expected + observed) ** 2
    return (agreeing + differing - rest) / (1 - expected) ** 4
