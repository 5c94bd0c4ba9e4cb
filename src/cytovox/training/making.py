"""Making a bundle from a recipe: fit, export, measure, write the card."""

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from cytovox.analysis.bundles import CLASSIFY_CELLS, FIND_CELLS, load_bundle
from cytovox.analysis.cell_finder import CellFinder
from cytovox.evaluation.classification import evaluate_classifier
from cytovox.evaluation.detection import evaluate_finder
from cytovox.io.atomic import write_whole
from cytovox.io.labelled_fields import COARSE_CLASSES
from cytovox.training.calibrating import calibrate, learn_familiarity
from cytovox.training.card import write_card
from cytovox.training.classifier import fit_classifier, training_pictures
from cytovox.training.classifier_network import ExportedClassifier
from cytovox.training.export import BundleDraft, describe_source, write_bundle
from cytovox.training.finder import fit_finder, held_out_names
from cytovox.training.finder_network import ExportedFinder
from cytovox.training.finder_sources import read_fields, training_boxes
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
        recipe=_plain(plan, data_root),
        data=[_describe(s, data_root, len(read_fields([s], held_out_names(plan)))) for s in plan.sources],
    )
    bundle = output / "bundle"
    example = torch.randn(2, 3, 192, 256, generator=torch.Generator().manual_seed(0))
    write_bundle(
        ExportedFinder(network), example, draft, bundle, outputs=("centres", "shapes"), any_size=True
    )
    _calibrate_scores(plan, bundle)
    report = evaluate_finder(data_root, output / "evaluation", bundle)
    _add_measurements(bundle, list(_finder_rows(report["sets"])))
    return bundle


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
        _amend(bundle, {entry: fit(matched, COARSE_CLASSES)})


def train_classifier(data_root: Path, output: Path, recipe: Path | None = None, resume: bool = False) -> Path:
    """Fit a classifier, calibrate it on held-back pictures, write its bundle; as `train_finder`."""
    plan = read_classifier_recipe(recipe, data_root)
    network = fit_classifier(plan, data_root, output, resume=resume)
    draft = BundleDraft(
        name=plan.name,
        version=plan.version,
        task=CLASSIFY_CELLS,
        taxonomy=plan.taxonomy,
        classes=plan.classes,
        input={"um_per_px": plan.um_per_px, "size_px": plan.input_px, "normalisation": NORMALISATION},
        recipe=_plain(plan, data_root),
        data=[
            _describe(source, data_root, len(pictures))
            for source, pictures in zip(plan.sources, training_pictures(plan), strict=True)
        ],
    )
    bundle = output / "bundle"
    example = torch.randn(2, 3, plan.input_px, plan.input_px, generator=torch.Generator().manual_seed(0))
    exported = ExportedClassifier(network, learn_familiarity(network, plan))
    write_bundle(exported, example, draft, bundle, outputs=CLASSIFIER_OUTPUTS, any_size=False)
    calibrate(bundle, plan, _amend)
    report = evaluate_classifier(data_root, output / "evaluation", bundle)
    _add_measurements(bundle, list(_classifier_rows(report["sets"])))
    return bundle


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
                yield _row(metric, value, name, note, "finder")


def _classifier_rows(sets: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for name, figures in sets.items():
        note = (
            _FRESH
            if figures["role"] == "external"
            else "validation split; the temperature was fitted on cells/pbc val"
        )
        for metric in ("pictures", "accuracy", "accuracy_by_group", "balanced_accuracy", "macro_f1", "ece"):
            row = _row(
                metric.replace("_", " "), figures[metric], name.removesuffix(" val"), note, "classifier"
            )
            yield row | ({"split": "all"} if figures["role"] == "external" else {})


def _row(metric: str, value: float, data: str, note: str, network: str) -> dict[str, Any]:
    command = f"cytovox evaluate {network} --data DATA"
    return {"metric": metric, "value": value, "data": data, "split": "val", "note": note, "command": command}


def _add_measurements(folder: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    manifest = _amend(folder, {"measured": rows})
    write_whole(folder / "CARD.md", write_card(manifest).encode())


def _amend(folder: Path, entries: Mapping[str, Any]) -> dict[str, Any]:
    manifest = {**load_bundle(folder).manifest, **entries}
    write_whole(folder / "bundle.json", (json.dumps(manifest, indent=2, allow_nan=False) + "\n").encode())
    return manifest


def _describe(source: Any, data_root: Path, pictures: int) -> dict[str, Any]:
    described = describe_source(source.index, source.licence, pictures, data_root)
    return described | ({"where": dict(source.where)} if source.where else {})


def _plain(recipe: FinderRecipe | ClassifierRecipe, data_root: Path) -> dict[str, Any]:
    """The recipe as plain values, with paths relative to the data folder."""

    def plain(value: Any) -> Any:
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
        if isinstance(value, Path):
            return value.relative_to(data_root).as_posix() if value.is_relative_to(data_root) else value.name
        if isinstance(value, Mapping):
            return {k: plain(v) for k, v in value.items()}
        return [plain(v) for v in value] if isinstance(value, tuple) else value

    return dict(plain(recipe))
