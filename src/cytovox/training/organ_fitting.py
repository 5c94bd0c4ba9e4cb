"""Fitting the two networks of the volume lane."""

import copy
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import lightning
import torch
from torch import Tensor, nn

from cytovox.domain.errors import TrainingDataError
from cytovox.io.labelled_stacks import read_labelled_stacks
from cytovox.training.fitting import NetworkFit, fit_to_end, weighted_loader
from cytovox.training.organ_networks import (
    OrganSegmenter,
    SliceClassifier,
    partial_loss,
    presence_loss,
)
from cytovox.training.organ_recipe import NetworkPlan, OrganRecipe
from cytovox.training.organ_slices import OrganSlices, PreparedStack, SliceExample

N = TypeVar("N", bound=nn.Module)

SLICES, ORGAN_MAPS = "slices", "organs"
PARTS = (SLICES, ORGAN_MAPS)
"""What the networks are called in recipes: model A and model B."""


class SliceFit(NetworkFit):
    """Chance of each organ in a slice."""

    network: SliceClassifier

    def training_step(self, batch: SliceExample, _: int) -> Tensor:
        pixels = batch["input"].contiguous(memory_format=torch.channels_last)
        loss = presence_loss(self.network(pixels).float(), batch["present"])
        self.log("train_loss", loss, prog_bar=True, on_epoch=True)
        return loss


class OrganFit(NetworkFit):
    """The class of each pixel."""

    network: OrganSegmenter

    def training_step(self, batch: SliceExample, _: int) -> Tensor:
        loss = partial_loss(self.network(batch["input"]).float(), batch["allowed"])
        self.log("train_loss", loss, prog_bar=True, on_epoch=True)
        return loss


@dataclass(frozen=True, slots=True)
class OrganRun:
    """One run of training.

    Attributes:
        recipe: What is made, how, of what.
        data_root: Folder that the recipe's weights are relative to.
        folder: Checkpoints and logs.
        resume: Whether to go on from checkpoints that are there.
    """

    recipe: OrganRecipe
    data_root: Path
    folder: Path
    resume: bool


def prepare_stacks(recipe: OrganRecipe) -> list[PreparedStack]:
    """The stacks that are trained on, of all cases."""
    return [
        PreparedStack.of(stack, recipe.organs.view, recipe.classes, recipe.variation_of(source))
        for source in recipe.sources
        if not source.measure_only
        for stack in read_labelled_stacks(source)
    ]


def fit_first_stage(run: OrganRun, part: str, network: N, stacks: Sequence[PreparedStack]) -> N:
    """A network fitted on the stacks for pretraining, where its plan asks for that; else as it was.

    Args:
        run: The run.
        part: SLICES or ORGAN_MAPS.
        network: A new one.
        stacks: All stacks; those that are not for pretraining are left out.
    """
    plan: NetworkPlan = getattr(run.recipe, part)
    if plan.pretraining_epochs:
        first = [stack for stack in stacks if stack.pretraining]
        _fit(run, _of_epochs(plan, plan.pretraining_epochs), network, first, f"{part}/pretraining")
    return network


def fit_second_stage(
    run: OrganRun,
    part: str,
    start: N,
    stacks: Sequence[PreparedStack],
    name: str,
    *,
    epochs: int | None = None,
) -> N:
    """A network fitted on stacks of all kinds, with its averaged weights, in evaluation mode.

    Args:
        run: The run.
        part: SLICES or ORGAN_MAPS.
        start: From `fit_first_stage`; it is left as it is.
        stacks: What it sees.
        name: Of its folder among those of the part.
        epochs: None for the plan's.

    Raises:
        TrainingDataError: There is nothing to train on.
    """
    plan: NetworkPlan = getattr(run.recipe, part)
    lightning.seed_everything(plan.fit.seed, workers=True)
    network = copy.deepcopy(start)
    network.train()
    _fit(run, _of_epochs(plan, epochs or plan.fit.epochs), network, stacks, f"{part}/{name}")
    return network


def new_slice_classifier(run: OrganRun) -> SliceClassifier:
    """Model A with the weights that its plan starts from."""
    lightning.seed_everything(run.recipe.slices.fit.seed, workers=True)
    network = SliceClassifier(run.recipe.slices.fit.dropout)
    network.start_from(run.data_root, run.recipe.slices.weights)
    return network


def new_segmenter(run: OrganRun) -> OrganSegmenter:
    """Model B with the weights that its plan starts from."""
    plan = run.recipe.organs
    lightning.seed_everything(plan.fit.seed, workers=True)
    network = OrganSegmenter(len(run.recipe.classes), plan.encoder)
    network.start_from(run.data_root, plan.weights)
    return network


def _of_epochs(plan: NetworkPlan, epochs: int) -> NetworkPlan:
    return dataclasses.replace(plan, fit=dataclasses.replace(plan.fit, epochs=epochs))


def _fit(
    run: OrganRun,
    plan: NetworkPlan,
    network: nn.Module,
    stacks: Sequence[PreparedStack],
    place: str,
) -> None:
    if not stacks:
        raise TrainingDataError("organs: expected stacks to train on, none are left")
    dataset = OrganSlices(stacks, plan.view)
    fit = (OrganFit if isinstance(network, OrganSegmenter) else SliceFit)(network, plan.fit)
    loader = weighted_loader(dataset, dataset.weights(), plan.draws, plan.fit)
    fit_to_end(fit, loader, run.folder / place, resume=run.resume)
