"""What some choices of a training are worth: treatments of rare classes, and steps before the network.

    python -m benchmarks.training_choices imbalance DATA
    python -m benchmarks.training_choices preprocessing DATA
    python -m benchmarks.training_choices copies DATA

Small networks on small parts of the data, so that a laptop does it in a quarter of an hour: MobileNetV2 from
the ImageNet weights, 64 px. The figures compare choices with each other; the shipped networks are better than
all. Tables are printed in Markdown, as they stand in docs/concepts/training-choices.md.
"""

import argparse
import contextlib
import csv
import io
import logging
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader

from cytovox.analysis.classify import working_scale
from cytovox.domain.image import RgbPixels
from cytovox.imaging.perceptual_hash import Fingerprint, bits_apart, fingerprint, orient
from cytovox.imaging.resample import resize
from cytovox.io.cell_pictures import CellPicture, CellPictureSource, read_cell_pictures
from cytovox.io.smear import open_smear
from cytovox.training.classifier import fit_classifier, plain_set, training_set, with_measured_steps
from cytovox.training.imbalance import STRATEGIES
from cytovox.training.recipe import ClassifierRecipe, classifier_recipe

IMAGENET = "weights/mobilenet_v2_imagenet.safetensors"
PBC_UM_PER_PX = 0.154
SEEDS = (0, 1)
# Training pictures of each class, common ones first: each has 0.57 times as many as the one before.
LONG_TAIL = {
    "neutrophil": 300,
    "lymphocyte": 171,
    "monocyte": 97,
    "eosinophil": 55,
    "platelet": 32,
    "ig": 18,
    "erythroblast": 10,
    "basophil": 6,
}
RARE = tuple(LONG_TAIL)[4:]
FIVE_TYPES = ("neutrophil", "lymphocyte", "monocyte", "eosinophil", "basophil")
PREPROCESSING: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "none": (),
    "contrast": ({"step": "contrast"},),
    "denoise": ({"step": "denoise"},),
    "macenko": ({"step": "macenko"},),
    "reinhard": ({"step": "reinhard"},),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fitted network makes of labelled pictures.

    Attributes:
        accuracy: Share named rightly.
        recall: Of each class, in the recipe's order.
    """

    accuracy: float
    recall: tuple[float, ...]


def main() -> None:
    """Print the table that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training_choices", description=__doc__)
    parser.add_argument("table", choices=("imbalance", "preprocessing", "copies"))
    parser.add_argument("data", type=Path, metavar="DATA", help="data folder")
    parser.add_argument("--epochs", type=int, default=10)
    given = parser.parse_args()
    for name in ("lightning.pytorch", "lightning.fabric"):
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    tables = {"imbalance": imbalance, "preprocessing": preprocessing, "copies": copies}
    for row in tables[given.table](given.data, given.epochs):
        print(row, flush=True)


def imbalance(data: Path, epochs: int) -> Iterator[str]:
    """Rows of the table of strategies."""
    yield "| strategy | drawn | accuracy | balanced accuracy | recall of the four rarest | of the others |"
    yield "| --- | --- | --- | --- | --- | --- |"
    with tempfile.TemporaryDirectory() as folder:
        index = _write_index(data, Path(folder), LONG_TAIL)
        for strategy in STRATEGIES:
            outcomes, drawn = [], 0.0
            for seed in SEEDS:
                recipe = _recipe(
                    data,
                    index,
                    tuple(LONG_TAIL),
                    fit=(epochs, seed),
                    changes={"imbalance": {"strategy": strategy}},
                )
                drawn = float(training_set(recipe)[1].sum()) * epochs
                outcomes.append(_fit_and_name(recipe, data, Path(folder), [_val(recipe)])[0])
            yield _imbalance_row(strategy, drawn, outcomes)


def preprocessing(data: Path, epochs: int) -> Iterator[str]:
    """Rows of the table of steps before the network: at home, and on a camera that was never trained on."""
    yield "| step | accuracy at home (cells/pbc val) | balanced accuracy away (cells/lisc) |"
    yield "| --- | --- | --- |"
    with tempfile.TemporaryDirectory() as folder:
        index = _write_index(data, Path(folder), dict.fromkeys(FIVE_TYPES, 160))
        away = _away(data)
        for name, steps in PREPROCESSING.items():
            home_accuracy, away_accuracy = [], []
            for seed in SEEDS:
                recipe = _recipe(
                    data, index, FIVE_TYPES, fit=(epochs, seed), changes={"preprocessing": list(steps)}
                )
                home, other = _fit_and_name(recipe, data, Path(folder), [_val(recipe), away])
                home_accuracy.append(home.accuracy)
                away_accuracy.append(float(np.mean(other.recall)))
            yield f"| {name} | {_percent(home_accuracy)} | {_percent(away_accuracy)} |"


def copies(data: Path, _: int) -> Iterator[str]:
    """Rows on how near different pictures come to each other, and how near a picture stays to its copies."""
    with (data / "cells/pbc/index.csv").open(newline="", encoding="utf-8") as file:
        files = [row["file"] for row in csv.DictReader(file)]
    chosen = np.random.default_rng(0).permutation(files)[:800]
    pictures = [open_smear(data / "cells/pbc" / name).pixels for name in chosen]
    prints = [fingerprint(pixels) for pixels in pictures]
    yield "| pair | bits apart, at least | at most | likeness, at least | at most |"
    yield "| --- | --- | --- | --- | --- |"
    different = [_nearness(a, b) for i, a in enumerate(prints) for b in prints[i + 1 :]]
    yield _copies_row(f"{len(different)} pairs of different pictures", different)
    for name, change in COPIES.items():
        pairs = zip(pictures[:200], prints, strict=False)
        yield _copies_row(name, [_nearness(fingerprint(change(pixels)), own) for pixels, own in pairs])


def _nearness(ours: Fingerprint, theirs: Fingerprint) -> tuple[int, float]:
    """Fewest bits apart over the eight orientations, and the likeness in that orientation."""
    bits = bits_apart(ours.hashes[:1], theirs.hashes)[0]
    way = int(bits.argmin())
    return int(bits[way]), float((ours.small * orient(theirs.small, way)).sum())


def _copies_row(name: str, found: Sequence[tuple[int, float]]) -> str:
    bits, likeness = zip(*found, strict=True)
    return f"| {name} | {min(bits)} | {max(bits)} | {min(likeness):.3f} | {max(likeness):.3f} |"


def _jpeg(pixels: RgbPixels) -> RgbPixels:
    _, packed = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 50])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


COPIES: Mapping[str, Callable[[RgbPixels], RgbPixels]] = {
    "JPEG of quality 50": _jpeg,
    "0.6 times the size": lambda p: resize(p, (round(0.6 * p.shape[0]), round(0.6 * p.shape[1]))),
    "a quarter turn": lambda p: np.ascontiguousarray(np.rot90(p)),
    "blurred, sd 2 px": lambda p: np.asarray(cv2.GaussianBlur(p, (0, 0), 2.0), np.uint8),
    "cut by 2 % a side": lambda p: np.ascontiguousarray(p[4:-4, 4:-4]),
}


def _imbalance_row(strategy: str, drawn: float, outcomes: Sequence[Outcome]) -> str:
    rare = [i for i, name in enumerate(LONG_TAIL) if name in RARE]
    common = [i for i, name in enumerate(LONG_TAIL) if name not in RARE]
    recall = np.array([outcome.recall for outcome in outcomes])
    columns = (
        [outcome.accuracy for outcome in outcomes],
        recall.mean(axis=1).tolist(),
        recall[:, rare].mean(axis=1).tolist(),
        recall[:, common].mean(axis=1).tolist(),
    )
    return f"| {strategy} | {drawn:.0f} | {' | '.join(map(_percent, columns))} |"


def _percent(values: Sequence[float]) -> str:
    """The mean over the seeds, and half their distance."""
    spread = (max(values) - min(values)) / 2
    return f"{np.mean(values):.1%} ± {100 * spread:.1f}"


def _write_index(data: Path, folder: Path, sizes: Mapping[str, int]) -> Path:
    """An index of the first pictures of each class of cells/pbc: so many to train on, 50 to validate on."""
    with (data / "cells/pbc/index.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    lines = ["file,label,split,group"]
    for label, number in sizes.items():
        for split, most in (("train", number), ("val", 50)):
            chosen = [r for r in rows if r["label8"] == label and r["split"] == split][:most]
            lines += [f"{data / 'cells/pbc' / r['file']},{label},{split},{r['file']}" for r in chosen]
    (folder / "index.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "index.csv"


def _recipe(
    data: Path, index: Path, classes: Sequence[str], *, fit: tuple[int, int], changes: Mapping[str, Any]
) -> ClassifierRecipe:
    """The recipe of a small network; `fit` is its number of epochs and its seed."""
    epochs, seed = fit
    table: dict[str, Any] = {
        "name": "small",
        "version": "0",
        "taxonomy": "",
        "classes": list(classes),
        "input_px": 64,
        "um_per_px": 0.42,
        "weights": IMAGENET,
        "calibration_share": 0.0,
        "sources": [{"index": str(index), "label_column": "label", "um_per_px": PBC_UM_PER_PX}],
        "fit": {
            "epochs": epochs,
            "batch_size": 32,
            "learning_rate": 3e-4,
            "warmup_steps": 40,
            "ema_decay": 0.9,
            "dropout": 0.3,
            "workers": 0,
            "seed": seed,
        },
        **changes,
    }
    return classifier_recipe(table, data)


def _val(recipe: ClassifierRecipe) -> list[CellPicture]:
    return read_cell_pictures(recipe.sources[0], recipe.classes, "val", taxonomy="")


def _away(data: Path) -> list[CellPicture]:
    index = data / "cells/lisc/index.csv"
    first = read_cell_pictures(CellPictureSource(index, "label"), FIVE_TYPES, None, taxonomy="")
    scale = float(np.median([working_scale(open_smear(p.path)) for p in first[::20]]))
    return read_cell_pictures(CellPictureSource(index, "label", scale), FIVE_TYPES, None, taxonomy="")


def _fit_and_name(
    recipe: ClassifierRecipe, data: Path, folder: Path, sets: Sequence[Sequence[CellPicture]]
) -> list[Outcome]:
    recipe = with_measured_steps(recipe)
    with contextlib.redirect_stdout(io.StringIO()):  # Lightning's progress bars
        network = fit_classifier(recipe, data, folder / "run", resume=False)
    outcomes = []
    for pictures in sets:
        right = []
        with torch.inference_mode():
            for crops, targets in DataLoader(plain_set(pictures, recipe), batch_size=64):
                named = network(crops)[:, :-1].argmax(dim=1)
                right.append(targets[torch.arange(len(named)), named].numpy() > 0)
        hits = np.concatenate(right)
        truth = np.array([picture.class_index for picture in pictures])
        recall = tuple(float(hits[truth == k].mean()) for k in range(len(recipe.classes)))
        outcomes.append(Outcome(float(hits.mean()), recall))
    return outcomes


if __name__ == "__main__":
    main()
