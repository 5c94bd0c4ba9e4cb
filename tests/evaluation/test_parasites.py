import numpy as np
import pytest

from cytovox.evaluation.parasites import (
    JudgedCells,
    JudgedField,
    field_figures,
    healthy_figures,
    measured_rows,
)


def field(labels: list[str], probability: list[float], others: tuple[float, ...] = ()) -> JudgedField:
    """A field whose true cells were found where their probability is not 0; `others` met no true box."""
    of_truth = np.array(probability, np.float32)
    found = of_truth > 0
    everything = np.concatenate([of_truth[found], np.array(others, np.float32)])
    return JudgedField("f.png", np.array(labels, np.str_), found, of_truth, everything)


def test_sensitivity_and_specificity_by_hand() -> None:
    cells = JudgedCells(
        np.array([True, True, True, False, False]), np.array([0.9, 0.5, 0.2, 0.6, 0.1], np.float32)
    )
    figures = cells.figures()
    assert figures["sensitivity"]["count"] == 2  # 0.5 is infected
    assert figures["specificity"]["share"] == 0.5
    assert figures["roc_auc"] == pytest.approx(4 / 6)  # pairs in the right order
    low, high = figures["sensitivity"]["low"], figures["sensitivity"]["high"]
    assert low < 2 / 3 < high


def test_no_curve_with_one_kind_of_cell() -> None:
    figures = JudgedCells(np.array([False, False]), np.array([0.1, 0.2], np.float32)).figures()
    assert figures["roc_auc"] is None
    assert figures["sensitivity"]["share"] is None


def test_fields_by_stage_and_parasitaemia() -> None:
    judged = [
        field(["red blood cell", "ring", "ring", "difficult"], [0.1, 0.9, 0.3, 0.9]),
        field(["red blood cell", "schizont", "gametocyte"], [0.1, 0.0, 0.8], others=(0.7,)),
    ]
    figures = field_figures(judged)
    assert figures["by stage"]["ring"]["count"] == 1
    assert figures["by stage"]["schizont"]["share"] == 0
    assert figures["by stage"]["trophozoite"]["share"] is None
    # The schizont was not found: it counts for finder and network, not for the network.
    assert figures["cells that the finder found"]["sensitivity"]["total"] == 3
    assert figures["sensitivity of finder and network"]["total"] == 4
    assert figures["infected cells found"]["count"] == 3
    # Without "difficult" 6 cells, 4 infected; found 7, of them 0.9, 0.9, 0.8 and 0.7 infected.
    parasitaemia = figures["parasitaemia"]
    assert (parasitaemia["true"]["count"], parasitaemia["true"]["total"]) == (4, 6)
    assert (parasitaemia["found"]["count"], parasitaemia["found"]["total"]) == (4, 7)
    difference = (abs(2 / 3 - 2 / 4) + abs(2 / 3 - 2 / 3)) / 2
    assert parasitaemia["mean difference a field"] == pytest.approx(difference)


def test_healthy_smears() -> None:
    judged = [field(["red blood cell"] * 3, [0.1, 0.2, 0.6]), field(["red blood cell"], [0.4])]
    figures = healthy_figures(judged)
    assert figures["false_infected"]["share"] == 0.25
    assert figures["fields_with_false_infected"] == 1


def test_rows_of_the_card_name_the_share_of_healthy_cells() -> None:
    sets = {"detection/bccd val": healthy_figures([field(["red blood cell"] * 2, [0.1, 0.6])])}
    rows = [("detection/bccd val", "red cells of healthy people", 2)]
    rows.append(("detection/bccd val", "of them called infected", 0.5))
    assert list(measured_rows(sets)) == rows
