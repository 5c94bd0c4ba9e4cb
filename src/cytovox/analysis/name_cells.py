"""What each found cell is: the finder's coarse class, and the type of each white cell."""

import numpy as np

from cytovox.analysis.cell_classifier import CellClassifier
from cytovox.analysis.star_decoding import StarCells
from cytovox.domain.best_class import best_class
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import RgbPixels
from cytovox.domain.predictions import CellPredictions


def name_cells(
    classifier: CellClassifier,
    pixels: RgbPixels,
    cells: StarCells,
    coarse: tuple[str, ...],
    *,
    um_per_px: float,
    refuse_rate: float | None,
) -> CellPredictions:
    """Probabilities, prediction set and refusal of each cell.

    The finder decides between red cell, white cell and platelet; its score says how surely. The probabilities
    of a white cell are the classifier's over the types: a hard type never turns a white cell into a red one.

    Args:
        classifier: Names white cells.
        pixels: The picture, RGB, shape (H, W, 3).
        cells: What the finder found, n cells.
        coarse: The finder's classes.
        um_per_px: Physical size of a pixel of the picture.
        refuse_rate: Share of true white cells that may be refused; None for the classifier's own.
    """
    white = coarse.index("white_cell")
    types = tuple(key for key in classifier.classes if key not in coarse)
    others = [key for key in coarse if key != "white_cell"]
    # The centre maps are independent; squaring lets the winner's share speak for its class.
    share = np.square(cells.scores)
    share /= np.maximum(share.sum(axis=1, keepdims=True), 1e-12)
    of_type = np.repeat(share[:, white, None] / len(types), len(types), axis=1)
    of_others = np.delete(share, white, axis=1)
    rows = np.flatnonzero(cells.kind == white)
    named = _white_cell_types(
        classifier, pixels, cells.boxes[rows], types, um_per_px=um_per_px, refuse_rate=refuse_rate
    )
    of_type[rows], of_others[rows] = named.probabilities, 0.0
    probabilities = np.concatenate([of_others, of_type], axis=1).astype(np.float32)
    classes = (*others, *types)
    # Of a cell that the classifier does not see, the finder's class alone.
    kinds = np.array([key if key in others else "" for key in coarse])[cells.kind]
    sets = np.array(classes) == kinds[:, None]
    sets[rows, len(others) :] = named.prediction_sets
    unfamiliarity, unidentified = np.full(len(cells), np.nan, np.float32), np.zeros(len(cells), bool)
    unfamiliarity[rows], unidentified[rows] = named.unfamiliarity, named.unidentified
    return CellPredictions(classes, probabilities, sets, unfamiliarity, unidentified)


def _white_cell_types(
    classifier: CellClassifier,
    pixels: RgbPixels,
    boxes: FloatArray,
    types: tuple[str, ...],
    *,
    um_per_px: float,
    refuse_rate: float | None,
) -> CellPredictions:
    """The classifier's answer on white cells, among `types`: the finder decides on platelets."""
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    crops = [classifier.crop(pixels, (float(x), float(y)), um_per_px) for x, y in middles]
    named = classifier.classify(crops, refuse_rate=refuse_rate)
    columns = [classifier.classes.index(key) for key in types]
    of_type = named.probabilities[:, columns]
    of_type /= np.maximum(of_type.sum(axis=1, keepdims=True), 1e-300)
    sets = named.prediction_sets[:, columns]
    if classifier.level is None:
        sets = np.arange(len(types)) == best_class(of_type, types, classifier.bundle.taxonomy)[:, None]
    return CellPredictions(
        types,
        of_type.astype(np.float32),
        sets,
        named.unfamiliarity.astype(np.float32),
        named.unidentified,
    )


def with_subtype(names: CellPredictions, kind: str, subtype: str, share: FloatArray) -> CellPredictions:
    """The predictions with one more class, which takes a share of the probability of another.

    A cell whose set is that class alone gets the more probable of the two as its set.

    Args:
        names: Of n cells.
        kind: The class that is divided.
        subtype: The new class.
        share: Probability that a cell of the first class is of the second, shape (n,), 0..1.
    """
    at = names.classes.index(kind)
    probability = names.probabilities[:, at]
    probabilities = np.column_stack([names.probabilities, probability * share])
    probabilities[:, at] = probability * (1 - share)
    mostly = names.prediction_sets[:, at] & (share >= 0.5)
    sets = np.column_stack([names.prediction_sets, mostly])
    sets[mostly, at] = False
    return CellPredictions(
        (*names.classes, subtype),
        probabilities.astype(np.float32),
        sets,
        names.unfamiliarity,
        names.unidentified,
    )
