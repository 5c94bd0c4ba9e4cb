import csv
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import pytest

from cytovox.analysis.parasites import Parasites
from cytovox.domain.errors import TrainingDataError
from cytovox.training import parasites
from cytovox.training.parasite_making import (
    HeldOutCells,
    held_out_cells,
    threshold_entries,
    train_malaria,
)
from cytovox.training.parasite_scenes import FieldPlace
from cytovox.training.parasites import read_malaria_recipe

RECIPE = """
name = "malaria"
version = "0"
um_per_px = 0.11
input_px = 96
held_out_share = 0.4
examples = 8
validation = "fields/index.csv"

[fit]
epochs = 1
batch_size = 4
learning_rate = 1e-3
workers = 0

[[cells]]
index = "malaria/plymouth/index.csv"
group_column = "field"
um_per_px = 0.107
licence = "MIT"

[[fields]]
index = "fields/index.csv"
kind = "boxes"
um_per_px = 0.21
licence = "MIT"
"""


class BrightnessAtCentres:
    """Stands in for a network: its logit is the red value of the pixel under the centre."""

    def logits(self, pixels: np.ndarray, centres: np.ndarray, _um_per_px: float) -> np.ndarray:
        return pixels[centres[:, 1].astype(int), centres[:, 0].astype(int), 0].astype(np.float32)


@pytest.fixture
def data(tiny_data: Path, tmp_path: Path) -> Path:
    """A data folder with lone red cells of ten fields and the tiny fields of healthy people."""
    (tmp_path / "fields").symlink_to(tiny_data / "fields")
    folder = tmp_path / "malaria" / "plymouth"
    folder.mkdir(parents=True)
    rows = []
    for i in range(20):
        pixels = np.full((80, 84, 3), 238, np.uint8)
        cv2.circle(pixels, (42, 40), 34, (150, 140, 190), cv2.FILLED, cv2.LINE_AA)
        if i % 2:
            cv2.circle(pixels, (45, 40), 6, (90, 30, 80), cv2.FILLED, cv2.LINE_AA)
        cv2.imwrite(str(folder / f"{i}.png"), pixels)
        label = "parasitized" if i % 2 else "uninfected"
        split = "val" if i >= 16 else "train"
        rows.append({"file": f"{i}.png", "label": label, "field": f"field {i // 2}", "split": split})
    with (folder / "index.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    (tmp_path / "malaria.toml").write_text(RECIPE)
    return tmp_path


def test_the_threshold_keeps_false_alarms_rare() -> None:
    healthy, lone = np.linspace(-10, 0, 2001), np.linspace(-8, 2, 101)
    ill = np.array([1.0, 3.0, 4.0])
    cells = HeldOutCells(
        np.concatenate([healthy, lone, ill]).astype(np.float32),
        np.repeat([False, False, True], [2001, 101, 3]),
        np.repeat([False, True, True], [2001, 101, 3]),
    )
    entries = threshold_entries(cells)
    # 1 % of the lone ones lie above 1.9, 0.2 % of the healthy ones above -0.02: the higher one counts.
    assert entries["threshold"] == pytest.approx(1.9, abs=0.01)
    assert entries["threshold_set_on"]["of_them_called"] == pytest.approx(2 / 3)
    assert entries["threshold_set_on"]["of_these_called"] == 0
    assert entries["temperature"] > 0


def test_every_view_of_a_held_out_cell_lies_on_the_cell(data: Path) -> None:
    plan = read_malaria_recipe(data / "malaria.toml", data)
    judged = held_out_cells(cast(Parasites, BrightnessAtCentres()), plan)
    lone = judged.logits[judged.of_malaria].reshape(-1, 5)
    infected = judged.infected[judged.of_malaria].reshape(-1, 5)[:, 0]
    assert set(lone[infected].ravel()) == {80}
    assert set(lone[~infected].ravel()) == {190}
    of_fields = judged.logits[~judged.of_malaria]
    assert len(of_fields)
    assert np.median(of_fields) == pytest.approx(190, abs=3)  # the disc's colour, not the ground's


def test_cells_that_the_miner_doubts_are_drawn_more_often(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class DoubtsTheLeftmost:
        def probabilities(self, _pixels: np.ndarray, centres: np.ndarray, _um_per_px: float) -> np.ndarray:
            return (centres[:, 0] == centres[:, 0].min()).astype(np.float32)

    monkeypatch.setattr(parasites.Parasites, "load", lambda _name: DoubtsTheLeftmost())
    plan = read_malaria_recipe(data / "malaria.toml", data, {"miner": "doubting", "hard_draws": 15.0})
    views, weights = parasites.training_set(plan)
    drawn = [
        (place.hard, w)
        for place, w in zip(views.places, weights, strict=True)
        if isinstance(place, FieldPlace)
    ]
    hard, others = ([w for is_hard, w in drawn if is_hard == state] for state in (True, False))
    assert len(hard) == len(parasites.training_fields(plan.fields[0], plan))
    assert np.allclose(hard, 15 * others[0])
    assert sum(hard) + sum(others) == pytest.approx(plan.fields[0].weight)


def test_no_group_held_out_is_refused(data: Path) -> None:
    plan = read_malaria_recipe(data / "malaria.toml", data, {"held_out_share": 0.0})
    with pytest.raises(TrainingDataError, match="held_out_share"):
        held_out_cells(cast(Parasites, BrightnessAtCentres()), plan)


# lightning warns of few steps and workers and of its own deprecated calls; torch's exporter of its own.
@pytest.mark.filterwarnings("ignore")
def test_a_bundle_comes_of_a_recipe(data: Path) -> None:
    bundle = train_malaria(data, data / "run", data / "malaria.toml")
    judge = Parasites.load(str(bundle))
    assert judge.bundle.classes == ("red_cell", "infected_red_cell")
    pixels = np.full((60, 60, 3), 200, np.uint8)
    assert 0 <= judge.probabilities(pixels, [[30.0, 30.0]], 0.1)[0] <= 1
    measured = {(row["data"], row["metric"]): row["value"] for row in judge.bundle.manifest["measured"]}
    assert measured["malaria/plymouth", "red cells"] == 4
    assert "# malaria 0" in (bundle / "CARD.md").read_text()
    trained = [source["training_pictures"] for source in judge.bundle.manifest["data"]]
    assert 0 < trained[0] < 16  # some groups were held out
