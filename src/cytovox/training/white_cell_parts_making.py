"""Making the bundle of white cells' parts: fit, export, measure, write the card."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch

from cytovox.analysis.bundles import SEGMENT_WHITE_CELLS
from cytovox.evaluation.segmentation import evaluate_white_cells
from cytovox.training.export import BundleDraft, write_bundle
from cytovox.training.making import NORMALISATION
from cytovox.training.manifest import add_measurements, described_source, measured_row, plain_recipe
from cytovox.training.white_cell_parts import fit_white_cell_parts, read_white_cell_recipe, training_cells
from cytovox.training.white_cell_parts_network import PARTS, ExportedParts

OUTPUT = "parts"


def train_white_cells(
    data_root: Path,
    output: Path,
    recipe: Path | None = None,
    resume: bool = False,
    *,
    without: str = "",
    changes: Mapping[str, Any] | None = None,
) -> Path:
    """Fit the network, measure it on the validation split of every source and write its bundle.

    Args:
        data_root: Data folder.
        output: Run folder: checkpoints, logs, evaluation; the bundle goes to `output/bundle`.
        recipe: TOML recipe; the shipped one by default.
        resume: Continue from the run's last checkpoint.
        without: Source to leave out of training; "" for none.
        changes: Entries to replace in the recipe, by their dotted names.

    Returns:
        The bundle's folder.
    """
    plan = read_white_cell_recipe(recipe, data_root, changes, without=without)
    cells = training_cells(plan)
    network = fit_white_cell_parts(plan, cells, data_root, output, resume=resume)
    draft = BundleDraft(
        name=plan.name,
        version=plan.version,
        task=SEGMENT_WHITE_CELLS,
        taxonomy="",
        classes=PARTS,
        input={"um_per_px": plan.um_per_px, "size_px": plan.side_px, "normalisation": NORMALISATION},
        recipe=plain_recipe(plan, data_root),
        data=[
            described_source(source, data_root, len(kept)) | {"where": {"subset": source.subset}}
            for source, kept in zip(plan.sources, cells, strict=True)
        ],
    )
    bundle = output / "bundle"
    example = torch.randn(2, 3, plan.side_px, plan.side_px, generator=torch.Generator().manual_seed(0))
    write_bundle(ExportedParts(network), example, draft, bundle, outputs=(OUTPUT,), any_size=False)
    report = evaluate_white_cells(data_root, output / "evaluation", bundle)
    add_measurements(bundle, list(_rows(report["sets"])))
    return bundle


def _rows(sets: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for name, figures in sets.items():
        note = (
            "validation split of a source that was trained on"
            if figures["trained_on"]
            else "never trained on"
        )
        for metric, key in (("cells", "cells"), ("Dice, nucleus", "nucleus"), ("Dice, whole cell", "cell")):
            yield measured_row(metric, figures[key], f"wbc_masks {name}", note, "white-cells")
