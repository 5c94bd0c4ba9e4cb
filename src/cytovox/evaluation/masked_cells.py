"""White cells whose nucleus and cytoplasm someone has drawn, read from an index of masks."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import TrainingDataError
from cytovox.domain.image import RgbPixels
from cytovox.imaging.regions import connected_regions
from cytovox.io.labelled_fields import read_boxes
from cytovox.io.smear import open_smear

CYTOPLASM, NUCLEUS = 1, 2
"""Values of a mask; 0 is everything else."""

_LEAST_PX = 200


@dataclass(frozen=True, slots=True)
class MaskSource:
    """One subset of an index of masks.

    Attributes:
        index: CSV with columns `file`, `mask`, `subset` and `split`, paths relative to it.
        subset: Value of its column `subset`.
        um_per_px: Physical size of the pictures' pixel.
        licence: Licence of pictures and masks.
        weight: Share of an epoch's draws.
        boxes: CSV of boxes that tells touching white cells (label WBC) apart; None where none touch.
    """

    index: Path
    subset: str
    um_per_px: float
    licence: str = ""
    weight: float = 1.0
    boxes: Path | None = None


@dataclass(frozen=True, slots=True)
class MaskedCell:
    """One white cell in its picture.

    Attributes:
        name: File name of the picture.
        pixels: RGB, shape (H, W, 3), uint8; shared between the cells of a picture.
        parts: Shape (H, W): 0, CYTOPLASM or NUCLEUS of this cell; other white cells count as 0.
        centre_xy: Middle of the cell's box, pixels.
        um_per_px: Physical size of a pixel.
    """

    name: str
    pixels: RgbPixels
    parts: NDArray[np.uint8]
    centre_xy: tuple[float, float]
    um_per_px: float


def standing_sources(data_root: Path) -> tuple[MaskSource, ...]:
    """The three subsets of `wbc_masks` in a data folder, with their scales.

    Scales come from the red cells of the pictures, taken as 7.5 um across (`domain.reference_sizes`).
    """
    index, boxes = data_root / "wbc_masks/index.csv", data_root / "detection/bccd/boxes.csv"
    return (
        MaskSource(index, "bccd", 0.079, boxes=boxes),
        MaskSource(index, "cellavision", 0.105),
        MaskSource(index, "jtsc", 0.173),
    )


def masked_cells(source: MaskSource, split: str) -> list[MaskedCell]:
    """The cells of one split of a source, in the order of its index.

    Raises:
        TrainingDataError: The index is missing, lacks a column or has no such rows.
        ImageFileError: A picture or mask cannot be read.
    """
    boxes = {} if source.boxes is None else read_boxes(source.boxes)
    cells: list[MaskedCell] = []
    for row in _rows(source, split):
        path = source.index.parent / row["file"]
        mask = open_smear(source.index.parent / row["mask"]).pixels[..., 0]
        white = [box for box, label in boxes.get(path.name, ()) if label == "WBC"]
        cells += _cells_of(path, mask, white, source.um_per_px)
    return cells


def _rows(source: MaskSource, split: str) -> list[dict[str, str]]:
    if not source.index.is_file():
        raise TrainingDataError(f"{source.index}: expected an index CSV there, found none")
    with source.index.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if missing := {"file", "mask", "subset", "split"} - set(rows[0] if rows else ()):
        raise TrainingDataError(f"{source.index}: expected a column '{min(missing)}', it is not there")
    chosen = [row for row in rows if (row["subset"], row["split"]) == (source.subset, split)]
    if not chosen:
        raise TrainingDataError(
            f"{source.index}: expected rows of subset '{source.subset}' and split '{split}'"
        )
    return chosen


def _cells_of(
    path: Path, mask: NDArray[np.uint8], boxes: Iterable[tuple[float, ...]], um_per_px: float
) -> list[MaskedCell]:
    pixels = open_smear(path).pixels
    cells = []
    owner = _owners(mask > 0, list(boxes))
    for number in range(1, int(owner.max(initial=0)) + 1):
        rows, columns = np.nonzero(owner == number)
        if len(rows) < _LEAST_PX:
            continue
        middle = ((columns.min() + columns.max() + 1) / 2, (rows.min() + rows.max() + 1) / 2)
        parts = np.where(owner == number, mask, 0).astype(np.uint8)
        cells.append(MaskedCell(path.name, pixels, parts, (float(middle[0]), float(middle[1])), um_per_px))
    return cells


def _owners(white: NDArray[np.bool_], boxes: list[tuple[float, ...]]) -> NDArray[np.int32]:
    """Number of the cell each pixel belongs to: its region, or the nearest box of several in one."""
    regions = connected_regions(white)
    for number in range(1, int(regions.max(initial=0)) + 1):
        rows, columns = np.nonzero(regions == number)
        points = np.stack([columns, rows], axis=1) + 0.5
        # How many half sides of the box a point lies from its middle.
        apart = [
            np.abs((points - _middle(box)) / (np.array(box[2:]) - np.array(box[:2])) * 2).max(axis=1)
            for box in boxes
        ]
        # A box has a say where its middle half holds some of the region.
        inside = [distance for distance in apart if (distance < 0.5).sum() > _LEAST_PX]
        if len(inside) > 1:
            nearest = np.argmin(inside, axis=0)
            regions[rows, columns] = np.where(nearest == 0, number, regions.max() + nearest)
    return regions


def _middle(box: tuple[float, ...]) -> NDArray[np.float64]:
    return np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])
