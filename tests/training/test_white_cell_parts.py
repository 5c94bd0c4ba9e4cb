"""The fit of white cells' parts runs, learns and is exported; on drawn cells."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from cytovox.analysis.bundles import load_bundle
from cytovox.analysis.white_cell_parts import WhiteCellParts as Runtime
from cytovox.domain.errors import TrainingDataError
from cytovox.evaluation.masked_cells import MaskedCell
from cytovox.evaluation.segmentation import cell_dice
from cytovox.training import white_cell_parts_making
from cytovox.training.augmentation import AppearanceOptions
from cytovox.training.white_cell_parts import read_white_cell_recipe, training_cells
from cytovox.training.white_cell_parts_crops import PartsDataset, PartsGeometry, StoredCell, cut_placed
from cytovox.training.white_cell_parts_network import PARTS, WhiteCellParts, parts_loss, soft_dice

# lightning warns of few steps, few workers and of its own deprecated calls.
pytestmark = pytest.mark.filterwarnings("ignore")

RECIPE = """
name = "discs"
version = "1"
side_px = 64
um_per_px = 0.4
weights = "weights/random.safetensors"
weights_without = "weights/random.safetensors"
[fit]
epochs = {epochs}
batch_size = 8
learning_rate = 3e-3
warmup_steps = 1
ema_decay = 0.5
workers = 0
[[sources]]
index = "masks/index.csv"
subset = "drawn"
um_per_px = 0.4
licence = "none"
[[sources]]
index = "masks/index.csv"
subset = "other"
um_per_px = 0.4
licence = "none"
"""


def drawn_cell(radius: int = 16, side: int = 64) -> tuple[np.ndarray, np.ndarray]:
    picture, mask = np.full((side, side, 3), 230, np.uint8), np.zeros((side, side), np.uint8)
    middle = (side // 2, side // 2)
    for reach, value, colour in ((radius, 1, (200, 160, 180)), (radius // 2, 2, (110, 40, 80))):
        cv2.circle(mask, middle, reach, value, cv2.FILLED)
        cv2.circle(picture, middle, reach, colour, cv2.FILLED)
    return picture, mask


@pytest.fixture(scope="module")
def data(tiny_data: Path) -> Path:
    folder = tiny_data / "masks"
    folder.mkdir(exist_ok=True)
    rows = []
    for i in range(6):
        picture, mask = drawn_cell(12 + i)
        cv2.imwrite(str(folder / f"{i}.png"), picture)
        cv2.imwrite(str(folder / f"{i}.mask.png"), mask)
        subset = "other" if i == 5 else "drawn"
        rows.append({"file": f"{i}.png", "mask": f"{i}.mask.png", "subset": subset, "split": "train"})
    with (folder / "index.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return tiny_data


def test_training_makes_a_bundle_that_finds_drawn_parts(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(RECIPE.format(epochs=1))
    sets = {"drawn": {"cells": 1, "nucleus": 0.5, "cell": 0.5, "trained_on": True}}
    monkeypatch.setattr(white_cell_parts_making, "evaluate_white_cells", lambda *_: {"sets": sets})
    # write_bundle checks that ONNX Runtime gives what PyTorch gives.
    folder = white_cell_parts_making.train_white_cells(data, tmp_path / "run", path, without="other")
    bundle = load_bundle(folder)
    assert bundle.classes == PARTS
    assert [row["where"] for row in bundle.manifest["data"]] == [{"subset": "drawn"}]
    assert "Dice, nucleus" in (folder / "CARD.md").read_text()
    picture, mask = drawn_cell(15)
    cell = MaskedCell("drawn", picture, mask, (32.5, 32.5), 0.4)
    assert cell_dice(Runtime.of(bundle), cell).cell > 0.8


def test_without_leaves_a_source_and_its_weights_out(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(RECIPE.format(epochs=1).replace("weights_without", "# weights_without"))
    assert len(read_white_cell_recipe(path, data).sources) == 2
    plan = read_white_cell_recipe(path, data, {"fit.epochs": 7}, without="other")
    assert [source.subset for source in plan.sources] == ["drawn"]
    assert (plan.fit.epochs, plan.weights) == (7, "")
    with pytest.raises(TrainingDataError, match="drawn, other"):
        read_white_cell_recipe(path, data, without="third")


def test_shipped_recipe_reads(tmp_path: Path) -> None:
    plan = read_white_cell_recipe(None, tmp_path)
    assert plan.weights != plan.weights_without != ""


def test_crops_hold_the_cell_and_its_parts_where_they_are(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(RECIPE.format(epochs=1))
    cells = training_cells(read_white_cell_recipe(path, data))[0]
    geometry = PartsGeometry(side_px=64, um_per_px=0.4, scale_spread=0.0, stretch=0.0)
    shift = np.array([4.0, -2.0])
    crop, parts = cut_placed(cells[3], geometry, shift, np.random.default_rng(0))
    rows, columns = np.nonzero(parts)
    assert (columns.mean(), rows.mean()) == pytest.approx((31.5 + 10, 31.5 - 5), abs=0.6)
    assert (parts > 0).sum() == pytest.approx(np.pi * 15**2, rel=0.06)
    assert crop[parts == 2].mean() < crop[parts == 1].mean() < crop[parts == 0].mean()


def test_a_neighbour_is_laid_beside_but_is_no_part() -> None:
    picture, mask = drawn_cell(16, 128)
    cell = StoredCell.of(MaskedCell("drawn", picture, mask, (64.5, 64.5), 0.4), 0.4)
    still = dict.fromkeys(
        ("stain", "mixing", "illumination", "gamma", "blur", "coarse", "noise", "jpeg"), 0.0
    )
    plain, crowded = (
        PartsDataset(
            [[cell]], PartsGeometry(side_px=128, um_per_px=0.4, neighbour=share), AppearanceOptions(**still)
        )
        for share in (0.0, 1.0)
    )
    torch.manual_seed(0)
    dark, target = [], []
    for dataset in (plain, crowded):
        examples = [dataset[0] for _ in range(6)]
        dark.append(sum(int((e["input"][1] < -0.1).sum()) for e in examples))
        target.append(sum(int((e["target"] > 0).sum()) for e in examples))
    assert target[1] == pytest.approx(target[0], rel=0.4)
    assert dark[1] > 1.4 * dark[0]


def test_fine_pictures_are_shrunk_and_the_middle_with_them() -> None:
    picture, mask = drawn_cell(40, 160)
    stored = StoredCell.of(MaskedCell("drawn", picture, mask, (80.5, 80.5), 0.05), 0.1)
    assert stored.pixels.shape == (100, 100, 3)
    assert stored.um_per_px == pytest.approx(0.08)
    assert stored.centre_xy == pytest.approx((50.31, 50.31), abs=0.01)
    assert stored.radius_um == pytest.approx(2.0, rel=0.03)


def test_network_keeps_the_size_and_loss_falls_with_truth() -> None:
    torch.manual_seed(0)
    network = WhiteCellParts(64)
    logits = network(torch.randn(2, 3, 64, 64))
    assert logits.shape == (2, len(PARTS), 64, 64)
    target = torch.randint(0, 3, (2, 64, 64))
    right = torch.nn.functional.one_hot(target, 3).permute(0, 3, 1, 2) * 20.0
    assert parts_loss(right, target) < 1e-3 < parts_loss(logits, target)
    half = torch.zeros(1, 4, 4)
    half[:, :2] = 1
    assert soft_dice(half, torch.ones(1, 4, 4)).item() == pytest.approx((2 * 8 + 1) / (8 + 16 + 1))


def test_it_starts_from_the_finder(tmp_path: Path) -> None:
    network, other = WhiteCellParts(64), WhiteCellParts(64)
    network.start_from(tmp_path, "bundle:finder")
    other.start_from(tmp_path, "bundle:finder")
    for name in ("encoder.stem.weight", "to_half.from_coarse.weight"):
        assert torch.equal(network.state_dict()[name], other.state_dict()[name])
