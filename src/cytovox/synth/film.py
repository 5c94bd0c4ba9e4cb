"""The dried film: what lies where on the slide, summed over all cells."""

from dataclasses import dataclass

import numpy as np

from cytovox.domain.geometry import FloatArray
from cytovox.synth.palettes import Dye


@dataclass(frozen=True, slots=True)
class Layers:
    """Dye and matter on a patch of film.

    Attributes:
        dyes: Amount of each dye, shape (h, w, 6), in `Dye` order.
        thickness_um: Thickness of cells, shape (h, w), um.
    """

    dyes: FloatArray
    thickness_um: FloatArray

    @classmethod
    def empty(cls, shape: tuple[int, int]) -> "Layers":
        """A bare patch."""
        return cls(np.zeros((*shape, len(Dye)), np.float32), np.zeros(shape, np.float32))

    def add(self, other: "Layers", top: int, left: int) -> None:
        """Lay another patch on this one, its first pixel at (top, left); what hangs over the edge is lost."""
        window = overlap_window(self.thickness_um.shape, other.thickness_um.shape, top, left)
        if window is not None:
            here, there = window
            self.dyes[here] += other.dyes[there]
            self.thickness_um[here] += other.thickness_um[there]


Window = tuple[slice, slice]


def overlap_window(
    field: tuple[int, ...], patch: tuple[int, ...], top: int, left: int
) -> tuple[Window, Window] | None:
    """Slices of the field and of the patch where a patch placed at (top, left) meets the field, or None."""
    row, column = max(top, 0), max(left, 0)
    bottom, right = min(top + patch[0], field[0]), min(left + patch[1], field[1])
    if row >= bottom or column >= right:
        return None
    here = (slice(row, bottom), slice(column, right))
    return here, (slice(row - top, bottom - top), slice(column - left, right - left))
