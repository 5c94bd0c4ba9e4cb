"""What each means against another laboratory's colours brings, measured on cameras that were not trained on.

    python -m benchmarks.generalisation DATA [--only ROW ...]

A small study: MobileNetV2 from ImageNet at 64 px, a few passes each, so that all of it fits in an hour on two
cores. Each row changes one thing of the row before, or of the one that it names. Physical scales are given.
`cells/lisc` is never trained on; the other sets only where a row says so, and then on their training part.
"""

import argparse
import dataclasses
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader

from cytovox.domain.geometry import FloatArray
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.io.cell_pictures import CellPicture, CellPictureSource, read_cell_pictures
from cytovox.training.augmentation import AppearanceOptions
from cytovox.training.cell_pictures import CellPictureDataset, VariationOptions
from cytovox.training.classifier import fit_classifier, geometry_of, turned_logits
from cytovox.training.classifier_network import CellClassifier
from cytovox.training.fitting import FitOptions
from cytovox.training.recipe import ClassifierRecipe, read_classifier_recipe

IMAGENET = "weights/mobilenet_v2_imagenet.safetensors"
SIDE_PX, UM_PER_PX = 64, 0.4
DRAWS, EPOCHS = 6000, 4

_NO_COLOUR = AppearanceOptions(
    stain=0.0, mixing=0.0, illumination=0.0, gamma=0.0, blur=0.0, coarse=0.0, noise=0.0, jpeg=0.0
)
_CAMERA = dataclasses.replace(
    _NO_COLOUR, illumination=0.3, gamma=0.15, blur=0.3, coarse=0.15, noise=0.25, jpeg=0.3
)
_STAIN = dataclasses.replace(_CAMERA, stain=0.3, mixing=0.08)


@dataclasses.dataclass(frozen=True, slots=True)
class Variant:
    """One way of training.

    Attributes:
        name: Row of the table.
        sources: Parts of the shipped recipe's sources that are trained on.
        appearance: Variation of colour and sharpness; None for the shipped recipe's.
        variation: Further variation.
        scale_spread: Variation of size.
        turns: Quarter turns averaged when measured.
        ema_decay: Of the weights.
    """

    name: str
    sources: tuple[str, ...] = ("pbc",)
    appearance: AppearanceOptions | None = None
    variation: VariationOptions = dataclasses.field(default_factory=VariationOptions)
    scale_spread: float = 0.16
    turns: int = 1
    ema_decay: float = 0.995


_ALL = ("pbc", "marrow", "wbc_masks", "bccd", "choi")
VARIANTS = (
    Variant("pbc alone; turns, flips, scale", appearance=_NO_COLOUR),
    Variant("+ light, gamma, blur, noise, JPEG", appearance=_CAMERA),
    Variant("+ stain variation in optical density", appearance=_STAIN),
    Variant("+ wide: channel gain, saturation, overexposure, mild to wide"),
    Variant("the same, no variation of scale", scale_spread=0.01),
    Variant("the same, surroundings hidden in a third", variation=VariationOptions(hidden=0.33)),
    Variant("+ a second laboratory (marrow)", sources=("pbc", "marrow")),
    Variant("the same, four quarter turns averaged", sources=("pbc", "marrow"), turns=4),
    Variant("+ jtsc, cellavision, bccd, choi by source", sources=_ALL),
    Variant("the same, four quarter turns averaged", sources=_ALL, turns=4),
    Variant("+ unlabelled raabin cells, self-training", sources=(*_ALL, "raabin"), turns=4),
)


def main() -> None:
    """Print the table as Markdown and, at the end, as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generalisation", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", type=int, nargs="*", help="rows to run, from 0")
    arguments = parser.parse_args()
    sets = away_sets(arguments.data, _recipe(VARIANTS[0], arguments.data).classes)
    print("| row | training | " + " | ".join(sets) + " |", flush=True)
    print("|" + " --- |" * (len(sets) + 2), flush=True)
    rows = []
    for number, variant in enumerate(VARIANTS):
        if arguments.only and number not in arguments.only:
            continue
        figures = _train_and_measure(variant, arguments.data, sets)
        rows.append({"row": number, "training": variant.name, **figures})
        cells = " | ".join(f"{value:.1%}" for value in figures.values())
        print(f"| {number} | {variant.name} | {cells} |", flush=True)
    print(json.dumps(rows, indent=1))


def away_sets(data: Path, classes: Sequence[str]) -> dict[str, list[CellPicture]]:
    """Validation cells of the home laboratory and of others, with their physical scale."""
    masks = data / "wbc_masks/index.csv"
    fields = CellPictureSource(
        data / "detection/bccd/white_cell_types.csv",
        "types",
        0.079,
        file_column="image",
        folder="images",
        boxes="boxes.csv",
        cell_box="WBC",
    )
    chosen = {
        "pbc val": (CellPictureSource(data / "cells/pbc/index.csv", "label", 0.154), "val"),
        "lisc": (CellPictureSource(data / "cells/lisc/index.csv", "label", 0.165), None),
        "jtsc val": (CellPictureSource(masks, "cell_type", 0.173, where={"subset": "jtsc"}), "val"),
        "cellavision": (CellPictureSource(masks, "cell_type", 0.105, where={"subset": "cellavision"}), "val"),
        "bccd val": (fields, "val"),
    }
    return {name: read_cell_pictures(source, classes, split) for name, (source, split) in chosen.items()}


def _recipe(variant: Variant, data: Path) -> ClassifierRecipe:
    shipped = read_classifier_recipe(None, data)
    sources = [s for s in shipped.sources if _part(s) in variant.sources]
    total = sum(s.draws or 0 for s in sources)
    return dataclasses.replace(
        shipped,
        input_px=SIDE_PX,
        um_per_px=UM_PER_PX,
        weights=IMAGENET,
        sources=tuple(dataclasses.replace(s, draws=(s.draws or 0) * DRAWS / total) for s in sources),
        scale_spread=variant.scale_spread,
        appearance=variant.appearance or shipped.appearance,
        variation=variant.variation,
        self_training_from=2,
        calibration_share=0.0,
        fit=FitOptions(
            epochs=EPOCHS,
            batch_size=32,
            learning_rate=5e-4,
            warmup_steps=60,
            ema_decay=variant.ema_decay,
            label_smoothing=0.02,
            dropout=0.3,
            seed=3,
        ),
    )


def _part(source: CellPictureSource) -> str:
    """The data set of a source of cells; "" of one that shows no white cells."""
    if source.cell_box not in ("", "WBC") or source.index.parent.name == "nih":
        return ""
    return source.where.get("origin", source.index.parent.name)


def _train_and_measure(variant: Variant, data: Path, sets: dict[str, list[CellPicture]]) -> dict[str, float]:
    recipe = _recipe(variant, data)
    with tempfile.TemporaryDirectory() as folder:
        network = fit_classifier(recipe, data, Path(folder), resume=False)
    return {name: _balanced(network, recipe, cells, variant.turns) for name, cells in sets.items()}


@torch.inference_mode()
def _balanced(
    network: CellClassifier, recipe: ClassifierRecipe, cells: Sequence[CellPicture], turns: int
) -> float:
    """Balanced accuracy over the eight groups, each group of pictures of one cell weighing 1."""
    dataset = CellPictureDataset(cells, len(recipe.classes), geometry_of(recipe), None)
    logits = []
    for pictures, _ in DataLoader(dataset, batch_size=64):
        logits.append(turned_logits(network, pictures, turns)[:, :-1])
    return balanced_by_group(torch.softmax(torch.cat(logits), 1).numpy(), cells, recipe.classes)


def balanced_by_group(
    probabilities: FloatArray, cells: Sequence[CellPicture], classes: Sequence[str]
) -> float:
    """Mean recall of the coarse types that occur, each group of pictures weighing 1."""
    taxonomy = load_taxonomy("blood")
    coarse = [_coarse(taxonomy.lineage(key)) for key in classes]
    types = sorted(set(coarse))
    summed = np.stack([probabilities[:, [c == t for c in coarse]].sum(axis=1) for t in types], axis=1)
    truth = np.array([types.index(coarse[cell.targets[0]]) for cell in cells])
    right = (summed.argmax(axis=1) == truth).astype(np.float64)
    _, group, size = np.unique([c.group for c in cells], return_inverse=True, return_counts=True)
    weight = 1 / size[group]
    return float(
        np.mean([np.average(right[truth == t], weights=weight[truth == t]) for t in np.unique(truth)])
    )


def _coarse(lineage: Sequence[str]) -> str:
    return lineage[-2] if len(lineage) > 2 else lineage[0]


if __name__ == "__main__":
    main()
