"""How well a classifier names cells, at home and away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from cytovox.analysis.bundles import CLASSIFY_CELLS, Bundle, find_bundle
from cytovox.analysis.classify import loaded_classifier
from cytovox.evaluation.cell_naming import NamedCells, Progress, find_and_name, name_cells
from cytovox.evaluation.classification_report import compare
from cytovox.evaluation.label_levels import Level, bring_to_level, can_express, usable_labels
from cytovox.evaluation.labelled_sets import LabelledSet, View, standing_sets
from cytovox.evaluation.mistakes import Answer, answers_of
from cytovox.evaluation.own_pictures import OwnPictures, read_own_pictures
from cytovox.evaluation.report_folder import write_report
from cytovox.evaluation.robustness import balanced_sample, sweep

SCHEMA = "cytovox.classifier-report/1"
END_TO_END = " found, then named"


@dataclass(frozen=True, slots=True)
class MeasuredSet:
    """Figures of one labelled set.

    Attributes:
        figures: Plain figures of each way of scoring it, by name.
        answers: What was said of each cell.
        unreadable: What was wrong with each picture that could not be read.
    """

    figures: Mapping[str, dict[str, Any]]
    answers: Sequence[Answer]
    unreadable: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class EvaluationOptions:
    """What is measured besides the figures.

    Attributes:
        robustness: Whether pictures of the first set are corrupted, in steps, and named again (see `sweep`).
        sweep_pictures: How many of them, balanced over the labels.
        seed: Of the choice of pictures and of the bootstrap.
        progress: Called as the work goes on.
    """

    robustness: bool = False
    sweep_pictures: int = 200
    seed: int = 0
    progress: Progress | None = field(default=None, compare=False)


def evaluate_classifier(
    data_root: Path,
    output: Path,
    bundle: Path | str | None = None,
    options: EvaluationOptions = EvaluationOptions(),
) -> dict[str, Any]:
    """Measure a classifier on the labelled sets of the data folder.

    Scales come from the pictures alone, as for a user.

    Args:
        data_root: Data folder.
        output: Folder for the report (see `write_report`); made where it is missing.
        bundle: Bundle folder or name of an installed bundle; "blood" by default.
        options: See `EvaluationOptions`.

    Returns:
        The content of `report.json`.

    Raises:
        TrainingDataError: None of the sets is there.
        BundleError: There is no such bundle.
    """
    loaded = chosen_bundle(bundle)
    return _evaluate(loaded, standing_sets(data_root, loaded.taxonomy.key), output, options)


def evaluate_own_pictures(
    own: OwnPictures,
    output: Path,
    bundle: Path | str | None = None,
    options: EvaluationOptions = EvaluationOptions(),
) -> dict[str, Any]:
    """Measure a classifier on a user's own labelled pictures; as `evaluate_classifier`."""
    loaded = chosen_bundle(bundle)
    return _evaluate(loaded, [read_own_pictures(own, loaded.taxonomy)], output, options)


def chosen_bundle(bundle: Path | str | None) -> Bundle:
    """The classifier in a folder, or the installed one of a name; "blood" by default.

    Raises:
        BundleError: There is none.
    """
    # A training run amends the bundle that it has loaded before.
    loaded_classifier.cache_clear()
    return find_bundle("blood" if bundle is None else str(bundle), CLASSIFY_CELLS)


def measure(
    bundle: Bundle, labelled: LabelledSet, *, seed: int = 0, progress: Progress | None = None
) -> MeasuredSet:
    """Name every cell of a set and compare, in each of the set's ways of scoring.

    Args:
        bundle: The classifier.
        labelled: The set. Ways of scoring whose labels the classifier cannot give are left out.
        seed: Of the bootstrap.
        progress: Called as the work goes on.

    Raises:
        TrainingDataError: No picture can be read, or no label can be given.
    """
    named = name_cells(labelled.cells, str(bundle.folder), um_per_px=labelled.um_per_px, progress=progress)
    figures = {
        labelled.name + view.suffix: _figures(bundle, named, labelled, view, seed)
        for view in _views(bundle, labelled)
    }
    if labelled.fields:
        found = find_and_name(labelled.cells, str(bundle.folder), progress=progress)
        for view in _views(bundle, labelled):
            name = labelled.name + view.suffix + END_TO_END
            figures[name] = _figures(bundle, found, labelled, view, seed)
    return MeasuredSet(figures, answers_of(labelled.name, named), named.unreadable)


def _evaluate(
    bundle: Bundle, sets: Sequence[LabelledSet], output: Path, options: EvaluationOptions
) -> dict[str, Any]:
    measured = [measure(bundle, s, seed=options.seed, progress=options.progress) for s in sets]
    swept = sets[:1] if options.robustness else []
    report = {
        "schema": SCHEMA,
        "bundle": bundle.name,
        "version": bundle.version,
        "sha256": bundle.sha256,
        "taxonomy": bundle.taxonomy.key,
        "sets": {name: figures for m in measured for name, figures in m.figures.items()},
        "robustness": {s.name: _swept(bundle, s, options) for s in swept},
        "unreadable": [line for m in measured for line in m.unreadable],
    }
    write_report(report, [a for m in measured for a in m.answers], output)
    return report


def _figures(
    bundle: Bundle, named: NamedCells, labelled: LabelledSet, view: View, seed: int
) -> dict[str, Any]:
    labels = usable_labels([cell.label for cell in named.cells], view.level, named.predictions.taxonomy)
    kept = [i for i, label in enumerate(labels) if label and labels[i] not in view.leave_out]
    levelled = bring_to_level(named.predictions[np.array(kept, int)], [labels[i] for i in kept], view.level)
    report = compare(
        levelled,
        [named.cells[i].group for i in kept],
        role=labelled.role,
        has_sets="conformal" in bundle.manifest,
        seed=seed,
    )
    return {"note": labelled.note, "level": str(view.level), **report.as_dict()}


def _views(bundle: Bundle, labelled: LabelledSet) -> list[View]:
    """The ways of scoring whose labels the classifier can give; at least the first."""
    taxonomy = bundle.taxonomy
    possible = [
        view
        for view in labelled.views
        if all(
            can_express(bundle.classes, label, taxonomy)
            for label in usable_labels([cell.label for cell in labelled.cells], view.level, taxonomy)
            if label
        )
    ]
    return possible or [View("", Level.GROUPED)]


def _swept(bundle: Bundle, labelled: LabelledSet, options: EvaluationOptions) -> list[dict[str, Any]]:
    curves = sweep(
        balanced_sample(labelled.cells, options.sweep_pictures, seed=options.seed),
        str(bundle.folder),
        um_per_px=labelled.um_per_px,
        progress=options.progress,
    )
    return [curve.as_dict() for curve in curves]
