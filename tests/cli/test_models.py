import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Run = Callable[..., Any]


@dataclass
class Bundle:
    folder: Path
    name: str = "finder"
    version: str = "1.2"
    task: str = "find_cells"
    sha256: str = "c" * 64
    classes: tuple[str, ...] = ("red_cell", "platelet")

    @property
    def manifest(self) -> dict[str, Any]:
        row = {"metric": "mAP@0.5", "value": 0.931234, "data": "detection/bccd", "split": "val", "note": None}
        return {"measured": [row], "conformal": {"level": 0.9}, "familiarity": {"default_rate": 0.01}}


@pytest.fixture
def bundles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Bundle]:
    (tmp_path / "model.onnx").write_bytes(b"\0" * 1_500_000)
    listed = [Bundle(tmp_path)]
    fake = ModuleType("cytovox.analysis.bundles")
    fake.installed_bundles = lambda: tuple(listed)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "cytovox.analysis.bundles", fake)
    return listed


def test_table_shows_measured_figures(bundles: list[Bundle], cytovox: Run) -> None:
    shown = " ".join(cytovox("models").stdout.split())
    for part in (
        "finder 1.2",
        "find_cells",
        "1.5 MB",
        "mAP@0.5",
        "0.9312",
        "detection/bccd",
        "val",
        "red_cell, platelet",
    ):
        assert part in shown
    assert "None" not in shown


def test_json_keeps_figures_in_full(bundles: list[Bundle], cytovox: Run) -> None:
    (model,) = json.loads(cytovox("models", "--json").stdout)["models"]
    assert model["measured"][0]["value"] == 0.931234
    assert (model["sha256"], model["size_mb"]) == ("c" * 64, 1.5)
    assert (model["classes"], model["level"], model["refuse_rate"]) == (["red_cell", "platelet"], 0.9, 0.01)


def test_nothing_installed_is_said(bundles: list[Bundle], cytovox: Run) -> None:
    bundles.clear()
    assert "no model is installed" in cytovox("models").stdout
