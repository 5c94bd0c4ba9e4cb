import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from cytovox.cli import classify as classify_module
from cytovox.domain.errors import BundleError
from cytovox.domain.findings import CellPredictions

Run = Callable[..., Any]
Write = Callable[[Path], Path]
CLASSES = ("neutrophil", "lymphocyte", "platelet")


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Size of each batch asked of a classifier that calls every third picture by another name."""
    sizes: list[int] = []

    def classify_cells(images: Sequence[Any], model: str = "blood") -> CellPredictions:
        if model != "blood":
            raise BundleError(f"no bundle '{model}'; installed: blood")
        rows = [np.roll([0.7, 0.2, 0.1], sum(sizes) + i) for i in range(len(images))]
        sizes.append(len(images))
        return CellPredictions(CLASSES, np.array(rows, np.float32).reshape(-1, 3))

    fake = ModuleType("cytovox.analysis.classify")
    fake.classify_cells = classify_cells  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "cytovox.analysis.classify", fake)
    return sizes


def test_names_go_with_their_pictures_past_failures_and_batches(
    batches: list[int], cytovox: Run, tmp_path: Path, write_picture: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classify_module, "PICTURES_AT_ONCE", 2)
    paths = [write_picture(tmp_path / f"{name}.png") for name in "abd"]
    result = cytovox("classify", paths[0], tmp_path / "c.png", *paths[1:], "--json", "--top", "2")
    assert result.exit_code == 1
    cells = json.loads(result.stdout)["results"]
    assert [Path(cell["path"]).stem for cell in cells] == ["a", "c", "b", "d"]
    assert [cell["label"] for cell in cells] == ["neutrophil", None, "lymphocyte", "platelet"]
    assert cells[0]["top"] == [
        {"key": "neutrophil", "probability": 0.7},
        {"key": "lymphocyte", "probability": 0.2},
    ]
    assert "c.png" in cells[1]["error"]
    assert batches == [1, 2]


def test_table_gives_name_percent_and_runners_up(
    batches: list[int], cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    result = cytovox("classify", write_picture(tmp_path / "a.png"))
    assert result.exit_code == 0
    for part in (
        "a.png",
        "neutrophil",
        "70.0%",
        "lymphocyte 20.0%",
        "platelet 10.0%",
        "Not a medical device",
    ):
        assert part in " ".join(result.stdout.split())


def test_unknown_model_is_one_line(
    batches: list[int], cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    result = cytovox("classify", write_picture(tmp_path / "a.png"), "--model", "marrow")
    assert result.exit_code == 2
    assert result.stderr == "error: no bundle 'marrow'; installed: blood\n"
