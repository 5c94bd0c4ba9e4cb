"""The exact truth of a smear that Cytovox made itself."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import InputError
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import SmearImage
from cytovox.domain.smear_map import map_class
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.synth.film import overlap_window


@dataclass(frozen=True, slots=True)
class InstanceMask:
    """The pixels of one cell, cut to its surroundings.

    Attributes:
        top: Row of the picture where the patch starts; may be negative.
        left: Column of the picture where the patch starts; may be negative.
        patch: Shape (h, w); True where the pixel's centre lies inside the cell.
    """

    top: int
    left: int
    patch: NDArray[np.bool_]

    def on(self, height: int, width: int) -> NDArray[np.bool_]:
        """The mask on a picture, shape (height, width); what lies beyond it is lost."""
        mask = np.zeros((height, width), np.bool_)
        window = overlap_window(mask.shape, self.patch.shape, self.top, self.left)
        if window is not None:
            mask[window[0]] = self.patch[window[1]]
        return mask

    def box(self, height: int, width: int) -> tuple[int, int, int, int] | None:
        """Extent of the visible pixels as xmin, ymin, xmax, ymax (one past the last), or None."""
        window = overlap_window((height, width), self.patch.shape, self.top, self.left)
        if window is None or not self.patch[window[1]].any():
            return None
        (rows, columns), seen = window[0], self.patch[window[1]]
        ys, xs = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
        left, top = columns.start, rows.start
        return left + int(xs[0]), top + int(ys[0]), left + int(xs[-1]) + 1, top + int(ys[-1]) + 1

    def visible_fraction(self, height: int, width: int) -> float:
        """Share of its pixels that lie in the picture."""
        window = overlap_window((height, width), self.patch.shape, self.top, self.left)
        return 0.0 if window is None else float(self.patch[window[1]].sum() / self.patch.sum())


@dataclass(frozen=True, slots=True)
class SyntheticSmear:
    """A smear and its truth: n cells of which at least one pixel is in the picture, undermost first.

    Attributes:
        image: The picture, with its true scale.
        labels: Blood taxonomy key of each cell, length n.
        outlines: Borders, arrays (vertices, 2) of (x, y) in pixels; they may reach beyond the picture.
        boxes: Shape (n, 4): xmin, ymin, xmax, ymax of each cell's visible pixels.
        masks: Pixels of each cell, length n; those of overlapping cells overlap.
        visible_fraction: Shape (n,): share of each cell's pixels that lie in the picture.
    """

    image: SmearImage
    labels: tuple[str, ...]
    outlines: tuple[FloatArray, ...]
    boxes: FloatArray
    masks: tuple[InstanceMask, ...]
    visible_fraction: FloatArray

    def __post_init__(self) -> None:
        lengths = {len(self.labels), len(self.outlines), len(self.boxes), len(self.masks), len(self)}
        if len(lengths) != 1:
            raise InputError("synthetic smear: labels, outlines, boxes and masks must be equally many")

    @classmethod
    def of(
        cls,
        image: SmearImage,
        labels: tuple[str, ...],
        outlines: tuple[FloatArray, ...],
        masks: tuple[InstanceMask, ...],
    ) -> "SyntheticSmear":
        """A smear and the truth of those of its cells that are seen in it, undermost first."""
        boxes = [mask.box(image.height, image.width) for mask in masks]
        seen = [i for i, box in enumerate(boxes) if box is not None]
        return cls(
            image=image,
            labels=tuple(labels[i] for i in seen),
            outlines=tuple(outlines[i] for i in seen),
            boxes=np.array([boxes[i] for i in seen], np.float32).reshape(-1, 4),
            masks=tuple(masks[i] for i in seen),
            visible_fraction=np.array(
                [masks[i].visible_fraction(image.height, image.width) for i in seen], np.float32
            ),
        )

    def __len__(self) -> int:
        return len(self.visible_fraction)

    def mask(self, index: int) -> NDArray[np.bool_]:
        """Pixels of one cell, shape (H, W)."""
        return self.masks[index].on(self.image.height, self.image.width)

    def cropped_mask(self, index: int) -> NDArray[np.bool_]:
        """Pixels of one cell within its box, shape of the box."""
        left, top, right, bottom = (int(v) for v in self.boxes[index])
        mask = self.masks[index]
        return InstanceMask(mask.top - top, mask.left - left, mask.patch).on(bottom - top, right - left)

    @property
    def counts(self) -> dict[str, int]:
        """Number of cells of each label that occurs, in taxonomy order."""
        return {key: self.labels.count(key) for key in load_taxonomy("blood").keys if key in self.labels}

    def overlaps(self) -> tuple[tuple[int, int], ...]:
        """Pairs of cells, lower index first, that share at least one visible pixel."""
        boxes = self.boxes
        pairs = []
        for i in range(len(self)):
            low = np.maximum(boxes[i, :2], boxes[i + 1 :, :2])
            high = np.minimum(boxes[i, 2:], boxes[i + 1 :, 2:])
            near = np.flatnonzero((high > low).all(axis=1)) + i + 1
            pairs += [(i, int(j)) for j in near if self._share_a_pixel(i, int(j))]
        return tuple(pairs)

    def class_map(self) -> NDArray[np.uint8]:
        """Class of every pixel, shape (H, W): index into the classes of the "smear_map" taxonomy.

        Where cells lie on each other the rarer kind wins: white cells over clumps over platelets over
        infected over healthy red cells.
        """
        order = load_taxonomy("smear_map").keys
        height, width = self.image.height, self.image.width
        classes = np.full((height, width), order.index("background"), np.uint8)
        for i in sorted(range(len(self)), key=lambda i: paint_rank(self.labels[i])):
            mask, key = self.masks[i], map_class(self.labels[i])
            window = overlap_window(classes.shape, mask.patch.shape, mask.top, mask.left)
            if window is not None and key is not None:
                classes[window[0]][mask.patch[window[1]]] = order.index(key)
        return classes

    def _share_a_pixel(self, first: int, second: int) -> bool:
        # On the first cell's patch alone: whole-picture masks of every pair would cost seconds.
        a, b = self.masks[first], self.masks[second]
        left, top, right, bottom = (int(v) for v in self.boxes[first])
        window = InstanceMask(b.top - top, b.left - left, b.patch).on(bottom - top, right - left)
        own = InstanceMask(a.top - top, a.left - left, a.patch).on(bottom - top, right - left)
        return bool((own & window).any())


_UNDERMOST_FIRST = ("red_cell", "infected_red_cell", "platelet", "platelet_clump")


def paint_rank(label: str) -> int:
    """Place of a label in the order in which cells cover each other: 0 is undermost."""
    return _UNDERMOST_FIRST.index(label) if label in _UNDERMOST_FIRST else len(_UNDERMOST_FIRST)
