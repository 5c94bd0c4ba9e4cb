import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cytovox.evaluation import classification, parasites, refusal
from cytovox.evaluation.label_levels import Level

ROW = {
    "role": "external",
    "pictures": 3,
    "accuracy": 0.5,
    "balanced_accuracy": 0.5,
    "macro_f1": 0.5,
    "ece": 0.1,
    "refused": 0.0,
}
REPORT = {"sets": {"cells/x": ROW}}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the commands asked of the evaluation, which measures nothing here."""
    seen: list[Any] = []

    def measured(*arguments: Any) -> dict[str, Any]:
        seen.extend(arguments)
        return REPORT

    monkeypatch.setattr(classification, "evaluate_classifier", measured)
    monkeypatch.setattr(classification, "evaluate_own_pictures", measured)
    monkeypatch.delenv("CYTOVOX_DATA", raising=False)
    return seen


def test_standing_sets_are_measured(cytovox: Callable[..., Any], asked: list[Any], tmp_path: Path) -> None:
    result = cytovox("evaluate", "classifier", "--data", tmp_path, "-o", tmp_path / "out", "--robustness")
    assert result.exit_code == 0
    assert "cells/x" in result.stdout
    assert "50.0%" in result.stdout
    assert asked[:3] == [tmp_path, tmp_path / "out", "blood"]
    assert (asked[3].robustness, asked[3].sweep_pictures) == (True, 200)


def test_malaria_is_measured_and_printed_as_json(
    cytovox: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[Any] = []

    def measured(*arguments: Any, progress: Callable[[str, float], None]) -> dict[str, Any]:
        asked.extend(arguments)
        progress("malaria/iml", 0.5)
        return {"sets": {"malaria/iml": {"fields": 3}}}

    monkeypatch.setattr(parasites, "evaluate_parasites", measured)
    result = cytovox("evaluate", "malaria", "--data", tmp_path, "-o", tmp_path / "out", "--bundle", "mine")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["sets"]["malaria/iml"] == {"fields": 3}
    assert asked == [tmp_path, tmp_path / "out", "mine"]


def test_own_pictures_are_measured(cytovox: Callable[..., Any], asked: list[Any], tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('SEG = "neutrophil"\n')
    result = cytovox(
        "evaluate", "classifier", "--pictures", tmp_path, "--mapping", mapping, "--level", "grouped",
        "--um-per-px", "0.2", "--bundle", "marrow", "--json",
    )  # fmt: skip
    assert result.exit_code == 0
    own, _, bundle, _ = asked
    assert (own.path, own.mapping, own.um_per_px, own.level) == (
        tmp_path,
        {"SEG": "neutrophil"},
        0.2,
        Level.GROUPED,
    )
    assert bundle == "marrow"
    assert '"cells/x"' in result.stdout


def test_nothing_to_measure_on_is_explained(cytovox: Callable[..., Any], asked: list[Any]) -> None:
    result = cytovox("evaluate", "classifier")
    assert result.exit_code == 2
    assert "expected --data with the data folder" in result.stderr
    assert asked == []


def test_refusals_are_listed(
    cytovox: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    row = {"pictures": 4, "refused": 0.25, "true_cells": False, "trained_on": True}
    monkeypatch.setattr(
        refusal, "evaluate_refusal", lambda *_, **__: {"families": {"red cells": row, "moons": row}}
    )
    result = cytovox("evaluate", "refusal", "--data", tmp_path)
    assert result.exit_code == 0
    assert "red cells" in result.stdout
    assert "25.0%" in result.stdout
