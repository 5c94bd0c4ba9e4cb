"""Stacks of CT or MR slices, label maps on them, and where their voxels lie in the patient."""

import colorsys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import InputError
from cytovox.domain.findings import QualityWarning
from cytovox.domain.taxonomy import CellClass

Float64Array = NDArray[np.float64]
OrganClass = CellClass
"""One organ of a label map: key, name, colour and codes."""

_AFFINE_SHAPE = (4, 4)
_SAME_PLACE_MM = 0.01
_GOLDEN = (5**0.5 - 1) / 2


class Modality(StrEnum):
    """What a stack was made with, which decides how its grey values are read."""

    CT = "CT"
    MR = "MR"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class VolumeGrid:
    """Where the voxels of a stack lie.

    Indices are (slice, row, column). Patient coordinates are DICOM's LPS in mm: x to the patient's left, y to
    the back, z to the head (DICOM PS3.3 C.7.6.2.1.1).

    Attributes:
        shape: Slices, rows, columns.
        affine: From (slice, row, column, 1) of a voxel's middle to (x, y, z, 1), shape (4, 4), float64, mm.
    """

    shape: tuple[int, int, int]
    affine: Float64Array

    def __post_init__(self) -> None:
        if min(self.shape) < 1:
            raise InputError(f"expected slices, rows and columns, each at least 1, got {self.shape}")
        if self.affine.shape != _AFFINE_SHAPE or not np.isfinite(self.affine).all():
            raise InputError(f"expected a finite affine of shape (4, 4), got shape {self.affine.shape}")
        if not np.allclose(self.affine[3], (0, 0, 0, 1)) or self.voxel_volume_mm3 <= 0:
            raise InputError("expected an affine whose last row is 0 0 0 1 and whose voxels have a volume")

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Distance of neighbouring slices, rows and columns, mm."""
        slices, rows, columns = np.linalg.norm(self.affine[:3, :3], axis=0)
        return float(slices), float(rows), float(columns)

    @property
    def voxel_volume_mm3(self) -> float:
        """Volume of a voxel, cubic mm: the determinant, so that oblique voxels count right."""
        return float(abs(np.linalg.det(self.affine[:3, :3])))

    def to_patient(self, indices: NDArray[Any]) -> Float64Array:
        """Patient coordinates of voxel indices.

        Args:
            indices: (slice, row, column), shape (n, 3); fractions lie between the voxels' middles.

        Returns:
            LPS in mm, shape (n, 3).
        """
        return np.asarray(indices @ self.affine[:3, :3].T + self.affine[:3, 3], np.float64)

    def to_indices(self, points_mm: NDArray[Any]) -> Float64Array:
        """Voxel indices (slice, row, column) of patient coordinates, shape (n, 3), with fractions."""
        inverse = np.linalg.inv(self.affine)
        return np.asarray(points_mm @ inverse[:3, :3].T + inverse[:3, 3], np.float64)

    def matches(self, other: "VolumeGrid") -> bool:
        """Whether two grids have the same voxels, to 0.01 mm at every corner."""
        if self.shape != other.shape:
            return False
        corners = np.array(np.meshgrid(*[(0, n - 1) for n in self.shape])).reshape(3, -1).T
        return bool(np.abs(self.to_patient(corners) - other.to_patient(corners)).max() < _SAME_PLACE_MM)


@dataclass(frozen=True, slots=True)
class Volume:
    """A CT or MR stack.

    Attributes:
        voxels: Shape (slice, row, column); Hounsfield units for CT, the scanner's own values for MR.
        grid: Where the voxels lie.
        modality: CT, MR or other.
        source: What to call it in results; never a patient's name or number.
        subject: The same for all scans of one person: a pseudonym, or None where the file names nobody.
        day: Order of a subject's scans, in days from any start, or None where the file has no date.
        warnings: What was found odd on reading, most important first.
    """

    voxels: NDArray[Any]
    grid: VolumeGrid
    modality: Modality = Modality.OTHER
    source: str = "stack"
    subject: str | None = None
    day: int | None = None
    warnings: tuple[QualityWarning, ...] = ()

    def __post_init__(self) -> None:
        if self.voxels.shape != self.grid.shape:
            raise InputError(
                f"{self.source}: voxels of shape {self.voxels.shape} on a grid of {self.grid.shape}"
            )
        if self.voxels.dtype.kind not in "iuf":
            raise InputError(f"{self.source}: expected whole or real grey values, got {self.voxels.dtype}")


@dataclass(frozen=True, slots=True)
class LabelMap:
    """An organ for every voxel of a grid.

    Attributes:
        labels: Shape (slice, row, column), uint16; 0 is background.
        grid: Where the voxels lie.
        organs: The organ of each label that may occur, by label; labels without an entry go by their number.
        source: What to call it in results; never a patient's name or number.
        warnings: What was found odd on reading.
    """

    labels: NDArray[np.uint16]
    grid: VolumeGrid
    organs: Mapping[int, OrganClass] = field(default_factory=dict)
    source: str = "labels"
    warnings: tuple[QualityWarning, ...] = ()

    def __post_init__(self) -> None:
        if self.labels.shape != self.grid.shape or self.labels.dtype != np.uint16:
            raise InputError(
                f"{self.source}: expected labels of shape {self.grid.shape} and type uint16, "
                f"got {self.labels.shape} and {self.labels.dtype}"
            )
        if 0 in self.organs:
            raise InputError(f"{self.source}: label 0 is background, it names no organ")

    @property
    def present(self) -> tuple[int, ...]:
        """Labels that occur, ascending, without 0."""
        counts = np.bincount(self.labels.ravel())
        return tuple(int(label) for label in np.flatnonzero(counts) if label)

    def organ(self, label: int) -> OrganClass:
        """The organ of a label; one named "label N" where none is known."""
        known = self.organs.get(label)
        return known or OrganClass(f"label_{label}", f"label {label}", _colour_of(label), str(label)[-4:])

    def volume_ml(self, label: int) -> float:
        """Volume of the voxels of a label, millilitres."""
        return float(np.count_nonzero(self.labels == label)) * self.grid.voxel_volume_mm3 / 1000.0


def _colour_of(label: int) -> str:
    # Each label a golden section of the colour circle from the one before, so that neighbours differ.
    channels = colorsys.hls_to_rgb(label * _GOLDEN % 1, 0.55, 0.5)
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in channels)
