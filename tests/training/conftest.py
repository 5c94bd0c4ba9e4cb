"""A data folder small enough to train on in a test."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from cytovox.training.mobilenet import MobileNetV2

FIELD_PX = 128


@pytest.fixture(scope="session")
def tiny_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`weights/`, `cells/` (dark and pale discs, two classes) and `fields/` (discs with boxes)."""
    root = tmp_path_factory.mktemp("data")
    torch.manual_seed(0)
    (root / "weights").mkdir()
    save_file(MobileNetV2().state_dict(), root / "weights/random.safetensors")
    random = np.random.default_rng(0)
    _write_cells(root / "cells", random)
    _write_fields(root / "fields", random)
    return root


def _write_cells(folder: Path, random: np.random.Generator) -> None:
    folder.mkdir()
    rows = []
    for i in range(24):
        label = ("lymphocyte", "monocyte")[i % 2]
        picture = np.full((48, 48, 3), 230, np.uint8)
        shade = (60, 20, 60) if label == "lymphocyte" else (190, 150, 200)
        cv2.circle(picture, (24, 24), int(random.integers(9, 14)), shade, cv2.FILLED)
        cv2.imwrite(str(folder / f"{i}.png"), picture)
        rows.append({"file": f"{i}.png", "label": label, "split": "val" if i >= 16 else "train"})
    _write_csv(folder / "index.csv", rows)


def _write_fields(folder: Path, random: np.random.Generator) -> None:
    (folder / "images").mkdir(parents=True)
    index, boxes = [], []
    for i in range(6):
        name = f"{i}.png"
        picture = np.full((FIELD_PX, FIELD_PX, 3), 225, np.uint8)
        for x, y in random.uniform(20, FIELD_PX - 20, (6, 2)):
            cv2.circle(picture, (int(x), int(y)), 18, (150, 110, 190), cv2.FILLED)
            corners = {"xmin": x - 18, "ymin": y - 18, "xmax": x + 18, "ymax": y + 18}
            boxes.append({"image": name, **corners, "label": "RBC"})
        cv2.imwrite(str(folder / "images" / name), picture)
        index.append({"file": f"images/{name}", "split": "val" if i >= 4 else "train"})
    _write_csv(folder / "index.csv", index)
    _write_csv(folder / "boxes.csv", boxes)


def _write_csv(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
