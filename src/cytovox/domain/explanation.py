"""Why a cell was named as it was: the places in its picture that speak for each class."""

from dataclasses import dataclass

import numpy as np

from cytovox.domain.errors import InputError
from cytovox.domain.findings import ModelUse
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import RgbPixels
from cytovox.domain.predictions import CellPredictions


@dataclass(frozen=True, slots=True)
class ClassEvidence:
    """What speaks for one class.

    Attributes:
        key: Taxonomy key.
        probability: Its probability, 0..1.
        activation: Array (h, w): class activation map on the network's grid, in units of the class's logit,
            nothing below 0.
        over_crop: Array (side, side): the same at the size of the crop, 0..1, its own largest value being 1.
    """

    key: str
    probability: float
    activation: FloatArray
    over_crop: FloatArray

    @property
    def peak(self) -> float:
        """Largest value of `activation`: what `over_crop` was divided by."""
        return float(self.activation.max())


@dataclass(frozen=True, slots=True)
class Explanation:
    """One cell, what it was called, and what speaks for the likeliest classes.

    Attributes:
        predictions: One row: probabilities of all classes, prediction set, refusal.
        crop: What the network saw, RGB, shape (side, side, 3).
        box: xmin, ymin, xmax, ymax of the crop in pixels of the picture; may reach beyond it.
        classes: The likeliest classes, the best first, then from the most probable down; empty from a bundle
            without activation maps.
        model: The bundle that said so.
    """

    predictions: CellPredictions
    crop: RgbPixels
    box: tuple[float, float, float, float]
    classes: tuple[ClassEvidence, ...]
    model: ModelUse

    def __post_init__(self) -> None:
        if len(self.predictions) != 1:
            raise InputError(f"explanation: expected one cell, got {len(self.predictions)}")

    @property
    def label(self) -> str:
        """What the cell is called; "unidentified" where it is refused."""
        return str(self.predictions.label[0])

    @property
    def relative_maps(self) -> tuple[FloatArray, ...]:
        """Activation of each class on one scale: the largest value over all classes is 1, or all are 0."""
        largest = max((evidence.peak for evidence in self.classes), default=0.0)
        scale = np.float32(1 / largest if largest > 0 else 0.0)
        return tuple(evidence.activation * scale for evidence in self.classes)
