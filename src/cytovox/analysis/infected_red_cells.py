"""Which red cells of a smear are infected: each by itself, by the map, and by how many others are."""

import numpy as np

from cytovox.analysis.parasites import Parasites
from cytovox.analysis.smear_map import Votes, class_shares
from cytovox.analysis.star_decoding import StarCells
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import RgbPixels

_MAP_LOGITS = 3.0
"""What a red cell gains that the map draws as infected throughout; one drawn as healthy loses nothing, since
the malaria network sees more detail than the map. Chosen with `_EXPECTED` on composed smears of split val."""
_EXPECTED = 0.1
"""Share of infected cells up to which each is judged by itself, as in nearly all patients. Above it doubtful
cells gain: where half of the cells are infected, a faint ring is one."""
_OTHERS = 10
"""As many further cells with the expected share are imagined, so that few cells do not talk each other up."""
_STEPS = 100
_SETTLED = 1e-6
_MOST_SURE = 1e-6


def infection_probabilities(
    parasites: Parasites,
    pixels: RgbPixels,
    red_cells: StarCells,
    votes: Votes | None,
    um_per_px: float,
) -> FloatArray:
    """Probability of each red cell of a picture that it is infected, shape (n,), float32; from 0.5 on it is.

    Args:
        parasites: The malaria network.
        pixels: RGB, shape (H, W, 3), uint8.
        red_cells: All red cells of the picture.
        votes: What the finder's map calls their pixels (`class_votes`), or None where it draws none.
        um_per_px: Physical size of the picture's pixel.
    """
    boxes = red_cells.boxes
    middles = (boxes[:, :2] + boxes[:, 2:]) * np.float32(0.5)
    alone = parasites.probabilities(pixels, middles, um_per_px)
    if votes is None:
        return among_others(alone)
    drawn = class_shares(votes, "infected_red_cell", "red_cell")
    return among_others(_sigmoid(_logit(alone) + _MAP_LOGITS * drawn))


def among_others(alone: FloatArray) -> FloatArray:
    """Probabilities of infection once it is known how many of the smear's red cells are infected.

    The share of infected cells and the probabilities are fitted to each other by expectation maximisation
    (Saerens, Latinne and Decaestecker, Neural Computation 14 (2002) 21). Where the share stays below 10 %
    the probabilities stay as they are: a single ring in a healthy-looking smear must not be explained away.

    Args:
        alone: Probability of each cell by itself, shape (n,).

    Returns:
        Shape (n,), float32; none is lower than before.
    """
    logit, share = _logit(alone), _EXPECTED
    for _ in range(_STEPS):
        before = share
        infected = float(_sigmoid(logit + _gain(before)).sum())
        share = (infected + _EXPECTED * _OTHERS) / (len(alone) + _OTHERS)
        if abs(share - before) < _SETTLED:
            break
    return _sigmoid(logit + _gain(share)) if share > _EXPECTED else alone


def _gain(share: float) -> float:
    return float(_logit(np.array([share]))[0] - _logit(np.array([_EXPECTED]))[0])


def _logit(probability: FloatArray) -> FloatArray:
    p = np.clip(probability.astype(np.float64), _MOST_SURE, 1 - _MOST_SURE)
    return np.asarray(np.log(p / (1 - p)), np.float32)


def _sigmoid(logit: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-logit.astype(np.float64))), np.float32)
