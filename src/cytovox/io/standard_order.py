"""Stacks in one order of slices, rows and columns, whatever order their files had.

Axial stacks: slices from feet to head, rows from front to back, columns from the patient's right to left,
which is the usual radiological picture. Sagittal and coronal stacks keep their order of slices; their rows
run from head to feet and their columns from front to back or from the patient's right to left. Nothing is
resampled: axes are only swapped and turned round, and the affine follows.
"""

from itertools import permutations
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.volume import Float64Array, VolumeGrid

_LEFT, _BACK, _HEAD = range(3)
# Patient axis that the slices follow -> (patient axis, sense) of slices, rows, columns; sense 0 keeps it.
_ORDERS = {
    _HEAD: ((_HEAD, 1), (_BACK, 1), (_LEFT, 1)),
    _BACK: ((_BACK, 0), (_HEAD, -1), (_LEFT, 1)),
    _LEFT: ((_LEFT, 0), (_HEAD, -1), (_BACK, 1)),
}
_THICKER = 1.5

Voxel = TypeVar("Voxel", bound=np.generic)


def in_standard_order(voxels: NDArray[Voxel], affine: Float64Array) -> tuple[NDArray[Voxel], Float64Array]:
    """The same stack with its axes in standard order.

    Args:
        voxels: Shape (slice, row, column).
        affine: From those indices to LPS, mm, shape (4, 4).

    Returns:
        Voxels, contiguous, and the affine that goes with their new indices.
    """
    ordered, turned = _in_order(voxels, affine, nearest_axes(affine)[0])
    return np.ascontiguousarray(ordered), turned + 0.0


def grid_in_standard_order(shape: tuple[int, int, int], affine: Float64Array) -> VolumeGrid:
    """The grid of a stack of that shape and affine once its axes are in standard order.

    Raises:
        InputError: The affine is no affine of a grid.
    """
    # An array without memory of its own: only its axes are turned.
    ordered, turned = _in_order(np.broadcast_to(np.uint8(0), shape), affine, nearest_axes(affine)[0])
    return VolumeGrid((ordered.shape[0], ordered.shape[1], ordered.shape[2]), turned + 0.0)


def slices_first(affine: Float64Array) -> tuple[int, int, int]:
    """Order of a file's three axes as slices, rows and columns, for files that do not say which is which.

    The slices are the axis with clearly the widest spacing (1.5 times the next); a stack of nearly cubic
    voxels counts as axial.
    """
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    along = nearest_axes(affine)
    thick, next_thick = np.sort(spacing)[[2, 1]]
    across = along[int(spacing.argmax())] if thick >= _THICKER * next_thick else _HEAD
    slices, rows, columns = (along.index(patient_axis) for patient_axis, _ in _ORDERS[across])
    return slices, rows, columns


def nearest_axes(affine: Float64Array) -> tuple[int, int, int]:
    """Patient axis (0 left, 1 back, 2 head) that each index axis runs along best, each used once."""
    cosines = np.abs(affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0))
    best = max(permutations(range(3)), key=lambda axes: cosines[axes, range(3)].sum())
    return best[0], best[1], best[2]


def reordered(affine: Float64Array, axes: tuple[int, int, int]) -> Float64Array:
    """The affine of an array whose axes were transposed to that order."""
    return affine[:, [*axes, 3]]


def _in_order(
    voxels: NDArray[Voxel], affine: Float64Array, along: int
) -> tuple[NDArray[Voxel], Float64Array]:
    # Turned views; `along` is the patient axis that the slices follow.
    for position, (patient_axis, sense) in enumerate(_ORDERS[along]):
        current = nearest_axes(affine).index(patient_axis)
        voxels, affine = _swapped(voxels, affine, position, current)
        if sense * affine[patient_axis, position] < 0:
            voxels, affine = _reversed(voxels, affine, position)
    return voxels, affine


def _swapped(
    voxels: NDArray[Voxel], affine: Float64Array, first: int, second: int
) -> tuple[NDArray[Voxel], Float64Array]:
    axes = [0, 1, 2]
    axes[first], axes[second] = axes[second], axes[first]
    return voxels.transpose(axes), reordered(affine, (axes[0], axes[1], axes[2]))


def _reversed(voxels: NDArray[Voxel], affine: Float64Array, axis: int) -> tuple[NDArray[Voxel], Float64Array]:
    turned = affine.copy()
    turned[:3, 3] += turned[:3, axis] * (voxels.shape[axis] - 1)
    turned[:3, axis] *= -1
    return np.flip(voxels, axis), turned
