"""The fits run, learn, stop and go on; on a data folder of drawn discs."""

from pathlib import Path

import pytest
import torch

from cytovox.training.classifier import calibration_pictures, fit_classifier, training_pictures
from cytovox.training.finder import fit_finder
from cytovox.training.recipe import read_classifier_recipe, read_finder_recipe

# lightning warns of few steps, few workers and of its own deprecated calls.
pytestmark = pytest.mark.filterwarnings("ignore")

CLASSIFIER = """
name = "discs"
version = "1"
taxonomy = "blood"
classes = ["lymphocyte", "monocyte"]
input_px = 32
um_per_px = 0.3
weights = "weights/random.safetensors"
calibration_share = 0.0
self_training_from = 0
[variation]
hidden = 0.5
estranged = 0.2
[fit]
epochs = {epochs}
batch_size = 8
learning_rate = 2e-3
warmup_steps = 1
ema_decay = 0.5
workers = 0
[[sources]]
index = "cells/index.csv"
label_column = "label"
um_per_px = 0.2
licence = "none"
draws = 16
[[sources]]
index = "fields/index.csv"
label_column = ""
boxes = "boxes.csv"
cell_box = "RBC"
um_per_px = 0.2
licence = "none"
draws = 4
[sources.labels]
RBC = "any_cell"
"""

FINDER = """
name = "discs"
version = "1"
um_per_px = 0.2
crop_px = 96
weights = "weights/random.safetensors"
validation = "fields/index.csv"
[fit]
epochs = 2
batch_size = 2
learning_rate = 1e-3
warmup_steps = 1
ema_decay = 0.5
workers = 0
[[sources]]
index = "fields/index.csv"
kind = "boxes"
um_per_px = 0.2
licence = "none"
"""


def test_a_classifier_fits_stops_and_goes_on(tiny_data: Path, tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(CLASSIFIER.format(epochs=1))
    fit_classifier(read_classifier_recipe(path, tiny_data), tiny_data, tmp_path / "run", resume=False)
    path.write_text(CLASSIFIER.format(epochs=2))
    recipe = read_classifier_recipe(path, tiny_data)
    network = fit_classifier(recipe, tiny_data, tmp_path / "run", resume=True)
    checkpoint = torch.load(tmp_path / "run/last.ckpt", weights_only=False)
    assert checkpoint["epoch"] == 1
    assert checkpoint["global_step"] == 4  # two epochs of two steps: the first was not done again
    assert network(torch.zeros(3, 3, 32, 32)).shape == (3, 3)  # two classes and "none of these"


def test_what_is_held_back_is_not_trained_on(tiny_data: Path, tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    text = CLASSIFIER.format(epochs=1)
    path.write_text(text)
    whole = training_pictures(read_classifier_recipe(path, tiny_data))
    path.write_text(text.replace("calibration_share = 0.0", "calibration_share = 0.5"))
    recipe = read_classifier_recipe(path, tiny_data)
    for everything, kept, held_back in zip(
        whole, training_pictures(recipe), calibration_pictures(recipe), strict=True
    ):
        assert kept
        assert held_back
        assert not set(kept) & set(held_back)
        assert set(kept) | set(held_back) == set(everything)


def test_a_finder_fits(tiny_data: Path, tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(FINDER)
    network = fit_finder(read_finder_recipe(path, tiny_data), tiny_data, tmp_path / "run", resume=False)
    assert not network.training
    assert (tmp_path / "run/last.ckpt").is_file()
