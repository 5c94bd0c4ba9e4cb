"""Fitting the finder's score calibration and thresholds on its training fields."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from cytovox.analysis.cell_finder import CellFinder
from cytovox.analysis.score_calibration import FEATURES, score_features
from cytovox.analysis.star_decoding import StarCells
from cytovox.domain.geometry import FloatArray
from cytovox.evaluation.average_precision import match
from cytovox.io.labelled_fields import LabelledField
from cytovox.training.cell_pictures import read_rgb
from cytovox.training.finder_sources import FieldSource, red_cell_scale

_LOWEST_SCORE = 0.03
_RIDGE = 1e-3
_CANDIDATES = np.linspace(0.05, 0.9, 86)


@dataclass(frozen=True, slots=True)
class MatchedField:
    """What a finder found in a field, and which of it an annotator had marked.

    Attributes:
        cells: In pixels of the picture.
        picture_size: Its height and width.
        um_per_px: Its scale.
        matches: For each cell, the index of the box of its class that it meets, or -1.
        truth: The field.
    """

    cells: StarCells
    picture_size: tuple[int, int]
    um_per_px: float
    matches: NDArray[np.int64]
    truth: LabelledField

    @property
    def hits(self) -> NDArray[np.bool_]:
        """Which cells an annotator had marked."""
        return self.matches >= 0


def match_fields(
    finder: CellFinder, source: FieldSource, fields: Sequence[LabelledField]
) -> list[MatchedField]:
    """Find cells in a source's fields at the scale that their boxes give, and match them with the boxes."""
    matched = []
    for field in fields:
        pixels = read_rgb(field.path)
        height, width = pixels.shape[:2]
        scale = red_cell_scale(field.boxes, field.classes, width, height) or source.um_per_px
        cells = finder.find(pixels, scale, min_score=_LOWEST_SCORE)
        boxes = finder.drawn_boxes(cells, scale)
        matched.append(MatchedField(cells, (height, width), scale, _matches(cells, boxes, field), field))
    return matched


def measure_box_margins(matched: Sequence[MatchedField], classes: Sequence[str]) -> dict[str, float]:
    """Median distance between outlines and the boxes that annotators drew round them, micrometres by class.

    Cells within a hundredth of the picture's border are left out: their boxes end where the picture does.
    """
    margins: dict[str, list[float]] = {key: [] for key in classes}
    for m in matched:
        found = m.cells.boxes
        for i in np.flatnonzero(m.hits):
            drawn = m.truth.boxes[m.matches[i]]
            height, width = m.picture_size
            low, high = 0.01 * min(m.picture_size), 0.99
            if (drawn[:2] > low).all() and drawn[2] < high * width and drawn[3] < high * height:
                wider = (drawn[2:] - drawn[:2]) - (found[i, 2:] - found[i, :2])
                margins[classes[m.cells.kind[i]]].append(float(wider.mean()) / 2 * m.um_per_px)
    return {
        key: round(max(float(np.median(values)), 0.0), 3) if values else 0.0
        for key, values in margins.items()
    }


def fit_score_calibration(
    matched: Sequence[MatchedField], classes: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Logistic weights of each coarse class: the entry `score_calibration` of a bundle.

    Args:
        matched: Fields found without calibration.
        classes: Coarse class keys of the finder.
    """
    red = classes.index("red_cell")
    features = np.concatenate([score_features(m.cells, m.picture_size, red_cell=red) for m in matched])
    kinds = np.concatenate([m.cells.kind for m in matched])
    hits = np.concatenate([m.hits for m in matched])
    rows = {}
    for kind, key in enumerate(classes):
        weights = _logistic(features[kinds == kind], hits[kinds == kind])
        rows[key] = {name: round(float(w), 5) for name, w in zip(FEATURES, weights, strict=True)}
    return rows


def choose_thresholds(matched: Sequence[MatchedField], classes: Sequence[str]) -> dict[str, float]:
    """The score of each class at which reported cells agree best with the boxes (largest F1).

    Args:
        matched: Fields, found with calibrated scores, in which every cell is boxed.
        classes: Coarse class keys of the finder.
    """
    thresholds = {}
    for kind, key in enumerate(classes):
        score = np.concatenate([m.cells.score[m.cells.kind == kind] for m in matched])
        hits = np.concatenate([m.hits[m.cells.kind == kind] for m in matched])
        true = sum(int((m.truth.classes == kind).sum()) for m in matched)
        f1 = [2 * hits[score >= t].sum() / max((score >= t).sum() + true, 1) for t in _CANDIDATES]
        thresholds[key] = round(float(_CANDIDATES[int(np.argmax(f1))]), 3)
    return thresholds


def _matches(cells: StarCells, boxes: FloatArray, field: LabelledField) -> NDArray[np.int64]:
    """Index of the true box of its own class that each cell meets, strongest cells first; -1 for none."""
    matches = np.full(len(cells), -1)
    for kind in np.unique(field.classes):
        rows = np.flatnonzero(cells.kind == kind)
        rows = rows[np.argsort(-cells.score[rows], kind="stable")]
        truth = np.flatnonzero(field.classes == kind)
        met = match(boxes[rows], field.boxes[truth], iou=0.5)
        matches[rows] = np.where(met >= 0, truth[met], -1)
    return matches


def _logistic(features: FloatArray, hits: NDArray[np.bool_]) -> FloatArray:
    """Weights of a logistic regression with a slight ridge."""
    x, y = torch.from_numpy(features).double(), torch.from_numpy(hits).double()
    weights = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = functional.binary_cross_entropy_with_logits(x @ weights, y) + _RIDGE * weights.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return np.asarray(weights.detach().numpy(), np.float32)
