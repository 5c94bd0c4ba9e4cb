"""What the ten-class map should be on fields of which only outlines and coarse classes are known."""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import RgbPixels
from cytovox.domain.smear_map import WHITE_TYPES
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.imaging.stain import density_levels
from cytovox.io.labelled_fields import COARSE_CLASSES

UNKNOWN, SOME_WHITE_CELL = 255, 254
"""Marks of pixels that teach nothing, and of white cells of unknown type."""
MAP_CLASSES = load_taxonomy("smear_map").keys
WHITE_CLASSES = tuple(MAP_CLASSES.index(key) for key in WHITE_TYPES)

_MARKS = tuple(SOME_WHITE_CELL if key == "white_cell" else MAP_CLASSES.index(key) for key in COARSE_CLASSES)
_UNSURE_UM = 0.45
"""Outlines made from boxes are that uncertain: the pixels about them teach nothing."""
_EMPTY_SHARE = 0.3
"""Of the median cell's density above the ground: less is empty slide, where no outline is near."""


def map_from_outlines(
    pixels: RgbPixels, outlines: FloatArray, kinds: NDArray[np.int64], um_per_px: float
) -> NDArray[np.uint8]:
    """The classes of the pixels that are certain, shape (H, W); `UNKNOWN` elsewhere.

    A platelet may belong to a clump: it teaches nothing here. A red cell is taken for healthy, as the
    labelled fields are of people without malaria.

    Args:
        pixels: RGB, shape (H, W, 3).
        outlines: Points (n, vertices, 2), px.
        kinds: Index of each into the coarse classes, shape (n,).
        um_per_px: Physical size of a pixel.
    """
    near = np.zeros(pixels.shape[:2], np.uint8)
    marks = np.full(pixels.shape[:2], UNKNOWN, np.uint8)
    platelet, width = COARSE_CLASSES.index("platelet"), 2 * max(1, round(_UNSURE_UM / um_per_px)) + 1
    # White cells and platelets lie over red ones in the map.
    for i in np.argsort(kinds != COARSE_CLASSES.index("red_cell"), kind="stable"):
        points = [np.round(outlines[i] - 0.5).astype(np.int32)]
        mark = UNKNOWN if kinds[i] == platelet else _MARKS[kinds[i]]
        cv2.fillPoly(near, points, 1)
        cv2.fillPoly(marks, points, mark)
        cv2.polylines(marks, points, True, UNKNOWN, width)
        cv2.polylines(near, points, True, 1, width)
    density = density_levels(pixels)
    if not near.any() or near.all():
        return marks
    ground = np.percentile(density[near == 0], 20)
    rise = max(float(np.median(density[near == 1])) - ground, 1.0)
    marks[(near == 0) & (density < ground + _EMPTY_SHARE * rise)] = MAP_CLASSES.index("background")
    return marks


def balanced_weights(maps: Iterable[NDArray[np.uint8]]) -> FloatArray:
    """Weight of each class, shape (10,): inverse to the root of its share of pixels, 1 on average.

    The root, since full balance makes the many pixels at cells' borders count for little beside the few of
    rare types, and draws cells too large.

    Args:
        maps: Classes of the pixels of training fields, with marks.
    """
    pixels = np.zeros(256, np.int64)
    for classes in maps:
        pixels += np.bincount(classes.ravel(), minlength=256)
    share = np.maximum(pixels[: len(MAP_CLASSES)] / max(pixels[: len(MAP_CLASSES)].sum(), 1), 1e-4)
    weights = share**-0.5
    return np.asarray(weights / weights.mean(), np.float32)
