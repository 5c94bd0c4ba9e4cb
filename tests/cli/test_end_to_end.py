"""The command line with the shipped networks, on the sample smear."""

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import cytovox as package
from cytovox.synth.sample import sample_smear

BUNDLES = Path(str(files("cytovox"))) / "bundles"
needs_bundles = pytest.mark.skipif(
    len(list(BUNDLES.glob("*/model.onnx"))) < 2,
    reason="the model bundles are not there; `make models` trains them",
)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "sample-smear.jpg"
    path.write_bytes(sample_smear())
    return path


@needs_bundles
def test_analyze_writes_what_the_python_interface_finds(
    cytovox: Callable[..., Any], sample: Path, tmp_path: Path
) -> None:
    result = cytovox("analyze", sample, "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    written = json.loads((tmp_path / "out" / "sample-smear.findings.json").read_text(encoding="utf-8"))
    schema = files("cytovox.report").joinpath("smear-findings-1.schema.json").read_text(encoding="utf-8")
    jsonschema.validate(written, json.loads(schema))
    findings = package.analyze_smear(package.open_smear(sample))
    assert {entry["key"]: entry["count"] for entry in written["counts"]} == findings.counts
    assert findings.counts["red_cell"] > 20
    np.testing.assert_allclose([cell["box"] for cell in written["cells"]], findings.cells.box, atol=0.051)
    used = [use["name"] for use in written["provenance"]["models"]]
    assert used == ["finder", "blood", "white_cells", "malaria"]


@needs_bundles
def test_classify_and_models_run(cytovox: Callable[..., Any], sample: Path) -> None:
    named = cytovox("classify", sample, "--json")
    assert named.exit_code == 0, named.output
    assert 0 < json.loads(named.stdout)["results"][0]["confidence"] <= 1
    models = json.loads(cytovox("models", "--json").stdout)["models"]
    assert all(model["measured"] for model in models)
    assert all(model["size_mb"] <= 10 for model in models if model["task"] == "find_cells")
