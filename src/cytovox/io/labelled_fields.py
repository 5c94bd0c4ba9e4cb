"""Smear fields with boxes around their cells, as listed by an index CSV and a boxes CSV."""

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import TrainingDataError
from cytovox.domain.geometry import FloatArray

COARSE_CLASSES = ("red_cell", "white_cell", "platelet")
"""Classes of the finder, in output order."""

COARSE_CLASS_OF = {
    "rbc": "red_cell",
    "wbc": "white_cell",
    "platelets": "platelet",
    "platelet": "platelet",
    **{key: key for key in COARSE_CLASSES},
    # malaria/iml: every stage is an (infected) red cell.
    **dict.fromkeys(
        ("red blood cell", "ring", "trophozoite", "schizont", "gametocyte", "difficult"), "red_cell"
    ),
}
"""Coarse class of the labels that public detection sets use, lower case."""


@dataclass(frozen=True, slots=True)
class LabelledField:
    """A smear picture with the boxes an annotator drew.

    Attributes:
        path: Picture file.
        split: "train", "val" or as the index says.
        origin: Part of the data set, or "".
        origin_image: File name of the picture it was made from, or "".
        boxes: Array (n, 4): xmin, ymin, xmax, ymax in pixels.
        classes: Array (n,): index into `COARSE_CLASSES`.
    """

    path: Path
    split: str
    origin: str
    origin_image: str
    boxes: FloatArray
    classes: NDArray[np.int64]


def read_labelled_fields(index: Path, boxes: Path | None = None) -> list[LabelledField]:
    """All fields of an index, in its order; a field without boxes has an empty table.

    Args:
        index: CSV with columns `file` (relative to it) and `split`; `origin` and `origin_image` where known.
        boxes: CSV with columns image, xmin, ymin, xmax, ymax, label; `boxes.csv` beside the index by default.

    Raises:
        TrainingDataError: A file or column is missing, or a label is unknown.
    """
    by_image = _coarse_boxes(boxes or index.with_name("boxes.csv"))
    fields = []
    for row in _read_rows(index, {"file", "split"}):
        path = index.parent / row["file"]
        found = by_image.get(path.name, [])
        fields.append(
            LabelledField(
                path=path,
                split=row["split"],
                origin=row.get("origin", ""),
                origin_image=row.get("origin_image", "") or path.name,
                boxes=np.array([box for box, _ in found], np.float32).reshape(-1, 4),
                classes=np.array([kind for _, kind in found], np.int64),
            )
        )
    return fields


def read_boxes(path: Path) -> Mapping[str, list[tuple[tuple[float, ...], str]]]:
    """Boxes (xmin, ymin, xmax, ymax in pixels) with their labels, by file name of the picture.

    Raises:
        TrainingDataError: The file is missing or lacks a column.
    """
    by_image = defaultdict(list)
    for row in _read_rows(path, {"image", "xmin", "ymin", "xmax", "ymax", "label"}):
        box = tuple(float(row[side]) for side in ("xmin", "ymin", "xmax", "ymax"))
        by_image[row["image"]].append((box, row["label"].strip()))
    return by_image


def _coarse_boxes(path: Path) -> Mapping[str, list[tuple[tuple[float, ...], int]]]:
    by_image = defaultdict(list)
    for name, boxes in read_boxes(path).items():
        for box, label in boxes:
            key = COARSE_CLASS_OF.get(label.lower())
            if key is None:
                known = ", ".join(sorted(COARSE_CLASS_OF))
                raise TrainingDataError(f"{path}: unknown label '{label}'; expected one of {known}")
            by_image[name].append((box, COARSE_CLASSES.index(key)))
    return by_image


def _read_rows(path: Path, columns: set[str]) -> list[dict[str, str]]:
    if not path.is_file():
        raise TrainingDataError(f"{path}: expected a CSV file there, found none")
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    if missing := columns - set(reader.fieldnames or ()):
        raise TrainingDataError(f"{path}: expected a column '{min(missing)}', found {reader.fieldnames}")
    return rows
