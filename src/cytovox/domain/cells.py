"""The table of found cells, one row a cell."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.best_class import best_class
from cytovox.domain.errors import InputError
from cytovox.domain.geometry import FloatArray, polygon_area, polygon_box
from cytovox.domain.morphometry import Morphometry
from cytovox.domain.predictions import BoolArray, CellPredictions, blood
from cytovox.domain.reviewed import Reviewed
from cytovox.domain.taxonomy import Taxonomy

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CellTable:
    """Found cells as columns of equal length n.

    Attributes:
        classes: The k taxonomy keys that `probabilities` speaks of, in its column order.
        outlines: Outline of each cell, arrays (vertices, 2) of (x, y), px; may reach beyond the picture.
        box: Array (n, 4): xmin, ymin, xmax, ymax in pixels, within the picture: the outline's extent, with or
            without the margin that people leave when they box a cell.
        score: Array (n,) in 0..1: how sure the finder is that a cell of this coarse class is there.
        probabilities: Array (n, k): class probabilities, each row adding to 1.
        area_px: Array (n,): area of the outline in square pixels.
        area_um2: Array (n,): area in square micrometres, NaN where the scale is unknown.
        prediction_sets: Array (n, k): the classes that a white cell is typical of, as in `CellPredictions`;
            of cells that the classifier did not see (red cells and platelets) the finder's class alone.
        unfamiliarity: Array (n,): how unlike the training cells a white cell is; NaN where not known.
        unidentified: Array (n,): whether the classifier refuses to name the cell.
        nucleus_outlines: For each cell the outlines of its nucleus's separate parts; none where
            no nucleus was looked for or found.
        morphometry: Measures of each cell.
        ids: Array (n,): what each cell goes by, from 1; it stays when other cells are removed.
        reviewed: For each cell what a person said of it, or None. A class that a person gave has
            probability 1.
        taxonomy: Names, colours and groups of the classes: that of what the smear was made of.
        predictions: The last class columns and `probabilities` as a table of their own.
    """

    classes: tuple[str, ...]
    outlines: tuple[FloatArray, ...]
    box: FloatArray
    score: FloatArray
    probabilities: FloatArray
    area_px: FloatArray
    area_um2: FloatArray
    prediction_sets: BoolArray
    unfamiliarity: FloatArray
    unidentified: BoolArray
    nucleus_outlines: tuple[tuple[FloatArray, ...], ...]
    morphometry: Morphometry
    ids: IntArray
    reviewed: tuple[Reviewed | None, ...]
    taxonomy: Taxonomy = field(default_factory=blood)
    predictions: CellPredictions = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        n, k = len(self.outlines), len(self.classes)
        expected = {
            "box": (n, 4),
            "score": (n,),
            "probabilities": (n, k),
            "area_px": (n,),
            "area_um2": (n,),
            "prediction_sets": (n, k),
            "unfamiliarity": (n,),
            "unidentified": (n,),
            "ids": (n,),
        }
        for name, shape in expected.items():
            column = getattr(self, name)
            if column.shape != shape:
                raise InputError(f"cell table: column '{name}' should have shape {shape}, got {column.shape}")
        for name in ("nucleus_outlines", "morphometry", "reviewed"):
            if len(getattr(self, name)) != n:
                raise InputError(
                    f"cell table: '{name}' should speak of {n} cells, got {len(getattr(self, name))}"
                )
        predictions = CellPredictions(
            self.classes,
            self.probabilities,
            self.prediction_sets,
            self.unfamiliarity,
            self.unidentified,
            self.taxonomy,
        )
        object.__setattr__(self, "predictions", predictions)

    def __len__(self) -> int:
        return len(self.outlines)

    @classmethod
    def from_outlines(
        cls,
        outlines: tuple[FloatArray, ...],
        *,
        classes: tuple[str, ...],
        score: FloatArray,
        probabilities: FloatArray,
        picture_size: tuple[int, int],
        mpp_um: float | None,
    ) -> "CellTable":
        """Table of blood whose boxes and areas are computed from the outlines; nothing in it is refused.

        Prediction sets hold the best class alone, nothing further is measured; `dataclasses.replace` changes
        that, and the taxonomy.

        Args:
            outlines: Arrays (vertices, 2) of (x, y) in pixels.
            classes: Taxonomy keys of the probability columns.
            score: Shape (n,).
            probabilities: Shape (n, k).
            picture_size: Height and width in pixels, to clip the boxes.
            mpp_um: Micrometres per pixel, or None when unknown.
        """
        height, width = picture_size
        boxes = np.array([polygon_box(o) for o in outlines], np.float32).reshape(-1, 4)
        boxes = np.clip(boxes, 0, np.array([width, height, width, height], np.float32))
        area = np.array([polygon_area(o) for o in outlines], np.float32)
        area_um2 = np.full_like(area, np.nan) if mpp_um is None else (area * mpp_um**2).astype(np.float32)
        best = best_class(probabilities, classes, blood())
        return cls(
            classes=classes,
            outlines=outlines,
            box=boxes,
            score=score,
            probabilities=probabilities,
            area_px=area,
            area_um2=area_um2,
            prediction_sets=np.arange(len(classes)) == best[:, None],
            unfamiliarity=np.full(len(outlines), np.nan, np.float32),
            unidentified=np.zeros(len(outlines), bool),
            nucleus_outlines=((),) * len(outlines),
            morphometry=Morphometry.unmeasured(len(outlines)),
            ids=np.arange(1, len(outlines) + 1),
            reviewed=(None,) * len(outlines),
        )

    @property
    def best(self) -> NDArray[np.str_]:
        """Array (n,): the best class of each cell, also where the classifier refuses to name it."""
        return self.predictions.best

    @property
    def label(self) -> NDArray[np.str_]:
        """Array (n,): "unidentified" where so flagged, else `best`."""
        return self.predictions.label

    @property
    def confidence(self) -> FloatArray:
        """Array (n,): probability of `best`."""
        return self.predictions.confidence

    def polygon(self, index: int) -> FloatArray:
        """Outline of one cell, shape (vertices, 2), (x, y) in pixels."""
        return self.outlines[index]
