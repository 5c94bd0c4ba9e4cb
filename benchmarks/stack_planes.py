"""Planes of a stack of 512 x 512 x 300 voxels of 16 bits, from cubes and from an array in order of slices."""

import tempfile
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import Comparison, compare
from cytovox.io.bricks import BrickedStack, write_bricks
from cytovox.io.viewing_order import PLANES

SHAPE = (300, 512, 512)
MIDDLE = 150
REFERENCE = "array of slices"


def run() -> list[Comparison]:
    """Times of one plane of each direction, the file opened anew."""
    voxels = np.random.default_rng(0).normal(0, 20, SHAPE).astype(np.int16)
    with tempfile.TemporaryDirectory() as folder:
        cubes, slices = Path(folder) / "cubes.npy", Path(folder) / "slices.npy"
        write_bricks(cubes, voxels)
        np.save(slices, voxels)
        return [
            compare(
                f"{plane.value} plane",
                partial(_from_cubes, cubes, axis),
                REFERENCE,
                partial(_from_slices, slices, axis),
            )
            for axis, plane in enumerate(PLANES)
        ]


def _from_cubes(path: Path, axis: int) -> NDArray[np.generic]:
    return BrickedStack(path, SHAPE).cut(axis, MIDDLE)


def _from_slices(path: Path, axis: int) -> NDArray[np.generic]:
    return np.ascontiguousarray(np.load(path, mmap_mode="r").take(MIDDLE, axis))
