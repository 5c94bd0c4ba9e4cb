"""Stacks in the one order that a viewer counts in, whatever plane they were acquired in.

Slices run from feet to head, rows from front to back, columns from the patient's right to left. Axes are only
swapped and turned; nothing is resampled, so the planes of an oblique stack are its own.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.volume import Float64Array, VolumeGrid
from cytovox.io.standard_order import nearest_axes

_VIEWED = (2, 1, 0)
"""Patient axis (0 left, 1 back, 2 head) of slices, rows and columns as they are viewed."""
_LETTERS = (("R", "L"), ("A", "P"), ("F", "H"))
"""Towards falling and rising x, y, z of LPS: right, left; anterior, posterior; feet, head."""
_SECOND_LETTER_FROM = 0.34
"""Share of a direction (a slant of 20 degrees) from which its second letter is told."""

Voxel = TypeVar("Voxel", bound=np.generic)


class Plane(StrEnum):
    """Cut through the patient; values are in the order of the axes that they cut across."""

    AXIAL = "axial"
    CORONAL = "coronal"
    SAGITTAL = "sagittal"


PLANES = tuple(Plane)
_SIDES: dict[Plane, tuple[tuple[int, int], tuple[int, int]]] = {
    Plane.AXIAL: ((1, 1), (2, 1)),
    Plane.CORONAL: ((0, -1), (2, 1)),
    Plane.SAGITTAL: ((0, -1), (1, 1)),
}
"""Viewed axis and sense of a picture's rows (downwards) and columns (to the right)."""


@dataclass(frozen=True, slots=True)
class ViewingOrder:
    """How a stack's axes are swapped and turned for viewing.

    Attributes:
        axes: Axis of the stack that becomes the slices, the rows, the columns.
        turned: Whether that axis is counted from its end.
    """

    axes: tuple[int, int, int]
    turned: tuple[bool, bool, bool]

    @classmethod
    def of(cls, grid: VolumeGrid) -> "ViewingOrder":
        """The order for a grid: each viewed axis takes the stack's axis that runs along it best."""
        along = nearest_axes(grid.affine)
        slices, rows, columns = (along.index(patient_axis) for patient_axis in _VIEWED)
        axes = (slices, rows, columns)
        first, second, third = (
            bool(grid.affine[patient_axis, axis] < 0)
            for patient_axis, axis in zip(_VIEWED, axes, strict=True)
        )
        return cls(axes, (first, second, third))

    def apply(self, voxels: NDArray[Voxel]) -> NDArray[Voxel]:
        """A stack's array in viewing order; a view, nothing is copied."""
        ordered = voxels.transpose(self.axes)
        return ordered[tuple(slice(None, None, -1 if turned else 1) for turned in self.turned)]

    def grid(self, grid: VolumeGrid) -> VolumeGrid:
        """The grid that goes with the array in viewing order."""
        affine = grid.affine[:, [*self.axes, 3]].copy()
        shape = tuple(grid.shape[axis] for axis in self.axes)
        for axis, turned in enumerate(self.turned):
            if turned:
                affine[:3, 3] += affine[:3, axis] * (shape[axis] - 1)
                affine[:3, axis] *= -1
        return VolumeGrid((shape[0], shape[1], shape[2]), affine)

    @property
    def acquired(self) -> Plane:
        """The plane of the stack's own slices."""
        return PLANES[self.axes.index(0)]

    @property
    def slices_turned(self) -> bool:
        """Whether the viewer counts the stack's own slices from their end."""
        return self.turned[self.axes.index(0)]


def as_picture(plane: Plane, cut: NDArray[Voxel]) -> NDArray[Voxel]:
    """A cut as it is shown: head or front above, the patient's right or front on the left.

    Args:
        plane: Across which axis of a stack in viewing order it was cut.
        cut: The other two axes, in their order.
    """
    (_, down), _ = _SIDES[plane]
    return cut[::down]


def picture_axes(plane: Plane) -> tuple[int, int]:
    """Viewed axes of a plane's rows and columns."""
    (rows, _), (columns, _) = _SIDES[plane]
    return rows, columns


def border_letters(plane: Plane, grid: VolumeGrid) -> tuple[str, str, str, str]:
    """Letters of the patient's sides at the left, right, top and bottom of a plane's picture.

    R, L, A, P, H, F as in DICOM PS3.3 C.7.6.1.1.1; a second one follows from a slant of 20 degrees on.

    Args:
        plane: The plane.
        grid: In viewing order.
    """
    (rows, down), (columns, across) = _SIDES[plane]
    right = across * grid.affine[:3, columns]
    below = down * grid.affine[:3, rows]
    return _letters(-right), _letters(right), _letters(-below), _letters(below)


def tilt_deg(grid: VolumeGrid) -> float:
    """Largest angle between an axis of a grid in viewing order and the patient's, degrees."""
    directions = grid.affine[:3, :3] / np.linalg.norm(grid.affine[:3, :3], axis=0)
    cosines = [float(directions[patient_axis, axis]) for axis, patient_axis in enumerate(_VIEWED)]
    return float(np.degrees(np.arccos(np.clip(min(cosines), -1.0, 1.0))))


def _letters(direction: Float64Array) -> str:
    shares = direction / np.linalg.norm(direction)
    strongest = np.argsort(-np.abs(shares), kind="stable")[:2]
    told = [axis for axis in strongest if axis == strongest[0] or abs(shares[axis]) >= _SECOND_LETTER_FROM]
    return "".join(_LETTERS[axis][int(shares[axis] > 0)] for axis in told)
