"""Fitting the cell classifier."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import lightning
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Subset, WeightedRandomSampler

from cytovox.domain.image import RgbPixels
from cytovox.imaging.preprocessing import is_to_be_measured, measured_step
from cytovox.io.cell_pictures import ANY_CELL, CellPicture, read_cell_pictures, share_of_draws
from cytovox.io.splitting import CALIBRATION
from cytovox.training.cell_pictures import CellPictureDataset, CropGeometry, cut_centred, read_rgb
from cytovox.training.classifier_network import CellClassifier
from cytovox.training.fitting import (
    NetworkFit,
    last_checkpoint,
    load_averaged_weights,
    make_trainer,
)
from cytovox.training.imbalance import CHANGING_LOSS, class_counts, imbalance_loss, sampling_weights
from cytovox.training.likelihood import confident_targets, label_loss
from cytovox.training.recipe import ClassifierRecipe

Batch = tuple[Tensor, Tensor]
_CROPS_TO_MEASURE = 200


class ClassifierFit(NetworkFit):
    """Likelihood of the labels; validation accuracy is logged, not used to choose.

    Unlabelled cells take the class that the network of the last epoch is sure of (self-training: Lee, ICML
    workshop 2013), anew before each epoch.

    Args:
        network: What is fitted.
        recipe: How.
        training: The training pictures.
        draws: Expected draws an epoch of each.
    """

    def __init__(
        self,
        network: CellClassifier,
        recipe: ClassifierRecipe,
        training: CellPictureDataset,
        draws: np.ndarray,
    ) -> None:
        super().__init__(network, recipe.fit)
        self.recipe = recipe
        self.training_pictures = training
        self.class_counts = expected_counts(training.targets, draws, recipe)

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
        loss = self._loss(logits, targets)
        self.log("train_loss", loss, prog_bar=True, on_step=True, on_epoch=True)
        return loss

    def _loss(self, logits: Tensor, targets: Tensor) -> Tensor:
        if self.recipe.imbalance.strategy in CHANGING_LOSS:
            counts = self.class_counts.to(logits.device)
            return imbalance_loss(logits, targets, counts, self.recipe.imbalance).mean()
        return label_loss(logits, targets, smoothing=self.options.label_smoothing)

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
    loader = DataLoader(Subset(dataset.unvaried(), list(rows)), batch_size=64)
    return torch.cat([torch.softmax(turned_logits(network, pictures, 4), dim=1) for pictures, _ in loader])


def turned_logits(network: torch.nn.Module, pictures: Tensor, turns: int) -> Tensor:
    """Logits (n, classes + 1) of pictures (n, 3, side, side), averaged over so many quarter turns."""
    views = [torch.rot90(pictures, turn, (2, 3)) for turn in range(turns)]
    logits = [network(view.contiguous(memory_format=torch.channels_last)).float() for view in views]
    return torch.stack(logits).mean(0)


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
        The averaged weights of the last epoch, or of the best where the recipe stops early, in evaluation
        mode.
    """
    lightning.seed_everything(recipe.fit.seed, workers=True)
    network = CellClassifier(len(recipe.classes), recipe.fit.dropout, recipe.backbone, recipe.input_px)
    network.start_from(data_root, recipe.weights)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in its stubs
    dataset, draws = training_set(recipe)
    fit = ClassifierFit(network, recipe, dataset, draws)
    trainer = make_trainer(recipe.fit, run_folder)
    trainer.fit(
        fit,
        _training_loader(recipe, dataset, draws),
        _validation_loader(recipe),
        ckpt_path=last_checkpoint(run_folder, resume=resume),
        weights_only=False,
    )
    load_averaged_weights(fit, run_folder, best=recipe.fit.patience > 0)
    network.eval()
    if trainer.is_global_zero:
        network.save(run_folder / "network.safetensors")
    return network


def training_pictures(recipe: ClassifierRecipe) -> list[list[CellPicture]]:
    """The training split of each source, without what is held back for calibration."""
    return [[p for p in split if not _held_back(p, recipe)] for split in _read_split(recipe, "train")]


def calibration_pictures(recipe: ClassifierRecipe) -> list[list[CellPicture]]:
    """What each source holds back: never trained on, and not the validation split.

    That is its split "calibration", and a share of its training split.
    """
    held_back = [[p for p in split if _held_back(p, recipe)] for split in _read_split(recipe, "train")]
    own = _read_split(recipe, CALIBRATION)
    return [[*one, *other] for one, other in zip(own, held_back, strict=True)]


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
        preprocessing=recipe.preprocessing,
    )
    weights = sampling_weights(dataset.targets, recipe.imbalance.strategy).numpy()
    return dataset, np.concatenate(draws) * weights


def with_measured_steps(recipe: ClassifierRecipe) -> ClassifierRecipe:
    """The recipe with the figures of its stain normalisation, measured on training crops where it has none.

    Raises:
        InputError: A step or one of its figures is not known.
    """
    steps = []
    for step in recipe.preprocessing:
        if is_to_be_measured(step):
            steps.append(measured_step(str(step["step"]), _sample_crops(recipe)))
        else:
            steps.append(dict(step))
    return replace(recipe, preprocessing=tuple(steps))


def _sample_crops(recipe: ClassifierRecipe) -> list[RgbPixels]:
    pictures = [p for split in training_pictures(recipe) for p in split if p.targets]
    every = max(1, len(pictures) // _CROPS_TO_MEASURE)
    return [plain_crop(picture, recipe) for picture in pictures[::every]]


def plain_crop(picture: CellPicture, recipe: ClassifierRecipe) -> RgbPixels:
    """The crop of a cell as it is cut at run time, before any step of preprocessing."""
    um_per_px = picture.um_per_px or recipe.um_per_px
    return cut_centred(read_rgb(picture.path), um_per_px, geometry_of(recipe), picture.centre_xy)


def plain_set(pictures: Sequence[CellPicture], recipe: ClassifierRecipe) -> CellPictureDataset:
    """Pictures as they are cut at run time."""
    return CellPictureDataset(
        pictures, len(recipe.classes), geometry_of(recipe), None, preprocessing=recipe.preprocessing
    )


def varied_set(pictures: Sequence[CellPicture], recipe: ClassifierRecipe) -> CellPictureDataset:
    """Pictures as other stains, microscopes and cameras would show them; none is estranged."""
    return CellPictureDataset(
        pictures,
        len(recipe.classes),
        geometry_of(recipe),
        recipe.appearance,
        preprocessing=recipe.preprocessing,
    )


def expected_counts(targets: Tensor, draws: np.ndarray, recipe: ClassifierRecipe) -> Tensor:
    """Expected draws an epoch of each class, the last being what is made strange on its way."""
    counts = class_counts(targets, torch.as_tensor(draws, dtype=torch.float32))
    strange = recipe.variation.estranged
    counts = counts * (1 - strange)
    counts[-1] += strange * float(draws.sum())
    return counts


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
        # The last, smaller batch is left out: batch norms would see too few pictures.
        drop_last=round(draws.sum()) > recipe.fit.batch_size,
    )


def _validation_loader(recipe: ClassifierRecipe) -> DataLoader[tuple[Tensor, Tensor]]:
    dataset = plain_set(validation_pictures(recipe), recipe)
    return DataLoader(dataset, batch_size=64, num_workers=recipe.fit.workers)
