import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cytovox.cli.compose import parse_size
from cytovox.cli.composed_field import cell_records, run_lengths, topmost_cells
from cytovox.domain.errors import InputError
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.synth.options import RenderOptions
from cytovox.synth.rendered import render_smear

Run = Callable[..., Any]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("composed")


@pytest.fixture
def composed(folder: Path, cytovox: Run) -> Path:
    if not (folder / "manifest.json").is_file():
        done = cytovox("compose", "-o", folder, "--number", 3, "--size", "160x128", "--workers", 1)
        assert done.exit_code == 0, done.output
    return folder


def test_all_files_of_a_set_are_there_and_agree(composed: Path) -> None:
    manifest = json.loads((composed / "manifest.json").read_text())
    coco = json.loads((composed / "annotations.json").read_text())
    assert manifest["fields"] == len(coco["images"]) == 3
    assert manifest["request"]["seed"] == 0
    assert sum(manifest["cells"].values()) == len(coco["annotations"])
    for image in coco["images"]:
        name = image["file_name"]
        picture = np.asarray(Image.open(composed / "pictures" / name))
        classes = np.asarray(Image.open(composed / "masks" / name))
        colours = Image.open(composed / "maps" / name)
        cells = np.asarray(Image.open(composed / "instances" / name))
        assert picture.shape == (128, 160, 3)
        assert np.array_equal(np.asarray(colours), classes)
        assert colours.mode == "P"
        assert cells.dtype == np.uint16
        assert np.array_equal(cells > 0, classes > 0)
    boxes = list(csv.DictReader((composed / "boxes.csv").read_text().splitlines()))
    assert len(boxes) == len(coco["annotations"])
    assert {row["label"] for row in boxes} <= set(load_taxonomy("blood").keys)


def test_instances_are_exact_and_whole_under_overlaps() -> None:
    options = RenderOptions(overlap_fraction=1.0, white_cells=(), platelets_per_1000_um2=0.0)
    smear = render_smear(width=200, height=200, mpp_um=0.2, seed=1, options=options)
    numbers = topmost_cells(smear)
    for i, record in enumerate(cell_records(smear)):
        mask = smear.mask(i)
        assert record["area"] == mask.sum()
        assert set(np.unique(numbers[mask])) <= set(range(i + 1, len(smear) + 1))
        ends = np.cumsum(record["runs"])
        again = np.zeros(mask.size, bool)
        for start, end in zip(ends[::2], [*ends[1::2], mask.size][: len(ends[::2])], strict=True):
            again[start:end] = True
        assert np.array_equal(again.reshape(mask.shape, order="F"), mask)
    assert smear.overlaps()


@pytest.mark.parametrize(
    ("mask", "runs"),
    [([[0, 1], [0, 1]], [2, 2]), ([[1, 0], [1, 1]], [0, 2, 1, 1]), ([[0, 0], [0, 0]], [4])],
)
def test_run_lengths_go_down_the_columns(mask: list[list[int]], runs: list[int]) -> None:
    assert run_lengths(np.array(mask, bool)) == runs


def test_the_same_seed_gives_the_same_bytes(composed: Path, tmp_path: Path, cytovox: Run) -> None:
    asked = ("--number", 3, "--size", "160x128", "--workers", 1)
    assert cytovox("compose", "-o", tmp_path / "again", *asked).exit_code == 0
    assert cytovox("compose", "-o", tmp_path / "other", *asked, "--seed", 1).exit_code == 0
    assert contents(tmp_path / "again") == contents(composed)
    other = contents(tmp_path / "other")
    assert other["pictures/smear-000000.png"] != contents(composed)["pictures/smear-000000.png"]


def test_a_broken_off_run_goes_on_and_a_set_grows(composed: Path, tmp_path: Path, cytovox: Run) -> None:
    asked = ("compose", "-o", tmp_path, "--size", "160x128", "--workers", 1, "--number")
    assert cytovox(*asked, 1).exit_code == 0
    kept = (tmp_path / "pictures" / "smear-000000.png").stat().st_mtime_ns
    assert cytovox(*asked, 3).exit_code == 0
    assert (tmp_path / "pictures" / "smear-000000.png").stat().st_mtime_ns == kept
    assert contents(tmp_path) == contents(composed)


def test_a_set_of_other_options_is_not_mixed_in(composed: Path, cytovox: Run) -> None:
    done = cytovox("compose", "-o", composed, "--number", 3, "--size", "100", "--workers", 1)
    assert done.exit_code == 2
    assert "with another request" in done.stderr


def test_size_is_one_side_or_two() -> None:
    assert parse_size("224") == (224, 224)
    assert parse_size("640x480") == (640, 480)
    with pytest.raises(InputError, match="such as 224 or 640x480, got 'big'"):
        parse_size("big")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--size", "8"), "16 to 4096"),
        (("--bank", "x"), "--bank: expected --data"),
        (("--ground", "white"), "expected a data folder"),
        (("--data", "nowhere"), "expected an index CSV"),
    ],
)
def test_what_cannot_be_made_is_said(
    options: tuple[str, ...], message: str, tmp_path: Path, cytovox: Run
) -> None:
    done = cytovox("compose", "-o", tmp_path / "set", "--number", 1, "--workers", 1, *options)
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.split())
