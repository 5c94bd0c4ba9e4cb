"""Closed bodies from the square of their half thickness."""

import numpy as np
from numpy.typing import NDArray
from skimage.measure import marching_cubes

from cytovox.domain.geometry import FloatArray
from cytovox.domain.surface import SurfacePart
from cytovox.imaging.smoothing import smooth
from cytovox.sculpt.view import grid_axis

LEAST_HALF_UM = 0.02
"""A body thinner than twice this nowhere is one."""


def body(
    name: str,
    half2_um2: FloatArray,
    colours: NDArray[np.uint8],
    step_um: float,
    *,
    opacity: float = 1.0,
) -> SurfacePart | None:
    """The body symmetric about the plane z = 0 whose half thickness is the square root of a map.

    The surface is where `half2_um2 - z^2` is 0, found by marching cubes (Lorensen and Cline, SIGGRAPH 1987).
    The square is what makes it good: half thickness has a vertical wall at the border, its square crosses 0
    there with an even slope, so that linear interpolation is nearly exact.

    Args:
        name: Name of the part.
        half2_um2: Square of half the thickness, shape (n, n), below 0 outside the body.
        colours: sRGB of the pixels, shape (n, n, 3), uint8.
        step_um: Distance of two pixels, and about that of two layers.
        opacity: Of the part.

    Returns:
        The part, or None where there is no body.
    """
    highest = float(half2_um2.max())
    if highest <= LEAST_HALF_UM**2:
        return None
    rows, columns = _span(half2_um2)
    layers = int(np.ceil(np.sqrt(highest) / step_um)) + 1
    z = np.arange(-layers, layers + 1) * (np.sqrt(highest) / (layers - 0.5))
    window = half2_um2[rows, columns]
    volume = (window[None] - np.square(z)[:, None, None]).astype(np.float32)
    points, faces, _, _ = marching_cubes(volume, 0.0)  # type: ignore[no-untyped-call]
    at_rows, at_columns = points[:, 1] + rows.start, points[:, 2] + columns.start
    axis = grid_axis(len(half2_um2), step_um)
    places = np.arange(len(axis))
    vertices = np.stack(
        [
            np.interp(at_columns, places, axis),
            -np.interp(at_rows, places, axis),  # rows go down, y goes up
            np.interp(points[:, 0], np.arange(len(z)), z),
        ],
        axis=1,
    ).astype(np.float32)
    return SurfacePart(
        name=name,
        vertices=vertices,
        faces=facing_out(vertices, faces),
        normals=_normals(half2_um2, at_rows, at_columns, vertices[:, 2], step_um),
        colours=np.rint(bilinear(colours.astype(np.float32), at_rows, at_columns)).astype(np.uint8),
        opacity=opacity,
    )


def nested_in(inner2: FloatArray, outer2: FloatArray, room: float) -> FloatArray:
    """Square of the half thickness of a body that stays within a share of the thickness of another.

    The two limits are joined smoothly (a p-norm of order -4), so that no crease shows where one takes over.

    Args:
        inner2: Square of half the thickness that the body would have, shape (n, n).
        outer2: The same of the body about it.
        room: Share of the outer thickness that may be filled, below 1.
    """
    limit = outer2 * np.float32(room**2)
    lower, upper = np.minimum(inner2, limit), np.maximum(inner2, limit)
    ratio = np.where(lower > 0, lower / np.maximum(upper, 1e-12), 0.0)
    return np.asarray(lower * (1.0 + ratio**4) ** -0.25, np.float32)


def bilinear(values: FloatArray, rows: FloatArray, columns: FloatArray) -> FloatArray:
    """Values (H, W) or (H, W, C) at fractional rows and columns, shape (n,) or (n, C)."""
    top = np.clip(np.floor(rows).astype(int), 0, values.shape[0] - 2)
    left = np.clip(np.floor(columns).astype(int), 0, values.shape[1] - 2)
    down, right = rows - top, columns - left
    if values.ndim == 3:
        down, right = down[:, None], right[:, None]
    upper = values[top, left] * (1 - right) + values[top, left + 1] * right
    lower = values[top + 1, left] * (1 - right) + values[top + 1, left + 1] * right
    return np.asarray(upper * (1 - down) + lower * down, np.float32)


def _span(half2: FloatArray) -> tuple[slice, slice]:
    """Rows and columns that hold the body, with one more on each side."""
    inside = half2 > 0
    slices = []
    for axis in (1, 0):
        found = np.flatnonzero(inside.any(axis=axis))
        slices.append(slice(max(int(found[0]) - 1, 0), int(found[-1]) + 2))
    return slices[0], slices[1]


def _normals(
    half2: FloatArray, rows: FloatArray, columns: FloatArray, z: FloatArray, step_um: float
) -> FloatArray:
    """Outward normals: minus the gradient of half2 - z^2."""
    # The slope bends where the body ends: unsmoothed, the wall would show the grid as flutes.
    down, right = (smooth(np.asarray(slope, np.float32), 1.0) for slope in np.gradient(half2, step_um))
    normals = np.stack([-bilinear(right, rows, columns), bilinear(down, rows, columns), 2 * z], axis=1)
    return unit(normals)


def unit(vectors: FloatArray) -> FloatArray:
    """Vectors (n, 3) at length 1; those of no length point up."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    up = np.array([0.0, 0.0, 1.0], np.float32)
    return np.where(length > 1e-9, vectors / np.maximum(length, 1e-9), up).astype(np.float32)


def facing_out(vertices: FloatArray, faces: NDArray[np.int32]) -> NDArray[np.int32]:
    """Faces of a closed body, turned so that they are anticlockwise seen from outside."""
    corners = vertices.astype(np.float64)[faces]
    volume = np.einsum("ij,ij->", corners[:, 0], np.cross(corners[:, 1], corners[:, 2]))
    turned = faces if volume > 0 else faces[:, ::-1]
    return np.ascontiguousarray(turned, np.int32)
