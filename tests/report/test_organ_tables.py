"""Volumes as CSV and JSON."""

import csv
import io
import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from cytovox.analysis.organ_measures import measure_organs
from cytovox.domain.findings import ModelUse, Provenance, QualityWarning
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.domain.volume import LabelMap, Modality, VolumeGrid
from cytovox.domain.volume_findings import LabelOrigin, SliceChances, VolumeFindings
from cytovox.report import NOTICE
from cytovox.report.organs_csv import COLUMNS, organs_to_csv, write_organs_csv
from cytovox.report.volume_json import volume_to_dict, write_volume_json


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    text = files("cytovox.report").joinpath("volume-findings-1.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(loaded)
    return loaded


def test_json_follows_its_schema(findings: VolumeFindings, schema: dict[str, Any]) -> None:
    told = volume_to_dict(findings)
    jsonschema.validate(told, schema)
    nothing = replace(findings, organs=(), slice_chances=None, warnings=(), subject="p1", day=None, notice="")
    jsonschema.validate(volume_to_dict(nothing), schema)
    assert set(schema["properties"]) == set(told)
    assert set(schema["$defs"]["organ"]["properties"]) == set(told["organs"][0])
    for bad in ({**told, "modality": "PET"}, {**told, "extra": 1}, {**told, "day": "2026-01-02"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, schema)


@pytest.fixture
def findings() -> VolumeFindings:
    voxels = np.zeros((6, 10, 10), np.uint16)
    voxels[1:4, 2:6, 2:6], voxels[4:, 7:, 7:] = 3, 40
    grid = VolumeGrid(voxels.shape, np.diag([5.0, 0.7, 0.7, 1.0]))
    labels = LabelMap(voxels, grid, {3: load_taxonomy("organs")["kidney_left"]})
    return VolumeFindings(
        source="=scan",
        grid=grid,
        modality=Modality.MR,
        labels=labels,
        label_origin=LabelOrigin.MODEL,
        organs=measure_organs(labels),
        warnings=(QualityWarning("few_slices", "Only six slices."),),
        provenance=Provenance(
            "0.1.0", "2026-01-02", (ModelUse("organs_mr", "0.1.0", "a" * 64),), {}, "b" * 64
        ),
        notice="Demonstration.",
        slice_chances=SliceChances(("kidney",), np.full((6, 1), 0.25, np.float32), (0.1,)),
        day=4,
    )


def test_csv_has_a_row_an_organ(findings: VolumeFindings) -> None:
    rows = list(csv.DictReader(io.StringIO(organs_to_csv(findings))))
    assert tuple(rows[0]) == COLUMNS
    kidney, other = rows
    assert (kidney["organ"], kidney["snomed_ct"]) == ("left kidney", "64033007;7771000")
    assert float(kidney["volume_ml"]) == pytest.approx(48 * 5 * 0.49 / 1000, abs=5e-4)
    assert (kidney["first_slice"], kidney["last_slice"], kidney["slices"], kidney["cut"]) == (
        "2",
        "4",
        "6",
        "false",
    )
    assert (other["organ"], other["snomed_ct"], other["cut"]) == ("label 40", "", "true")
    assert (kidney["source"], kidney["subject"], kidney["day"]) == ("'=scan", "", "4")
    assert (kidney["warnings"], kidney["use"]) == ("few_slices", "research use only")
    assert kidney["notice"] == f"Demonstration. {NOTICE}"


def test_json_says_the_same(findings: VolumeFindings) -> None:
    plain = json.loads(json.dumps(volume_to_dict(findings), allow_nan=False))
    kidney = plain["organs"][0]
    assert (kidney["key"], kidney["label"], kidney["voxels"]) == ("kidney_left", 3, 48)
    assert (kidney["first_slice"], kidney["last_slice"]) == (2, 4)
    assert plain["grid"]["spacing_mm"] == [5.0, 0.7, 0.7]
    assert plain["slice_chances"]["probabilities"][0] == [0.25]
    assert plain["provenance"]["models"][0]["name"] == "organs_mr"
    assert plain["notice"] == f"Demonstration. {NOTICE}"
    without = volume_to_dict(replace(findings, slice_chances=None, notice=""))
    assert (without["slice_chances"], without["notice"]) == (None, NOTICE)


def test_files_are_written_whole(tmp_path: Path, findings: VolumeFindings) -> None:
    write_organs_csv(findings, tmp_path / "a.csv")
    write_volume_json(findings, tmp_path / "a.json")
    assert (
        json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["schema"] == "cytovox.volume-findings/1"
    )
    assert (tmp_path / "a.csv").read_bytes().count(b"\r\n") == 3
