"""A surface net as triangles that close round every label.

Where two voxels of a label touch along an edge, four faces of its surface can meet in one edge of the net.
Each such edge gets a vertex for each of the two passages, a little apart: then every edge has two faces.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray
from cytovox.sculpt.surface_net import IntArray, SurfaceNet

_APART = 0.25
"""How far the vertices of a parted edge stand towards their faces' middles, as a share of the way."""


@dataclass(frozen=True, slots=True)
class LabelTriangles:
    """Triangles between labels; neighbours share theirs.

    Attributes:
        vertices: Shape (n, 3), float32.
        faces: Vertex indices, shape (m, 3), int32, anticlockwise seen from the second label.
        labels: Labels behind and ahead of each, shape (m, 2), uint16.
    """

    vertices: FloatArray
    faces: IntArray
    labels: NDArray[np.uint16]


def triangles_of(net: SurfaceNet, vertices: FloatArray) -> LabelTriangles:
    """The net's triangles: quadrilaterals cut along their shorter diagonal, pinched edges parted.

    Args:
        net: Its quadrilaterals may name a vertex twice.
        vertices: Places of its vertices, in any unit, shape (n, 3).
    """
    parted = _parted_edges(net)
    plain = ~(parted >= 0).any(axis=1)
    faces, labels = _halves(vertices, net.quads[plain], net.labels[plain])
    if plain.all():
        return LabelTriangles(vertices, faces, labels)
    fans = _fans(vertices, net.quads[~plain], parted[~plain])
    return LabelTriangles(
        np.concatenate([vertices, fans.vertices]),
        np.concatenate([faces, fans.faces]),
        np.concatenate([labels, net.labels[~plain][fans.quad]]),
    )


def _halves(
    vertices: FloatArray, quads: IntArray, labels: NDArray[np.uint16]
) -> tuple[IntArray, NDArray[np.uint16]]:
    """Triangles of quadrilaterals, those without a third corner left out."""
    a, b, c, d = (vertices[quads[:, turn]] for turn in range(4))
    first_diagonal = ((a - c) ** 2).sum(axis=1) <= ((b - d) ** 2).sum(axis=1)
    turned = np.where(first_diagonal[:, None], quads, np.roll(quads, -1, axis=1))
    faces = np.concatenate([turned[:, [0, 1, 2]], turned[:, [0, 2, 3]]])
    whole = (faces != np.roll(faces, -1, axis=1)).all(axis=1)
    return faces[whole], np.concatenate([labels, labels])[whole]


def _parted_edges(net: SurfaceNet) -> NDArray[np.int64]:
    """For each edge of each quadrilateral the number of its passage, -1 where it is not pinched, (m, 4)."""
    ends = np.stack([net.quads, np.roll(net.quads, -1, axis=1)]).astype(np.int64)
    keys = (ends.min(axis=0) * len(net.vertices) + ends.max(axis=0)).ravel()
    _, edge, faces = np.unique(keys, return_inverse=True, return_counts=True)
    passages = np.full(keys.size, -1, np.int64)
    crowded = np.flatnonzero((faces[edge] == 4) & (ends[0] != ends[1]).ravel())
    quad, edge = crowded // 4, edge[crowded]
    joining = _joining_labels(edge, net.labels[quad])
    apart = net.labels[quad] != joining[:, None]
    pinched = (joining >= 0) & (apart.sum(axis=1) == 1)
    # The two faces about one voxel of the label that is kept apart belong together.
    voxel = np.where(apart[:, 0], net.voxels[quad, 0], net.voxels[quad, 1])[pinched]
    pairs = np.stack([edge[pinched], voxel], axis=1)
    passages[crowded[pinched]] = np.unique(pairs, axis=0, return_inverse=True)[1].ravel()
    return passages.reshape(-1, 4)


def _joining_labels(edge: NDArray[np.int64], labels: NDArray[np.uint16]) -> NDArray[np.int64]:
    """For each face at an edge of four the lowest label that touches all four, or -1, shape (n,)."""
    most = int(labels.max(initial=0)) + 1
    keys, touches = np.unique(edge[:, None] * most + labels, return_counts=True)
    keys = keys[touches == 4]
    edges, first = np.unique(keys // most, return_index=True)
    place = np.searchsorted(edges, edge)
    known = np.isin(edge, edges)
    joining = np.full(len(edge), -1, np.int64)
    joining[known] = (keys[first] % most)[place[known]]
    return joining


@dataclass(frozen=True, slots=True)
class _Fans:
    vertices: FloatArray
    faces: IntArray
    quad: NDArray[np.int64]


def _fans(vertices: FloatArray, quads: IntArray, parted: NDArray[np.int64]) -> _Fans:
    """Pinched quadrilaterals as fans about their middles, with the vertices of the parted edges."""
    numbers, passage = np.unique(parted, return_inverse=True)
    passage = passage.reshape(parted.shape) - (numbers[0] < 0)
    middles = vertices[quads].mean(axis=1)
    following = np.roll(quads, -1, axis=1)
    is_parted = parted >= 0
    towards = (1 - _APART) * (vertices[quads] + vertices[following]) / 2 + _APART * middles[:, None]
    count = np.bincount(passage[is_parted])
    between = [np.bincount(passage[is_parted], towards[is_parted, axis]) / count for axis in range(3)]
    first_middle = len(vertices) + len(count)
    middle = np.broadcast_to((first_middle + np.arange(len(quads)))[:, None], quads.shape)
    via = np.where(is_parted, len(vertices) + passage, following)
    to_via = np.stack([middle, quads, via], axis=-1)
    from_via = np.stack([middle, via, following], axis=-1)[is_parted]
    solid = quads != following
    number = np.broadcast_to(np.arange(len(quads))[:, None], quads.shape)
    return _Fans(
        np.concatenate([np.stack(between, axis=1), middles]).astype(np.float32),
        np.concatenate([to_via[solid], from_via]).astype(np.int32),
        np.concatenate([number[solid], number[is_parted]]),
    )
