import csv
import io
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cytovox.domain.findings import SmearFindings
from cytovox.domain.morphometry import MEASURES
from cytovox.report.cells_csv import COLUMNS, cells_to_csv


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_one_row_a_cell_with_its_values(make_findings: Any) -> None:
    findings = make_findings()
    table = rows(cells_to_csv(findings))
    assert [row["label"] for row in table] == ["red_cell", "neutrophil", "platelet"]
    neutrophil = table[1]
    assert (neutrophil["id"], neutrophil["coarse"], neutrophil["confidence"]) == ("2", "white_cell", "0.8000")
    assert (neutrophil["runner_up"], neutrophil["runner_up_probability"]) == ("eosinophil", "0.1950")
    assert [float(neutrophil[edge]) for edge in ("xmin", "ymin", "xmax", "ymax")] == [68.0, 38.0, 112.0, 82.0]
    assert abs(float(neutrophil["area_um2"]) - float(findings.cells.area_px[1]) / 16) < 0.01
    assert neutrophil["scale_origin"] == "estimated"
    assert "Not a medical device" in neutrophil["notice"]


def test_a_refused_cell_keeps_its_guess_its_set_and_three_classes(make_findings: Any) -> None:
    plain = make_findings()
    cells = replace(
        plain.cells,
        unidentified=np.array([False, True, False]),
        unfamiliarity=np.array([np.nan, 3.14159, np.nan], np.float32),
        prediction_sets=plain.cells.probabilities > 0.1,
    )
    red, refused, _ = rows(cells_to_csv(replace(plain, cells=cells)))
    assert (refused["label"], refused["coarse"], refused["best"]) == (
        "unidentified",
        "unidentified",
        "neutrophil",
    )
    assert (refused["unidentified"], refused["unfamiliarity"]) == ("true", "3.1416")
    assert refused["prediction_set"] == "neutrophil;eosinophil"
    assert (refused["third"], refused["third_probability"]) == ("basophil", "0.0050")
    assert (red["unidentified"], red["unfamiliarity"], red["best"]) == ("false", "", "red_cell")


def test_no_cells_gives_the_header_only(make_findings: Any) -> None:
    assert cells_to_csv(make_findings(())) == ",".join(COLUMNS) + "\r\n"


def test_unknown_scale_leaves_sizes_in_um_empty(make_findings: Any) -> None:
    for row in rows(cells_to_csv(make_findings(mpp_um=None))):
        assert (row["area_um2"], row["mpp_um"], row["scale_origin"]) == ("", "", "unknown")
        assert float(row["area_px"]) > 0


@given(name=st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_name_survives_and_none_becomes_a_formula(make_findings: Any, name: str) -> None:
    row = rows(cells_to_csv(make_findings(source=name)))[0]
    assert row["source"].removeprefix("'") == name.removeprefix("'")
    assert row["source"][0] not in "=+-@"


def test_measures_stand_in_columns_and_are_empty_where_not_measured(measured: SmearFindings) -> None:
    red, neutrophil, _ = rows(cells_to_csv(measured))
    assert [neutrophil[name] for name in MEASURES] == [
        "0.9877", "200", "12.5", "0.1515", "0.618", "2", "0.71", "0.19",
    ]  # fmt: skip
    assert [red[name] for name in MEASURES] == ["1", *[""] * 7]
