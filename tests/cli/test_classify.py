import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cytovox.cli import classify as classify_module
from cytovox.domain.taxonomies import load_taxonomy

Run = Callable[..., Any]
Write = Callable[[Path], Path]


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
    assert cells[0]["prediction_set"] == ["neutrophil", "lymphocyte"]
    assert (cells[0]["unfamiliarity"], cells[0]["unidentified"]) == (2.5, False)
    assert "c.png" in cells[1]["error"]
    assert batches == [1, 2]


def test_table_gives_name_percent_runners_up_and_set(
    batches: list[int], cytovox: Run, tmp_path: Path, write_picture: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    result = cytovox("classify", write_picture(tmp_path / "a.png"))
    assert result.exit_code == 0
    shown = " ".join(result.stdout.split())
    for part in ("a.png", "neutrophil 70.0%", "lymphocyte 20.0%", "platelet 10.0%", "90% set"):
        assert part in shown
    assert "platelet 10.0% neutrophil, lymphocyte" in shown
    assert "Not a medical device" in shown


def test_a_refused_cell_is_unidentified_with_its_best_guess(
    batches: list[int], cytovox: Run, tmp_path: Path, write_picture: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    picture = write_picture(tmp_path / "a.png")
    shown = cytovox("classify", picture, "--refuse-rate", "0.1").stdout
    assert "unidentified (guess: neutrophil)" in " ".join(shown.split())
    told = json.loads(cytovox("classify", picture, "--refuse-rate", "0.1", "--json").stdout)
    assert told["level"] == 0.9
    assert (told["results"][0]["label"], told["results"][0]["best"]) == ("unidentified", "lymphocyte")


def test_unknown_model_is_one_line(
    batches: list[int], cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    result = cytovox("classify", write_picture(tmp_path / "a.png"), "--model", "marrow")
    assert result.exit_code == 2
    assert result.stderr == "error: no bundle 'marrow'; installed: blood\n"


def test_names_are_those_of_the_bundles_taxonomy(
    write_colour_bundle: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    keys = ("blast", "plasma_cell", "not_identifiable", "proerythroblast")
    folder = write_colour_bundle(taxonomy="marrow", classes=[{"key": k, "name": k} for k in keys])
    picture = write_picture(tmp_path / "a.png")
    shown = " ".join(cytovox("classify", picture, "--model", folder, "--top", "4").stdout.split())
    marrow = load_taxonomy("marrow")
    assert all(marrow[key].name in shown for key in keys)


def test_explanations_are_written_beside_the_answer(
    write_colour_bundle: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    pictures = [write_picture(tmp_path / name / "a.png") for name in ("one", "two")]
    arguments = ("--model", write_colour_bundle(), "--explain", tmp_path / "why", "--json")
    result = cytovox("classify", *pictures, tmp_path / "none.png", *arguments)
    assert result.exit_code == 1
    cells = json.loads(result.stdout)["results"]
    files = sorted(path.name for path in (tmp_path / "why").iterdir())
    assert files == ["one_a.png.explanation.png", "two_a.png.explanation.png"]
    assert [Path(cell["explanation"]).name for cell in cells[:2]] == files
    assert cells[2]["label"] is None
    plain = json.loads(cytovox("classify", *pictures, "--model", arguments[1], "--json").stdout)["results"]
    assert [cell["top"] for cell in plain] == [cell["top"] for cell in cells[:2]]


def test_a_model_without_maps_cannot_explain(
    write_colour_bundle: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    folder = write_colour_bundle(("logits", "features"))
    picture = write_picture(tmp_path / "a.png")
    result = cytovox("classify", picture, "--model", folder, "--explain", tmp_path / "why")
    assert result.exit_code == 2
    assert "has no activation maps" in result.stderr
    assert list((tmp_path / "why").iterdir()) == []
