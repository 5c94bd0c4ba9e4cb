"""Labels on the grid of a stack: exactly where the grids share voxels, else from the nearest voxel."""

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import ImageFileError
from cytovox.domain.findings import QualityWarning
from cytovox.domain.volume import Float64Array, VolumeGrid
from cytovox.io.drawn_labels import DrawnLabels

_OF_A_VOXEL = 0.05
"""How far apart, in voxels, grids may lie that are still the same: headers are rounded."""


def on_grid(
    drawn: DrawnLabels, like: VolumeGrid, name: str
) -> tuple[NDArray[np.uint16], tuple[QualityWarning, ...]]:
    """Labels on the grid of a stack, and what that cost.

    Args:
        drawn: Labels on their own grid.
        like: Grid of the stack.
        name: What to call the file in messages.

    Raises:
        ImageFileError: The labels lie elsewhere, or have no place and another size.
    """
    if not drawn.placed:
        return _voxel_by_voxel(drawn, like, name)
    to_labels = np.linalg.inv(drawn.grid.affine) @ like.affine
    labels = _looked_up(drawn.labels, to_labels, like.shape)
    before, after = int(np.count_nonzero(drawn.labels)), int(np.count_nonzero(labels))
    if before and not after:
        apart = float(np.linalg.norm(_middle(drawn.grid) - _middle(like)))
        raise ImageFileError(
            name,
            f"its labels lie outside the stack, the middles are {apart:.0f} mm apart; choose the label map "
            "that was drawn on this stack, or mend its position",
        )
    if _shares_voxels(to_labels, like.shape):
        return labels, _left_out(before - after)
    spacing = " x ".join(f"{mm:.2f}" for mm in drawn.grid.spacing_mm)
    return labels, (
        QualityWarning(
            "labels_resampled",
            f"The label map has other voxels ({spacing} mm) than the stack; each voxel took the "
            "nearest label.",
        ),
    )


def _voxel_by_voxel(
    drawn: DrawnLabels, like: VolumeGrid, name: str
) -> tuple[NDArray[np.uint16], tuple[QualityWarning, ...]]:
    if drawn.labels.shape != like.shape:
        raise ImageFileError(
            name,
            f"expected {like.shape} slices, rows and columns as the stack has, found {drawn.labels.shape}, "
            "and the file does not say where its voxels lie",
        )
    return drawn.labels, (
        QualityWarning(
            "no_position",
            "The label map does not say where its voxels lie. It was laid on the stack voxel by voxel; check "
            "that it is not mirrored.",
        ),
    )


def _looked_up(
    labels: NDArray[np.uint16], to_labels: Float64Array, shape: tuple[int, int, int]
) -> NDArray[np.uint16]:
    turn, shift = to_labels[:3, :3], to_labels[:3, 3]
    main = np.abs(turn).argmax(axis=0)
    straight = np.abs(turn) * np.maximum(np.array(shape) - 1, 1)
    straight[main, range(3)] = 0
    if len(set(main)) == 3 and straight.max() < _OF_A_VOXEL:
        return _along_axes(labels, turn, shift, (int(main[0]), int(main[1]), int(main[2])), shape)
    return _slice_by_slice(labels, turn, shift, shape)


def _along_axes(
    labels: NDArray[np.uint16],
    turn: Float64Array,
    shift: Float64Array,
    main: tuple[int, int, int],
    shape: tuple[int, int, int],
) -> NDArray[np.uint16]:
    turned = labels.transpose(main)
    picks, inside = [], []
    for axis, own in enumerate(main):
        places = np.rint(turn[own, axis] * np.arange(shape[axis]) + shift[own]).astype(np.int64)
        within = (places >= 0) & (places < labels.shape[own])
        picks.append(places[within])
        inside.append(within)
    found = np.zeros(shape, np.uint16)
    found[np.ix_(*inside)] = turned[np.ix_(*picks)]
    return found


def _slice_by_slice(
    labels: NDArray[np.uint16], turn: Float64Array, shift: Float64Array, shape: tuple[int, int, int]
) -> NDArray[np.uint16]:
    rows, columns = np.meshgrid(np.arange(shape[1]), np.arange(shape[2]), indexing="ij")
    in_plane = turn[:, 1, None, None] * rows + turn[:, 2, None, None] * columns + shift[:, None, None]
    found = np.zeros(shape, np.uint16)
    limits = np.array(labels.shape)[:, None, None]
    for at in range(shape[0]):
        places = np.rint(in_plane + turn[:, 0, None, None] * at).astype(np.int64)
        inside = ((places >= 0) & (places < limits)).all(axis=0)
        found[at][inside] = labels[tuple(places[:, inside])]
    return found


def _shares_voxels(to_labels: Float64Array, shape: tuple[int, int, int]) -> bool:
    whole = np.rint(to_labels)
    off = np.abs(to_labels - whole)[:3] @ np.array([*(length - 1 for length in shape), 1.0])
    return bool(off.max() < _OF_A_VOXEL and abs(round(float(np.linalg.det(whole[:3, :3])))) == 1)


def _middle(grid: VolumeGrid) -> Float64Array:
    middle: Float64Array = grid.to_patient((np.array([grid.shape]) - 1) / 2)[0]
    return middle


def _left_out(voxels: int) -> tuple[QualityWarning, ...]:
    if voxels <= 0:
        return ()
    return (
        QualityWarning(
            "labels_outside", f"Labelled voxels outside the stack, which were left out: {voxels:,}."
        ),
    )
