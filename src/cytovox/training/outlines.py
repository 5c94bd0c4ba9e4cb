"""Outlines from boxes: the best closed path of falling optical density near the ellipse a box suggests.

Detection sets give boxes only. An ellipse in the box is a fair outline of a lone red cell and a poor one of a
white cell or of a deformed red cell; a circular dynamic programme over polar samples finds the cell's real
border and is not drawn away by a neighbour that overlaps (after Amini et al., IEEE TPAMI 12 (1990) 855).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray, polygon_box, star_polygon, star_radii
from cytovox.domain.image import RgbPixels

ANGLES = 64
_REACH = np.linspace(0.6, 1.12, 40, dtype=np.float32)
_EXPECTED_REACH = 0.96
_BEND_COST = 0.35


def outlines_from_boxes(
    pixels: RgbPixels, boxes: FloatArray, stiffness: FloatArray | float = 6.0
) -> FloatArray:
    """Outline of each boxed cell.

    Args:
        pixels: RGB, shape (H, W, 3).
        boxes: Full extents of the cells, shape (n, 4); they may reach beyond the picture.
        stiffness: How much the ellipse in the box weighs against the picture, of each cell or of all.

    Returns:
        Points (n, 64, 2), (x, y) in pixels, at even angles about the box centres.
    """
    if not len(boxes):
        return np.zeros((0, ANGLES, 2), np.float32)
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2
    ellipse = _ellipse_rays(boxes)
    samples = centre[:, None, None, :] + ellipse[:, :, None, :] * _REACH[None, None, :, None]
    prior = np.square(_REACH - _EXPECTED_REACH)
    weight = np.broadcast_to(np.asarray(stiffness, np.float32), len(boxes))
    cost = weight[:, None, None] * prior - _edge_strength(pixels, samples, boxes)
    best = _REACH[_best_closed_path(cost)]
    return np.asarray(centre[:, None, :] + ellipse * best[..., None], np.float32)


def star_outline(points: FloatArray) -> FloatArray:
    """An outline at even angles about the middle of its box, shape (64, 2), as outlines from boxes are.

    Args:
        points: Vertices (n, 2) of (x, y), in pixels.
    """
    box = polygon_box(points)
    middle = (box[:2] + box[2:]) * np.float32(0.5)
    radii = np.maximum(star_radii(points, middle, ANGLES), np.float32(1.0))
    return np.asarray(star_polygon(middle[None], radii[None])[0], np.float32)


def _ellipse_rays(boxes: FloatArray) -> FloatArray:
    angle = np.arange(ANGLES, dtype=np.float32) * (2 * np.pi / ANGLES)
    unit = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return np.asarray(unit[None] * (boxes[:, None, 2:] - boxes[:, None, :2]) / 2, np.float32)


def _edge_strength(pixels: RgbPixels, samples: FloatArray, boxes: FloatArray) -> FloatArray:
    density = -np.log((pixels.astype(np.float32) + 1) / 256).sum(axis=2)
    # Blur by about 2 % of a cell: enough for noise, too little to move the border.
    sigma = 0.02 * float(np.median(boxes[:, 2:] - boxes[:, :2])) + 0.5
    density = cv2.GaussianBlur(density, (0, 0), sigma)
    profile = cv2.remap(
        density,
        samples[..., 0].reshape(len(samples), -1),
        samples[..., 1].reshape(len(samples), -1),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    ).reshape(samples.shape[:-1])
    fall = -np.gradient(profile, axis=2)
    # The strongest fall of a typical ray is the unit, so that pale and dark smears weigh the prior alike.
    unit = np.percentile(fall.max(axis=2), 60, axis=1)[:, None, None] + 1e-6
    return np.asarray(np.clip(fall / unit, -0.5, 1.5), np.float32)


def _best_closed_path(cost: FloatArray) -> NDArray[np.int64]:
    """Index of the cheapest radius at each angle; neighbours differ by at most one step.

    The path is closed by going round twice and reading the second half, which is exact except in rare ties.
    """
    cells, angles, steps = cost.shape
    turns = np.concatenate([cost, cost], axis=1)
    total = turns[:, 0]
    came_from = np.zeros((cells, 2 * angles, steps), np.int64)
    for k in range(1, 2 * angles):
        padded = np.pad(total, ((0, 0), (1, 1)), constant_values=np.inf)
        options = np.stack([padded[:, :-2] + _BEND_COST / 4, total, padded[:, 2:] + _BEND_COST / 4])
        choice = options.argmin(axis=0)
        came_from[:, k] = choice - 1
        total = turns[:, k] + options.min(axis=0)
    path = np.zeros((cells, 2 * angles), np.int64)
    path[:, -1] = total.argmin(axis=1)
    rows = np.arange(cells)
    for k in range(2 * angles - 1, 0, -1):
        path[:, k - 1] = path[:, k] + came_from[rows, k, path[:, k]]
    middle = angles // 2
    return np.roll(path[:, middle : middle + angles], middle, axis=1)
