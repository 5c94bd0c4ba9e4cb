"""Label maps without crumbs."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

_TOUCHING = np.ones((3, 3, 3), np.bool_)


def without_islands(labels: NDArray[np.uint16], *, least_voxels: int) -> NDArray[np.uint16]:
    """Labels whose small pieces are background; the largest piece of each label always stays.

    Bowel comes in many loops, so that a rule of one piece an organ would take true parts away.

    Args:
        labels: Shape (slice, row, column), 0 for background.
        least_voxels: Pieces with fewer voxels go; pieces touch at faces, edges and corners.
    """
    out = labels.copy()
    for label in np.unique(labels[labels > 0]):
        pieces, count = ndimage.label(labels == label, structure=_TOUCHING)
        if count < 2:
            continue
        sizes = np.bincount(pieces.ravel())
        sizes[0] = 0
        small = (sizes < least_voxels) & (sizes < sizes.max())
        out[small[pieces] & (pieces > 0)] = 0
    return out
