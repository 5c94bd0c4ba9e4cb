"""Where a map has its peaks."""

import cv2
import numpy as np
from numpy.typing import NDArray


def local_maxima(values: NDArray[np.float32], lowest: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of the pixels that no neighbour of eight exceeds.

    Args:
        values: Shape (H, W).
        lowest: Least value of a peak.

    Returns:
        Row indices and column indices; each pixel of a level plateau counts.
    """
    highest_near = cv2.dilate(values, np.ones((3, 3), np.uint8))
    rows, columns = np.nonzero((values >= lowest) & (values >= highest_near))
    return rows, columns
