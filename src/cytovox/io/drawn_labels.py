"""Labels as a file holds them, before they are brought onto a stack's grid."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import ImageFileError, InputError
from cytovox.domain.findings import QualityWarning
from cytovox.domain.volume import VolumeGrid
from cytovox.io.label_values import are_whole, look_grey
from cytovox.io.organ_names import LabelNames
from cytovox.io.scans import unknown_grid

_MOST = 65_535
_TOLD = 20


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
        load: Reads it; the grid of the stack tells the place of labels whose file does not.
        reason: What shows that it is a label map, as the end of a sentence ("its name says so"), or "".
        scans: Keys of the scans that it says it was drawn on (`Scan.key`); none where it does not say.
        grid: Where its voxels lie, from headers alone, or None where that is not known yet.
        file: Name of its file, or of the first of several; never shown, for its folders may name a person.
    """

    description: str
    load: Callable[[VolumeGrid | None], DrawnLabels]
    reason: str = ""
    scans: frozenset[str] = frozenset()
    grid: Callable[[], VolumeGrid | None] = unknown_grid
    file: str = ""


def chosen_source(
    sources: Sequence[LabelSource],
    further: Sequence[LabelSource],
    wanted: int | str | None,
    name: str,
    how: str,
) -> LabelSource:
    """The wanted label map, or the only one.

    Args:
        sources: At least one.
        further: Others, which only who names them gets.
        wanted: Its number from 1, or its description; None for the only one.
        name: How messages begin.
        how: How one is chosen, as the end of a sentence.

    Raises:
        InputError: There are several and none is wanted, or there is no such label map.
    """
    if wanted is None and len(sources) == 1:
        return sources[0]
    if str(wanted).isdecimal() and 1 <= int(str(wanted)) <= len(sources):
        return sources[int(str(wanted)) - 1]
    for source in (*sources, *further):
        if source.description == wanted:
            return source
    told = "; ".join(f"{number} '{source.description}'" for number, source in enumerate(sources[:_TOLD], 1))
    more = f" and {len(sources) - _TOLD} more" if len(sources) > _TOLD else ""
    if wanted is None:
        raise InputError(f"{name}{len(sources)} label maps may be meant: {told}{more}; choose one {how}")
    raise InputError(f"{name}no label map '{wanted}'; choose one {how}, of {told}{more}")


def as_labels(values: NDArray[Any], name: str) -> NDArray[np.uint16]:
    """Values as labels.

    Raises:
        ImageFileError: They are not whole numbers from 0 to 65,535: grey values, or probabilities.
    """
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise ImageFileError(name, "expected a label map of whole numbers, found voxels without a number")
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
    whole = are_whole(values)
    if whole and low > -0.5 and high > _MOST + 0.5:
        raise ImageFileError(
            name,
            f"expected labels from 0 to {_MOST:,}, found {high:,.0f}; number them anew from 1 on, or choose "
            "another file if these are grey values or probabilities",
        )
    labels = _whole(values) if whole and low > -0.5 else None
    if labels is None or (labels.ndim > 1 and look_grey(labels)):
        raise ImageFileError(
            name,
            f"expected a label map of whole numbers from 0 on, found values from {low:g} to {high:g}; "
            "this looks like grey values or probabilities",
        )
    return labels


def _whole(values: NDArray[Any]) -> NDArray[np.uint16]:
    return (np.rint(values) if values.dtype.kind == "f" else values).astype(np.uint16)


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
