"""Measures of the organs of a label map."""

import numpy as np

from cytovox.domain.volume import LabelMap
from cytovox.domain.volume_findings import OrganMeasure


def measure_organs(labels: LabelMap) -> tuple[OrganMeasure, ...]:
    """Volume and slices of each label that occurs, by ascending label."""
    slices = len(labels.labels)
    highest = int(labels.labels.max(initial=0))
    # Slice by slice: one pass over the stack however many organs it has, and no copy of it.
    voxels = np.stack([np.bincount(plane.ravel(), minlength=highest + 1) for plane in labels.labels])
    measures = []
    for label in range(1, highest + 1):
        held = np.flatnonzero(voxels[:, label])
        if held.size:
            first, last, count = int(held[0]), int(held[-1]), int(voxels[:, label].sum())
            volume_ml = count * labels.grid.voxel_volume_mm3 / 1000.0
            cut = first == 0 or last == slices - 1
            measures.append(OrganMeasure(label, labels.organ(label), count, volume_ml, first, last, cut))
    return tuple(measures)
