"""The ten-class map, made consistent with the cells: one object never shows two classes.

The network's own map knows borders to a fraction of its pixel but may change its mind within a cell. The
cells know what they are, each once. So the cells give the classes and the map gives the pixels.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cytovox.analysis.pixel_map import PixelMap
from cytovox.domain.cells import CellTable
from cytovox.domain.geometry import FloatArray
from cytovox.domain.smear_map import WHITE_TYPES, SmearMap, map_class
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.imaging.outline_pixels import core_of, pixels_inside, reach_of, window_around
from cytovox.imaging.regions import region_windows

Classes = NDArray[np.uint8]
Votes = NDArray[np.int64]

_KEYS = load_taxonomy("smear_map").keys
_UNDERMOST_FIRST = ("red_cell", "infected_red_cell", "platelet", "platelet_clump")
_CORE_UM = 0.6
"""Deeper in an outline than this is cell, also where the map sees ground: the pallor of a red cell, say."""
_RIM_UM = 0.6
"""So far outside an outline cell pixels of the map still belong to the cell."""
_DOUBT = 0.05
"""Added to both shares where classifier and pixels decide together, so that neither has a veto."""
_MOST = 0.6
_LEAST_OBJECT_UM2 = 1.5
"""What the map shows where no cell was found counts from this size on: half a small platelet."""
_LEAST_INFECTED_UM2 = 20.0
"""Half a red cell. Slivers at the picture's border are dark at their rim, like a parasite."""


def draw_raw_map(pixel_map: PixelMap, height: int, width: int) -> Classes:
    """The network's own class of each pixel of a picture, shape (height, width)."""
    raw = np.zeros((height, width), np.uint8)
    for top, strip in pixel_map.strips(height, width):
        raw[top : top + len(strip)] = strip
    return raw


def class_votes(raw: Classes, outlines: Sequence[FloatArray]) -> Votes:
    """How many pixels of each outline the map gives to each class, shape (n, 10).

    Args:
        raw: The network's own classes, shape (H, W).
        outlines: Each of shape (vertices, 2), px.
    """
    return np.array([_votes(raw, outline) for outline in outlines], np.int64).reshape(-1, len(_KEYS))


def class_shares(votes: Votes, kind: str, other: str) -> FloatArray:
    """Share of the votes for either class that `kind` has, shape (n,); 0 without any.

    Args:
        votes: See `class_votes`.
        kind: A class of the taxonomy "smear_map".
        other: The class it is weighed against.
    """
    either = votes[:, [_KEYS.index(kind), _KEYS.index(other)]]
    return np.asarray(either[:, 0] / np.maximum(either.sum(axis=1), 1), np.float32)


def look_like_platelets(votes: Votes) -> NDArray[np.bool_]:
    """Whether the map calls most cell pixels of each outline platelet or clump, shape (n,).

    Args:
        votes: See `class_votes`.
    """
    kinds = [_KEYS.index("platelet"), _KEYS.index("platelet_clump")]
    return np.asarray(votes[:, kinds].sum(axis=1) > _MOST * votes[:, 1:].sum(axis=1))


def consistent_map(raw: Classes, cells: CellTable, um_per_px: float) -> SmearMap:
    """The map in which each found cell has one class.

    A white cell of a type that the map has no colour for, or that the classifier refuses to name, takes the
    type that its pixels and the classifier's further choices speak for together. Objects without a found
    cell keep the class of most of their pixels.

    Args:
        raw: The network's own classes, shape (H, W).
        cells: The cells of the picture.
        um_per_px: Physical size of a pixel, as the networks assumed it.
    """
    out = np.zeros_like(raw)
    chosen = [_class_of(label, raw, cells, i) for i, label in enumerate(cells.label.tolist())]
    order = sorted(range(len(cells)), key=lambda i: (_rank(chosen[i]), -cells.area_px[i]))
    core_px, rim_px = (max(1, round(size_um / um_per_px)) for size_um in (_CORE_UM, _RIM_UM))
    windows = [(i, window_around(cells.outlines[i], raw.shape, rim_px)) for i in order]
    drawn = [
        (_KEYS.index(chosen[i]), window.slices, pixels_inside(cells.outlines[i], window))
        for i, window in windows
        if window is not None
    ]
    for kind, where, inside in drawn:
        out[where][core_of(inside, core_px) | (inside & (raw[where] > 0))] = kind
    # Rims only after all cells: what lies in a cell is never a neighbour's rim.
    for kind, where, inside in drawn:
        out[where][reach_of(inside, rim_px) & (raw[where] > 0) & (out[where] == 0)] = kind
    left_over = (raw > 0) & (out == 0)
    for where, mask in region_windows(left_over, _LEAST_OBJECT_UM2 / um_per_px**2):
        out[where][mask] = _class_of_rest(raw[where][mask], um_per_px)
    return SmearMap(out, raw)


def _class_of_rest(pixels: Classes, um_per_px: float) -> int:
    """Class of an object without a found cell; a sliver of a red cell is no evidence of a parasite."""
    kind = int(np.bincount(pixels).argmax())
    small = len(pixels) * um_per_px**2 < _LEAST_INFECTED_UM2
    return _KEYS.index("red_cell") if small and kind == _KEYS.index("infected_red_cell") else kind


def _class_of(label: str, raw: Classes, cells: CellTable, index: int) -> str:
    known = map_class(label, cells.taxonomy)
    if known is not None:
        return known
    votes = _votes(raw, cells.outlines[index])[[_KEYS.index(key) for key in WHITE_TYPES]]
    share = votes / max(votes.sum(), 1)
    probable = dict.fromkeys(WHITE_TYPES, 0.0)
    for key, probability in zip(cells.classes, cells.probabilities[index], strict=True):
        if (kind := map_class(key, cells.taxonomy)) in probable:
            probable[str(kind)] += float(probability)
    evidence = (np.array(list(probable.values())) + _DOUBT) * (share + _DOUBT)
    return WHITE_TYPES[int(evidence.argmax())]


def _rank(key: str) -> int:
    return _UNDERMOST_FIRST.index(key) if key in _UNDERMOST_FIRST else len(_UNDERMOST_FIRST)


def _votes(raw: Classes, outline: FloatArray) -> Votes:
    window = window_around(outline, raw.shape)
    if window is None:
        return np.zeros(len(_KEYS), np.int64)
    return np.bincount(raw[window.slices][pixels_inside(outline, window)], minlength=len(_KEYS))
