"""How well infected red cells are told from others: cell by cell, on whole fields, and on healthy smears."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from cytovox.analysis.bundles import FIND_PARASITES, find_bundle
from cytovox.analysis.cell_finder import CellFinder
from cytovox.analysis.infected_red_cells import infection_probabilities
from cytovox.analysis.parasites import Parasites
from cytovox.analysis.scale_refinement import find_at_scale
from cytovox.analysis.smear_map import class_votes, draw_raw_map
from cytovox.domain.errors import TrainingDataError
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import Scale
from cytovox.domain.proportion import Proportion, wilson
from cytovox.evaluation.average_precision import match
from cytovox.evaluation.detection import validation_fields
from cytovox.io.atomic import write_whole
from cytovox.io.labelled_fields import LabelledField, read_boxes, read_labelled_fields
from cytovox.io.lone_red_cells import read_lone_cells
from cytovox.io.smear import open_smear

LONE_UM_PER_PX = {"malaria/plymouth": 0.107, "malaria/nih": 0.062}
"""Sets of lone red cells and their scales, by the size of their red cells."""
STAGES = ("ring", "trophozoite", "schizont", "gametocyte")
HEALTHY, UNDECIDED = "red blood cell", "difficult"
_THRESHOLD = 0.5
_FOLDERS = ("malaria/plymouth", "malaria/nih", "malaria/iml", "detection/bccd", "detection/txl")

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class JudgedCells:
    """Red cells of known state and what was said of them.

    Attributes:
        infected: Shape (n,).
        probability: That they are infected, shape (n,); 0 of cells that the finder missed.
    """

    infected: NDArray[np.bool_]
    probability: FloatArray

    def figures(self) -> dict[str, Any]:
        """Sensitivity and specificity at 0.5 with their intervals, and the area under the ROC curve."""
        called = self.probability >= _THRESHOLD
        positive, negative = self.infected, ~self.infected
        both = positive.any() and negative.any()
        return {
            "cells": len(self.infected),
            "infected": int(positive.sum()),
            "sensitivity": as_dict(wilson(int((called & positive).sum()), int(positive.sum()))),
            "specificity": as_dict(wilson(int((~called & negative).sum()), int(negative.sum()))),
            "roc_auc": float(roc_auc_score(positive, self.probability)) if both else None,
        }


@dataclass(frozen=True, slots=True)
class JudgedField:
    """A field with boxes, and its red cells as Cytovox finds and judges them.

    Attributes:
        name: File name.
        labels: Label of each true box.
        found: Whether each true box met a found red cell.
        probability: Of infection of that cell, shape (n,); 0 where none was found.
        all_probabilities: Of all red cells that were found.
    """

    name: str
    labels: NDArray[np.str_]
    found: NDArray[np.bool_]
    probability: FloatArray
    all_probabilities: FloatArray


def as_dict(share: Proportion) -> dict[str, Any]:
    """A share with its interval as plain values; the share of nothing is None."""
    return {
        "share": share.share if share.total else None,
        "low": share.low,
        "high": share.high,
        "count": share.count,
        "total": share.total,
    }


def evaluate_parasites(
    data_root: Path, output: Path, bundle: str = "malaria", *, progress: Progress | None = None
) -> dict[str, Any]:
    """Measure a malaria bundle on every set of the data folder.

    Lone cells of `malaria/plymouth` val (another slide) and `malaria/nih` val (other patients); whole
    fields of `malaria/iml`, never trained on; red cells of healthy smears, `detection/bccd` val and
    `detection/txl` val.

    Args:
        data_root: Data folder.
        output: Folder for `malaria.json`; made where it is missing.
        bundle: Installed bundle, or the folder of one.
        progress: Called with what is being measured and the share done.

    Returns:
        Figures by set.

    Raises:
        TrainingDataError: None of the sets is there.
    """
    if not any((data_root / folder / "index.csv").is_file() for folder in _FOLDERS):
        raise TrainingDataError(f"{data_root}: expected one of {', '.join(_FOLDERS)} there, found none")
    loaded = find_bundle(bundle, FIND_PARASITES)
    parasites, finder = Parasites.of(loaded), CellFinder.load()
    told = progress or (lambda _what, _share: None)
    sets = {
        **_lone_sets(parasites, data_root, told),
        **_healthy_sets(parasites, finder, data_root, told),
        **_malaria_fields(parasites, finder, data_root, told),
    }
    report = {"bundle": loaded.name, "version": loaded.version, "sha256": loaded.sha256, "sets": sets}
    output.mkdir(parents=True, exist_ok=True)
    write_whole(output / "malaria.json", (json.dumps(report, indent=2) + "\n").encode())
    return report


def _lone_sets(parasites: Parasites, data_root: Path, told: Progress) -> dict[str, Any]:
    sets = {}
    for folder, um_per_px in LONE_UM_PER_PX.items():
        index = data_root / folder / "index.csv"
        if index.is_file():
            told(folder, 0.0)
            sets[f"{folder} val"] = judge_lone_cells(parasites, index, um_per_px).figures()
    return sets


def judge_lone_cells(parasites: Parasites, index: Path, um_per_px: float) -> JudgedCells:
    """The val cells of an index of lone red cells, each looked at in the middle of its picture."""
    cells = read_lone_cells(index, "val")
    probability = []
    for cell in cells:
        pixels = open_smear(cell.path).pixels
        middle = [[pixels.shape[1] / 2, pixels.shape[0] / 2]]
        probability.append(parasites.probabilities(pixels, middle, um_per_px)[0])
    return JudgedCells(np.array([c.infected for c in cells]), np.array(probability, np.float32))


def _healthy_sets(
    parasites: Parasites, finder: CellFinder, data_root: Path, told: Progress
) -> dict[str, Any]:
    sets = {}
    known = validation_fields(data_root)
    for name, fields in known.items():
        if not name.startswith("malaria") and name != "detection/txl" and fields:
            judged = list(judge_fields(parasites, finder, _named(fields), partial(told, name)))
            sets[f"{name} val"] = healthy_figures(judged)
    return sets


def healthy_figures(judged: Sequence[JudgedField]) -> dict[str, Any]:
    """Share of found red cells of healthy smears that are called infected: each is wrong."""
    called = [int((field.all_probabilities >= _THRESHOLD).sum()) for field in judged]
    total = sum(len(field.all_probabilities) for field in judged)
    return {
        "fields": len(judged),
        "false_infected": as_dict(wilson(sum(called), total)),
        "fields_with_false_infected": sum(count > 0 for count in called),
    }


def _malaria_fields(
    parasites: Parasites, finder: CellFinder, data_root: Path, told: Progress
) -> dict[str, Any]:
    index = data_root / "malaria/iml/index.csv"
    if not index.is_file():
        return {}
    labels = read_boxes(index.with_name("boxes.csv"))
    named = [
        (field, np.array([label for _, label in labels.get(field.path.name, [])], np.str_))
        for field in read_labelled_fields(index)
    ]
    judged = list(judge_fields(parasites, finder, named, partial(told, "malaria/iml")))
    return {"malaria/iml": field_figures(judged)}


def _named(fields: Iterable[LabelledField]) -> list[tuple[LabelledField, NDArray[np.str_]]]:
    return [(field, np.full(len(field.boxes), HEALTHY)) for field in fields]


def judge_fields(
    parasites: Parasites,
    finder: CellFinder,
    fields: Sequence[tuple[LabelledField, NDArray[np.str_]]],
    progress: Callable[[float], None],
) -> Iterator[JudgedField]:
    """Find and judge the red cells of each field as `analyze_smear` does; the scale comes from the picture.

    A true box is met by the found red cell that overlaps it at IoU 0.5 or more, each cell once.
    """
    red = finder.classes.index("red_cell")
    least = float(finder.bundle.manifest["thresholds"]["red_cell"])
    for i, (field, labels) in enumerate(fields):
        pixels = open_smear(field.path).pixels
        result = find_at_scale(finder, pixels, Scale.unknown(), min_score=finder.lowest_threshold)
        cells = result.cells[np.flatnonzero((result.cells.kind == red) & (result.cells.score >= least))]
        drawn = finder.drawn_boxes(cells, result.working_um_per_px)
        mapped = result.pixel_map
        raw = None if mapped is None else draw_raw_map(mapped, *pixels.shape[:2])
        votes = None if raw is None else class_votes(raw, list(cells.outlines))
        probability = infection_probabilities(parasites, pixels, cells, votes, result.working_um_per_px)
        met = match(drawn, field.boxes, iou=0.5)
        of_truth = np.zeros(len(field.boxes), np.float32)
        of_truth[met[met >= 0]] = probability[met >= 0]
        found = np.isin(np.arange(len(field.boxes)), met)
        yield JudgedField(field.path.name, labels, found, of_truth, probability)
        progress((i + 1) / len(fields))


def field_figures(judged: Sequence[JudgedField]) -> dict[str, Any]:
    """Figures of fields with malaria: a cell, a stage, and parasitaemia a field."""
    labels = np.concatenate([field.labels for field in judged])
    found = np.concatenate([field.found for field in judged])
    probability = np.concatenate([field.probability for field in judged])
    infected, counted = np.isin(labels, STAGES), labels != UNDECIDED
    met = JudgedCells(infected[counted & found], probability[counted & found])
    called = probability >= _THRESHOLD
    return {
        "fields": len(judged),
        "cells that the finder found": met.figures(),
        "red cells found": as_dict(wilson(int((found & counted).sum()), int(counted.sum()))),
        "infected cells found": as_dict(wilson(int((found & infected).sum()), int(infected.sum()))),
        "sensitivity of finder and network": as_dict(
            wilson(int((called & infected).sum()), int(infected.sum()))
        ),
        "by stage": {
            stage: as_dict(wilson(int((called & (labels == stage)).sum()), int((labels == stage).sum())))
            for stage in STAGES
        },
        "parasitaemia": _parasitaemia(judged),
    }


def _parasitaemia(judged: Sequence[JudgedField]) -> dict[str, Any]:
    """Infected among all red cells: as found, as boxed, and how far apart the two are a field."""
    true = [_true_counts(field) for field in judged]
    seen = [
        (int((field.all_probabilities >= _THRESHOLD).sum()), len(field.all_probabilities)) for field in judged
    ]
    shares = np.array([[a / max(n, 1) for a, n in counts] for counts in (true, seen)])
    varied = shares.std(axis=1).min() > 0
    return {
        "true": as_dict(wilson(*np.sum(true, axis=0).tolist())),
        "found": as_dict(wilson(*np.sum(seen, axis=0).tolist())),
        "mean difference a field": float(np.abs(shares[0] - shares[1]).mean()),
        "correlation of fields": float(np.corrcoef(shares)[0, 1]) if varied else None,
    }


def _true_counts(field: JudgedField) -> tuple[int, int]:
    return int(np.isin(field.labels, STAGES).sum()), int((field.labels != UNDECIDED).sum())


def measured_rows(sets: Mapping[str, Any]) -> Iterator[tuple[str, str, float]]:
    """(set, metric, value) of what a bundle's card tells."""
    for name, figures in sets.items():
        if "false_infected" in figures:
            yield name, "red cells of healthy people", figures["false_infected"]["total"]
            yield name, "of them called infected", figures["false_infected"]["share"]
            continue
        cells = figures.get("cells that the finder found", figures)
        yield name, "red cells", cells["cells"]
        yield name, "infected", cells["infected"]
        figured = {
            "sensitivity": cells["sensitivity"]["share"],
            "specificity": cells["specificity"]["share"],
            "ROC AUC": cells["roc_auc"],
        }
        yield from ((name, metric, value) for metric, value in figured.items() if value is not None)
        for stage, row in figures.get("by stage", {}).items():
            if row["total"]:
                yield name, f"sensitivity to {stage}s, finder and network", row["share"]
