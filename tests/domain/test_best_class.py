import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cytovox.domain.best_class import best_class, group_columns, ranking
from cytovox.domain.taxonomies import load_taxonomy

BLOOD = load_taxonomy("blood")
LEAVES = (
    "eosinophil", "basophil", "lymphocyte", "monocyte", "neutrophil_segmented", "neutrophil_band",
    "metamyelocyte", "myelocyte", "promyelocyte", "erythroblast", "platelet",
)  # fmt: skip


def test_subtypes_win_together() -> None:
    classes = ("neutrophil_band", "neutrophil_segmented", "monocyte")
    rows = np.array([[0.25, 0.35, 0.4], [0.1, 0.2, 0.7], [0.35, 0.3, 0.35]])
    assert best_class(rows, classes, BLOOD).tolist() == [1, 2, 0]


@given(st.lists(st.floats(0.001, 1), min_size=len(LEAVES), max_size=len(LEAVES)))
def test_the_fine_answer_never_contradicts_the_coarse_one(weights: list[float]) -> None:
    row = np.array([weights]) / sum(weights)
    best = LEAVES[int(best_class(row, LEAVES, BLOOD)[0])]
    groups, member = group_columns(LEAVES, BLOOD)
    sums = [row[0, member == i].sum() for i in range(len(groups))]
    assert sums[groups.index(BLOOD.group(best))] == pytest.approx(max(sums))
    siblings = [row[0, i] for i, key in enumerate(LEAVES) if BLOOD.group(key) == BLOOD.group(best)]
    assert row[0, LEAVES.index(best)] == max(siblings)


def test_eleven_leaves_make_eight_groups_in_the_order_of_the_taxonomy() -> None:
    groups, member = group_columns(LEAVES, BLOOD)
    assert groups == (
        "platelet", "neutrophil", "eosinophil", "basophil", "lymphocyte", "monocyte", "immature_granulocyte",
        "erythroblast",
    )  # fmt: skip
    assert [groups[i] for i in member[4:9]] == ["neutrophil"] * 2 + ["immature_granulocyte"] * 3


def test_a_class_that_the_taxonomy_lacks_is_its_own_group() -> None:
    groups, member = group_columns(("plasmodium", "neutrophil_band"), BLOOD)
    assert groups == ("neutrophil", "plasmodium")
    assert member.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("parent", "child"), [("red_cell", "infected_red_cell"), ("platelet", "platelet_clump")]
)
@pytest.mark.parametrize("child_first", [False, True])
def test_a_subtype_is_named_from_half_of_its_types_share_on(
    parent: str, child: str, child_first: bool
) -> None:
    classes = (child, parent, "monocyte") if child_first else (parent, child, "monocyte")
    share, of_child = np.float32(0.7), np.array([0.0, 0.49, 0.5, 0.51, 1.0], np.float32)
    columns = {parent: share * (1 - of_child), child: share * of_child, "monocyte": np.full(5, 1 - share)}
    rows = np.stack([columns[key] for key in classes], axis=1)
    named = [classes[i] for i in best_class(rows, classes, BLOOD)]
    assert named == [parent, parent, child, child, child]


def test_an_infected_red_cell_counts_for_the_red_cells() -> None:
    classes = ("red_cell", "infected_red_cell", "platelet")
    rows = np.array([[0.32, 0.28, 0.4], [0.28, 0.32, 0.4], [0.2, 0.25, 0.55]])
    assert best_class(rows, classes, BLOOD).tolist() == [0, 1, 2]
    assert group_columns(classes, BLOOD)[0] == ("red_cell", "platelet")


def test_ranking_puts_the_best_before_the_most_probable() -> None:
    assert ranking(np.array([0.25, 0.35, 0.4]), 1).tolist() == [1, 2, 0]


def test_no_cells_no_best() -> None:
    assert best_class(np.zeros((0, 3)), ("a", "b", "c"), BLOOD).tolist() == []
