"""`cytovox atlas`."""

from pathlib import Path
from typing import Any

import pytest
import trimesh


def test_without_a_folder_the_classes_are_listed(cytovox: Any) -> None:
    result = cytovox("atlas", "--taxonomy", "marrow")
    assert result.exit_code == 0, result.output
    words = " ".join(result.stdout.split())
    assert "faggot_cell" in words
    assert "artefact" not in words


@pytest.mark.parametrize("form", ["glb", "stl", "obj"])
def test_models_in_a_folder(cytovox: Any, tmp_path: Path, form: str) -> None:
    result = cytovox("atlas", "red_cell", "infected_red_cell", "-o", tmp_path / "atlas", "--format", form)
    assert result.exit_code == 0, result.output
    assert "not a measured cell" in " ".join(result.stdout.split())
    assert {path.name for path in (tmp_path / "atlas").iterdir()} == {
        f"red_cell.{form}",
        f"infected_red_cell.{form}",
    }
    width = max(trimesh.load_scene(tmp_path / "atlas" / f"red_cell.{form}").extents)
    assert width == pytest.approx(7.5 * (1e-6 if form == "glb" else 1), rel=0.01)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["neutrofil"], "expected classes of red_cell"),
        (["--taxonomy", "organs"], "expected a taxonomy of blood, marrow"),
        (["--format", "ply"], "expected one of glb, stl, obj"),
    ],
)
def test_what_cannot_be_done_is_said(cytovox: Any, options: list[str], message: str) -> None:
    result = cytovox("atlas", *options)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
