"""How far two masks lie apart."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage


def hausdorff_distance(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    """Largest distance from a pixel of either mask to the nearest of the other, in pixels.

    Args:
        first: Any shape, at least one pixel set.
        second: Same shape, likewise.
    """
    box = ndimage.find_objects((first | second).astype(np.uint8))[0]
    one, other = first[box], second[box]
    return max(
        float(ndimage.distance_transform_edt(~target)[start].max())
        for start, target in ((one, other), (other, one))
    )
