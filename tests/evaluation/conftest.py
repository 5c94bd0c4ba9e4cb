"""Labelled pictures that are drawn here, and a classifier by shade in place of the network."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from cytovox.analysis.bundles import Bundle
from cytovox.domain.image import SmearImage
from cytovox.domain.predictions import CellPredictions
from cytovox.evaluation import cell_naming, classification, refusal, robustness, strangers

CLASSES = ("lymphocyte", "neutrophil_segmented", "neutrophil_band", "monocyte")
SHADES = dict(zip(CLASSES, (40, 90, 110, 170), strict=True))
EMPTY = 240

Classify = Callable[[Sequence[SmearImage], str], CellPredictions]


def draw(path: Path, label: str, *, side: int = 64, radius: int = 14) -> Path:
    """A slide of grey 240 with one disc of the label's shade in its middle."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = np.full((side, side, 3), EMPTY, np.uint8)
    cv2.circle(picture, (side // 2, side // 2), radius, (SHADES[label],) * 3, cv2.FILLED)
    assert cv2.imwrite(str(path), picture)
    return path


def write_index(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def classify_by_shade(images: Sequence[SmearImage], model: str = "") -> CellPredictions:
    """The class of the nearest shade at 0.8; what is as bright as an empty slide or has colour is refused."""
    middle = [image.pixels[image.height // 2, image.width // 2].astype(float) for image in images]
    shade = np.array([m.mean() for m in middle])
    nearest = np.abs(shade[:, None] - np.array(list(SHADES.values()))).argmin(axis=1)
    probabilities = np.full((len(images), len(CLASSES)), 0.2 / 3, np.float32)
    probabilities[np.arange(len(images)), nearest] = 0.8
    strange = np.array([np.ptp(m) / 255 + (m.mean() > 220) for m in middle], np.float32)
    return CellPredictions(CLASSES, probabilities, probabilities > 0.5, strange, strange > 0.2)


@pytest.fixture
def bundle(monkeypatch: pytest.MonkeyPatch) -> Bundle:
    """A bundle "blood" whose network is `classify_by_shade`, and a scale that needs no finder."""
    manifest = {
        "name": "blood",
        "version": "0",
        "taxonomy": "blood",
        "task": "classify_cells",
        "classes": [{"key": key} for key in CLASSES],
        "conformal": {"level": 0.9},
    }
    made = Bundle(Path("somewhere"), manifest, "f" * 64)
    for module in (cell_naming, robustness, refusal):
        monkeypatch.setattr(module, "classify_cells", classify_by_shade)
    for module in (cell_naming, robustness, strangers):
        monkeypatch.setattr(module, "working_scale", lambda image: image.mpp_um or 0.2)
    monkeypatch.setattr(classification, "find_bundle", lambda name, task: made)
    return made


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """`cells/pbc` with fine labels, one of them broader, and `cells/lisc` with broad ones."""
    rows = []
    for i, label in enumerate([*CLASSES * 4, "neutrophil"]):
        name = f"{label}/{i}.png"
        draw(tmp_path / "cells/pbc" / name, label if label in SHADES else "neutrophil_band")
        rows.append({"file": name, "label8": "", "label": label, "split": "train" if i < 4 else "val"})
    write_index(tmp_path / "cells/pbc/index.csv", rows)
    rows = []
    for i, label in enumerate(("lymphocyte", "neutrophil", "monocyte") * 3):
        name = f"{i}.png"
        drawn = {"neutrophil": "neutrophil_band"}.get(label, label) if i else "monocyte"
        draw(tmp_path / "cells/lisc" / name, drawn)
        rows.append({"file": name, "label": label, "group": f"cell {i // 3}", "split": "external"})
    write_index(tmp_path / "cells/lisc/index.csv", rows)
    return tmp_path
