"""Overlapping tiles that cover a picture, and the part of each that is its own."""

import math
from dataclasses import dataclass
from itertools import pairwise

from cytovox.domain.errors import InputError


@dataclass(frozen=True, slots=True)
class Region:
    """An upright rectangle of whole pixels.

    Attributes:
        top: First row.
        left: First column.
        height: Rows.
        width: Columns.
    """

    top: int
    left: int
    height: int
    width: int

    @property
    def rows(self) -> slice:
        """Rows of the region, to index an array with."""
        return slice(self.top, self.top + self.height)

    @property
    def columns(self) -> slice:
        """Columns of the region, to index an array with."""
        return slice(self.left, self.left + self.width)

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns together, to index an array (H, W) with."""
        return self.rows, self.columns

    def contains(self, x: float, y: float) -> bool:
        """Whether a point lies in the region; low borders belong to it, high ones to its neighbour."""
        return self.left <= x < self.left + self.width and self.top <= y < self.top + self.height


@dataclass(frozen=True, slots=True)
class Tile(Region):
    """A part of a picture to be looked at on its own.

    Attributes:
        core: The part of the tile, in coordinates of the picture, that no other tile answers for: the cores
            of all tiles partition the picture.
    """

    core: Region


def tiles(height: int, width: int, *, size: int, overlap: int) -> tuple[Tile, ...]:
    """Tiles of at most `size` x `size` that cover a picture, row by row.

    Neighbours share at least `overlap` pixels and the cores meet in the middle of what they share. So what is
    centred in a core and at most `overlap - 1` across lies whole in that tile (or is cut by the picture).

    Args:
        height: Rows of the picture.
        width: Columns of the picture.
        size: Longest side of a tile; a picture that is smaller makes a smaller tile.
        overlap: Least number of pixels that neighbours share, below `size`.

    Raises:
        InputError: A size is not above 0, or the overlap does not lie in 0..size-1.
    """
    if min(height, width, size) < 1 or not 0 <= overlap < size:
        raise InputError(
            f"tiles: expected sizes above 0 and an overlap in 0..size-1, "
            f"got {height} x {width}, size {size}, overlap {overlap}"
        )
    return tuple(
        Tile(top, left, tile_height, tile_width, Region(core_top, core_left, core_height, core_width))
        for top, tile_height, core_top, core_height in _spans(height, size, overlap)
        for left, tile_width, core_left, core_width in _spans(width, size, overlap)
    )


def _spans(length: int, size: int, overlap: int) -> list[tuple[int, int, int, int]]:
    """Start, length, core start and core length of the tiles along one side, evenly spread."""
    span = min(length, size)
    count = max(1, math.ceil((length - overlap) / (size - overlap)))
    starts = [i * (length - span) // max(1, count - 1) for i in range(count)]
    cuts = [0, *((before + span + after) // 2 for before, after in pairwise(starts)), length]
    return [(start, span, low, high - low) for start, (low, high) in zip(starts, pairwise(cuts), strict=True)]
