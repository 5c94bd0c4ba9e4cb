"""The page "How good is it, and where does it fail?", in Markdown, from reports alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cytovox.domain.taxonomies import load_taxonomy
from cytovox.domain.taxonomy import Taxonomy
from cytovox.evaluation.report_folder import decimal, file_name, percent

Report = Mapping[str, Any]
_SWEEP = "One change at a time, the scale known except on its own curve. Dotted: the unchanged picture."
_SHOWN = ("confusion matrix", "reliability diagram", "coverage of prediction sets")
"""Plots of each set that the page shows; the report of a run has the others."""
_CONFUSIONS = 3
_FEWEST_FOR_PLOTS = 100
"""Sets of fewer pictures are in the tables only: a matrix of them says little."""


@dataclass(frozen=True, slots=True)
class MeasuredBundle:
    """What was measured of one bundle.

    Attributes:
        report: Content of its `report.json`.
        refusal: Content of its `refusal.json`.
    """

    report: Report
    refusal: Report


def how_good_page(bundles: Sequence[MeasuredBundle], *, command: str, images: str) -> str:
    """The page.

    Args:
        bundles: In the order to show.
        command: What makes this page again.
        images: Folder of the plots, relative to the page (see `image_names`).
    """
    parts = [
        "# How good is it, and where does it fail?",
        _MADE_BY.format(command=command),
        _HOW_TO_READ,
    ]
    for measured in bundles:
        parts += _of_bundle(measured, images)
    return "\n\n".join(parts) + "\n"


_MADE_BY = (
    "Made by `{command}`; every figure on this page comes from that run, none is written by hand. It also "
    "writes, beside each run's report, a gallery of the surest mistakes. The gallery shows pictures of the "
    "data sets, so it is not part of this documentation."
)
_HOW_TO_READ = """- *internal*: held-out pictures of a laboratory whose other pictures were trained on.
- *external*: a laboratory, stain and camera that no shipped network has seen; what to expect elsewhere.
- Intervals are 95 % bootstrap intervals over groups: pictures of one cell or patient, where those are known.
- An unidentified cell counts by its best class, unless a column says otherwise.
- Accuracy and confidence depend on which cells are common in a set; recall of a class does not.
- Scales are taken from the pictures, as for a user who knows nothing of them, unless the bundle names one."""


def image_names(report: Report) -> dict[str, tuple[str, str]]:
    """Which plots the page shows: from file name (without ending) to (set, plot)."""
    bundle = report["bundle"]
    return {
        file_name(f"{bundle} {name} {plot}"): (name, plot)
        for name, figures in report["sets"].items()
        if figures["pictures"] >= _FEWEST_FOR_PLOTS
        for plot in _SHOWN
        if figures["sets"] is not None or plot != "coverage of prediction sets"
    }


def robustness_name(report: Report, set_name: str) -> str:
    """File name of a sweep's plot, without ending."""
    return file_name(f"{report['bundle']} {set_name} robustness")


def _of_bundle(measured: MeasuredBundle, images: str) -> list[str]:
    report = measured.report
    taxonomy = load_taxonomy(report["taxonomy"])
    parts = [
        f"## {report['bundle']} {report['version']}",
        f"Model `{report['sha256'][:12]}`.",
        _set_table(report["sets"]),
        "### By class",
        *(_class_table(name, figures, taxonomy) for name, figures in report["sets"].items()),
        "### What is taken for what",
        _confusions(report["sets"], taxonomy),
        "### Confusion, calibration and prediction sets",
    ]
    parts += [
        f"![{plot} of {name}]({images}/{file}.svg)" for file, (name, plot) in image_names(report).items()
    ]
    for name, curves in report["robustness"].items():
        parts += [
            f"### When pictures get worse: {name}",
            f"{curves[0]['pictures']} pictures, balanced over the labels. {_SWEEP}",
            f"![robustness on {name}]({images}/{robustness_name(report, name)}.svg)",
            _falls(curves),
        ]
    return [*parts, "### What is refused", *_refusals(measured.refusal)]


def _set_table(sets: Report) -> str:
    rows = [
        (
            name,
            figures["role"],
            str(figures["pictures"]),
            _with_interval(figures, "accuracy"),
            _with_interval(figures, "balanced_accuracy"),
            _with_interval(figures, "macro_f1"),
            percent(figures["accuracy_by_group"]),
            decimal(figures["ece"]),
            percent(figures["refused"]),
            percent(figures["accuracy_as_reported"]),
            "–" if figures["sets"] is None else percent(figures["sets"]["coverage"]),
        )
        for name, figures in sets.items()
    ]
    head = (
        "set", "role", "pictures", "accuracy", "balanced accuracy", "macro F1", "accuracy by group", "ECE",
        "unidentified", "accuracy, unidentified counted wrong", "coverage of sets",
    )  # fmt: skip
    return _table(head, rows)


def _class_table(name: str, figures: Report, taxonomy: Taxonomy) -> str:
    rows = [
        (
            taxonomy.name_of(key),
            str(row["pictures"]),
            percent(row["precision"]),
            percent(row["recall"]),
            decimal(row["f1"]),
            percent(row["coverage"]),
            decimal(row["set_size"]),
            percent(row["refused"]),
        )
        for key, row in figures["by_class"].items()
    ]
    head = (name, "pictures", "precision", "recall", "F1", "coverage", "set size", "unidentified")
    return _table(head, rows)


def _confusions(sets: Report, taxonomy: Taxonomy) -> str:
    lines = []
    for name, figures in sets.items():
        names = [taxonomy.name_of(key) for key in figures["classes"]]
        found = [
            (count, sum(row), names[i], names[j])
            for i, row in enumerate(figures["confusion"])
            for j, count in enumerate(row)
            if i != j and count
        ]
        worst = sorted(found, key=lambda f: (-f[0], f[2], f[3]))[:_CONFUSIONS]
        said = "; ".join(f"{true} as {given} ({n} of {of})" for n, of, true, given in worst)
        lines.append(f"- {name}: {said or 'nothing'}")
    return "\n".join(lines)


def _falls(curves: Sequence[Report]) -> str:
    """Which steps of each change cost more than five points of accuracy."""
    lines = []
    for curve in curves:
        start = curve["accuracy"][curve["values"].index(curve["neutral"])]
        bad = [
            f"{value:g}"
            for value, accuracy in zip(curve["values"], curve["accuracy"], strict=True)
            if accuracy < start - 0.05
        ]
        lines.append(
            (curve["name"], curve["unit"], percent(min(curve["accuracy"])), ", ".join(bad) or "none")
        )
    return _table(("change", "unit", "lowest accuracy", "steps that cost more than 5 points"), lines)


def _refusals(refusal: Report) -> list[str]:
    goal = refusal["goal"]
    rows = [
        (
            name,
            "true cells" if row["true_cells"] else "to be refused",
            "" if row["true_cells"] else ("yes" if row["trained_on"] else "no"),
            str(row["pictures"]),
            f"{percent(row['refused'])} ({percent(row['interval'][0])} to {percent(row['interval'][1])})",
            percent(row["refused_at_two_percent"]),
            decimal(row["roc_auc"]),
        )
        for name, row in refusal["families"].items()
    ]
    head = ("family", "what", "kind seen in training", "pictures", "unidentified",
            "at 2 % of the first true cells", "ROC-AUC")  # fmt: skip
    wanted = f"at least {percent(goal['strangers_refused'])} of what is no cell"
    lost = f"no more than {percent(goal['true_cells_refused'])} of the true cells"
    got = f"at the bundle's own rate {percent(refusal['strangers_refused'])} of all such pictures"
    return [f"Goal: {wanted} is refused, with {lost}. Measured: {got}.", _table(head, rows)]


def _with_interval(figures: Report, key: str) -> str:
    low, high = figures["intervals"].get(key, (None, None))
    show = decimal if key == "macro_f1" else percent
    return show(figures[key]) + ("" if low is None else f" ({show(low)} to {show(high)})")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])
