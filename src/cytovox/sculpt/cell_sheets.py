"""How many sheets of a surface net pass a cell of eight voxels, and which of its edges each of them crosses.

Edge 4 d + 2 x + y of a cell runs along axis d, at x along axis d + 1 and y along axis d + 2 (axes modulo 3).
Two edges belong to one sheet where the net passes from the one to the other over a face of the cell. A face
whose labels alternate can be passed in two ways; the choice depends on its four labels alone, so that the
cells on its two sides agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.uint16]
Mask = NDArray[np.bool_]

_EDGES = 12


def sheets_of_cells(corners: Labels) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Which sheet crosses each edge of cells, and how many sheets each cell has.

    Args:
        corners: Labels of the corners, shape (n, 8); corner 4 i + 2 j + k lies at (i, j, k).

    Returns:
        Sheets of the edges, counted from 0, shape (n, 12), 0 where nothing crosses; and sheets of the
        cells, shape (n,).
    """
    highest = corners.max(axis=1)
    upper = corners == highest[:, None]
    two_labels = (upper | (corners == corners.min(axis=1)[:, None])).all(axis=1)
    pattern = np.packbits(upper, axis=1).ravel()
    known, known_count = _trace(
        np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.uint16)
    )
    sheets, count = known[pattern], known_count[pattern]
    several = np.flatnonzero(~two_labels)
    sheets[several], count[several] = _trace(corners[several])
    return sheets, count


def has_alternating_face(corners: Labels) -> Mask:
    """Which cells have a face whose labels alternate, so that it can be passed in two ways, shape (n,).

    Args:
        corners: Labels of the corners, shape (n, 8), in the order of `sheets_of_cells`.
    """
    crossed = _crossed_edges(corners)
    found = np.zeros(len(corners), np.bool_)
    for face in _faces():
        first, second, third, fourth = (corners[:, corner] for corner in face.corners)
        found |= crossed[:, face.edges].all(axis=1) & ((first == third) | (second == fourth))
    return found


def _trace(corners: Labels) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """`sheets_of_cells` for any labels: edges are joined over faces until nothing changes."""
    crossed = _crossed_edges(corners)
    links = [link for face in _faces() for link in face.links(corners, crossed)]
    lowest = np.tile(np.arange(_EDGES, dtype=np.uint8), (len(corners), 1))
    while True:
        previous = lowest.copy()
        for one, other, linked in links:
            least = np.minimum(lowest[:, one], lowest[:, other])
            lowest[:, one] = np.where(linked, least, lowest[:, one])
            lowest[:, other] = np.where(linked, least, lowest[:, other])
        if (lowest == previous).all():
            break
    heads = crossed & (lowest == np.arange(_EDGES))
    order = np.cumsum(heads, axis=1) - 1
    sheets = np.take_along_axis(order, lowest.astype(np.intp), axis=1)
    return np.where(crossed, sheets, 0).astype(np.uint8), heads.sum(axis=1)


def _corner(place: dict[int, int]) -> int:
    return 4 * place[0] + 2 * place[1] + place[2]


def _crossed_edges(corners: Labels) -> Mask:
    crossed = np.zeros((len(corners), _EDGES), np.bool_)
    for axis in range(3):
        u, w = (axis + 1) % 3, (axis + 2) % 3
        for x in (0, 1):
            for y in (0, 1):
                ends = [_corner({axis: end, u: x, w: y}) for end in (0, 1)]
                crossed[:, 4 * axis + 2 * x + y] = corners[:, ends[0]] != corners[:, ends[1]]
    return crossed


@dataclass(frozen=True, slots=True)
class _Face:
    """Corners and edges of a cell's face, both in turn about it; edge n lies between corners n and n + 1."""

    corners: tuple[int, int, int, int]
    edges: tuple[int, int, int, int]

    def links(self, labels: Labels, crossed: Mask) -> Iterator[tuple[int, int, Mask]]:
        """Pairs of edges, and in which cells the net passes from the one to the other."""
        first, second, third, fourth = (labels[:, corner] for corner in self.corners)
        all_crossed = crossed[:, self.edges].all(axis=1)
        twice, other_twice = first == third, second == fourth
        # Of two labels that both stand twice, the higher is kept apart: background is what joins.
        split_first = all_crossed & other_twice & ~(twice & (first < second))
        split_second = all_crossed & twice & ~split_first
        for one in range(4):
            for other in range(one + 1, 4):
                linked = crossed[:, self.edges[one]] & crossed[:, self.edges[other]]
                about_first = (one, other) in ((0, 3), (1, 2))
                about_second = (one, other) in ((0, 1), (2, 3))
                linked &= ~split_first | about_first
                linked &= ~split_second | about_second
                yield self.edges[one], self.edges[other], linked


def _faces() -> Iterator[_Face]:
    for axis in range(3):
        u, w = (axis + 1) % 3, (axis + 2) % 3
        for side in (0, 1):
            turn = ((0, 0), (1, 0), (1, 1), (0, 1))
            along_u = [4 * u + 2 * place + side for place in (0, 1)]
            along_w = [4 * w + 2 * side + place for place in (0, 1)]
            first, second, third, fourth = (_corner({axis: side, u: x, w: y}) for x, y in turn)
            yield _Face((first, second, third, fourth), (along_u[0], along_w[1], along_u[1], along_w[0]))
