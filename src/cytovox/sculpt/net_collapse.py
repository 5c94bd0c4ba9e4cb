"""A surface net with fewer vertices: blocks of two cells a side become one vertex, then of four, and on.

A block is joined only where one vertex tells the same story (Ju, Losasso, Schaefer and Warren, ACM
Transactions on Graphics 21 (2002) 339, section 4): each voxel between its corners has the label of one of
them, and one sheet passes it. Both sides of a border share its vertices, so that nothing opens; what is
thinner than a block keeps its own. Flat blocks go first.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray
from cytovox.sculpt.cell_sheets import has_alternating_face, sheets_of_cells
from cytovox.sculpt.surface_net import IntArray, SurfaceNet

_LEVELS = 5
_THREES = np.array([[i, j, k] for i in range(3) for j in range(3) for k in range(3)])
_CORNERS = np.flatnonzero((_THREES != 1).all(axis=1))
_BETWEEN = np.flatnonzero((_THREES == 1).any(axis=1))


@dataclass(frozen=True, slots=True)
class _Clusters:
    """Vertices that may still be joined.

    Attributes:
        blocks: The block of each, in units of the level's block size, shape (n, 3).
        vertex: The vertex that stands for it, shape (n,).
        place: Its middle, shape (n, 3).
        turned: Sum of the vector areas about it, mm2, shape (n, 3).
        area: Sum of their sizes, mm2, shape (n,).
    """

    blocks: IntArray
    vertex: IntArray
    place: FloatArray
    turned: FloatArray
    area: FloatArray


def collapsed(net: SurfaceNet, labels: NDArray[np.uint16], areas: FloatArray, most: int) -> SurfaceNet:
    """The net with about `most` vertices, or as few as its topology allows; flat parts lose theirs first.

    Args:
        net: A smoothed net.
        labels: The labels it parts, shape (slice, row, column).
        areas: Vector areas of its quadrilaterals, mm2, shape (m, 3).
        most: How many vertices may be left.

    Returns:
        A net whose vertices and cells are those of `net` that are still in use or joined; a quadrilateral may
        name a vertex twice, and none is left that names only two.
    """
    places, owner = net.vertices.copy(), np.arange(len(net.vertices), dtype=np.int32)
    clusters = _first_clusters(net, areas)
    unsure = net.cells[~net.alone]
    excess = len(places) - most
    for level in range(1, _LEVELS + 1):
        if excess <= 0:
            break
        groups = _Groups.of(clusters, unsure // 2**level)
        joined = groups.chosen(labels, 2 ** (level - 1), excess)
        excess -= int((groups.members[joined] - 1).sum())
        clusters, places, owner = groups.join(joined, places, owner)
        unsure = np.concatenate([unsure, groups.blocks[~joined] * 2**level])
    return _with_owners(net, places, owner)


def _first_clusters(net: SurfaceNet, areas: FloatArray) -> _Clusters:
    """One a vertex; vector areas all point to the higher label, so that a sheet's add up."""
    count, corners = len(net.vertices), net.quads.ravel()
    upwards = np.where(net.labels[:, 0] < net.labels[:, 1], 0.25, -0.25)[:, None] * areas
    turned = [np.bincount(corners, np.repeat(upwards[:, axis], 4), count) for axis in range(3)]
    area = np.bincount(corners, np.repeat(np.linalg.norm(upwards, axis=1), 4), count)
    alone = np.flatnonzero(net.alone).astype(np.int32)
    return _Clusters(
        blocks=net.cells[alone],
        vertex=alone,
        place=net.vertices[alone],
        turned=np.stack(turned, axis=1)[alone].astype(np.float32),
        area=area[alone].astype(np.float32),
    )


@dataclass(frozen=True, slots=True)
class _Groups:
    """Clusters by the block of the next level that holds them."""

    clusters: _Clusters
    blocks: IntArray
    group: NDArray[np.intp]
    members: NDArray[np.int64]
    free: NDArray[np.bool_]

    @classmethod
    def of(cls, clusters: _Clusters, unsure: IntArray) -> "_Groups":
        """Groups of clusters; `free` are those in whose block nothing has been kept apart."""
        both = np.concatenate([clusters.blocks // 2, unsure])
        low = both.min(axis=0)
        extent = both.max(axis=0) - low + 1
        keys = np.ravel_multi_index(tuple((both - low).T), tuple(extent))
        held, group = np.unique(keys[: len(clusters.blocks)], return_inverse=True)
        blocks = np.stack(np.unravel_index(held, tuple(extent)), axis=1) + low
        free = ~np.isin(held, keys[len(clusters.blocks) :])
        return cls(clusters, blocks.astype(np.int32), group, np.bincount(group), free)

    def chosen(self, labels: NDArray[np.uint16], half: int, excess: int) -> NDArray[np.bool_]:
        """Which groups to join: the flattest that may be, until `excess` vertices are gone."""
        allowed = self.free.copy()
        allowed[allowed] = _tells_the_same(labels, self.blocks[allowed], half)
        turned = self._sums(self.clusters.turned)
        bend = self._sums(self.clusters.area[:, None])[:, 0] - np.linalg.norm(turned, axis=1)
        order = np.flatnonzero(allowed)[np.argsort(bend[allowed], kind="stable")]
        gained = np.cumsum(self.members[order] - 1)
        chosen = np.zeros(len(self.blocks), np.bool_)
        chosen[order[: int(np.searchsorted(gained, excess)) + 1]] = True
        return chosen

    def join(
        self, joined: NDArray[np.bool_], places: FloatArray, owner: IntArray
    ) -> tuple[_Clusters, FloatArray, IntArray]:
        """Clusters of the next level, and the vertices' places and owners after joining."""
        weight = np.maximum(self.clusters.area, 1e-12)[:, None]
        middle = self._sums(self.clusters.place * weight) / self._sums(weight)
        head = np.zeros(len(self.blocks), np.int32)
        head[self.group[::-1]] = self.clusters.vertex[::-1]
        taken = joined[self.group]
        heir = np.arange(len(places), dtype=np.int32)
        heir[self.clusters.vertex[taken]] = head[self.group[taken]]
        places = places.copy()
        places[head[joined]] = middle[joined]
        clusters = _Clusters(
            blocks=self.blocks[joined],
            vertex=head[joined],
            place=middle[joined].astype(np.float32),
            turned=self._sums(self.clusters.turned)[joined].astype(np.float32),
            area=self._sums(self.clusters.area[:, None])[joined, 0].astype(np.float32),
        )
        return clusters, places, heir[owner]

    def _sums(self, values: FloatArray) -> NDArray[np.float64]:
        count = len(self.blocks)
        columns = [np.bincount(self.group, values[:, axis], count) for axis in range(values.shape[1])]
        return np.stack(columns, axis=1)


def _tells_the_same(labels: NDArray[np.uint16], blocks: IntArray, half: int) -> NDArray[np.bool_]:
    """Whether one vertex can stand for all in blocks of two halves a side, shape (n,)."""
    samples = np.stack([_labels_at(labels, half * (2 * blocks + step)) for step in _THREES], axis=1)
    corners = samples[:, _CORNERS]
    same = (sheets_of_cells(corners)[1] == 1) & ~has_alternating_face(corners)
    for number in _BETWEEN:
        # The corners of the edge, face or block in whose middle this voxel lies.
        step = _THREES[number]
        ends = _CORNERS[((_THREES[_CORNERS] == step) | (step == 1)).all(axis=1)]
        same &= (samples[:, ends] == samples[:, [number]]).any(axis=1)
    return np.asarray(same)


def _labels_at(labels: NDArray[np.uint16], voxels: IntArray) -> NDArray[np.uint16]:
    inside = ((voxels >= 0) & (voxels < labels.shape)).all(axis=1)
    found = np.zeros(len(voxels), np.uint16)
    found[inside] = labels[tuple(voxels[inside].T)]
    return found


def _with_owners(net: SurfaceNet, places: FloatArray, owner: IntArray) -> SurfaceNet:
    """The net between the vertices that are left."""
    quads = owner[net.quads]
    in_turn = np.roll(quads, -1, axis=1)
    sides = (quads != in_turn).sum(axis=1)
    crossed = (quads[:, 0] == quads[:, 2]) | (quads[:, 1] == quads[:, 3])
    kept = (sides >= 3) & ~crossed
    used, renumbered = np.unique(quads[kept], return_inverse=True)
    return replace(
        net,
        vertices=places[used],
        cells=net.cells[used],
        alone=net.alone[used],
        lowest=net.lowest[used],
        highest=net.highest[used],
        quads=renumbered.reshape(-1, 4).astype(np.int32),
        labels=net.labels[kept],
        voxels=net.voxels[kept],
    )
