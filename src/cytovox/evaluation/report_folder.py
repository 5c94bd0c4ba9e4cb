"""The folder of a report: `report.json`, `report.html`, plots as PNG, all answers as CSV, the mistakes."""

import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from cytovox.domain.errors import InputError
from cytovox.domain.taxonomies import taxonomy_named
from cytovox.domain.taxonomy import Taxonomy
from cytovox.evaluation.mistakes import Answer, answers_csv, gallery_page, worst_mistakes
from cytovox.evaluation.page_style import PAGE_STYLE
from cytovox.evaluation.plots import as_png, as_svg, plots_of, robustness_plot
from cytovox.io.atomic import write_whole

Report = Mapping[str, Any]
"""Content of `report.json`."""

_HOW_TO_READ = (
    "Intervals are 95 % bootstrap intervals over groups of pictures. Unless a line says otherwise, an "
    "unidentified cell counts by its best class."
)
_HEAD = (
    ("accuracy", "accuracy", 1),
    ("accuracy, unidentified counted wrong", "accuracy_as_reported", 1),
    ("accuracy of the identified", "accuracy_of_identified", 1),
    ("accuracy, each group weighing 1", "accuracy_by_group", 1),
    ("accuracy, were only these classes possible", "accuracy_among_labels", 1),
    ("unidentified", "refused", 1),
    ("balanced accuracy", "balanced_accuracy", 1),
    ("macro precision", "macro_precision", 0),
    ("macro F1", "macro_f1", 0),
    ("weighted F1", "weighted_f1", 0),
    ("mean ROC-AUC", "macro_roc_auc", 0),
    ("mean average precision", "macro_average_precision", 0),
    ("ECE", "ece", 0),
    ("adaptive ECE", "adaptive_ece", 0),
    ("Brier score", "brier", 0),
    ("negative log-likelihood, nats", "negative_log_likelihood", 0),
)


def write_report(report: Report, answers: Sequence[Answer], output: Path) -> None:
    """Write everything into a folder, each file whole or not at all.

    Args:
        report: What `evaluate_classifier` returns.
        answers: What was said of each cell.
        output: Made where it is missing.

    Raises:
        InputError: A file could not be written.
    """
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{output}: expected a folder for the report, but: {error.strerror}") from error
    taxonomy = taxonomy_named(report["taxonomy"])
    write_whole(output / "report.json", (json.dumps(report, indent=1, allow_nan=False) + "\n").encode())
    write_whole(output / "report.html", report_page(report).encode())
    write_whole(output / "answers.csv", answers_csv(answers).encode())
    title = f"Worst mistakes of {report['bundle']} {report['version']}"
    page = gallery_page(worst_mistakes(answers), title=title, taxonomy=report["taxonomy"])
    write_whole(output / "mistakes.html", page.encode())
    for name, figure in figures_of(report, taxonomy).items():
        write_whole(output / f"{file_name(name)}.png", as_png(figure()))


def figures_of(report: Report, taxonomy: Taxonomy) -> dict[str, Callable[[], Figure]]:
    """Every plot of a report, by "SET PLOT"."""
    drawn = {
        f"{name} {plot}": draw
        for name, figures in report["sets"].items()
        for plot, draw in plots_of(figures, taxonomy).items()
    }
    for name, curves in report["robustness"].items():
        drawn[f"{name} robustness"] = _drawer(curves)
    return drawn


def file_name(name: str) -> str:
    """A set's or plot's name as a file name: letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def report_page(report: Report) -> str:
    """The report as one HTML page that needs nothing else."""
    taxonomy = taxonomy_named(report["taxonomy"])
    title = f"How {report['bundle']} {report['version']} names cells"
    model = f"Model {report['sha256'][:12]}. {_HOW_TO_READ}"
    parts = [
        f"<h1>{html.escape(title)}</h1>",
        f'<p class="note">{model}</p>',
        _overview(report["sets"]),
    ]
    for name, figures in report["sets"].items():
        parts.append(_section(name, figures, taxonomy))
    for name, curves in report["robustness"].items():
        parts += [
            f"<h2>Robustness: {html.escape(name)}</h2>",
            f'<p class="note">{curves[0]["pictures"]} pictures, balanced over the labels; by type.</p>',
            f'<div class="scroll">{as_svg(robustness_plot(curves))}</div>',
        ]
    if report["unreadable"]:
        lines = "".join(f"<li>{html.escape(line)}</li>" for line in report["unreadable"])
        parts.append(f"<h2>Pictures that could not be read</h2><ul>{lines}</ul>")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{PAGE_STYLE}</style></head><body><main>{''.join(parts)}</main></body></html>\n"
    )


def _drawer(curves: Sequence[Mapping[str, Any]]) -> Callable[[], Figure]:
    return lambda: robustness_plot(curves)


def _overview(sets: Mapping[str, Any]) -> str:
    rows = [
        (
            html.escape(name),
            figures["role"],
            str(figures["pictures"]),
            percent(figures["accuracy"]),
            percent(figures["balanced_accuracy"]),
            decimal(figures["macro_f1"]),
            decimal(figures["ece"]),
            percent(figures["refused"]),
        )
        for name, figures in sets.items()
    ]
    head = ("set", "role", "pictures", "accuracy", "balanced", "macro F1", "ECE", "unidentified")
    return _table(head, rows)


def _section(name: str, figures: Mapping[str, Any], taxonomy: Taxonomy) -> str:
    plots = "".join(
        f"<figure>{as_svg(draw())}<figcaption>{plot}</figcaption></figure>"
        for plot, draw in plots_of(figures, taxonomy).items()
    )
    counts = f"{figures['pictures']} pictures of {figures['groups']} groups"
    return (
        f'<h2>{html.escape(name)}</h2><p class="note">{html.escape(figures["note"])} {counts}.</p>'
        f"{_head_table(figures)}{_class_table(figures, taxonomy)}"
        f'<div class="plots">{plots}</div>'
    )


def _head_table(figures: Mapping[str, Any]) -> str:
    rows = []
    for name, key, in_percent in _HEAD:
        show = percent if in_percent else decimal
        low, high = figures["intervals"].get(key, (None, None))
        spread = "" if low is None else f"{show(low)} to {show(high)}"
        rows.append((name, show(figures[key]), spread))
    if (sets := figures["sets"]) is not None:
        rows += [
            ("prediction sets hold the truth", percent(sets["coverage"]), ""),
            ("mean size of a set", decimal(sets["mean_size"]), ""),
            ("empty sets", percent(sets["empty"]), ""),
        ]
    return _table(("figure", "value", "95 % interval"), rows)


def _class_table(figures: Mapping[str, Any], taxonomy: Taxonomy) -> str:
    rows = [
        (
            html.escape(taxonomy.name_of(key)),
            str(row["pictures"]),
            *(percent(row[c]) for c in ("precision", "recall")),
            *(decimal(row[c]) for c in ("f1", "roc_auc", "average_precision")),
            percent(row["coverage"]),
            decimal(row["set_size"]),
            percent(row["refused"]),
        )
        for key, row in figures["by_class"].items()
    ]
    head = ("class", "pictures", "precision", "recall", "F1", "ROC-AUC", "average precision", "coverage",
            "set size", "unidentified")  # fmt: skip
    return _table(head, rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(f"<th>{cell}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><tr>{top}</tr>{body}</table></div>'


def percent(value: float | None) -> str:
    """A share in percent with one decimal; a dash where there is none."""
    return "–" if value is None else f"{100 * value:.1f} %"


def decimal(value: float | None) -> str:
    """A figure with three decimals; a dash where there is none."""
    return "–" if value is None else f"{value:.3f}"
