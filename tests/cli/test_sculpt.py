"""`cytovox sculpt` around a fast analysis."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trimesh


@pytest.fixture
def picture(write_picture: Callable[[Path], Path], tmp_path: Path) -> Path:
    return write_picture(tmp_path / "smear.png")


@pytest.mark.parametrize("form", ["glb", "stl", "obj"])
def test_one_cell(cytovox: Any, analysis: Any, picture: Path, tmp_path: Path, form: str) -> None:
    output = tmp_path / "models" / f"cell.{form}"
    result = cytovox("sculpt", picture, "--cell", 1, "--mpp", 0.25, "-o", output)
    assert result.exit_code == 0, result.output
    assert "thickness from absorbance" in " ".join(result.stdout.split())
    width = max(trimesh.load_scene(output).extents)
    assert width == pytest.approx(30 * 0.25 * (1e-6 if form == "glb" else 1), rel=0.01)


def test_every_cell_in_a_file_of_its_own(cytovox: Any, analysis: Any, picture: Path, tmp_path: Path) -> None:
    result = cytovox("sculpt", picture, "--all", "--mpp", 0.25, "-o", tmp_path / "models", "--format", "stl")
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == [
        "smear.cell-001.red_cell.stl",
        "smear.cell-002.neutrophil.stl",
        "smear.cell-003.platelet.stl",
    ]


def test_field_and_pose(cytovox: Any, analysis: Any, picture: Path, tmp_path: Path) -> None:
    heights = []
    for pose in ("slide", "suspension"):
        output = tmp_path / f"{pose}.glb"
        result = cytovox("sculpt", picture, "--scene", "--mpp", 0.25, "-o", output, "--pose", pose)
        assert result.exit_code == 0, result.output
        read = trimesh.load_scene(output)
        assert read.extents[0] == pytest.approx(160 * 0.25e-6, rel=0.01)
        heights.append(read.extents[1])
    assert heights[1] > 1.5 * heights[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-o", "a.glb"], "expected one of --cell N, --all and --scene"),
        (["-o", "a.glb", "--cell", "1", "--scene"], "expected one of --cell N, --all and --scene"),
        (["-o", "a.ply", "--cell", "1"], "ends with one of .glb, .stl, .obj"),
        (["-o", "a.glb", "--cell", "4", "--mpp", "0.25"], "3 cells, 1 to 3, got 4"),
        (["-o", "models", "--all", "--format", "ply"], "expected one of glb, stl, obj"),
        (["-o", "a.glb", "--scene"], "give the micrometres per pixel"),
    ],
)
def test_what_cannot_be_done_is_said(
    cytovox: Any, analysis: Any, picture: Path, tmp_path: Path, options: list[str], message: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    result = cytovox("sculpt", picture, *options)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
