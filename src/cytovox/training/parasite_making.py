"""Making the malaria bundle: fit, export, set the threshold on held-out training cells, measure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from cytovox.analysis.bundles import FIND_PARASITES, load_bundle
from cytovox.analysis.parasites import Parasites
from cytovox.domain.errors import TrainingDataError
from cytovox.domain.geometry import FloatArray
from cytovox.evaluation.calibration import fit_temperature
from cytovox.evaluation.parasites import evaluate_parasites, measured_rows
from cytovox.io.lone_red_cells import read_lone_cells
from cytovox.training.cell_pictures import read_rgb
from cytovox.training.export import BundleDraft, write_bundle
from cytovox.training.making import NORMALISATION
from cytovox.training.manifest import add_measurements, amend, described_source, measured_row, plain_recipe
from cytovox.training.parasite_cells import held_out, read_healthy_fields
from cytovox.training.parasites import (
    MalariaRecipe,
    fit_parasites,
    read_malaria_recipe,
    training_cells,
    training_fields,
    unwanted_names,
)

CLASSES = ("red_cell", "infected_red_cell")
MOST_FALSE_HEALTHY = 0.002
"""Share of the red cells of held-out healthy fields that may be called infected."""
MOST_FALSE_LONE = 0.01
"""Likewise of held-out cells without parasites of people with malaria, whose labels are less sure."""
EXTRA_TURNS_WITHIN = 2.5
"""Distance of a logit from the threshold up to which a cell is looked at in four turns, not one."""
_SHIFTS_UM = ((0.0, 0.0), (0.3, 0.0), (-0.3, 0.0), (0.0, 0.3), (0.0, -0.3))
"""Held-out cells are looked at off their middles too, as the finder's middles are."""


@dataclass(frozen=True, slots=True)
class HeldOutCells:
    """Logits of training cells that were not trained on.

    Attributes:
        logits: Shape (n,).
        infected: Shape (n,).
        of_malaria: Whether the cell is a lone one of a person with malaria, shape (n,).
    """

    logits: FloatArray
    infected: NDArray[np.bool_]
    of_malaria: NDArray[np.bool_]


def train_malaria(
    data_root: Path,
    output: Path,
    recipe: Path | None = None,
    resume: bool = False,
    *,
    changes: Mapping[str, Any] | None = None,
) -> Path:
    """Fit the network and write its bundle, measured on every set of the data folder.

    Args:
        data_root: Data folder.
        output: Run folder: checkpoints, logs, evaluation; the bundle goes to `output/bundle`.
        recipe: TOML recipe; the shipped one by default.
        resume: Continue from the run's last checkpoint.
        changes: Entries to replace in the recipe, by their dotted names.

    Returns:
        The bundle's folder.
    """
    plan = read_malaria_recipe(recipe, data_root, changes)
    network = fit_parasites(plan, output, resume=resume)
    draft = BundleDraft(
        name=plan.name,
        version=plan.version,
        task=FIND_PARASITES,
        taxonomy="blood",
        classes=CLASSES,
        input={"um_per_px": plan.um_per_px, "size_px": plan.input_px, "normalisation": NORMALISATION},
        settings={"threshold": 0.0, "temperature": 1.0},
        recipe=plain_recipe(plan, data_root),
        data=_data(plan, data_root),
    )
    bundle = output / "bundle"
    example = torch.randn(2, 3, plan.input_px, plan.input_px, generator=torch.Generator().manual_seed(0))
    write_bundle(network, example, draft, bundle, outputs=("logits",), any_size=False)
    amend(bundle, threshold_entries(held_out_cells(Parasites.of(load_bundle(bundle)), plan)))
    report = evaluate_parasites(data_root, output / "evaluation", str(bundle))
    add_measurements(bundle, list(_rows(report["sets"])))
    return bundle


def _data(plan: MalariaRecipe, data_root: Path) -> list[dict[str, Any]]:
    lone = [described_source(s, data_root, len(training_cells(s, plan))) for s in plan.cells]
    return lone + [described_source(s, data_root, len(training_fields(s, plan))) for s in plan.fields]


def held_out_cells(parasites: Parasites, plan: MalariaRecipe) -> HeldOutCells:
    """What the network says of the training cells that were kept back, each looked at five times.

    Shifted views make more of few cells: a cell at the edge of the threshold is on both sides of it.
    """
    rows: list[tuple[float, bool, bool]] = []
    for source in plan.cells:
        for cell in read_lone_cells(source.index, "train", source.group_column):
            if held_out(cell.group, plan.held_out_share):
                pixels = read_rgb(cell.path)
                middle = np.array([[pixels.shape[1], pixels.shape[0]]], np.float32) * np.float32(0.5)
                shifted = _shifted_logits(parasites, pixels, middle, source.um_per_px)
                rows += [(float(z), cell.infected, True) for z in shifted.ravel()]
    for boxed in plan.fields:
        for origin, field in read_healthy_fields(boxed, unwanted_names(plan), plan.um_per_px):
            if held_out(origin, plan.held_out_share):
                middles = (field.red_boxes[:, :2] + field.red_boxes[:, 2:]) * np.float32(0.5)
                shifted = _shifted_logits(parasites, field.pixels, middles, field.um_per_px)
                rows += [(float(z), False, False) for z in shifted.ravel()]
    if not rows:
        raise TrainingDataError(
            "malaria: no group was held out to set the threshold on; raise held_out_share"
        )
    logits, infected, of_malaria = zip(*rows, strict=True)
    return HeldOutCells(np.array(logits, np.float32), np.array(infected), np.array(of_malaria))


def _shifted_logits(
    parasites: Parasites, pixels: NDArray[np.uint8], middles: FloatArray, um_per_px: float
) -> FloatArray:
    """Logits (views, n) of the cells at (x, y) in the picture."""
    shifts = np.array(_SHIFTS_UM, np.float32) / np.float32(um_per_px)
    return np.stack([parasites.logits(pixels, middles + shift, um_per_px) for shift in shifts])


def threshold_entries(cells: HeldOutCells) -> dict[str, Any]:
    """Entries of `bundle.json`: the logit of the threshold, the temperature, and how they were set.

    The threshold is the lowest logit that keeps false alarms at `MOST_FALSE_HEALTHY` of the red cells of
    healthy fields and at `MOST_FALSE_LONE` of the cells without parasites of people with malaria.
    """
    healthy = cells.logits[~cells.infected & ~cells.of_malaria]
    lone = cells.logits[~cells.infected & cells.of_malaria]
    limits = [_upper(healthy, MOST_FALSE_HEALTHY), _upper(lone, MOST_FALSE_LONE)]
    threshold = max(limits)
    allowed = np.stack([~cells.infected, cells.infected], axis=1)
    temperature = fit_temperature(np.stack([0 * cells.logits, cells.logits], axis=1), allowed)
    positive = cells.logits[cells.infected]
    return {
        "threshold": threshold,
        "temperature": temperature,
        "extra_turns_within": EXTRA_TURNS_WITHIN,
        "threshold_set_on": {
            "views_of_infected_cells": len(positive),
            "of_them_called": _share(positive, threshold),
            "views_of_cells_without_parasites": len(lone),
            "of_those_called": _share(lone, threshold),
            "views_of_red_cells_of_healthy_fields": len(healthy),
            "of_these_called": _share(healthy, threshold),
        },
    }


def _upper(logits: FloatArray, share: float) -> float:
    return float(np.quantile(logits, 1 - share)) if len(logits) else 0.0


def _share(logits: FloatArray, threshold: float) -> float | None:
    return float((logits >= threshold).mean()) if len(logits) else None


def _rows(sets: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, metric, value in measured_rows(sets):
        note = _NOTES.get(name, "healthy smears of sources that were trained on")
        row = measured_row(metric, value, name.removesuffix(" val"), note, "malaria")
        yield row | ({"split": "all"} if name == "malaria/iml" else {})


_NOTES = {
    "malaria/iml": "never trained on; another species, stain and camera",
    "malaria/plymouth val": "another slide of a source that was trained on",
    "malaria/nih val": "other patients of a source that was trained on",
}
