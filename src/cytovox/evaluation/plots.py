"""Plots of a classification report, drawn from its plain figures: for pages (SVG) and for documents (PNG)."""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import LogLocator, NullFormatter

from cytovox.domain.taxonomy import Taxonomy

Figures = Mapping[str, Any]
"""Figures of one set, as in `report.json`."""

_INK = "#1c2026"
_BLUE, _ORANGE, _GREEN = "#2a6fdb", "#d9730d", "#2c8a4b"
_GREY = "#8a94a0"
# Twelve hues that stay apart for colour-blind readers as far as twelve can; lines differ in dash as well.
_HUES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b08a00", "#56b4e9", "#7a5195", "#8c564b", "#5b8c00",
         "#e15759", "#4b6584", "#00838f")  # fmt: skip
_DASHES = ("-", "--", "-.", ":")
_STYLE: dict[Any, Any] = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "svg.fonttype": "none",
    "svg.hashsalt": "cytovox",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
}
_FEWEST_IN_BIN = 10
COVERAGE_LIMITS = (0.87, 0.96)
"""Between which the coverage of each class's 90 % sets is to lie."""


@mpl.rc_context(_STYLE)
def as_png(figure: Figure) -> bytes:
    """A figure on white, for documents."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=130, facecolor="white", metadata={"Software": None})
    return buffer.getvalue()


@mpl.rc_context(_STYLE)
def as_document_svg(figure: Figure) -> str:
    """A figure on white as SVG, the same text for the same figures, for documents."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", facecolor="white", metadata={"Date": None})
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


@mpl.rc_context(_STYLE)
def as_svg(figure: Figure) -> str:
    """A figure without background whose ink is the page's text colour, to stand in HTML."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    text = buffer.getvalue()
    # matplotlib writes black as no colour at all, so another ink is drawn with and replaced here.
    return re.sub(_INK, "currentColor", text[text.index("<svg") :], flags=re.IGNORECASE)


@mpl.rc_context(_STYLE)
def confusion_plot(figures: Figures, taxonomy: Taxonomy) -> Figure:
    """Confusion matrix: counts, shaded by the share of the true class."""
    matrix = np.array(figures["confusion"], float)
    used = (matrix.sum(axis=0) + matrix.sum(axis=1)) > 0
    rows = [i for i in range(len(matrix)) if matrix[i].sum() > 0]
    columns = [i for i in range(len(matrix)) if used[i]]
    names = [taxonomy.name_of(key) for key in figures["classes"]]
    share = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    figure, axes = _figure(2.6 + 0.46 * len(columns), 2.2 + 0.42 * len(rows))
    for y, i in enumerate(rows):
        for x, j in enumerate(columns):
            if matrix[i, j]:
                # A few mistakes among many cells must still be seen.
                hue, alpha = (_BLUE, 0.6 * share[i, j]) if i == j else (_ORANGE, 0.15 + 0.55 * share[i, j])
                axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, color=hue, alpha=alpha, lw=0))
                axes.text(x, y, f"{matrix[i, j]:.0f}", ha="center", va="center", size=9)
    axes.set(
        xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5), xlabel="named", ylabel="true class"
    )
    axes.set_xticks(range(len(columns)), [names[j] for j in columns], rotation=45, ha="right")
    axes.set_yticks(range(len(rows)), [names[i] for i in rows])
    return figure


@mpl.rc_context(_STYLE)
def reliability_plot(figures: Figures) -> Figure:
    """Reliability diagram: accuracy over confidence, and how many cells stand in each bin.

    Bins of fewer than ten cells are hollow and not joined: their accuracy is chance.
    """
    figure = _bare(4.6, 4.4)
    axes, below = figure.subplots(2, 1, height_ratios=[3, 1], sharex=True)
    bins = [b for b in figures["reliability"] if b["cells"]]
    axes.plot([0, 1], [0, 1], color=_GREY, lw=1, ls="--")
    many = [b for b in bins if b["cells"] >= _FEWEST_IN_BIN]
    few = [b for b in bins if b["cells"] < _FEWEST_IN_BIN]
    axes.plot([b["confidence"] for b in many], [b["accuracy"] for b in many], "o-", color=_BLUE, lw=1.5)
    axes.plot(
        [b["confidence"] for b in few], [b["accuracy"] for b in few], "o", color=_BLUE, fillstyle="none"
    )
    axes.set(ylabel="share right", ylim=(0, 1.03), title=f"ECE {_number(figures['ece'])}")
    width = [b["high"] - b["low"] for b in bins]
    below.bar(
        [b["low"] for b in bins], [b["cells"] for b in bins], width, align="edge", color=_BLUE, alpha=0.6
    )
    below.set(xlabel="confidence", ylabel="cells", yscale="log", xlim=(0, 1.01))
    below.set_ylim(0.8, None)
    below.yaxis.set_major_locator(LogLocator(numticks=4))
    below.yaxis.set_minor_formatter(NullFormatter())
    return figure


@mpl.rc_context(_STYLE)
def ranking_plot(figures: Figures, taxonomy: Taxonomy, kind: str) -> Figure:
    """One-against-rest curves of each class.

    Args:
        figures: Of a set.
        taxonomy: Names of the classes.
        kind: "roc" or "precision_recall".
    """
    figure, axes = _figure(5.4, 4.4)
    area = "roc_auc" if kind == "roc" else "average_precision"
    for i, (key, (x, y)) in enumerate(figures["curves"][kind].items()):
        value = figures["by_class"][key][area]
        label = f"{taxonomy.name_of(key)} {_number(value)}"
        axes.plot(x, y, color=_HUES[i % 12], ls=_DASHES[i % 4], lw=1.6, label=label)
    labels = ("false-positive rate", "true-positive rate") if kind == "roc" else ("recall", "precision")
    axes.set(xlabel=labels[0], ylabel=labels[1], xlim=(-0.01, 1.01), ylim=(-0.01, 1.02))
    axes.legend(frameon=False, fontsize=8, loc="lower right" if kind == "roc" else "lower left")
    return figure


@mpl.rc_context(_STYLE)
def coverage_plot(figures: Figures, taxonomy: Taxonomy) -> Figure:
    """Coverage of the prediction sets of each class with its interval, and their mean size."""
    keys = list(figures["by_class"])
    figure, axes = _figure(5.6, 1.4 + 0.36 * len(keys))
    axes.axvspan(*COVERAGE_LIMITS, color=_GREEN, alpha=0.15, lw=0)
    for y, key in enumerate(keys):
        row = figures["by_class"][key]
        low, high = figures["intervals"].get(f"coverage {key}", (None, None))
        if low is not None and high is not None:
            axes.plot([low, high], [y, y], color=_BLUE, lw=2, alpha=0.6)
        axes.plot(row["coverage"], y, "o", color=_BLUE)
        axes.text(1.02, y, f"{row['set_size']:.2f}", va="center", size=8)
    axes.text(1.02, -0.9, "size", size=8, va="center")
    axes.set_yticks(range(len(keys)), [f"{taxonomy.name_of(k)}" for k in keys])
    axes.set(ylim=(len(keys) - 0.5, -0.5), xlim=(0, 1.0), xlabel="share of cells whose set holds their class")
    return figure


@mpl.rc_context(_STYLE)
def robustness_plot(curves: Sequence[Figures]) -> Figure:
    """Every curve of a sweep: accuracy, calibration error and refusals over the change."""
    columns = 2
    rows = -(-len(curves) // columns)
    figure = _bare(4.2 * columns, 2.7 * rows + 0.5)
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes, curve in zip(grid.flat, curves, strict=False):
        axes.axvline(curve["neutral"], color=_GREY, lw=1, ls=":")
        for key, hue, mark, label in (
            ("accuracy", _BLUE, "o-", "accuracy"),
            ("refused", _ORANGE, "s--", "unidentified"),
            ("ece", _GREEN, "^-.", "ECE"),
        ):
            axes.plot(curve["values"], curve[key], mark, color=hue, ms=3.5, lw=1.4, label=label)
        axes.set(title=curve["name"], xlabel=curve["unit"], ylim=(-0.02, 1.03))
    for axes in grid.flat[len(curves) :]:
        axes.set_visible(False)
    handles, labels = grid.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, frameon=False, ncols=3, loc="outside upper center")
    return figure


@mpl.rc_context(_STYLE)
def refusal_plot(families: Mapping[str, Figures], goal: float) -> Figure:
    """Share refused of each family, true cells and others apart."""
    order = sorted(families, key=lambda name: (not families[name]["true_cells"], name))
    figure, axes = _figure(6.4, 1.2 + 0.34 * len(order))
    for y, name in enumerate(order):
        hue = _BLUE if families[name]["true_cells"] else _ORANGE
        axes.barh(y, families[name]["refused"], color=hue, alpha=0.75)
        axes.text(
            min(families[name]["refused"] + 0.01, 0.93),
            y,
            f"{families[name]['refused']:.1%}",
            va="center",
            size=8,
        )
    axes.axvline(goal, color=_GREY, lw=1, ls="--")
    axes.set_yticks(range(len(order)), order)
    axes.set(ylim=(len(order) - 0.5, -0.5), xlim=(0, 1.0), xlabel="share unidentified (blue: true cells)")
    return figure


def plots_of(figures: Figures, taxonomy: Taxonomy) -> dict[str, Callable[[], Figure]]:
    """What can be drawn of a set, by name; sets of bundles without prediction sets have no coverage."""
    drawn: dict[str, Callable[[], Figure]] = {
        "confusion matrix": lambda: confusion_plot(figures, taxonomy),
        "reliability diagram": lambda: reliability_plot(figures),
        "ROC": lambda: ranking_plot(figures, taxonomy, "roc"),
        "precision and recall": lambda: ranking_plot(figures, taxonomy, "precision_recall"),
    }
    if figures["sets"] is not None:
        drawn["coverage of prediction sets"] = lambda: coverage_plot(figures, taxonomy)
    return drawn


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    figure = _bare(width, height)
    return figure, figure.subplots()


def _bare(width: float, height: float) -> Figure:
    # Not pyplot: it keeps every figure, and picks a window system.
    return Figure(figsize=(width, height), layout="constrained")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
