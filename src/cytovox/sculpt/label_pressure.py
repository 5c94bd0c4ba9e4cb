"""Volumes that a net encloses, and the pressures that bring each label back to its own.

Smoothing shrinks. As in a foam, each label presses on its neighbours with the pressure that gives it its
volume; a border between two labels moves as one, so that neither gap nor overlap comes of it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray

Float64Array = NDArray[np.float64]
_CLOSE = 2e-4
"""Share of a label's volume that may be missing."""


@dataclass(frozen=True, slots=True)
class Foam:
    """Faces between labels and the volume that each label shall have.

    Attributes:
        faces: Vertex indices, shape (m, 4); a triangle names one of its vertices twice. Anticlockwise seen
            from the second label.
        labels: Labels behind and ahead of each face, shape (m, 2), from 0 (background) on without a gap.
        volumes: Volume of each label, cubic units of the vertices, shape (labels,); that of background is
            not used.
    """

    faces: NDArray[np.int32]
    labels: NDArray[np.intp]
    volumes: Float64Array

    @classmethod
    def of(
        cls,
        faces: NDArray[np.int32],
        labels: NDArray[np.uint16],
        present: tuple[int, ...],
        volumes: Float64Array,
    ) -> "Foam":
        """A foam from faces whose labels are 0 and those of `present`, ascending."""
        return cls(faces, np.searchsorted((0, *present), labels), volumes)

    def enclosed(self, vertices: FloatArray) -> Float64Array:
        """Volume of each label, shape (labels,), by the divergence theorem."""
        return self._volumes(*self._areas(vertices))

    def restored(self, vertices: FloatArray, rounds: int = 8) -> FloatArray:
        """Vertices moved along the faces' normals until every label has its volume, or `rounds` are over."""
        for _ in range(rounds):
            middles, areas = self._areas(vertices)
            missing = self.volumes - self._volumes(middles, areas)
            if (np.abs(missing[1:]) <= _CLOSE * self.volumes[1:]).all():
                break
            vertices = vertices + self._shift(len(vertices), areas, missing)
        return vertices

    def _areas(self, vertices: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Middles of the faces, about the first vertex, and their vector areas, both (m, 3)."""
        corners = [vertices[self.faces[:, turn]] for turn in range(4)]
        areas = np.cross(corners[2] - corners[0], corners[3] - corners[1]) * np.float32(0.5)
        middles = (corners[0] + corners[1] + corners[2] + corners[3]) * np.float32(0.25) - vertices[0]
        return middles, areas

    def _volumes(self, middles: FloatArray, areas: FloatArray) -> Float64Array:
        cones = np.einsum("ij,ij->i", middles, areas, dtype=np.float64) / 3.0
        count = len(self.volumes)
        behind, ahead = (np.bincount(self.labels[:, side], cones, count) for side in (0, 1))
        return np.asarray(behind - ahead)

    def _shift(self, count: int, areas: FloatArray, missing: Float64Array) -> FloatArray:
        """How far each vertex goes: the mean of its faces' shifts, weighted by their area."""
        sizes = np.linalg.norm(areas, axis=1)
        pressures = self._pressures(sizes, missing)
        push = (pressures[self.labels[:, 0]] - pressures[self.labels[:, 1]])[:, None] * areas
        corners = self.faces.ravel()
        weight = np.bincount(corners, np.repeat(sizes, 4), count)
        sums = [np.bincount(corners, np.repeat(push[:, axis], 4), count) for axis in range(3)]
        return (np.stack(sums, axis=1) / np.maximum(weight, 1e-12)[:, None]).astype(np.float32)

    def _pressures(self, sizes: FloatArray, missing: Float64Array) -> Float64Array:
        """How far each label pushes its borders, to the first order: labels joined by their common areas."""
        count = len(self.volumes)
        pairs = np.bincount(self.labels[:, 0] * count + self.labels[:, 1], sizes, count * count)
        common = pairs.reshape(count, count)
        common = common + common.T
        system = np.diag(common.sum(axis=1)) - common
        system += np.diag(np.full(count, 1e-9 * float(system.max())))  # a label without area has no pressure
        pressures = np.zeros(count)
        pressures[1:] = np.linalg.solve(system[1:, 1:], missing[1:])
        return pressures
