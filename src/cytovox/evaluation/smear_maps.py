"""How well a smear's pixels and overlapping cells are told, on smears whose truth is known exactly."""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytovox.analysis.smear import SmearModels, SmearOptions, analyze_smear
from cytovox.domain.errors import InputError
from cytovox.domain.findings import SmearFindings
from cytovox.domain.geometry import FloatArray, box_iou, polygon_box
from cytovox.domain.image import SmearImage
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.evaluation.average_precision import match_overlaps, precision_over_recall
from cytovox.imaging.outline_pixels import pixels_inside, window_around
from cytovox.io.atomic import write_whole
from cytovox.io.labelled_maps import read_labelled_maps

_CLASSES = load_taxonomy("smear_map").keys
_COARSE = ("red_cell", "white_cell", "platelet")
_IOUS = (0.5, 0.75)


@dataclass(frozen=True, slots=True)
class LabelledSmear:
    """A smear and the truth of its pixels and cells.

    Attributes:
        image: The picture.
        classes: Class of each pixel, shape (H, W), as index into the classes of the "smear_map" taxonomy.
        outlines: Whole outlines of the cells, also where others lie on them; empty where not known.
        labels: Blood taxonomy key of each outline.
    """

    image: SmearImage
    classes: NDArray[np.uint8]
    outlines: tuple[FloatArray, ...] = ()
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.classes.shape != self.image.pixels.shape[:2] or len(self.outlines) != len(self.labels):
            raise InputError(
                f"labelled smear '{self.image.source}': expected a class for each of {self.image.width} x "
                f"{self.image.height} px and a label for each outline, got {self.classes.shape} and "
                f"{len(self.labels)} of {len(self.outlines)}"
            )


@dataclass(slots=True)
class _Tally:
    """Pixels of each true and each told class, and scored hits of each coarse class."""

    confusion: NDArray[np.int64] = field(default_factory=lambda: np.zeros((len(_CLASSES),) * 2, np.int64))
    raw_confusion: NDArray[np.int64] = field(default_factory=lambda: np.zeros((len(_CLASSES),) * 2, np.int64))
    scores: dict[str, list[FloatArray]] = field(default_factory=lambda: {key: [] for key in _COARSE})
    hits: dict[tuple[str, float], list[NDArray[np.bool_]]] = field(
        default_factory=lambda: {(key, iou): [] for key in _COARSE for iou in _IOUS}
    )
    cells: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_COARSE, 0))


def measure_smear_maps(
    smears: Iterable[LabelledSmear],
    models: SmearModels | None = None,
    *,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Pixel accuracy, IoU of each class and their mean, and average precision of the outlines.

    Args:
        smears: Pictures with their truth; analysed as a user would, with the scale that they state.
        models: Loaded models; the shipped ones by default.
        progress: Called with the number of smears done.

    Returns:
        smears, pixel_accuracy, mean_iou (over the classes that occur in the truth), iou by class, the same of
        the raw map as raw_*, and for each coarse class with outlines the number of cells, ap50 and ap75.
    """
    tally, count = _Tally(), 0
    for smear in smears:
        findings = analyze_smear(smear.image, models, options=SmearOptions(smear_map=True))
        _count_pixels(tally, smear, findings)
        if smear.outlines:
            _count_cells(tally, smear, findings)
        count += 1
        if progress is not None:
            progress(count)
    return {
        "smears": count,
        **_pixel_figures(tally.confusion),
        **{f"raw_{key}": value for key, value in _pixel_figures(tally.raw_confusion).items()},
        "cells": _cell_figures(tally),
    }


def evaluate_smear_maps(
    sets: Iterable[tuple[str, Sequence[LabelledSmear]]],
    output: Path,
    models: SmearModels | None = None,
    *,
    progress: Callable[[str, float], None] | None = None,
) -> dict[str, Any]:
    """Figures of every set, with the scale given and, where one was, estimated from the picture as well.

    Args:
        sets: Labelled smears by the name of their set.
        output: Folder for `smear-maps.json`; made where it is missing.
        models: Loaded models; the shipped ones by default.
        progress: Called with the step in words and the share done, 0..1.

    Returns:
        Bundles and figures by set, as `measure_smear_maps` gives them.
    """
    models = models or SmearModels.shipped()
    figures = {}
    for name, smears in sets:
        ways = {name: smears}
        if any(smear.image.mpp_um is not None for smear in smears):
            ways[f"{name}, scale estimated"] = [_without_scale(smear) for smear in smears]
        for way, chosen in ways.items():
            tell = None if progress is None else partial(_tell, progress, way, len(chosen))
            figures[way] = measure_smear_maps(chosen, models, progress=tell)
    report = {"bundles": [asdict(use) for use in models.uses], "sets": figures}
    output.mkdir(parents=True, exist_ok=True)
    write_whole(output / "smear-maps.json", (json.dumps(report, indent=2) + "\n").encode())
    return report


def own_smears(folder: Path, mpp_um: float | None) -> Iterator[tuple[str, list[LabelledSmear]]]:
    """The pictures and masks of a folder as one set; see `read_labelled_maps`."""
    pictures = read_labelled_maps(folder, mpp_um)
    yield folder.name, [LabelledSmear(picture.image, picture.classes) for picture in pictures]


def _without_scale(smear: LabelledSmear) -> LabelledSmear:
    return replace(smear, image=SmearImage(smear.image.pixels, None, smear.image.source))


def _tell(progress: Callable[[str, float], None], what: str, total: int, done: int) -> None:
    progress(what, done / total)


def _count_pixels(tally: _Tally, smear: LabelledSmear, findings: SmearFindings) -> None:
    if findings.smear_map is None:
        raise InputError("smear maps: expected models that draw a map, got some without")
    n = len(_CLASSES)
    true = smear.classes.ravel().astype(np.int64) * n
    told = {"confusion": findings.smear_map.classes, "raw_confusion": findings.smear_map.raw}
    for name, classes in told.items():
        pairs = np.bincount(true + classes.ravel(), minlength=n * n).reshape(n, n)
        setattr(tally, name, getattr(tally, name) + pairs)


def _count_cells(tally: _Tally, smear: LabelledSmear, findings: SmearFindings) -> None:
    taxonomy = load_taxonomy("blood")
    size = (smear.image.height, smear.image.width)
    found = np.array([_coarse(str(key), taxonomy.lineage) for key in findings.cells.best])
    for key in _COARSE:
        chosen = [i for i in np.argsort(-findings.cells.score, kind="stable") if found[i] == key]
        true = [
            o
            for o, label in zip(smear.outlines, smear.labels, strict=True)
            if taxonomy.lineage(label)[-1] == key
        ]
        overlap = mask_iou([findings.cells.outlines[i] for i in chosen], true, size)
        tally.scores[key].append(findings.cells.score[chosen])
        tally.cells[key] += len(true)
        for iou in _IOUS:
            tally.hits[key, iou].append(match_overlaps(overlap, iou=iou) >= 0)


def _coarse(label: str, lineage: Callable[[str], tuple[str, ...]]) -> str:
    last = lineage(label)[-1]
    return "white_cell" if last == "unidentified" else last


def mask_iou(first: Sequence[FloatArray], second: Sequence[FloatArray], size: tuple[int, int]) -> FloatArray:
    """Intersection over union of the pixels of every pair of outlines within a picture, shape (n, m).

    Args:
        first: Outlines, arrays (vertices, 2) of (x, y) in pixels.
        second: Outlines to compare with.
        size: Height and width of the picture.
    """
    boxes = [
        np.array([polygon_box(o) for o in group], np.float32).reshape(-1, 4) for group in (first, second)
    ]
    iou = np.zeros((len(first), len(second)), np.float32)
    for i, j in zip(*np.nonzero(box_iou(*boxes) > 0), strict=True):
        iou[i, j] = _pair_iou(first[i], second[j], size)
    return iou


def _pair_iou(first: FloatArray, second: FloatArray, size: tuple[int, int]) -> float:
    window = window_around(np.concatenate([first, second]), size)
    if window is None:
        return 0.0
    a, b = pixels_inside(first, window), pixels_inside(second, window)
    return float((a & b).sum() / max((a | b).sum(), 1))


def _pixel_figures(confusion: NDArray[np.int64]) -> dict[str, Any]:
    right = np.diag(confusion).astype(np.float64)
    either = confusion.sum(axis=0) + confusion.sum(axis=1) - right
    occurs = confusion.sum(axis=1) > 0
    iou = {key: float(right[i] / either[i]) for i, key in enumerate(_CLASSES) if occurs[i]}
    return {
        "pixel_accuracy": float(right.sum() / max(confusion.sum(), 1)),
        "mean_iou": float(np.mean(list(iou.values()))) if iou else math.nan,
        "iou": iou,
    }


def _cell_figures(tally: _Tally) -> dict[str, dict[str, float]]:
    figures = {}
    for key in _COARSE:
        if tally.cells[key]:
            scores = np.concatenate(tally.scores[key])
            figures[key] = {"cells": tally.cells[key]} | {
                f"ap{round(100 * iou)}": precision_over_recall(
                    scores, np.concatenate(tally.hits[key, iou]), tally.cells[key]
                )
                for iou in _IOUS
            }
    return figures
