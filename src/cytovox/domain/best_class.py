"""Which class a row of probabilities names, and the order of the others.

Subtypes of one type (band and segmented neutrophils, the stages of immature granulocytes) share its
probability. The type with the largest sum wins first, then the largest subtype within it: so an answer in
subtypes never contradicts the same answer in types. A bare argmax would call a cell of 0.30 band, 0.30
segmented and 0.40 monocyte a monocyte, though it is a neutrophil at 0.60.

Where a type and its subtype are both columns, the type's column means "none of its subtypes": red cells
are `red_cell` or `infected_red_cell`. At equal probabilities the subtype wins, so that a red cell is infected
from 0.5 of the red cells' share on.
"""

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.taxonomy import Taxonomy


def best_class(
    probabilities: NDArray[np.floating], classes: tuple[str, ...], taxonomy: Taxonomy
) -> NDArray[np.intp]:
    """Column of the best class of each row, shape (n,): the best within the best group.

    Of equally probable classes of one group the most specific wins, then the first.

    Args:
        probabilities: Shape (n, k).
        classes: Keys of the k columns; one that the taxonomy lacks is a group of its own.
        taxonomy: Where the groups come from, see `Taxonomy.group`.
    """
    if not probabilities.size:
        return np.zeros(len(probabilities), np.intp)
    _, member = group_columns(classes, taxonomy)
    best_group = summed_by_group(probabilities, member).argmax(axis=1)
    inside = np.where(member == best_group[:, None], probabilities, -1.0)
    depth = np.array([len(taxonomy.lineage(key)) if key in taxonomy else 1 for key in classes])
    at_best = np.where(inside == inside.max(axis=1, keepdims=True), depth, 0)
    return np.asarray(at_best.argmax(axis=1), np.intp)


def group_columns(classes: tuple[str, ...], taxonomy: Taxonomy) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """Keys of the groups, in the taxonomy's order, and the group index (k,) of each class."""
    groups = [taxonomy.group(key) if key in taxonomy else key for key in classes]
    known = [key for key in taxonomy.keys if key in groups]
    unique = (*known, *(key for key in dict.fromkeys(groups) if key not in taxonomy))
    return unique, np.array([unique.index(key) for key in groups], np.intp)


def summed_by_group(probabilities: NDArray[np.floating], member: NDArray[np.intp]) -> NDArray[np.float64]:
    """Probability of each group, shape (n, groups)."""
    sums = np.zeros((len(probabilities), int(member.max()) + 1))
    for column, group in enumerate(member):
        sums[:, group] += probabilities[:, column]
    return sums


def ranking(probabilities: NDArray[np.floating], best: int) -> NDArray[np.intp]:
    """Columns of one row: the best class first, then the others from the most probable down."""
    order = np.argsort(-probabilities, kind="stable")
    return np.asarray([best, *order[order != best]], np.intp)
