"""Making a bundle from a recipe: fit, export, measure, write the card."""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from lightning.pytorch.utilities import rank_zero_only

from cytovox.analysis.bundles import CLASSIFY_CELLS, FIND_CELLS, load_bundle
from cytovox.analysis.cell_finder import MAP_OUTPUT, CellFinder
from cytovox.evaluation.classification import evaluate_classifier
from cytovox.evaluation.detection import evaluate_finder
from cytovox.evaluation.training_plots import learning_curves_png
from cytovox.io.atomic import write_whole
from cytovox.io.labelled_fields import COARSE_CLASSES
from cytovox.training.calibrating import calibrate, learn_familiarity
from cytovox.training.classifier import fit_classifier, training_pictures, with_measured_steps
from cytovox.training.classifier_network import CellClassifier, ExportedClassifier
from cytovox.training.composed_fields import cut_out_sources
from cytovox.training.epoch_log import best_epoch, read_epochs
from cytovox.training.export import BundleDraft, write_bundle
from cytovox.training.finder import fit_finder, held_out_names
from cytovox.training.finder_network import ExportedFinder
from cytovox.training.finder_sources import read_fields, training_boxes
from cytovox.training.manifest import add_measurements, amend, described_source, measured_row, plain_recipe
from cytovox.training.recipe import ClassifierRecipe, FinderRecipe, read_classifier_recipe, read_finder_recipe
from cytovox.training.score_fit import (
    choose_thresholds,
    fit_score_calibration,
    match_fields,
    measure_box_margins,
)
from cytovox.training.smear_fields import OUTSIDE_GREY

CLASSIFIER_OUTPUTS = ("logits", "features", "maps", "unfamiliarity")
NORMALISATION = "x / 127.5 - 1"
_ALSO_CHOSEN_ON = "validation split; the recipe was made with it in view"
_FRESH = "never trained on, nothing chosen on it"


def train_finder(data_root: Path, output: Path, recipe: Path | None = None, resume: bool = False) -> Path:
    """Fit the finder and write its bundle.

    Args:
        data_root: Data folder.
        output: Run folder: checkpoints, logs, evaluation; the bundle goes to `output/bundle`.
        recipe: TOML recipe; the shipped one by default.
        resume: Continue from the run's last checkpoint.

    Returns:
        The bundle's folder.
    """
    plan = read_finder_recipe(recipe, data_root)
    network = fit_finder(plan, data_root, output, resume=resume)
    draft = BundleDraft(
        name=plan.name,
        version=plan.version,
        task=FIND_CELLS,
        taxonomy="blood",
        classes=COARSE_CLASSES,
        input={"um_per_px": plan.um_per_px, "normalisation": NORMALISATION, "outside_grey": OUTSIDE_GREY},
        recipe=plain_recipe(plan, data_root),
        data=_finder_data(plan, data_root, output),
    )
    bundle = output / "bundle"
    example = torch.randn(2, 3, 192, 256, generator=torch.Generator().manual_seed(0))
    write_bundle(
        ExportedFinder(network),
        example,
        draft,
        bundle,
        outputs=("centres", "shapes", MAP_OUTPUT),
        any_size=True,
    )
    _calibrate_scores(plan, bundle)
    report = evaluate_finder(data_root, output / "evaluation", bundle)
    add_measurements(bundle, list(_finder_rows(report["sets"])))
    return bundle


def _finder_data(plan: FinderRecipe, data_root: Path, run_folder: Path) -> list[dict[str, Any]]:
    held_out = held_out_names(plan)
    fields = [described_source(s, data_root, len(read_fields([s], held_out))) for s in plan.sources]
    return [*fields, *(cut_out_sources(data_root, run_folder) if plan.composed.fields else ())]


def _calibrate_scores(plan: FinderRecipe, bundle: Path) -> None:
    """Add box margins, the score calibration and the thresholds that go with both to a finder's bundle."""
    held_out = held_out_names(plan)
    boxed = [source for source in plan.sources if source.kind == "boxes"]
    steps: tuple[tuple[str, str, Callable[..., Any]], ...] = (
        ("box_margin_um", "all", measure_box_margins),
        ("score_calibration", "countable", fit_score_calibration),
        ("thresholds", "all", choose_thresholds),
    )
    for entry, marked, fit in steps:
        finder = CellFinder.of(load_bundle(bundle))
        sources = [source for source in boxed if source.marked == marked] or boxed
        matched = [m for s in sources for m in match_fields(finder, s, training_boxes(s, held_out))]
        amend(bundle, {entry: fit(matched, COARSE_CLASSES)})


def train_classifier(
    data_root: Path,
    output: Path,
    recipe: Path | str | None = None,
    resume: bool = False,
    *,
    changes: Mapping[str, Any] | None = None,
) -> Path:
    """Fit a classifier of the data folder's sets and measure it on its standing sets.

    Args:
        data_root: Data folder.
        output: Run folder; the bundle goes to `output/bundle`.
        recipe: TOML recipe, or the name of a shipped one; "blood" by default.
        resume: Continue from the run's last checkpoint.
        changes: Entries to replace in the recipe, by their dotted names ("fit.epochs").

    Returns:
        The bundle's folder.
    """
    plan = read_classifier_recipe(recipe, data_root, changes)

    def evaluate(bundle: Path) -> list[dict[str, Any]]:
        report = evaluate_classifier(data_root, output / "evaluation", bundle)
        return list(_classifier_rows(report["sets"]))

    known = plan.pictures_um_per_px
    extras = BundleExtras(input={} if known is None else {"pictures_um_per_px": known})
    return make_classifier(plan, data_root, output, evaluate, resume=resume, extras=extras)


@dataclass(frozen=True, slots=True)
class BundleExtras:
    """What a bundle says beyond what the recipe says.

    Attributes:
        settings: Entries of its `bundle.json`.
        input: Entries of its `input`.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    input: Mapping[str, Any] = field(default_factory=dict)


def make_classifier(
    plan: ClassifierRecipe,
    data_root: Path,
    output: Path,
    evaluate: Callable[[Path], Sequence[Mapping[str, Any]]],
    *,
    resume: bool,
    extras: BundleExtras = BundleExtras(),
) -> Path:
    """Fit a classifier, calibrate it on held-back pictures, measure it, write its bundle and learning curves.

    The bundle takes its place when it is whole; an earlier one stays until then.

    Args:
        plan: What to fit, on what.
        data_root: Folder that the plan's paths are relative to.
        output: Run folder; the bundle goes to `output/bundle`.
        evaluate: Measures the bundle in a folder; rows for its `bundle.json`.
        resume: Continue from the run's last checkpoint.
        extras: Further entries of the bundle.

    Returns:
        The bundle's folder.
    """
    output.mkdir(parents=True, exist_ok=True)
    plan = with_measured_steps(plan)
    network = fit_classifier(plan, data_root, output, resume=resume)
    bundle = output / "bundle"
    if getattr(rank_zero_only, "rank", 0):  # one of several processes writes
        return bundle
    epochs = read_epochs(output / "epochs.csv")
    chosen = best_epoch(epochs) if plan.fit.patience else None
    write_whole(output / "curves.png", learning_curves_png(epochs, chosen))
    part = output / "bundle.part"
    shutil.rmtree(part, ignore_errors=True)
    _write_classifier(network, plan, data_root, part, extras)
    calibrate(part, plan, amend)
    add_measurements(part, evaluate(part))
    shutil.rmtree(bundle, ignore_errors=True)
    part.replace(bundle)
    return bundle


def _write_classifier(
    network: CellClassifier, plan: ClassifierRecipe, data_root: Path, bundle: Path, extras: BundleExtras
) -> None:
    described: dict[str, Any] = {
        "um_per_px": plan.um_per_px,
        "size_px": plan.input_px,
        "normalisation": NORMALISATION,
        **extras.input,
    }
    if plan.preprocessing:
        described["preprocessing"] = [dict(step) for step in plan.preprocessing]
    draft = BundleDraft(
        name=plan.name,
        version=plan.version,
        task=CLASSIFY_CELLS,
        taxonomy=plan.taxonomy,
        classes=plan.classes,
        input=described,
        settings=extras.settings,
        recipe=plain_recipe(plan, data_root),
        data=[
            described_source(source, data_root, len(pictures))
            for source, pictures in zip(plan.sources, training_pictures(plan), strict=True)
        ],
    )
    example = torch.randn(2, 3, plan.input_px, plan.input_px, generator=torch.Generator().manual_seed(0))
    exported = ExportedClassifier(network, learn_familiarity(network, plan))
    write_bundle(exported, example, draft, bundle, outputs=CLASSIFIER_OUTPUTS, any_size=False)


def _finder_rows(sets: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for name, figures in sets.items():
        note = _FRESH if name.startswith("malaria") else _ALSO_CHOSEN_ON
        red = figures["classes"]["red_cell"]
        rows = {"fields": figures["fields"], "mAP@0.5": figures["map50"], "mAP@0.5:0.95": figures["map50_95"]}
        rows |= {f"AP@0.5 {key.replace('_', ' ')}": row["ap50"] for key, row in figures["classes"].items()}
        rows |= {
            "white-cell recall": figures["classes"]["white_cell"]["recall"],
            "red-cell count error a field": red["count_error"],
            "red-cell count error in all": red["total_error"],
            "red-cell count error a field, whole cells": red["whole_count_error"],
        }
        for metric, value in rows.items():
            if value is not None:
                yield measured_row(metric, value, name, note, "finder")


def _classifier_rows(sets: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for name, figures in sets.items():
        note = (
            "never trained on"
            if figures["role"] == "external"
            else "validation split of a source that was trained on"
        )
        for metric in ("pictures", "accuracy", "accuracy_by_group", "balanced_accuracy", "macro_f1", "ece"):
            row = measured_row(
                metric.replace("_", " "), figures[metric], name.removesuffix(" val"), note, "classifier"
            )
            yield row | ({"split": "all"} if figures["role"] == "external" else {})


def measured_rows(figures: Mapping[str, Any], **where: str) -> list[dict[str, Any]]:
    """Rows of a bundle's "measured" from the figures of one set.

    Args:
        figures: Of a report's set.
        where: Entries data, split, note and command.
    """
    names = ("pictures", "accuracy", "balanced_accuracy", "macro_f1", "ece")
    return [{"metric": name.replace("_", " "), "value": figures[name], **where} for name in names]
