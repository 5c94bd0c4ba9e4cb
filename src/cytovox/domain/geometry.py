"""Plane geometry of outlines. Points are (x, y) in pixels, origin at the top left corner of the picture."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


def polygon_area(points: FloatArray) -> float:
    """Area enclosed by a simple polygon, by the shoelace formula.

    Args:
        points: Vertices, shape (n, 2), in order; the polygon closes itself.

    Returns:
        Area in square pixels, never negative.
    """
    x = points[:, 0].astype(np.float64)
    y = points[:, 1].astype(np.float64)
    return float(0.5 * abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))))


def polygon_box(points: FloatArray) -> FloatArray:
    """Smallest upright box around a polygon as (xmin, ymin, xmax, ymax), float32."""
    return np.concatenate([points.min(axis=0), points.max(axis=0)]).astype(np.float32)


def box_iou(first: FloatArray, second: FloatArray) -> FloatArray:
    """Intersection over union of every pair of boxes.

    Args:
        first: Boxes (n, 4) as xmin, ymin, xmax, ymax.
        second: Boxes (m, 4).

    Returns:
        Array (n, m) in 0..1; 0 where both boxes are empty.
    """
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    overlap = np.clip(high - low, 0, None).prod(axis=2)
    total = _box_area(first)[:, None] + _box_area(second)[None, :] - overlap
    return np.where(total > 0, overlap / np.maximum(total, 1e-12), 0).astype(np.float32)


def _box_area(boxes: FloatArray) -> FloatArray:
    return np.asarray(np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1))


def clip_to_half_plane(points: FloatArray, normal: FloatArray, offset: float) -> FloatArray:
    """Part of a polygon where `normal . p <= offset` (one step of Sutherland and Hodgman, CACM 17 (1974) 32).

    Args:
        points: Vertices (n, 2), in order.
        normal: Outward normal of the half-plane, shape (2,).
        offset: In the unit of the points times the length of `normal`.

    Returns:
        Vertices of the clipped polygon, shape (m, 2); m is 0 where nothing is left.
    """
    excess = points @ normal - offset
    inside = excess <= 0
    if inside.all():
        return points
    if not inside.any():
        return points[:0]
    following = np.roll(np.arange(len(points)), -1)
    crossing = inside != inside[following]
    share = excess / np.where(crossing, excess - excess[following], 1.0)
    cuts = points + share[:, None] * (points[following] - points)
    kept = np.stack([points, cuts], axis=1).reshape(-1, 2)
    keep = np.stack([inside, crossing], axis=1).reshape(-1)
    return np.asarray(kept[keep], np.float32)


def star_radii(points: FloatArray, centre: FloatArray, rays: int) -> FloatArray:
    """Distances from a centre to a star-shaped outline at `rays` even angles, starting along +x towards +y.

    Args:
        points: Vertices (n, 2) of an outline that is star-shaped about `centre`.
        centre: Point (2,) inside it.
        rays: Number of angles.

    Returns:
        Array (rays,), in the unit of the points.
    """
    ahead = points - centre
    following = np.roll(ahead, -1, axis=0)
    edge = following - ahead
    angle = np.arange(rays) * (2 * np.pi / rays)
    unit = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    # Ray t*u meets edge a + s*e where t = (a x e) / (u x e) and s = (a x u) / (u x e).
    across = unit[:, None, 0] * edge[None, :, 1] - unit[:, None, 1] * edge[None, :, 0]
    safe = np.where(np.abs(across) < 1e-9, np.inf, across)
    distance = (ahead[:, 0] * edge[:, 1] - ahead[:, 1] * edge[:, 0])[None, :] / safe
    along = (ahead[None, :, 0] * unit[:, None, 1] - ahead[None, :, 1] * unit[:, None, 0]) / safe
    met = (along >= -1e-6) & (along <= 1 + 1e-6) & (distance > 0)
    return np.asarray(np.where(met, distance, 0).max(axis=1), np.float32)


def star_polygon(centre: FloatArray, radii: FloatArray) -> FloatArray:
    """Vertices of star polygons; the inverse of `star_radii`.

    Args:
        centre: Centres (n, 2).
        radii: Distances (n, rays).

    Returns:
        Array (n, rays, 2).
    """
    angle = np.arange(radii.shape[1]) * (2 * np.pi / radii.shape[1])
    unit = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)
    return np.asarray(centre[:, None, :] + unit[None] * radii[..., None], np.float32)
