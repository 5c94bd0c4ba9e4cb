"""What the fits of all networks share: options, optimiser, schedule, averaged weights, trainer."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import lightning
import torch
from lightning.pytorch.callbacks import (
    Callback,
    EarlyStopping,
    EMAWeightAveraging,
    ModelCheckpoint,
    TQDMProgressBar,
)
from lightning.pytorch.loggers import CSVLogger, TensorBoardLogger
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import nn
from torch.optim import SGD, Adam, AdamW, Optimizer
from torch.optim.lr_scheduler import LambdaLR
from torch.utils.data import DataLoader, Dataset, WeightedRandomSampler

from cytovox.domain.errors import TrainingDataError
from cytovox.training.epoch_log import EpochLog

T = TypeVar("T")
OPTIMISERS = ("adamw", "adam", "sgd")
SCHEDULES = ("cosine", "step", "constant", "one_cycle")
LAST, BEST = "last.ckpt", "best.ckpt"


@dataclass(frozen=True, slots=True)
class FitOptions:
    """How a network is fitted; one TOML table `[fit]` of a recipe.

    Attributes:
        epochs: Passes over the sampled training set.
        batch_size: Examples a step.
        learning_rate: Peak of the schedule.
        weight_decay: Decoupled (AdamW) or as a penalty (Adam, SGD); never on biases and norms.
        warmup_steps: Steps of linear rise to the peak; "one_cycle" has its own.
        ema_decay: Decay of the averaged weights, which are the ones exported.
        seed: Seed of weights, sampling and augmentation.
        label_smoothing: Of the cross-entropy, where there is one.
        dropout: Share of pooled features dropped, where there are any.
        workers: Processes that prepare batches.
        precision: Lightning's precision; mixed bfloat16 takes a quarter less time on processors that have it.
        optimiser: One of OPTIMISERS.
        schedule: One of SCHEDULES.
        patience: Epochs without a lower validation loss after which the fit stops and the best epoch's
            weights are taken; 0 to go through all epochs and take the last one's.
        accelerator: Lightning's: "auto", "cpu", "gpu", ...
        devices: How many of them on each machine, or "auto".
        nodes: How many machines.
        strategy: Lightning's way of using several: "auto", "ddp", ...
    """

    epochs: int
    batch_size: int
    learning_rate: float
    weight_decay: float = 0.02
    warmup_steps: int = 200
    ema_decay: float = 0.998
    seed: int = 0
    label_smoothing: float = 0.0
    dropout: float = 0.0
    workers: int = 1
    precision: str = "32-true"
    optimiser: str = "adamw"
    schedule: str = "cosine"
    patience: int = 0
    accelerator: str = "auto"
    devices: int | str = "auto"
    nodes: int = 1
    strategy: str = "auto"

    def __post_init__(self) -> None:
        for name, known in (("optimiser", OPTIMISERS), ("schedule", SCHEDULES)):
            if getattr(self, name) not in known:
                raise TrainingDataError(
                    f"{name}: expected one of {', '.join(known)}, got '{getattr(self, name)}'"
                )
        if self.epochs < 1 or self.batch_size < 1 or not self.learning_rate > 0 or self.patience < 0:
            raise TrainingDataError(
                "fit: expected at least 1 epoch, 1 picture a batch, learning rate above 0, patience from 0, "
                f"got {self.epochs}, {self.batch_size}, {self.learning_rate} and {self.patience}"
            )


class NetworkFit(lightning.LightningModule):
    """What the fits of all networks share: a network, its options and its optimiser."""

    def __init__(self, network: nn.Module, options: FitOptions) -> None:
        super().__init__()
        self.network = network
        self.options = options

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        """The optimiser under its schedule, stepped with each batch."""
        steps = int(self.trainer.estimated_stepping_batches)
        optimizer = make_optimiser(self.network, self.options)
        schedule = LambdaLR(optimizer, schedule_factor(self.options, steps))
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


def make_optimiser(network: nn.Module, options: FitOptions) -> Optimizer:
    """The optimiser that the options name; biases and norms are not decayed."""
    groups: list[dict[str, Any]] = [
        {"params": [p for p in network.parameters() if p.ndim > 1], "weight_decay": options.weight_decay},
        {"params": [p for p in network.parameters() if p.ndim <= 1], "weight_decay": 0.0},
    ]
    if options.optimiser == "sgd":
        return SGD(groups, lr=options.learning_rate, momentum=0.9, nesterov=True)
    return (Adam if options.optimiser == "adam" else AdamW)(groups, lr=options.learning_rate)


def schedule_factor(options: FitOptions, total_steps: int) -> Callable[[int], float]:
    """The learning rate of a step as a share of its peak.

    "cosine" falls along half a cosine (Loshchilov and Hutter, ICLR 2017), "step" to a tenth after 60 % and
    again after 85 % of the steps; "one_cycle" rises for 30 % of the steps and falls to almost nothing (Smith
    and Topin, 2018).

    Args:
        options: Schedule and warm-up.
        total_steps: Steps of the whole fit.
    """
    shapes: dict[str, Callable[[float], float]] = {
        "cosine": lambda done: 0.5 * (1 + math.cos(math.pi * done)) + 1e-3,
        "step": lambda done: 1.0 if done < 0.6 else 0.1 if done < 0.85 else 0.01,
        "constant": lambda _: 1.0,
    }
    if options.schedule == "one_cycle":
        return lambda step: _one_cycle(min(step / max(total_steps, 1), 1.0))

    def factor(step: int) -> float:
        if step < options.warmup_steps:
            return (step + 1) / options.warmup_steps
        done = (step - options.warmup_steps) / max(total_steps - options.warmup_steps, 1)
        return shapes[options.schedule](min(done, 1.0))

    return factor


def _one_cycle(done: float) -> float:
    if done < 0.3:
        return 0.04 + 0.96 * 0.5 * (1 - math.cos(math.pi * done / 0.3))
    return 4e-6 + 0.5 * (1 + math.cos(math.pi * (done - 0.3) / 0.7))


def make_trainer(options: FitOptions, run_folder: Path, *, validate_every: int = 1) -> lightning.Trainer:
    """A Lightning trainer that keeps the last checkpoint and exports averaged weights.

    Without `patience` the last epoch's averaged weights are used, not the best epoch's: validation figures
    then choose nothing.

    Args:
        options: The fit's options.
        run_folder: Where checkpoints and logs go: `epochs.csv`, one of each step and one for TensorBoard.
        validate_every: Epochs between validations.
    """
    return lightning.Trainer(
        max_epochs=options.epochs,
        callbacks=_callbacks(options, run_folder),
        logger=[
            CSVLogger(run_folder, name="log", version=""),
            TensorBoardLogger(run_folder, name="tensorboard", version=""),
        ],
        default_root_dir=run_folder,
        gradient_clip_val=5.0,
        num_sanity_val_steps=0,
        check_val_every_n_epoch=validate_every,
        enable_model_summary=False,
        precision=options.precision,  # type: ignore[arg-type]  # a Literal of lightning's
        log_every_n_steps=20,
        accelerator=options.accelerator,
        devices=options.devices,
        num_nodes=options.nodes,
        strategy=options.strategy,
    )


def _callbacks(options: FitOptions, run_folder: Path) -> list[Callback]:
    # The checkpoint of the last epoch is written last: it then holds what the others know.
    callbacks: list[Callback] = [
        EMAWeightAveraging(decay=options.ema_decay),
        EpochLog(run_folder / "epochs.csv"),
        TQDMProgressBar(refresh_rate=20),
    ]
    if options.patience:
        best = ModelCheckpoint(
            run_folder,
            filename="best",
            monitor="val_loss",
            enable_version_counter=False,
            save_weights_only=True,
        )
        callbacks += [EarlyStopping("val_loss", patience=options.patience), best]
    return [
        *callbacks,
        ModelCheckpoint(
            run_folder, filename="last", enable_version_counter=False, save_on_train_epoch_end=True
        ),
    ]


def fit_to_end(
    fit: NetworkFit,
    training: DataLoader[Any],
    run_folder: Path,
    *,
    resume: bool,
    validation: DataLoader[Any] | None = None,
    validate_every: int = 1,
) -> None:
    """Fit a network and leave it with the averaged weights of the last epoch, in evaluation mode.

    Args:
        fit: The network and its options.
        training: Training batches.
        run_folder: Checkpoints and logs.
        resume: Continue from the folder's last checkpoint where there is one.
        validation: Validation batches, where there are any.
        validate_every: Epochs between validations.
    """
    trainer = make_trainer(fit.options, run_folder, validate_every=validate_every)
    resumed = last_checkpoint(run_folder, resume=resume)
    trainer.fit(fit, training, validation, ckpt_path=resumed, weights_only=False)
    load_averaged_weights(fit, run_folder)
    fit.network.eval()


def weighted_loader(
    dataset: Dataset[T], weights: Sequence[float], draws: int, options: FitOptions
) -> DataLoader[T]:
    """Training batches of examples drawn at random.

    Args:
        dataset: Examples.
        weights: How often each is drawn, relative to the others.
        draws: Examples an epoch.
        options: Batch size and workers.
    """
    return DataLoader(
        dataset,
        batch_size=options.batch_size,
        sampler=WeightedRandomSampler(weights, num_samples=draws),
        num_workers=options.workers,
        persistent_workers=options.workers > 0,
        drop_last=True,
    )


def load_averaged_weights(module: lightning.LightningModule, run_folder: Path, *, best: bool = False) -> None:
    """Load the averaged weights of a run's checkpoint; a finished run that is resumed has no others.

    Args:
        module: What to load them into.
        run_folder: Where checkpoints are.
        best: Whether those of the epoch with the lowest validation loss are wanted, not the last one's.
    """
    path = run_folder / (BEST if best and (run_folder / BEST).is_file() else LAST)
    checkpoint = torch.load(path, map_location="cpu", weights_only=False)
    # Lightning's weight averaging keeps the averages as the checkpoint's state, the raw weights beside it.
    module.load_state_dict(checkpoint["state_dict"])


def last_checkpoint(run_folder: Path, *, resume: bool) -> Path | None:
    """The checkpoint to continue from, or None to begin anew."""
    path = run_folder / LAST
    return path if resume and path.is_file() else None
