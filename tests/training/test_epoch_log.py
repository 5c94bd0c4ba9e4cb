from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch

from cytovox.evaluation.training_plots import EpochFigures
from cytovox.training.epoch_log import EpochLog, best_epoch, read_epochs


def trainer(epoch: int, **metrics: float) -> Any:
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.25)
    return SimpleNamespace(
        is_global_zero=True, current_epoch=epoch, optimizers=[optimiser], callback_metrics=metrics
    )


def test_each_epoch_is_a_line_and_an_epoch_done_again_replaces_its_line(tmp_path: Path) -> None:
    path = tmp_path / "epochs.csv"
    log = EpochLog(path)
    log.on_train_epoch_end(trainer(0, train_loss_epoch=2.0, train_loss=9.0), None)  # type: ignore[arg-type]
    log.on_train_epoch_end(trainer(1, train_loss=1.0, val_loss=0.5, val_accuracy=0.75), None)  # type: ignore[arg-type]
    log.on_train_epoch_end(trainer(1, train_loss=1.5, val_loss=0.75), None)  # type: ignore[arg-type]
    assert read_epochs(path) == [
        EpochFigures(1, 2.0, None, None, 0.25),
        EpochFigures(2, 1.5, 0.75, None, 0.25),
    ]


def test_another_process_than_the_first_writes_nothing(tmp_path: Path) -> None:
    other = trainer(0)
    other.is_global_zero = False
    EpochLog(tmp_path / "epochs.csv").on_train_epoch_end(other, None)  # type: ignore[arg-type]
    assert read_epochs(tmp_path / "epochs.csv") == []


def test_the_best_epoch_has_the_lowest_validation_loss() -> None:
    epochs = [
        EpochFigures(1, 3.0),
        EpochFigures(2, 2.0, 0.7),
        EpochFigures(3, 1.0, 0.4),
        EpochFigures(4, 0.5, 0.9),
    ]
    assert best_epoch(epochs) == 3
    assert best_epoch(epochs[:1]) is None
