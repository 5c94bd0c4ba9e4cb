"""Fitting the cell classifier."""

from collections.abc import Sequence
from pathlib import Path

import lightning
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader, WeightedRandomSampler

from cytovox.domain.geometry import FloatArray
from cytovox.io.cell_pictures import CellPicture, CellPictureSource, read_cell_pictures
from cytovox.training.augmentation import AppearanceOptions
from cytovox.training.cell_pictures import CellPictureDataset, CropGeometry
from cytovox.training.classifier_network import CellClassifier
from cytovox.training.fitting import (
    NetworkFit,
    last_checkpoint,
    load_averaged_weights,
    make_trainer,
)
from cytovox.training.recipe import ClassifierRecipe

Batch = tuple[Tensor, Tensor]


class ClassifierFit(NetworkFit):
    """Cross-entropy with label smoothing; validation accuracy is logged, not used to choose."""

    def training_step(self, batch: Batch, _: int) -> Tensor:
        pictures, targets = batch
        logits = self.network(pictures.contiguous(memory_format=torch.channels_last)).float()
        loss = functional.cross_entropy(logits, targets, label_smoothing=self.options.label_smoothing)
        self.log("train_loss", loss, prog_bar=True)
        return loss

    def validation_step(self, batch: Batch, _: int) -> None:
        pictures, targets = batch
        logits = self.network(pictures.contiguous(memory_format=torch.channels_last)).float()
        correct = (logits.argmax(1) == targets).float().mean()
        self.log("val_accuracy", correct, prog_bar=True, batch_size=len(targets))
        self.log("val_loss", functional.cross_entropy(logits, targets), batch_size=len(targets))


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
    network.start_from_imagenet(data_root / recipe.weights)
    fit = ClassifierFit(network, recipe.fit)
    trainer = make_trainer(recipe.fit, run_folder)
    trainer.fit(
        fit,
        _training_loader(recipe),
        _validation_loader(recipe),
        ckpt_path=last_checkpoint(run_folder, resume=resume),
        weights_only=False,
    )
    load_averaged_weights(fit, run_folder)
    network.eval()
    return network


def training_pictures(source: CellPictureSource, classes: Sequence[str]) -> list[CellPicture]:
    """The training split of a source."""
    return read_cell_pictures(source, classes, "train")


def validation_logits(
    network: CellClassifier, recipe: ClassifierRecipe
) -> tuple[FloatArray, NDArray[np.int64]]:
    """Logits (n, classes) and class indices (n,) of the validation split, from centred upright crops."""
    batches = list(_validation_loader(recipe))
    with torch.inference_mode():
        logits = torch.cat([network(pictures) for pictures, _ in batches])
    return logits.numpy(), torch.cat([targets for _, targets in batches]).numpy()


def validation_pictures(recipe: ClassifierRecipe) -> list[CellPicture]:
    """The first source's validation split."""
    return read_cell_pictures(recipe.sources[0], recipe.classes, "val")


def _training_loader(recipe: ClassifierRecipe) -> DataLoader[tuple[Tensor, int]]:
    pictures = [p for source in recipe.sources for p in training_pictures(source, recipe.classes)]
    dataset = CellPictureDataset(pictures, _geometry(recipe), AppearanceOptions())
    weights = [picture.weight for picture in pictures]
    return DataLoader(
        dataset,
        batch_size=recipe.fit.batch_size,
        sampler=WeightedRandomSampler(weights, num_samples=int(sum(weights))),
        num_workers=recipe.fit.workers,
        drop_last=True,
    )


def _validation_loader(recipe: ClassifierRecipe) -> DataLoader[tuple[Tensor, int]]:
    dataset = CellPictureDataset(validation_pictures(recipe), _geometry(recipe), None)
    return DataLoader(dataset, batch_size=64, num_workers=recipe.fit.workers)


def _geometry(recipe: ClassifierRecipe) -> CropGeometry:
    return CropGeometry(out_px=recipe.input_px, um_per_px=recipe.um_per_px)
