"""A classifier from a user's own pictures: read, split, check, fit, calibrate, measure."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from cytovox.analysis.classify import working_scale
from cytovox.domain.errors import TrainingDataError
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.domain.taxonomy import Taxonomy
from cytovox.evaluation.classification import evaluate_own_pictures
from cytovox.evaluation.own_pictures import OwnPictures
from cytovox.evaluation.training_plots import class_counts_png
from cytovox.io.atomic import write_whole
from cytovox.io.labelled_folder import (
    LabelledPictures,
    LabelOptions,
    class_key,
    read_labelled_pictures,
)
from cytovox.io.smear import open_smear
from cytovox.io.splitting import TRAIN, SplitShares, assign_splits, split_counts, write_index
from cytovox.training.leak_check import check_leaks, leak_report
from cytovox.training.making import BundleExtras, make_classifier, measured_rows
from cytovox.training.recipe import ClassifierRecipe, classifier_recipe

TAXONOMIES = ("blood", "marrow")
OWN_CLASSES = "own"
INDEX, LEAKS, COUNTS, RECIPE = "index.csv", "leaks.txt", "class-counts.png", "recipe.json"
_PICTURES_TO_SCALE = 24
_LIMITS = (
    "Trained and measured on one user's pictures; other stains, cameras and patients are untested.",
    "Single-cell pictures that say nothing of their scale are taken to have that of the training pictures.",
)

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of it that is done, 0..1."""


def _silent(_: str, __: float) -> None:
    pass


@dataclass(frozen=True, slots=True)
class OwnTraining:
    """What a user asks for.

    Attributes:
        pictures: Folder with one folder of pictures a class, or an index CSV.
        output: Run folder.
        recipe: Tables of the recipe, as in `recipes/own.toml`.
        classes: Class keys or names, in output order; empty for all that are there.
        taxonomy: "blood", "marrow" or "own"; "" for the first that knows every label.
        um_per_px: Micrometres per pixel of the pictures; None to take it from them.
        columns: How an index's columns are called; its classes and taxonomy are not used.
        shares: How the pictures are split.
        keep_copies: Whether copies across splits stay, instead of being dropped.
        resume: Go on where an earlier run into the same folder stopped.
    """

    pictures: Path
    output: Path
    recipe: Mapping[str, Any]
    classes: tuple[str, ...] = ()
    taxonomy: str = ""
    um_per_px: float | None = None
    columns: LabelOptions = field(default_factory=LabelOptions)
    shares: SplitShares = field(default_factory=SplitShares)
    keep_copies: bool = False
    resume: bool = False


@dataclass(frozen=True, slots=True)
class PreparedTraining:
    """A run that is ready to start; its folder holds the index, the leak report and the plot of classes.

    Attributes:
        asked: What it was prepared for.
        recipe: The whole recipe.
        counts: Pictures of each class in each split.
        notes: What was left out, and what was taken from the pictures.
    """

    asked: OwnTraining
    recipe: ClassifierRecipe
    counts: Mapping[str, Mapping[str, int]]
    notes: tuple[str, ...]


def prepare(asked: OwnTraining, progress: Progress = _silent) -> PreparedTraining:
    """Read, split and check the pictures, and complete the recipe.

    What is wrong with the recipe alone is said before any picture is read. A resumed run takes the splits and
    figures of the earlier one; only `[fit]` may differ.

    Raises:
        TrainingDataError: The pictures, their labels or the recipe cannot be used.
    """
    index = asked.output / INDEX
    if asked.resume and index.is_file() and (asked.output / RECIPE).is_file():
        return _prepared_earlier(asked)
    classifier_recipe(
        {**asked.recipe, "name": "", "version": "", "taxonomy": "", "classes": []}, asked.output
    )
    labelled = _labelled(asked)
    taxonomy = _taxonomy_key(asked, labelled)
    checked = check_leaks(
        assign_splits(labelled, asked.shares),
        drop=not asked.keep_copies,
        progress=lambda done: progress("reading pictures", done),
    )
    labelled = checked.labelled
    counts = split_counts(labelled)
    _check_counts(counts)
    um_per_px, note = _scale(asked, labelled, progress)
    table = _completed(asked, labelled, taxonomy, um_per_px)
    recipe = classifier_recipe(table, asked.output)
    asked.output.mkdir(parents=True, exist_ok=True)
    write_index(labelled, index)
    write_whole(asked.output / LEAKS, leak_report(checked).encode())
    write_whole(asked.output / COUNTS, class_counts_png(counts))
    write_whole(asked.output / RECIPE, (json.dumps(table, indent=2) + "\n").encode())
    return PreparedTraining(asked, recipe, counts, (*labelled.left_out, note))


def train_prepared(prepared: PreparedTraining) -> Path:
    """Fit, calibrate and measure; the bundle's folder.

    Figures are of the validation pictures, as the finished bundle names them, and stand in `evaluation/`.
    """
    asked, index = prepared.asked, prepared.asked.output / INDEX

    def evaluate(bundle: Path) -> list[dict[str, Any]]:
        own = OwnPictures(index, split="val", um_per_px=asked.um_per_px)
        report = evaluate_own_pictures(own, asked.output / "evaluation", bundle)
        (figures,) = report["sets"].values()
        note = "validation split of the user's own pictures; prediction sets are calibrated with it too"
        return measured_rows(
            figures,
            data="own pictures",
            split="val",
            note=note,
            command=f"cytovox evaluate classifier --pictures {INDEX} --split val",
        )

    scale = {"pictures_um_per_px": prepared.recipe.sources[0].um_per_px}
    return make_classifier(
        prepared.recipe,
        asked.output,
        asked.output,
        evaluate,
        resume=asked.resume,
        extras=BundleExtras(settings={"limits": list(_LIMITS)}, input=scale),
    )


def _labelled(asked: OwnTraining) -> LabelledPictures:
    """The pictures, labels matched to the taxonomy that knows them all, or as they are."""
    if asked.taxonomy not in ("", OWN_CLASSES, *TAXONOMIES):
        raise TrainingDataError(
            f"taxonomy: expected one of {', '.join((*TAXONOMIES, OWN_CLASSES))}, got '{asked.taxonomy}'"
        )
    if asked.taxonomy in TAXONOMIES:
        labelled = _read(asked, load_taxonomy(asked.taxonomy))
        unknown = [name for name in labelled.classes if name not in load_taxonomy(asked.taxonomy)]
        if unknown:
            raise TrainingDataError(
                f"taxonomy '{asked.taxonomy}' has no class '{unknown[0]}'; choose classes, rename the label, "
                f"or take the taxonomy '{OWN_CLASSES}'"
            )
        return labelled
    plain = _read(asked, None)
    known = None if asked.taxonomy == OWN_CLASSES else _knowing_all(plain.classes)
    return _read(asked, known) if known else plain


def _read(asked: OwnTraining, taxonomy: Taxonomy | None) -> LabelledPictures:
    columns = asked.columns
    options = LabelOptions(
        asked.classes, taxonomy, columns.label_column, columns.split_column, columns.group_column
    )
    return read_labelled_pictures(asked.pictures, options)


def _knowing_all(labels: tuple[str, ...]) -> Taxonomy | None:
    for key in TAXONOMIES:
        taxonomy = load_taxonomy(key)
        if len({class_key(label, taxonomy) for label in labels} & set(taxonomy.keys)) == len(labels):
            return taxonomy
    return None


def _taxonomy_key(asked: OwnTraining, labelled: LabelledPictures) -> str:
    if asked.taxonomy:
        return "" if asked.taxonomy == OWN_CLASSES else asked.taxonomy
    known = _knowing_all(labelled.classes)
    return known.key if known else ""


def _check_counts(counts: Mapping[str, Mapping[str, int]]) -> None:
    for name, of_split in counts.items():
        if empty := [split for split, number in of_split.items() if number == 0]:
            raise TrainingDataError(
                f"class '{name}': after unreadable files and copies were left out, no pictures remain for "
                f"{' and '.join(empty)}; leaks.txt is not written yet, so check the files of this class"
            )


def _scale(asked: OwnTraining, labelled: LabelledPictures, progress: Progress) -> tuple[float, str]:
    """Micrometres per pixel of the pictures, and how they are known."""
    if asked.um_per_px is not None:
        return asked.um_per_px, f"scale: {asked.um_per_px:g} um per pixel, as given"
    pictures = [p for p in labelled.pictures if p.split == TRAIN]
    chosen = pictures[:: max(1, len(pictures) // _PICTURES_TO_SCALE)][:_PICTURES_TO_SCALE]
    found = []
    for number, picture in enumerate(chosen, 1):
        found.append(working_scale(open_smear(picture.path)))
        progress("measuring the scale", number / len(chosen))
    low, middle, high = np.percentile(found, [25, 50, 75])
    return float(middle), (
        f"scale: {middle:.3f} um per pixel, the middle of {len(found)} pictures (half of them within "
        f"{low:.3f} to {high:.3f}); say it where you know it"
    )


def _completed(
    asked: OwnTraining, labelled: LabelledPictures, taxonomy: str, um_per_px: float
) -> dict[str, Any]:
    """The recipe's tables with everything that is taken from the pictures."""
    table = json.loads(json.dumps(asked.recipe))
    fit = table.setdefault("fit", {})
    drawn = sum(picture.split == TRAIN for picture in labelled.pictures)
    steps = max(1, int(fit.get("epochs", 1)) * drawn // max(1, int(fit.get("batch_size", 1))))
    fit.setdefault("warmup_steps", max(1, min(200, steps // 10)))
    # Averages over the last tenth of the fit: a fixed decay would keep the weights it started with in a short
    # one.
    fit.setdefault("ema_decay", round(min(0.998, max(0.0, 1 - 10 / steps)), 4))
    source = {
        "index": INDEX,
        "label_column": "label",
        "um_per_px": round(um_per_px, 5),
        "licence": "not stated",
    }
    defaults = {"name": asked.output.resolve().name, "version": "1"}
    return {
        **defaults,
        **table,
        "taxonomy": taxonomy,
        "classes": list(labelled.classes),
        "sources": [source],
        "calibration_share": 0.0,
    }


def _prepared_earlier(asked: OwnTraining) -> PreparedTraining:
    try:
        table = json.loads((asked.output / RECIPE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingDataError(f"{asked.output / RECIPE}: cannot be read, {error}; start anew") from error
    table["fit"] = {**table["fit"], **asked.recipe.get("fit", {})}
    labelled = read_labelled_pictures(asked.output / INDEX, LabelOptions(classes=tuple(table["classes"])))
    recipe = classifier_recipe(table, asked.output)
    return PreparedTraining(
        asked, recipe, split_counts(labelled), ("splits, scale and classes of the earlier run",)
    )


def refuse_data_folder(path: Path) -> None:
    """Say what to do where a folder of data sets is given in place of a folder of classes.

    Raises:
        TrainingDataError: It holds data sets.
    """
    if path.is_dir() and (path / "cells/pbc/index.csv").is_file():
        raise TrainingDataError(
            f"{path}: this is a folder of data sets; name its recipe (blood or marrow), or give "
            "a folder of class-named folders"
        )
