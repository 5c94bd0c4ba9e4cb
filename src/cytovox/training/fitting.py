"""What the fits of all networks share: options, learning-rate schedule, averaged weights, the trainer."""

import math
from dataclasses import dataclass
from pathlib import Path

import lightning
import torch
from lightning.pytorch.callbacks import EMAWeightAveraging, ModelCheckpoint, TQDMProgressBar
from lightning.pytorch.loggers import CSVLogger
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR


@dataclass(frozen=True, slots=True)
class FitOptions:
    """How a network is fitted; one TOML table `[fit]` of a recipe.

    Attributes:
        epochs: Passes over the sampled training set.
        batch_size: Examples a step.
        learning_rate: Peak of the cosine schedule.
        weight_decay: AdamW's.
        warmup_steps: Steps of linear rise to the peak.
        ema_decay: Decay of the averaged weights, which are the ones exported.
        seed: Seed of weights, sampling and augmentation.
        label_smoothing: Of the cross-entropy, where there is one.
        dropout: Share of pooled features dropped, where there are any.
        workers: Processes that prepare batches.
        precision: Lightning's precision; mixed bfloat16 takes a quarter less time on processors that have it.
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


class NetworkFit(lightning.LightningModule):
    """What the fits of all networks share: a network, its options and its optimiser."""

    def __init__(self, network: nn.Module, options: FitOptions) -> None:
        super().__init__()
        self.network = network
        self.options = options

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        """AdamW under the schedule of `configure_adamw`, stepped with each batch."""
        steps = int(self.trainer.estimated_stepping_batches)
        optimizer, schedule = configure_adamw(self.network, self.options, steps)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


def configure_adamw(network: nn.Module, options: FitOptions, total_steps: int) -> tuple[AdamW, LambdaLR]:
    """AdamW with warm-up and cosine decay; biases are not decayed."""
    weights = [p for p in network.parameters() if p.ndim > 1]
    biases = [p for p in network.parameters() if p.ndim <= 1]
    groups = [
        {"params": weights, "weight_decay": options.weight_decay},
        {"params": biases, "weight_decay": 0.0},
    ]
    optimizer = AdamW(groups, lr=options.learning_rate)

    def factor(step: int) -> float:
        if step < options.warmup_steps:
            return (step + 1) / options.warmup_steps
        done = (step - options.warmup_steps) / max(total_steps - options.warmup_steps, 1)
        return 0.5 * (1 + math.cos(math.pi * min(done, 1.0))) + 1e-3

    return optimizer, LambdaLR(optimizer, factor)


def make_trainer(options: FitOptions, run_folder: Path, *, validate_every: int = 1) -> lightning.Trainer:
    """A Lightning trainer that keeps the last checkpoint and exports averaged weights.

    The last epoch's averaged weights are used, not the best epoch's: validation figures then choose nothing.

    Args:
        options: The fit's options.
        run_folder: Where checkpoints and the CSV log go.
        validate_every: Epochs between validations.
    """
    callbacks = [
        EMAWeightAveraging(decay=options.ema_decay),
        ModelCheckpoint(
            run_folder, filename="last", enable_version_counter=False, save_on_train_epoch_end=True
        ),
        TQDMProgressBar(refresh_rate=20),
    ]
    return lightning.Trainer(
        max_epochs=options.epochs,
        callbacks=callbacks,
        logger=CSVLogger(run_folder, name="log", version=""),
        default_root_dir=run_folder,
        gradient_clip_val=5.0,
        num_sanity_val_steps=0,
        check_val_every_n_epoch=validate_every,
        enable_model_summary=False,
        precision=options.precision,  # type: ignore[arg-type]  # a Literal of lightning's
        log_every_n_steps=20,
    )


def load_averaged_weights(module: lightning.LightningModule, run_folder: Path) -> None:
    """Load the averaged weights of a run's last checkpoint; a finished run that is resumed has no others."""
    checkpoint = torch.load(run_folder / "last.ckpt", map_location="cpu", weights_only=False)
    # Lightning's weight averaging keeps the averages as the checkpoint's state, the raw weights beside it.
    module.load_state_dict(checkpoint["state_dict"])


def last_checkpoint(run_folder: Path, *, resume: bool) -> Path | None:
    """The checkpoint to continue from, or None to begin anew."""
    path = run_folder / "last.ckpt"
    return path if resume and path.is_file() else None
