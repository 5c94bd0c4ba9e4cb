"""How well organs were outlined, in the measures of the UW-Madison GI tract competition.

https://www.kaggle.com/competitions/uw-madison-gi-tract-image-segmentation/overview/evaluation: the mean Dice
coefficient counts 0.4, the 3D Hausdorff distance 0.6; for the latter slices are stacked with a depth of 1 and
locations are divided by the size of the image, so that it lies between 0 and 1.
"""

import numpy as np
from numpy.typing import NDArray

from cytovox.imaging.mask_distance import hausdorff_distance

Mask = NDArray[np.bool_]

DICE_SHARE, HAUSDORFF_SHARE = 0.4, 0.6


def dice(truth: Mask, answer: Mask) -> float:
    """2 |A B| / (|A| + |B|) of two masks of one shape, 0..1; NaN where both are empty.

    Dice, Ecology 26 (1945) 297.
    The competition's page calls the coefficient of two empty masks 0. It says nothing of how a slice without
    the organ, rightly left empty, then enters the mean: such slices are left out here.
    """
    total = int(truth.sum()) + int(answer.sum())
    return float("nan") if total == 0 else 2.0 * int((truth & answer).sum()) / total


def slice_dice(truth: Mask, answer: Mask) -> NDArray[np.float64]:
    """Dice of each slice that holds the organ in truth or by the answer.

    Args:
        truth: Shape (slice, row, column).
        answer: Same shape.
    """
    each = np.array([dice(a, b) for a, b in zip(truth, answer, strict=True)])
    return np.asarray(each[~np.isnan(each)])


def hausdorff_share(truth: Mask, answer: Mask) -> float:
    """Hausdorff distance of two stacks of masks over the stack's diagonal, all in voxels: 0 (same) to 1.

    0 where both are empty, 1 where one is: nothing is then near.

    Args:
        truth: Shape (slice, row, column).
        answer: Same shape.
    """
    if not truth.any() or not answer.any():
        return float(truth.any() != answer.any())
    return hausdorff_distance(truth, answer) / float(np.linalg.norm(truth.shape))


def competition_score(mean_dice: float, hausdorff: float) -> float:
    """0.4 Dice + 0.6 (1 - Hausdorff), 0 (bad) to 1.

    Args:
        mean_dice: 0..1.
        hausdorff: From `hausdorff_share`.
    """
    return DICE_SHARE * mean_dice + HAUSDORFF_SHARE * (1.0 - hausdorff)
