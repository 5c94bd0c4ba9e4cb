"""One label map out of masks that may overlap."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.findings import QualityWarning
from cytovox.io.organ_names import LabelNames

_NAMED = 6
_MOST_LABELS = 65_536


class PaintedLabels:
    """Masks put together, one after another; a voxel of several goes to the smallest of them.

    So what lies within something larger (a tumour in the liver, an organ in the body) is kept whole,
    whatever the order of the masks. Of masks of one size the later has the voxel.

    Args:
        shape: Slices, rows, columns.
    """

    def __init__(self, shape: tuple[int, int, int]) -> None:
        self.labels: NDArray[np.uint16] = np.zeros(shape, np.uint16)
        self._drawn = np.zeros(_MOST_LABELS, np.int64)
        self._drawn[0] = np.iinfo(np.int64).max

    def paint(self, label: int, planes: Mapping[int, NDArray[np.bool_]]) -> None:
        """Paint a whole mask.

        Args:
            label: From 1; not painted before.
            planes: Its slices that hold anything, by index, each of shape (row, column).
        """
        self._drawn[label] = voxels = sum(int(np.count_nonzero(mask)) for mask in planes.values())
        for at, mask in planes.items():
            plane = self.labels[at]
            under = plane[mask]
            plane[mask] = np.where(self._drawn[under] >= voxels, label, under)

    def warnings(self, names: LabelNames) -> tuple[QualityWarning, ...]:
        """What is said of voxels that lie in several masks; nothing where there are none.

        Args:
            names: What the labels are called.
        """
        kept = np.bincount(self.labels.ravel(), minlength=_MOST_LABELS)
        lost = np.maximum(self._drawn - kept, 0)
        lost[0] = 0
        if not lost.any():
            return ()
        order = np.argsort(-lost / np.maximum(self._drawn, 1), kind="stable")[: np.count_nonzero(lost)]
        told = [self._told(int(label), int(lost[label]), names) for label in order[:_NAMED]]
        more = f" and {len(order) - _NAMED} more" if len(order) > _NAMED else ""
        return (
            QualityWarning(
                "overlapping_labels",
                f"Voxels drawn as more than one organ: {int(lost.sum()):,}. Each went to the smallest of its "
                f"organs, so that these measure less than was drawn: {', '.join(told)}{more}.",
            ),
        )

    def _told(self, label: int, lost: int, names: LabelNames) -> str:
        name = names[label].name if label in names else f"label {label}"
        return f"{name} by {100 * lost / int(self._drawn[label]):.1f} %"


def slices_of(mask: NDArray[np.bool_]) -> dict[int, NDArray[np.bool_]]:
    """The slices of a mask that hold anything, by index."""
    return {int(at): mask[at] for at in np.flatnonzero(mask.any(axis=(1, 2)))}
