"""Class activation maps: the places in a cell's picture that speak for a class.

A classifier whose pooled features go through one linear layer gives a logit as the mean over the picture of
sum_c w_c f_c(x, y), plus a bias. That map (Zhou et al., Learning deep features for discriminative
localization, CVPR 2016) is Grad-CAM's (Selvaraju et al., ICCV 2017, equations 1 and 2) times a constant,
for the gradient of the logit by every f_c(x, y) is w_c over the number of places. Both keep what is above
0.
"""

import numpy as np

from cytovox.domain.explanation import ClassEvidence
from cytovox.domain.geometry import FloatArray
from cytovox.imaging.resample import resize_map


def class_activation(raw: FloatArray) -> FloatArray:
    """What speaks for a class, in units of its logit: the map without what speaks against, shape (h, w).

    Args:
        raw: One class's map as the network exports it, before the ReLU.
    """
    return np.maximum(raw, np.float32(0))


def scaled_to_one(activation: FloatArray) -> FloatArray:
    """The map divided by its own largest value; all 0 where nothing speaks for the class."""
    largest = activation.max()
    return np.asarray(activation / largest if largest > 0 else np.zeros_like(activation), np.float32)


def class_evidence(key: str, probability: float, raw: FloatArray, crop_px: int) -> ClassEvidence:
    """What speaks for one class, on the network's grid and over the crop.

    Args:
        key: Taxonomy key.
        probability: Its calibrated probability.
        raw: Its map before the ReLU, shape (h, w).
        crop_px: Side of the crop.
    """
    activation = class_activation(raw)
    # Interpolated before it is scaled: the largest value of the enlarged map, too, is then 1.
    enlarged = resize_map(activation, (crop_px, crop_px))
    return ClassEvidence(key, probability, activation, scaled_to_one(enlarged))
