"""Fitting the cell classifier."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import lightning
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Subset, WeightedRandomSampler

from cytovox.io.cell_pictures import ANY_CELL, CellPicture, read_cell_pictures, share_of_draws
from cytovox.training.cell_pictures import CellPictureDataset, CropGeometry
from cytovox.training.classifier_network import CellClassifier
from cytovox.training.fitting import (
    NetworkFit,
    last_checkpoint,
    load_averaged_weights,
    make_trainer,
)
from cytovox.training.likelihood import confident_targets, label_loss
from cytovox.training.recipe import ClassifierRecipe

Batch = tuple[Tensor, Tensor]


class ClassifierFit(NetworkFit):
    """Likelihood of the labels; validation accuracy is logged, not used to choose.

    Unlabelled cells take the class that the network of the last epoch is sure of (self-training: Lee, ICML
    workshop 2013), anew before each epoch.

    Args:
        network: What is fitted.
        recipe: How.
        training: The training pictures.
    """

    def __init__(
        self, network: CellClassifier, recipe: ClassifierRecipe, training: CellPictureDataset
    ) -> None:
        super().__init__(network, recipe.fit)
        self.recipe = recipe
        self.training_pictures = training

    def on_train_epoch_start(self) -> None:
        """Name the unlabelled cells, from the recipe's epoch on."""
        if self.current_epoch < self.recipe.self_training_from:
            return
        rows = [i for i, p in enumerate(self.training_pictures.pictures) if p.label == ANY_CELL]
        if rows:
            named = name_unlabelled(self.network, self.training_pictures, rows)
            self.training_pictures.targets[rows] = confident_targets(named, self.recipe.self_training_least)
            self.network.train()

    def training_step(self, batch: Batch, _: int) -> Tensor:
        pictures, targets = batch
        logits = self.network(pictures.contiguous(memory_format=torch.channels_last)).float()
        loss = label_loss(logits, targets, smoothing=self.options.label_smoothing)
        self.log("train_loss", loss, prog_bar=True)
        return loss

    def validation_step(self, batch: Batch, _: int) -> None:
        pictures, targets = batch
        logits = self.network(pictures.contiguous(memory_format=torch.channels_last)).float()
        correct = targets.gather(1, logits[:, :-1].argmax(1, keepdim=True)).mean()
        self.log("val_accuracy", correct, prog_bar=True, batch_size=len(targets))
        self.log("val_loss", label_loss(logits, targets), batch_size=len(targets))


@torch.inference_mode()
def name_unlabelled(network: torch.nn.Module, dataset: CellPictureDataset, rows: Sequence[int]) -> Tensor:
    """Probabilities (n, classes + 1) of a data set's rows, averaged over four quarter turns."""
    network.eval()
    plain = CellPictureDataset.__new__(CellPictureDataset)
    plain.__dict__.update(dataset.__dict__, appearance=None)
    parts = []
    for pictures, _ in DataLoader(Subset(plain, list(rows)), batch_size=64):
        views = [torch.rot90(pictures, turn, (2, 3)) for turn in range(4)]
        logits = [network(view.contiguous(memory_format=torch.channels_last)).float() for view in views]
        parts.append(torch.softmax(torch.stack(logits).mean(0), dim=1))
    return torch.cat(parts)


def fit_classifier(
    recipe: ClassifierRecipe, data_root: Path, run_folder: Path, *, resume: bool
) -> CellClassifier:
    """Fit the recipe's network.

    Args:
        recipe: What to fit, on what.
        data_root: Folder that the recipe's paths are relative to.
        run_folder: Checkpoints and logs.
        resume: Continue from the folder's last checkpoint where there is one.

    Returns:
        The averaged weights of the last epoch, in evaluation mode.
    """
    lightning.seed_everything(recipe.fit.seed, workers=True)
    network = CellClassifier(len(recipe.classes), recipe.fit.dropout)
    network.start_from(data_root, recipe.weights)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in its stubs
    dataset, draws = training_set(recipe)
    fit = ClassifierFit(network, recipe, dataset)
    trainer = make_trainer(recipe.fit, run_folder)
    trainer.fit(
        fit,
        _training_loader(recipe, dataset, draws),
        _validation_loader(recipe),
        ckpt_path=last_checkpoint(run_folder, resume=resume),
        weights_only=False,
    )
    load_averaged_weights(fit, run_folder)
    network.eval()
    return network


def training_pictures(recipe: ClassifierRecipe) -> list[list[CellPicture]]:
    """The training split of each source, without what is held back for calibration."""
    return [[p for p in split if not _held_back(p, recipe)] for split in _read_split(recipe, "train")]


def calibration_pictures(recipe: ClassifierRecipe) -> list[list[CellPicture]]:
    """What each source holds back of its training split: never trained on, and not the validation split."""
    return [[p for p in split if _held_back(p, recipe)] for split in _read_split(recipe, "train")]


def validation_pictures(recipe: ClassifierRecipe) -> list[CellPicture]:
    """The first source's validation split."""
    return read_cell_pictures(recipe.sources[0], recipe.classes, "val", taxonomy=recipe.taxonomy)


def geometry_of(recipe: ClassifierRecipe) -> CropGeometry:
    """Crop size and variation."""
    return CropGeometry(recipe.input_px, recipe.um_per_px, recipe.scale_spread)


def training_set(recipe: ClassifierRecipe) -> tuple[CellPictureDataset, np.ndarray]:
    """The training pictures of all sources, and the expected draws an epoch of each."""
    split = training_pictures(recipe)
    draws = [
        share_of_draws(pictures, source.draws, recipe.evenness)
        for pictures, source in zip(split, recipe.sources, strict=True)
    ]
    dataset = CellPictureDataset(
        [picture for pictures in split for picture in pictures],
        len(recipe.classes),
        geometry_of(recipe),
        recipe.appearance,
        recipe.variation,
    )
    return dataset, np.concatenate(draws)


def _read_split(recipe: ClassifierRecipe, split: str) -> list[list[CellPicture]]:
    return [read_cell_pictures(s, recipe.classes, split, taxonomy=recipe.taxonomy) for s in recipe.sources]


def _held_back(picture: CellPicture, recipe: ClassifierRecipe) -> bool:
    digest = hashlib.sha256(f"calibration/{picture.group}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 < recipe.calibration_share


def _training_loader(
    recipe: ClassifierRecipe, dataset: CellPictureDataset, draws: np.ndarray
) -> DataLoader[tuple[Tensor, Tensor]]:
    return DataLoader(
        dataset,
        batch_size=recipe.fit.batch_size,
        sampler=WeightedRandomSampler(draws.tolist(), num_samples=round(draws.sum())),
        num_workers=recipe.fit.workers,
        drop_last=True,
    )


def _validation_loader(recipe: ClassifierRecipe) -> DataLoader[tuple[Tensor, Tensor]]:
    dataset = CellPictureDataset(validation_pictures(recipe), len(recipe.classes), geometry_of(recipe), None)
    return DataLoader(dataset, batch_size=64, num_workers=recipe.fit.workers)
