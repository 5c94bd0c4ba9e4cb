"""One line a finished epoch in `epochs.csv`, kept over interruptions."""

import csv
import io
from dataclasses import asdict, fields
from pathlib import Path

import lightning
from lightning.pytorch.callbacks import Callback

from cytovox.evaluation.training_plots import EpochFigures
from cytovox.io.atomic import write_whole


class EpochLog(Callback):
    """Writes the figures of each epoch; a resumed run goes on below the lines that it has already.

    Args:
        path: CSV file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def on_train_epoch_end(self, trainer: lightning.Trainer, _: lightning.LightningModule) -> None:
        """Write the line of the epoch that has just ended, in place of what an earlier run said of it."""
        if not trainer.is_global_zero:
            return
        metrics = trainer.callback_metrics

        def figure(name: str) -> float | None:
            return float(metrics[name]) if name in metrics else None

        now = EpochFigures(
            epoch=trainer.current_epoch + 1,
            train_loss=figure("train_loss_epoch") if "train_loss_epoch" in metrics else figure("train_loss"),
            val_loss=figure("val_loss"),
            val_accuracy=figure("val_accuracy"),
            learning_rate=float(trainer.optimizers[0].param_groups[0]["lr"]),
        )
        earlier = [row for row in read_epochs(self.path) if row.epoch < now.epoch]
        write_whole(self.path, _as_csv([*earlier, now]))


def read_epochs(path: Path) -> list[EpochFigures]:
    """The epochs of a run so far, none where the file is missing."""
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        EpochFigures(
            int(row["epoch"]),
            *(float(row[field.name]) if row[field.name] else None for field in fields(EpochFigures)[1:]),
        )
        for row in rows
    ]


def best_epoch(epochs: list[EpochFigures]) -> int | None:
    """The epoch of lowest validation loss, None where none was validated."""
    validated = [(row.val_loss, row.epoch) for row in epochs if row.val_loss is not None]
    return min(validated)[1] if validated else None


def _as_csv(epochs: list[EpochFigures]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [field.name for field in fields(EpochFigures)])
    writer.writeheader()
    writer.writerows(
        {name: "" if value is None else f"{value:g}" for name, value in asdict(row).items()} for row in epochs
    )
    return text.getvalue().encode()
