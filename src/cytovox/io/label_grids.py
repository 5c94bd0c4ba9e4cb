"""Labels on the grid of a stack: exactly where the grids share voxels, else from the nearest voxel."""

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import ImageFileError
from cytovox.domain.findings import QualityWarning
from cytovox.domain.volume import Float64Array, VolumeGrid
from cytovox.io.drawn_labels import DrawnLabels

_HAIR = 1e-6
_CHANGED = 0.05
_TOLD = 6
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
    if before and not after and _outside(drawn, like) == before:
        apart = float(np.linalg.norm(_middle(drawn.grid) - _middle(like)))
        raise ImageFileError(
            name,
            f"its labels lie outside the stack, the middles are {apart:.0f} mm apart; choose the label map "
            "that was drawn on this stack, or mend its position",
        )
    if _shares_voxels(to_labels, like.shape):
        return labels, _left_out(before - after)
    spacing = " x ".join(f"{mm:.2f}" for mm in drawn.grid.spacing_mm)
    resampled = QualityWarning(
        "labels_resampled",
        f"The label map has other voxels ({spacing} mm) than the stack; each voxel took the nearest label."
        f"{_changed_volumes(drawn, labels, like)}",
    )
    return labels, (resampled, *_left_out(_outside(drawn, like)))


def same_voxels(first: VolumeGrid, second: VolumeGrid) -> bool:
    """Whether two grids have the same voxels, in whatever order of axes, as far as headers are exact."""
    if sorted(first.shape) != sorted(second.shape):
        return False
    corners = np.array(np.meshgrid(*[(0, n - 1) for n in first.shape])).reshape(3, -1).T
    there = second.to_indices(first.to_patient(corners))
    ends = np.array(second.shape) - 1 + _OF_A_VOXEL
    inside = bool(((there > -_OF_A_VOXEL) & (there < ends)).all())
    return inside and _shares_voxels(np.linalg.inv(second.affine) @ first.affine, first.shape)


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
        places = _nearest(turn[own, axis] * np.arange(shape[axis]) + shift[own])
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
        places = _nearest(in_plane + turn[:, 0, None, None] * at)
        inside = ((places >= 0) & (places < limits)).all(axis=0)
        found[at][inside] = labels[tuple(places[:, inside])]
    return found


def _nearest(places: Float64Array) -> NDArray[np.int64]:
    # Halves go up, whatever rounding left of them. To even, as np.rint has it, a grid half a voxel away would
    # take every other voxel twice and leave out the rest.
    return np.floor(places + (0.5 + _HAIR)).astype(np.int64)


def _outside(drawn: DrawnLabels, like: VolumeGrid) -> int:
    # Labelled voxels whose middles lie in no voxel of the stack.
    ends = np.array(like.shape) - 0.5
    count = 0
    for at in np.flatnonzero(drawn.labels.any(axis=(1, 2))):
        inside = np.argwhere(drawn.labels[at])
        places = np.column_stack([np.full(len(inside), at), inside])
        there = like.to_indices(drawn.grid.to_patient(places))
        count += int(np.count_nonzero(~((there >= -0.5 - _HAIR) & (there <= ends + _HAIR)).all(axis=1)))
    return count


def _changed_volumes(drawn: DrawnLabels, labels: NDArray[np.uint16], like: VolumeGrid) -> str:
    # What the labels of other voxels measured on their own grid, where that differs.
    before = np.bincount(drawn.labels.ravel()) * drawn.grid.voxel_volume_mm3 / 1000
    after = np.bincount(labels.ravel(), minlength=len(before)) * like.voxel_volume_mm3 / 1000
    changed = [label for label in np.flatnonzero(before) if label and _differ(before[label], after[label])]
    if not changed:
        return ""
    told = ", ".join(
        f"{drawn.names[label].name if label in drawn.names else f'label {label}'} {before[label]:.1f} mL, "
        f"here {after[label]:.1f} mL"
        for label in (int(label) for label in changed[:_TOLD])
    )
    more = f" and {len(changed) - _TOLD} more" if len(changed) > _TOLD else ""
    return f" Volumes that this changed by more than {_CHANGED:.0%}, as drawn and here: {told}{more}."


def _differ(before_ml: float, after_ml: float) -> bool:
    return abs(after_ml - before_ml) > _CHANGED * before_ml


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
