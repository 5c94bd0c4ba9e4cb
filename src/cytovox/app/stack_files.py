"""What the slice viewer reads of a finished stack: voxels and labels in cubes, and a page about both."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytovox.app.stack_page import stack_page
from cytovox.app.stack_request import StackRequest
from cytovox.domain.volume import Volume
from cytovox.domain.volume_findings import VolumeFindings
from cytovox.io.bricks import write_bricks
from cytovox.io.viewing_order import PLANES, ViewingOrder

STACK = "stack.json"
VOXELS = "voxels.npy"
LABEL_VOXELS = "label-voxels.npy"

_STEPS = 65_535


@dataclass(frozen=True, slots=True)
class StoredValues:
    """How 16-bit voxels stand for a stack's own values: value = slope x stored + intercept.

    Attributes:
        kind: int16 or uint16.
        slope: 1 where the values are kept as they are.
        intercept: 0 where the values are kept as they are.
    """

    kind: np.dtype[np.int16] | np.dtype[np.uint16]
    slope: float
    intercept: float

    @classmethod
    def of(cls, voxels: NDArray[Any]) -> "StoredValues":
        """Whole numbers as they are where 16 bits hold them; else 65,536 steps from the least to the most."""
        least, most = float(voxels.min()), float(voxels.max())
        if voxels.dtype.kind in "iu":
            for kind in (np.dtype(np.int16), np.dtype(np.uint16)):
                if np.iinfo(kind).min <= least and most <= np.iinfo(kind).max:
                    return cls(kind, 1.0, 0.0)
        return cls(np.dtype(np.uint16), (most - least) / _STEPS or 1.0, least)

    def stored(self, voxels: NDArray[Any]) -> NDArray[np.generic]:
        """Voxels as they are kept."""
        if self.slope == 1.0 and self.intercept == 0.0:
            return voxels.astype(self.kind, copy=False)
        kept = np.empty(voxels.shape, self.kind)
        for at, one in enumerate(voxels):  # a slice at a time: float64 of a large stack would be gigabytes
            kept[at] = np.rint((one.astype(np.float64) - self.intercept) / self.slope)
        return kept


def stack_files(
    volume: Volume, findings: VolumeFindings, request: StackRequest, folder: Path
) -> dict[str, bytes | Path]:
    """The viewer's files by name; large ones are written to a folder.

    Args:
        volume: The stack.
        findings: What was found in it.
        request: How it was read.
        folder: Where to write.
    """
    order = ViewingOrder.of(volume.grid)
    values = StoredValues.of(volume.voxels)
    write_bricks(folder / VOXELS, order.apply(values.stored(volume.voxels)))
    files: dict[str, bytes | Path] = {VOXELS: folder / VOXELS}
    presence: Mapping[str, Any] = {plane.value: {} for plane in PLANES}
    places: Mapping[str, tuple[int, int, int]] = {}
    most = max((measure.label for measure in findings.organs), default=0)
    label_kind = np.dtype(np.uint8 if most <= np.iinfo(np.uint8).max else np.uint16)
    if findings.organs:
        ordered = order.apply(findings.labels.labels.astype(label_kind))
        write_bricks(folder / LABEL_VOXELS, ordered)
        files[LABEL_VOXELS] = folder / LABEL_VOXELS
        presence = {plane.value: runs_of_labels(ordered, axis) for axis, plane in enumerate(PLANES)}
        places = {str(measure.label): place_of_label(ordered, measure.label) for measure in findings.organs}
    page = stack_page(volume, request)
    page["stored"] = {"type": values.kind.name, "slope": values.slope, "intercept": values.intercept}
    page["labels"] = {
        "type": label_kind.name if findings.organs else None,
        "presence": presence,
        "places": places,
    }
    files[STACK] = json.dumps(page, allow_nan=False, separators=(",", ":")).encode()
    return files


def runs_of_labels(labels: NDArray[np.generic], axis: int) -> dict[str, list[tuple[int, int]]]:
    """First and last index of each run of planes that hold a label, by label.

    Args:
        labels: Three axes of whole numbers, 0 for background.
        axis: The planes are across it.
    """
    most = int(labels.max()) + 1
    planes = np.moveaxis(labels, axis, 0)
    holds = np.stack([np.bincount(plane.ravel(), minlength=most) > 0 for plane in planes])
    return {
        str(label): _runs(np.flatnonzero(holds[:, label]))
        for label in range(1, most)
        if holds[:, label].any()
    }


def place_of_label(labels: NDArray[np.generic], label: int) -> tuple[int, int, int]:
    """Indices of a voxel well inside a label: in the plane that holds most of it, the nearest to its middle.

    Args:
        labels: Three axes of whole numbers.
        label: One that occurs.
    """
    is_label = labels == label
    plane = int(np.count_nonzero(is_label, axis=(1, 2)).argmax())
    inside = np.argwhere(is_label[plane])
    nearest = np.square(inside - inside.mean(axis=0)).sum(axis=1).argmin()
    return plane, int(inside[nearest][0]), int(inside[nearest][1])


def _runs(places: Sequence[int] | NDArray[np.intp]) -> list[tuple[int, int]]:
    breaks = [at + 1 for at, (one, next_one) in enumerate(pairwise(places)) if next_one > one + 1]
    return [(int(places[start]), int(places[end - 1])) for start, end in pairwise((0, *breaks, len(places)))]
