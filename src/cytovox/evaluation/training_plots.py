"""Plots of a training run: what there is to learn from, and how the learning went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from cytovox.evaluation.plots import as_png

_STYLE: Any = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "font.family": "sans-serif",
}
_SHADES = ("#2a6fdb", "#d9730d", "#2c8a4b")


@dataclass(frozen=True, slots=True)
class EpochFigures:
    """Figures of one epoch; None for what was not measured.

    Attributes:
        epoch: From 1.
        train_loss: Mean over the epoch's batches.
        val_loss: On the validation pictures, without class weights.
        val_accuracy: Share of validation pictures whose likeliest class is one that the label allows, 0..1.
        learning_rate: At the end of the epoch.
    """

    epoch: int
    train_loss: float | None = None
    val_loss: float | None = None
    val_accuracy: float | None = None
    learning_rate: float | None = None


@mpl.rc_context(_STYLE)
def class_counts_png(counts: Mapping[str, Mapping[str, int]]) -> bytes:
    """Bars of the number of pictures of each class in each split, as a PNG file.

    Args:
        counts: {class name: {split: pictures}}.
    """
    names = list(counts)
    splits = list(next(iter(counts.values()), {}))
    figure = Figure(figsize=(7, 1.5 + 0.35 * len(names)), layout="constrained")
    axes = figure.subplots()
    left = np.zeros(len(names))
    for shade, split in zip(_SHADES, splits, strict=False):
        width = np.array([counts[name][split] for name in names], np.float64)
        axes.barh(names, width, left=left, color=shade, label=split)
        left += width
    for row, total in enumerate(left):
        axes.text(total, row, f" {int(total)}", va="center")
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_xlabel("pictures")
    figure.legend(loc="outside upper center", ncols=len(splits), frameon=False)
    return as_png(figure)


@mpl.rc_context(_STYLE)
def learning_curves_png(epochs: Sequence[EpochFigures], chosen: int | None = None) -> bytes:
    """Loss and accuracy by epoch, as a PNG file.

    Args:
        epochs: In order.
        chosen: Epoch whose weights are used, marked by a line.
    """
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    loss, accuracy = figure.subplots(1, 2)
    _curve(loss, epochs, "train_loss", "training", _SHADES[0])
    _curve(loss, epochs, "val_loss", "validation", _SHADES[1])
    _curve(accuracy, epochs, "val_accuracy", "validation", _SHADES[1])
    accuracy.yaxis.set_major_formatter(PercentFormatter(1.0))
    for axes, label in ((loss, "loss"), (accuracy, "accuracy")):
        axes.set(xlabel="epoch", ylabel=label)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        if chosen is not None:
            axes.axvline(chosen, color="#8a94a0", linestyle=":", label="weights used")
        if axes.get_legend_handles_labels()[0]:
            axes.legend(frameon=False)
    return as_png(figure)


def _curve(axes: Axes, epochs: Sequence[EpochFigures], name: str, label: str, shade: str) -> None:
    points = [(e.epoch, value) for e in epochs if (value := getattr(e, name)) is not None]
    if points:
        axes.plot(*zip(*points, strict=True), marker="o", markersize=3, color=shade, label=label)
