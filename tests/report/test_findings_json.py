import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from cytovox.domain.cells import CellTable
from cytovox.domain.findings import SmearFindings
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.report.findings_json import findings_to_dict, write_json


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    text = files("cytovox.report").joinpath("smear-findings-1.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(loaded)
    return loaded


@pytest.mark.parametrize("mpp_um", [0.25, None])
@pytest.mark.parametrize("cells", [(), (("red_cell", 5, 5, 12), ("basophil", 90, 60, 22))])
def test_written_file_obeys_the_schema(
    make_findings: Any, schema: dict[str, Any], tmp_path: Path, cells: Any, mpp_um: float | None
) -> None:
    write_json(make_findings(cells, mpp_um=mpp_um, source='µ "smear".png'), tmp_path / "f.json")
    jsonschema.validate(json.loads((tmp_path / "f.json").read_text(encoding="utf-8")), schema)


def test_schema_refuses_a_missing_and_an_unknown_field(make_findings: Any, schema: dict[str, Any]) -> None:
    good = findings_to_dict(make_findings())
    for bad in (good | {"patient": "x"}, {k: v for k, v in good.items() if k != "notice"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, schema)


def test_round_trip_of_outlines_and_areas(make_findings: Any, tmp_path: Path) -> None:
    findings = make_findings([("lymphocyte", 70.3, 50.7, 20)])
    write_json(findings, tmp_path / "f.json")
    (cell,) = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))["cells"]
    np.testing.assert_allclose(cell["polygon"], findings.cells.polygon(0), atol=0.051)
    # A regular 64-gon of radius r has area 32 r^2 sin(2 pi / 64).
    area = 32 * 20**2 * np.sin(2 * np.pi / 64)
    assert cell["area_px"] == pytest.approx(area, abs=0.06)
    assert cell["area_um2"] == pytest.approx(area * 0.25**2, abs=0.006)
    assert cell["box"] == pytest.approx([50.3, 30.7, 90.3, 70.7], abs=0.06)


def test_probabilities_are_descending_and_above_one_percent(make_findings: Any) -> None:
    (cell,) = findings_to_dict(make_findings([("monocyte", 50, 50, 20)]))["cells"]
    assert list(cell["probabilities"].items()) == [("monocyte", 0.8), ("immature_granulocyte", 0.195)]
    assert (cell["label"], cell["coarse"], cell["confidence"], cell["id"]) == (
        "monocyte",
        "white_cell",
        0.8,
        1,
    )


def test_unknown_scale_gives_null_not_a_guess(make_findings: Any) -> None:
    plain = findings_to_dict(make_findings(mpp_um=None))
    assert plain["scale"] == {"mpp_um": None, "origin": "unknown", "relative_sd": None, "red_cells": 0}
    assert {cell["area_um2"] for cell in plain["cells"]} == {None}


def test_counts_name_every_class_of_the_run_in_order(make_findings: Any) -> None:
    findings = make_findings([("red_cell", 30, 30, 9), ("red_cell", 60, 60, 9), ("eosinophil", 90, 60, 20)])
    counts = findings_to_dict(findings)["counts"]
    assert [entry["key"] for entry in counts] == list(findings.cells.classes)
    assert {e["key"]: e["count"] for e in counts if e["count"]} == {"red_cell": 2, "eosinophil": 1}
    assert {e["coarse"] for e in counts} == {"red_cell", "white_cell", "platelet"}


def test_a_refused_cell_is_counted_apart_and_keeps_its_guess(
    make_findings: Any, schema: dict[str, Any]
) -> None:
    plain = make_findings()
    cells = replace(
        plain.cells,
        unidentified=np.array([False, True, False]),
        unfamiliarity=np.array([np.nan, 2.5, np.nan], np.float32),
        prediction_sets=np.zeros_like(plain.cells.prediction_sets),
    )
    document = findings_to_dict(replace(plain, cells=cells, level=0.9))
    jsonschema.validate(document, schema)
    assert document["level"] == 0.9
    assert document["counts"][-1] | {"colour": ""} == {
        "key": "unidentified",
        "name": load_taxonomy("blood")["unidentified"].name,
        "coarse": "unidentified",
        "colour": "",
        "count": 1,
    }
    assert sum(entry["count"] for entry in document["counts"]) == 3
    refused = document["cells"][1]
    assert (refused["label"], refused["best"], refused["coarse"]) == (
        "unidentified",
        "neutrophil",
        "unidentified",
    )
    assert (refused["unidentified"], refused["unfamiliarity"], refused["prediction_set"]) == (True, 2.5, [])
    assert refused["probabilities"]["neutrophil"] == refused["confidence"] == 0.8


def test_nucleus_and_measures_of_a_white_cell_and_nothing_of_others(
    measured: SmearFindings, schema: dict[str, Any]
) -> None:
    document = findings_to_dict(measured)
    jsonschema.validate(document, schema)
    red, neutrophil, platelet = document["cells"]
    assert neutrophil["nucleus_polygons"][0] == [[80, 50], [90, 50], [90, 60], [80, 60]]
    assert len(neutrophil["nucleus_polygons"]) == 2
    assert neutrophil["morphometry"] == {
        "circularity": 0.9877,
        "nucleus_area_px": 200.0,
        "nucleus_area_um2": 12.5,
        "nucleus_to_cytoplasm_ratio": 0.1515,
        "nucleus_circularity": 0.618,
        "lobes": 2,
        "nucleus_stain_density": 0.71,
        "cytoplasm_stain_density": 0.19,
    }
    for cell, circularity in ((red, 1.0), (platelet, 0.5)):
        assert cell["nucleus_polygons"] == []
        assert {name: value for name, value in cell["morphometry"].items() if value is not None} == {
            "circularity": circularity
        }


def test_map_pixels_add_up_to_the_picture(measured: SmearFindings, make_findings: Any) -> None:
    pixels = findings_to_dict(measured)["map_pixels"]
    assert list(pixels) == list(load_taxonomy("smear_map").keys)
    assert (pixels["red_cell"], pixels["background"]) == (30 * 160, 90 * 160)
    assert findings_to_dict(make_findings())["map_pixels"] is None


def test_parasitaemia_has_its_interval_where_red_cells_were_examined(
    infected: SmearFindings, make_findings: Any, schema: dict[str, Any]
) -> None:
    document = findings_to_dict(infected)
    jsonschema.validate(document, schema)
    # Wilson's interval of 1 in 4, worked out by hand: (0.25 + z2 / 8 -+ ...) / (1 + z2 / 4).
    assert document["parasitaemia"] == {
        "infected": 1,
        "red_cells": 4,
        "share": 0.25,
        "low": pytest.approx(0.045587, abs=2e-6),
        "high": pytest.approx(0.699358, abs=2e-6),
    }
    assert {e["key"]: e["count"] for e in document["counts"] if e["count"]} == {
        "red_cell": 3,
        "infected_red_cell": 1,
        "platelet_clump": 1,
    }
    assert findings_to_dict(make_findings())["parasitaemia"] is None
    nothing = findings_to_dict(replace(infected, cells=_without_cells(infected)))
    jsonschema.validate(nothing, schema)
    assert nothing["parasitaemia"] == {"infected": 0, "red_cells": 0, "share": None, "low": 0, "high": 1}


def _without_cells(findings: SmearFindings) -> CellTable:
    k = len(findings.cells.classes)
    return CellTable.from_outlines(
        (),
        classes=findings.cells.classes,
        score=np.zeros(0, np.float32),
        probabilities=np.zeros((0, k), np.float32),
        picture_size=(findings.height, findings.width),
        mpp_um=None,
    )
