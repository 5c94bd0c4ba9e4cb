"""From the finder's raw scores to the probability that an annotator marks the cell.

The centre map knows a cell's middle; how a cell lies among its neighbours it knows less well. Whether a
person who boxes the countable cells of a field boxes this one hangs also on its size among the red cells, on
how much of it others cover, on the picture's border and on its shape. A logistic regression over these,
fitted on training fields, ranks cells better than the raw score and turns it into a probability.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cytovox.analysis.star_decoding import StarCells, overlaps
from cytovox.domain.geometry import FloatArray

FEATURES = (
    "intercept",
    "logit",
    "relative_size",
    "smallness",
    "cut_by_border",
    "overlap",
    "irregularity",
    "elongation",
)
"""Names of the columns of `score_features`."""

_BORDER = 0.03
_SURE_RED_SCORE = 0.3


@dataclass(frozen=True, slots=True)
class ScoreCalibration:
    """Logistic weights by coarse class.

    Attributes:
        red_cell: Index of the red cells' class, whose median diameter is the unit of sizes.
        weights: Shape (classes, features), in the order of `FEATURES`.
    """

    red_cell: int
    weights: FloatArray

    @classmethod
    def from_manifest(
        cls, rows: Mapping[str, Mapping[str, float]], classes: Sequence[str]
    ) -> "ScoreCalibration":
        """From the entry `score_calibration` of a finder's bundle."""
        weights = np.array([[rows[key][name] for name in FEATURES] for key in classes], np.float32)
        return cls(classes.index("red_cell"), weights)

    def apply(self, cells: StarCells, picture_size: tuple[int, int]) -> StarCells:
        """The cells with calibrated scores, strongest first; their coarse classes stay.

        Args:
            cells: In pixels of the picture.
            picture_size: Its height and width.
        """
        features = score_features(cells, picture_size, red_cell=self.red_cell)
        score = 1 / (1 + np.exp(-(features * self.weights[cells.kind]).sum(axis=1)))
        # The other classes keep their share of the winner's score, so that no cell changes its class.
        scores = cells.scores * (score / np.maximum(cells.score, 1e-6))[:, None]
        return StarCells(cells.centre, cells.radii, scores.astype(np.float32))[
            np.argsort(-score, kind="stable")
        ]


def score_features(cells: StarCells, picture_size: tuple[int, int], *, red_cell: int) -> FloatArray:
    """What the calibration looks at, shape (n, 8), in the order of `FEATURES`.

    Args:
        cells: In pixels of the picture, with raw scores.
        picture_size: Its height and width.
        red_cell: Index of the red cells' class.
    """
    boxes, diameters = cells.boxes, cells.diameters
    sure = (cells.kind == red_cell) & (cells.score > _SURE_RED_SCORE)
    unit = float(np.median(diameters[sure])) if sure.any() else np.nan
    relative = np.clip(np.log(diameters / unit), -1, 1) if sure.any() else np.zeros(len(cells))
    limits = np.array([picture_size[1], picture_size[0]])
    room = np.minimum(boxes[:, :2], limits - boxes[:, 2:]).min(axis=1, initial=np.inf)
    score = np.clip(cells.score, 1e-4, 1 - 1e-4)
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 1e-3)
    columns = (
        np.ones(len(cells)),
        np.log(score / (1 - score)),
        relative,
        np.minimum(relative, 0),
        room < _BORDER * np.nan_to_num(unit, nan=0.0),
        _covered_share(cells, boxes),
        cells.radii.std(axis=1) / np.maximum(cells.radii.mean(axis=1), 1e-3),
        np.abs(np.log(sides[:, 0] / sides[:, 1])),
    )
    return np.stack(columns, axis=1).astype(np.float32)


def _covered_share(cells: StarCells, boxes: FloatArray) -> FloatArray:
    """Share of each cell's box under other cells' boxes, each weighed by its score; at most 2."""
    first, second, shared = overlaps(boxes)
    covered = np.zeros(len(cells))
    np.add.at(covered, first, shared * cells.score[second])
    np.add.at(covered, second, shared * cells.score[first])
    area = np.maximum((boxes[:, 2:] - boxes[:, :2]).prod(axis=1), 1e-6)
    return np.asarray(np.minimum(covered / area, 2), np.float32)
