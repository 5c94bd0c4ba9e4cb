"""The net of quadrilaterals that separates the labels of a grid, shared by the labels on its two sides.

Surface nets (Gibson, MICCAI 1998, LNCS 1496, 888) over many labels at once (Frisken, J. Computer Graphics
Techniques 11 (2022) 34): a vertex for each cell of eight voxels that differ, a quadrilateral for each pair of
neighbouring voxels that differ. A cell that several sheets of the net pass gets a vertex for each of them
(Nielson, IEEE Visualization 2004, "Dual marching cubes"): without that, organs that meet along an edge of
voxels would share edges, and no organ's surface would be closed.
"""

from dataclasses import dataclass, replace
from math import ceil

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray
from cytovox.sculpt.cell_sheets import sheets_of_cells

IntArray = NDArray[np.int32]
IN_CELL = (0.45, 0.45, 0.45)
"""How far vertices may go along slice, row and column so that they stay in their cells, in voxels."""
_KEPT_OF_ORGANS, _KEPT_OF_GAPS = 0.6, 0.1
"""Voxels of thickness that are left where both sides of an organ, or of a gap, go as far as they may."""
_LEAST_REACH = 0.2


@dataclass(frozen=True, slots=True)
class SurfaceNet:
    """Vertices and quadrilaterals between labels, in voxel indices.

    Attributes:
        vertices: (slice, row, column), shape (n, 3), float32; they start in the middle of their cells, where
            the net runs along the faces of the voxels and encloses exactly their volume.
        cells: The cell of each vertex, as the lowest of its eight voxels, shape (n, 3), int32; -1 lies before
            the grid.
        alone: Whether a vertex is the only one of its cell, shape (n,).
        lowest: How far a vertex may go down along each axis, shape (n, 3), float32.
        highest: How far it may go up, shape (n, 3), float32.
        quads: Vertex indices, shape (m, 4), int32. Seen from the voxel ahead they run anticlockwise, where
            (slice, row, column) is taken as a right-handed frame.
        labels: Labels behind and ahead of each quadrilateral, shape (m, 2), uint16.
        voxels: Numbers of the two voxels that it parts, shape (m, 2), int64.
    """

    vertices: FloatArray
    cells: IntArray
    alone: NDArray[np.bool_]
    lowest: FloatArray
    highest: FloatArray
    quads: IntArray
    labels: NDArray[np.uint16]
    voxels: NDArray[np.int64]

    def turned(self) -> "SurfaceNet":
        """The net for a left-handed frame: quadrilaterals run the other way round."""
        return replace(self, quads=self.quads[:, ::-1])

    def moved(self, vertices: FloatArray) -> "SurfaceNet":
        """The net with its vertices elsewhere."""
        return replace(self, vertices=vertices)


def surface_net(labels: NDArray[np.uint16], reach: tuple[float, float, float] = IN_CELL) -> SurfaceNet:
    """The net between all labels of a grid; what touches the grid's border is closed there.

    Args:
        labels: Shape (slice, row, column); 0 is background. At least one voxel is not background.
        reach: How far vertices may go along slice, row and column, in voxels, where there is room for it.
    """
    start, inside = _bounding_box(labels)
    padded = np.pad(inside, 1)
    strides = (padded.shape[1] * padded.shape[2], padded.shape[2], 1)
    flat = padded.ravel()
    crossings = [_crossings(padded, axis) for axis in range(3)]
    cells = [_cells_around(crossings[axis], axis, strides) for axis in range(3)]
    active = _occurring(cells, flat.size)
    sheets, count = sheets_of_cells(_corner_labels(flat, active, strides))
    first = np.zeros(flat.size, np.int32)
    first[active] = np.cumsum(count) - count
    rank = np.zeros(flat.size, np.int32)
    rank[active] = np.arange(len(active))
    quads = [_vertices_at(cells[axis], axis, first, sheets, rank) for axis in range(3)]
    voxels = np.concatenate([crossings[axis][:, None] + [0, strides[axis]] for axis in range(3)])
    place = np.stack(np.unravel_index(np.repeat(active, count), padded.shape), axis=1)
    corner = (place + (np.array(start) - 1)).astype(np.int32)
    vertices = corner.astype(np.float32) + np.float32(0.5)
    within = (corner >= 0) & (corner < np.array(labels.shape) - 1)
    down, up = (np.where(within, np.array(reach, np.float32), np.float32(0)) for _ in range(2))
    for axis, stride in enumerate(strides):
        behind = _room(flat, crossings[axis], -stride, reach[axis])
        ahead = _room(flat, crossings[axis] + stride, stride, reach[axis])
        np.minimum.at(down[:, axis], quads[axis].ravel(), np.repeat(behind, 4))
        np.minimum.at(up[:, axis], quads[axis].ravel(), np.repeat(ahead, 4))
    return SurfaceNet(
        vertices=vertices,
        cells=corner,
        alone=np.repeat(count == 1, count),
        lowest=vertices - down,
        highest=vertices + up,
        quads=np.concatenate(quads),
        labels=flat[voxels],
        voxels=voxels,
    )


def _bounding_box(labels: NDArray[np.uint16]) -> tuple[tuple[int, int, int], NDArray[np.uint16]]:
    """First index of the box that holds all labels, and the labels in it."""
    ranges = []
    for axis in range(3):
        others = tuple(a for a in range(3) if a != axis)
        used = np.flatnonzero(labels.any(axis=others))
        ranges.append((int(used[0]), int(used[-1]) + 1))
    box = tuple(slice(first, last) for first, last in ranges)
    return (ranges[0][0], ranges[1][0], ranges[2][0]), labels[box]


def _crossings(padded: NDArray[np.uint16], axis: int) -> NDArray[np.int64]:
    """Flat indices of voxels that differ from the next one along an axis."""
    differ = np.zeros(padded.shape, np.bool_)
    low: list[slice] = [slice(None)] * 3
    high: list[slice] = [slice(None)] * 3
    low[axis], high[axis] = slice(None, -1), slice(1, None)
    np.not_equal(padded[tuple(low)], padded[tuple(high)], out=differ[tuple(low)])
    return np.flatnonzero(differ)


def _room(flat: NDArray[np.uint16], voxels: NDArray[np.int64], stride: int, reach: float) -> FloatArray:
    """How far a face may go into the voxels of one label beside it, in voxels, shape (m,).

    No further than leaves room for a face that comes the other way: nothing passes through itself.
    """
    label = flat[voxels]
    thickness, same = np.ones(len(voxels)), np.ones(len(voxels), np.bool_)
    for step in range(1, ceil(2 * reach + _KEPT_OF_ORGANS)):
        same &= flat[np.clip(voxels + step * stride, 0, flat.size - 1)] == label
        thickness += same
    kept = np.where(label > 0, _KEPT_OF_ORGANS, _KEPT_OF_GAPS)
    return np.clip((thickness - kept) / 2, _LEAST_REACH, reach).astype(np.float32)


def _cells_around(crossing: NDArray[np.int64], axis: int, strides: tuple[int, ...]) -> NDArray[np.int64]:
    """The four cells about each pair of voxels, in turn about the axis, shape (m, 4)."""
    u, w = strides[(axis + 1) % 3], strides[(axis + 2) % 3]
    return np.asarray(crossing[:, None] - np.array([u + w, w, 0, u]))


def _occurring(cells: list[NDArray[np.int64]], size: int) -> NDArray[np.int64]:
    used = np.zeros(size, np.bool_)
    for around in cells:
        used[around.ravel()] = True
    return np.flatnonzero(used)


def _corner_labels(
    flat: NDArray[np.uint16], cells: NDArray[np.int64], strides: tuple[int, ...]
) -> NDArray[np.uint16]:
    """Labels of the corners of cells, shape (n, 8); corner 4 i + 2 j + k lies at (i, j, k)."""
    steps = [i * strides[0] + j * strides[1] + k for i in (0, 1) for j in (0, 1) for k in (0, 1)]
    return np.stack([flat[cells + step] for step in steps], axis=1)


def _vertices_at(
    cells: NDArray[np.int64],
    axis: int,
    first: IntArray,
    sheets: NDArray[np.uint8],
    rank: IntArray,
) -> IntArray:
    """Vertices of the quadrilaterals across the pairs of voxels along an axis, shape (m, 4)."""
    # In the order of _cells_around the pair lies at these places (u, w) of each cell.
    edges = 4 * axis + np.array([3, 1, 0, 2])
    quads = np.empty(cells.shape, np.int32)
    for turn, edge in enumerate(edges):
        quads[:, turn] = first[cells[:, turn]] + sheets[rank[cells[:, turn]], edge]
    return quads
