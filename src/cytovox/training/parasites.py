"""Fitting the network that tells infected red cells from others."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lightning
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader

from cytovox.analysis.parasites import Parasites
from cytovox.io.labelled_fields import read_labelled_fields
from cytovox.io.lone_red_cells import LoneRedCell, read_lone_cells
from cytovox.training.augmentation import AppearanceOptions
from cytovox.training.finder_sources import FieldSource
from cytovox.training.fitting import FitOptions, NetworkFit, fit_to_end, weighted_loader
from cytovox.training.parasite_cells import (
    CutOut,
    HealthyField,
    LoneCellSource,
    held_out,
    parasite_patches,
    platelet_patches,
    read_cut_outs,
    read_healthy_fields,
)
from cytovox.training.parasite_network import ParasiteNetwork
from cytovox.training.parasite_scenes import (
    Example,
    FieldPlace,
    LonePlace,
    Overlays,
    Place,
    SceneDataset,
    SceneOptions,
)
from cytovox.training.recipe import changed, fill, read_toml

_HARD = 0.03
"""Probability above which a healthy red cell counts as hard."""


@dataclass(frozen=True, slots=True)
class MalariaRecipe:
    """Everything a malaria run depends on but the data folder.

    Attributes:
        name: Bundle name.
        version: Bundle version.
        um_per_px: Physical size of the network's pixel.
        input_px: Side of the network's square input.
        held_out_share: Share of patients, fields and pictures that the threshold is set on.
        examples: Views composed an epoch.
        validation: Index of the fields whose "val" split is held out; copies of them are not trained on.
        fit: How the network is fitted.
        cells: Lone red cells.
        fields: Fields of people without malaria.
        appearance: Variation of stain and camera.
        scenes: How views are composed.
        miner: Bundle that tells which red cells of healthy fields look infected; "" for none. Such cells are
            drawn `hard_draws` times as often as others, with nothing laid on them.
        hard_draws: See `miner`.
    """

    name: str
    version: str
    um_per_px: float
    input_px: int
    held_out_share: float
    examples: int
    validation: Path
    fit: FitOptions
    cells: tuple[LoneCellSource, ...]
    fields: tuple[FieldSource, ...]
    appearance: AppearanceOptions = field(default_factory=AppearanceOptions)
    scenes: SceneOptions = field(default_factory=SceneOptions)
    miner: str = ""
    hard_draws: float = 15.0


def read_malaria_recipe(
    path: Path | None, data_root: Path, changes: Mapping[str, Any] | None = None
) -> MalariaRecipe:
    """The recipe with its indexes resolved against the data folder.

    Args:
        path: TOML file; None for the shipped recipe.
        data_root: Data folder.
        changes: See `recipe.changed`.
    """
    table = changed(read_toml(path, "malaria.toml"), changes or {})

    def resolved(row: Mapping[str, object]) -> dict[str, object]:
        return {**row, "index": data_root / str(row.get("index", ""))}

    parts = {
        "fit": fill(FitOptions, table.pop("fit", {}), "[fit]"),
        "appearance": fill(AppearanceOptions, table.pop("appearance", {}), "[appearance]"),
        "scenes": fill(SceneOptions, table.pop("scenes", {}), "[scenes]"),
        "cells": tuple(fill(LoneCellSource, resolved(row), "[[cells]]") for row in table.pop("cells", [])),
        "fields": tuple(fill(FieldSource, resolved(row), "[[fields]]") for row in table.pop("fields", [])),
        "validation": data_root / str(table.pop("validation", "")),
    }
    return fill(MalariaRecipe, {**table, **parts}, "top level")


def unwanted_names(recipe: MalariaRecipe) -> frozenset[str]:
    """File names of the fields kept for validation."""
    return frozenset(f.path.name for f in read_labelled_fields(recipe.validation) if f.split == "val")


class ParasiteFit(NetworkFit):
    """Binary cross-entropy with softened labels."""

    network: ParasiteNetwork

    def training_step(self, batch: Example, _: int) -> Tensor:
        pixels = batch["input"].contiguous(memory_format=torch.channels_last)
        (logits,) = self.network(pixels)
        soft = batch["infected"] * (1 - self.options.label_smoothing) + self.options.label_smoothing / 2
        loss = functional.binary_cross_entropy_with_logits(logits.float(), soft)
        self.log("train_loss", loss, prog_bar=True, on_epoch=True, on_step=True)
        return loss


def fit_parasites(recipe: MalariaRecipe, run_folder: Path, *, resume: bool) -> ParasiteNetwork:
    """Fit the recipe's network.

    Args:
        recipe: What to fit, on what.
        run_folder: Checkpoints and logs.
        resume: Continue from the folder's last checkpoint where there is one.

    Returns:
        The averaged weights of the last epoch, in evaluation mode.
    """
    lightning.seed_everything(recipe.fit.seed, workers=True)
    network = ParasiteNetwork(recipe.input_px)
    fit = ParasiteFit(network, recipe.fit)
    fit_to_end(fit, _training_loader(recipe), run_folder, resume=resume)
    return network


def training_set(recipe: MalariaRecipe) -> tuple[SceneDataset, list[float]]:
    """All places to draw and how often each is drawn; lone cells: infected and others alike often."""
    places: list[Place] = []
    weights: list[float] = []
    lone: list[CutOut] = []
    healthy: list[HealthyField] = []
    miner = Parasites.load(recipe.miner) if recipe.miner else None
    for source in recipe.cells:
        kin = read_cut_outs(training_cells(source, recipe), source.um_per_px / recipe.um_per_px)
        number = {state: sum(cut.infected == state for cut in kin) for state in (True, False)}
        by_group: dict[str, list[CutOut]] = defaultdict(list)
        for cut in kin:
            by_group[cut.group].append(cut)
        places += [LonePlace(cut, by_group[cut.group]) for cut in kin]
        weights += [source.weight / (2 * number[cut.infected]) for cut in kin]
        lone += kin
    for boxed in recipe.fields:
        fields = training_fields(boxed, recipe)
        on_fields = [place for field in fields for place in _places(field, miner)]
        draws = [recipe.hard_draws if place.hard else 1.0 for place in on_fields]
        places += on_fields
        weights += [boxed.weight * number / sum(draws) for number in draws]
        healthy += fields
    overlays = Overlays(parasite_patches(lone), platelet_patches(healthy, recipe.um_per_px))
    dataset = SceneDataset(
        places, overlays, recipe.input_px, recipe.um_per_px, recipe.appearance, recipe.scenes
    )
    return dataset, weights


def _places(field: HealthyField, miner: Parasites | None) -> list[FieldPlace]:
    middles = (field.red_boxes[:, :2] + field.red_boxes[:, 2:]) * np.float32(0.5)
    if miner is None:
        return [FieldPlace(field, box) for box in field.red_boxes]
    doubt = miner.probabilities(field.pixels, middles, field.um_per_px)
    return [FieldPlace(field, box, bool(p > _HARD)) for box, p in zip(field.red_boxes, doubt, strict=True)]


def training_cells(source: LoneCellSource, recipe: MalariaRecipe) -> list[LoneRedCell]:
    """The lone cells of a source that are trained on."""
    cells = read_lone_cells(source.index, "train", source.group_column)
    return [cell for cell in cells if not held_out(cell.group, recipe.held_out_share)]


def training_fields(source: FieldSource, recipe: MalariaRecipe) -> list[HealthyField]:
    """The healthy fields of a source that are trained on."""
    fields = read_healthy_fields(source, unwanted_names(recipe), recipe.um_per_px)
    return [field for origin, field in fields if not held_out(origin, recipe.held_out_share)]


def _training_loader(recipe: MalariaRecipe) -> DataLoader[Example]:
    dataset, weights = training_set(recipe)
    return weighted_loader(dataset, weights, recipe.examples, recipe.fit)
