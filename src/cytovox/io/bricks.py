"""Stacks kept in small cubes, so that a plane in any direction is read from a few memory pages of its own.

An array in order of slices gives an axial plane at once, but a sagittal one touches every page of it: 160 MB
for 512 x 512 x 300 voxels of 16 bits. In cubes of 16 voxels a side each plane touches a sixteenth of that.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import InputError

SIDE = 16
_DIMENSIONS = 6


def write_bricks(path: Path, voxels: NDArray[np.generic]) -> None:
    """Write a stack in cubes, as a NumPy file; the last cubes are filled up with 0.

    Args:
        path: File to write.
        voxels: Shape (slice, row, column), any type of number.
    """
    counts = tuple(-(-length // SIDE) for length in voxels.shape)
    bricks = np.lib.format.open_memmap(path, "w+", voxels.dtype, (*counts, SIDE, SIDE, SIDE))
    for at in range(counts[0]):
        # A row of cubes at a time: a stack in another order of axes is never copied whole.
        slab = voxels[at * SIDE : (at + 1) * SIDE]
        padding = [(0, SIDE * n - length) for n, length in zip((1, *counts[1:]), slab.shape, strict=True)]
        filled = np.pad(slab, padding).reshape(SIDE, counts[1], SIDE, counts[2], SIDE)
        bricks[at] = filled.transpose(1, 3, 0, 2, 4)
    bricks.flush()


class BrickedStack:
    """A stack in cubes, of which only what is asked for is read.

    Args:
        path: File that `write_bricks` wrote.
        shape: Slices, rows, columns.

    Raises:
        InputError: The file does not hold a stack of that shape.
    """

    def __init__(self, path: Path, shape: tuple[int, int, int]) -> None:
        try:
            bricks = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise InputError(f"expected a stack in cubes, the file cannot be read: {error}") from error
        counts = tuple(-(-length // SIDE) for length in shape)
        if bricks.ndim != _DIMENSIONS or bricks.shape[:3] != counts:
            raise InputError(f"expected a stack of {shape} in cubes, got an array of {bricks.shape}")
        self._bricks = bricks
        self.shape = shape

    def cut(self, axis: int, index: int) -> NDArray[np.generic]:
        """The plane across an axis at an index: the other two axes, in their order.

        Args:
            axis: 0 slices, 1 rows, 2 columns.
            index: From 0.

        Raises:
            InputError: There is no such index.
        """
        if not 0 <= index < self.shape[axis]:
            raise InputError(f"expected an index from 0 to {self.shape[axis] - 1}, got {index}")
        place = [slice(None)] * _DIMENSIONS
        cubes: list[slice | int] = [*place]
        cubes[axis], cubes[axis + 3] = index // SIDE, index % SIDE
        plane = np.asarray(self._bricks[tuple(cubes)]).transpose(0, 2, 1, 3)
        rows, columns = (length for at, length in enumerate(self.shape) if at != axis)
        return plane.reshape(plane.shape[0] * SIDE, -1)[:rows, :columns]
