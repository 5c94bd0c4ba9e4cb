"""From the finder's maps to star-shaped cells, each once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray, star_polygon
from cytovox.imaging.local_maxima import local_maxima

CENTRE_STRIDE = 2
SHAPE_STRIDE = 4


@dataclass(frozen=True, slots=True)
class StarCells:
    """Found cells.

    Attributes:
        centre: Shape (n, 2), (x, y) in pixels.
        radii: Shape (n, rays), distances in pixels to the outline at even angles from +x towards +y.
        scores: Shape (n, classes): centre score of each coarse class, 0..1.
    """

    centre: FloatArray
    radii: FloatArray
    scores: FloatArray

    def __len__(self) -> int:
        return len(self.centre)

    def __getitem__(self, rows: NDArray[np.generic]) -> "StarCells":
        return StarCells(self.centre[rows], self.radii[rows], self.scores[rows])

    @property
    def kind(self) -> NDArray[np.int64]:
        """Most probable coarse class of each cell."""
        return np.asarray(self.scores.argmax(axis=1), np.int64)

    @property
    def score(self) -> FloatArray:
        """Score of that class."""
        return self.scores.max(axis=1) if len(self) else np.zeros(0, np.float32)

    @property
    def outlines(self) -> FloatArray:
        """Vertices, shape (n, rays, 2)."""
        return star_polygon(self.centre, self.radii)

    @property
    def boxes(self) -> FloatArray:
        """Extents (n, 4) of the outlines."""
        outlines = self.outlines
        return np.concatenate([outlines.min(axis=1), outlines.max(axis=1)], axis=1).reshape(-1, 4)

    @property
    def diameters(self) -> FloatArray:
        """Diameter of the disc of equal area, px, shape (n,)."""
        step = 2 * np.pi / self.radii.shape[1]
        area = 0.5 * np.sin(step) * (self.radii * np.roll(self.radii, -1, axis=1)).sum(axis=1)
        return np.asarray(2 * np.sqrt(area / np.pi), np.float32)

    def moved(self, zoom: float, shift: tuple[float, float]) -> "StarCells":
        """The cells in other coordinates: (x, y) + shift, then divided by `zoom`."""
        centre = (self.centre + np.array(shift, np.float32)) / np.float32(zoom)
        return StarCells(centre, self.radii / np.float32(zoom), self.scores)

    @classmethod
    def joined(cls, parts: Sequence["StarCells"]) -> "StarCells":
        """One table of several; `parts` must not be empty."""
        return cls(
            np.concatenate([p.centre for p in parts]),
            np.concatenate([p.radii for p in parts]),
            np.concatenate([p.scores for p in parts]),
        )


def decode_stars(centres: FloatArray, shapes: FloatArray, *, min_score: float) -> StarCells:
    """Cells at the local maxima of the centre maps, in pixels of the network's input.

    Args:
        centres: Scores (classes, h, w) at stride 2, 0..1.
        shapes: Offsets (x, y) and radii (2 + rays, h / 2, w / 2) at stride 4, input pixels.
        min_score: Lowest score that is kept.
    """
    rows, columns = local_maxima(np.ascontiguousarray(centres.max(axis=0)), min_score)
    at_row, at_column = rows * CENTRE_STRIDE // SHAPE_STRIDE, columns * CENTRE_STRIDE // SHAPE_STRIDE
    shape = shapes[:, at_row, at_column].T
    middle = (np.stack([at_column, at_row], axis=1).astype(np.float32) + 0.5) * SHAPE_STRIDE
    return StarCells(middle + shape[:, :2], shape[:, 2:], centres[:, rows, columns].T)


def suppress_repeats(
    cells: StarCells, *, max_iou: float = 0.6, max_iou_between_classes: float = 0.75
) -> StarCells:
    """Cells without weaker repeats, strongest first.

    Boxes stand for outlines: a pair of cells that truly overlap by 60 % of their boxes cannot be told from a
    repeat by eye either. Between classes more overlap is allowed, as for a platelet that lies on a red cell.
    """
    cells = cells[np.argsort(-cells.score, kind="stable")]
    boxes = cells.boxes
    first, second, shared = overlaps(boxes)
    area = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    iou = shared / np.maximum(area[first] + area[second] - shared, 1e-6)
    same = cells.kind[first] == cells.kind[second]
    repeats = iou > np.where(same, max_iou, max_iou_between_classes)
    keep = np.ones(len(cells), bool)
    stronger, weaker = np.minimum(first, second)[repeats], np.maximum(first, second)[repeats]
    for i in np.argsort(stronger, kind="stable"):
        keep[weaker[i]] &= not keep[stronger[i]]
    return cells[np.flatnonzero(keep)]


def overlaps(boxes: FloatArray) -> tuple[NDArray[np.int64], NDArray[np.int64], FloatArray]:
    """Pairs of boxes whose x ranges meet, each once, and the area they share, which may be 0.

    A sweep along x, so that memory does not grow squared on crowded slides.
    """
    order = np.argsort(boxes[:, 0], kind="stable")
    ends = np.searchsorted(boxes[order, 0], boxes[order, 2])
    counts = np.maximum(ends - np.arange(len(boxes)) - 1, 0)
    left = np.repeat(np.arange(len(boxes)), counts)
    right = left + 1 + np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    first, second = order[left], order[right]
    low = np.maximum(boxes[first, :2], boxes[second, :2])
    high = np.minimum(boxes[first, 2:], boxes[second, 2:])
    return first, second, np.asarray(np.clip(high - low, 0, None).prod(axis=1), np.float32)
