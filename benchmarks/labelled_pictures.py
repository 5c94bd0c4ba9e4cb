"""Labelled smear fields that several benchmarks measure on, read from the folder that CYTOVOX_DATA names."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cytovox.domain.image import RgbPixels
from cytovox.domain.reference_sizes import RED_CELL_BOX_PER_DIAMETER, RED_CELL_DIAMETER_UM
from cytovox.io.labelled_fields import LabelledField, read_labelled_fields
from cytovox.io.smear import open_smear

SETS = ("detection/bccd", "detection/txl", "malaria/iml")
_FEWEST_WHOLE_CELLS = 4
_BORDER_PX = 2


@dataclass(frozen=True, slots=True)
class RulerField:
    """A field whose boxes tell the size of its red cells.

    Attributes:
        field: The labelled field.
        name: Set and origin, for the table.
        pixels: Its picture.
        red_cell_px: Median of sqrt(width * height) over the boxes of whole red cells, px.
    """

    field: LabelledField
    name: str
    pixels: RgbPixels
    red_cell_px: float

    @property
    def mpp_um(self) -> float:
        """Micrometres per pixel, with red cells taken as of the reference size."""
        return RED_CELL_BOX_PER_DIAMETER * RED_CELL_DIAMETER_UM / self.red_cell_px


def ruler_fields(splits: tuple[str, ...], *, every: int = 1) -> Iterator[RulerField]:
    """Fields with at least four whole red cells, every so-manieth of each split of each set.

    Exits with a message where CYTOVOX_DATA is not set.
    """
    root = os.environ.get("CYTOVOX_DATA")
    if not root:
        sys.exit("set CYTOVOX_DATA to the folder of labelled data to run this benchmark")
    for part in SETS:
        fields = read_labelled_fields(Path(root) / part / "index.csv")
        for split in splits:
            for field in [f for f in fields if f.split == split][::every]:
                pixels = open_smear(field.path).pixels
                size = _red_cell_px(field, pixels)
                if size is not None:
                    yield RulerField(field, "/".join(filter(None, (part, field.origin))), pixels, size)


def _red_cell_px(field: LabelledField, pixels: RgbPixels) -> float | None:
    height, width = pixels.shape[:2]
    boxes = field.boxes[field.classes == 0]
    low = (boxes[:, :2] > _BORDER_PX).all(axis=1)
    high = (boxes[:, 2:] < np.array([width, height]) - _BORDER_PX).all(axis=1)
    whole = boxes[low & high]
    if len(whole) < _FEWEST_WHOLE_CELLS:
        return None
    return float(np.median(np.sqrt((whole[:, 2:] - whole[:, :2]).prod(axis=1))))
