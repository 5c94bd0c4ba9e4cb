"""Labels as a file holds them, before they are brought onto a stack's grid."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import ImageFileError
from cytovox.domain.findings import QualityWarning
from cytovox.domain.volume import VolumeGrid
from cytovox.io.organ_names import LabelNames

_MOST = 65_535


@dataclass(frozen=True, slots=True)
class DrawnLabels:
    """A label map on its file's own grid.

    Attributes:
        labels: Shape (slice, row, column), standard order.
        grid: Where the voxels lie, as far as the file says it.
        names: Names that the file itself gives.
        placed: Whether the file says where its voxels lie in the patient.
        warnings: What was found odd.
    """

    labels: NDArray[np.uint16]
    grid: VolumeGrid
    names: LabelNames = field(default_factory=dict)
    placed: bool = True
    warnings: tuple[QualityWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelSource:
    """A label map that was found but not read yet.

    Attributes:
        description: Words that tell it from others.
        load: Reads it.
    """

    description: str
    load: Callable[[], DrawnLabels]


def as_labels(values: NDArray[Any], name: str) -> NDArray[np.uint16]:
    """Values as labels.

    Raises:
        ImageFileError: They are not whole numbers from 0 to 65,535: grey values, or probabilities.
    """
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
    whole = values.dtype.kind in "iub" or bool((values == np.rint(values)).all())
    if not whole or low < 0 or high > _MOST:
        raise ImageFileError(
            name,
            f"expected a label map of whole numbers from 0 on, found values from {low:g} to {high:g}; "
            "this looks like grey values or probabilities",
        )
    return values.astype(np.uint16)


def overlap_warning(voxels: int) -> tuple[QualityWarning, ...]:
    """What is said of voxels that were drawn as two organs; nothing where there are none."""
    if not voxels:
        return ()
    return (
        QualityWarning(
            "overlapping_labels",
            f"Voxels drawn as more than one organ: {voxels:,}. The later organ of the list has them.",
        ),
    )
