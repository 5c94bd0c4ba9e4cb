"""Bodies that are functions of space as closed surfaces."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from skimage.measure import marching_cubes

from cytovox.domain.geometry import FloatArray
from cytovox.domain.surface import SurfacePart
from cytovox.sculpt.body import facing_out, unit
from cytovox.sculpt.textbook.fields import Field
from cytovox.sculpt.textbook.paint import Paint

_BLOCK = 4
"""Points along the edge of a block that is looked at as a whole."""
_STEEPEST = 2.5
"""Greatest slope of a depth: that of flattened lobes with relief, whose heights are drawn apart."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Points in a box at even distances.

    Attributes:
        low: Corner (x, y, z), um.
        step_um: Distance of two points.
        shape: Points along x, y and z.
    """

    low: tuple[float, float, float]
    step_um: float
    shape: tuple[int, int, int]

    @classmethod
    def around(cls, low: FloatArray, high: FloatArray, step_um: float) -> "Grid":
        """The grid of a box, two steps wider on each side."""
        start = low - 2 * step_um
        count = np.ceil((high - low) / step_um).astype(int) + 5
        return cls((float(start[0]), float(start[1]), float(start[2])), step_um, tuple(count.tolist()))

    @property
    def points(self) -> FloatArray:
        """Shape (n, 3)."""
        axes = [
            np.float32(low) + np.float32(self.step_um) * np.arange(count, dtype=np.float32)
            for low, count in zip(self.low, self.shape, strict=True)
        ]
        return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)

    def footprint_um2(self, depths: FloatArray) -> float:
        """Area of the shadow that points of depth above 0 throw along z."""
        column = depths.reshape(self.shape).max(axis=2)
        # The share of a border pixel that lies in the body, from its depth.
        return float(np.clip(column / self.step_um + 0.5, 0, 1).sum()) * self.step_um**2


def meshed(name: str, field: Field, grid: Grid, paint: Paint, *, opacity: float = 1.0) -> SurfacePart:
    """The surface of a body, closed, with the normals of its field.

    Marching cubes (Lorensen and Cline, SIGGRAPH 1987).

    Args:
        name: Of the part.
        field: The body, which must lie within the grid.
        grid: See `Grid`.
        paint: Its colours.
        opacity: Of the part.
    """
    volume = _volume(field, grid)
    points, faces, _, _ = marching_cubes(volume, 0.0)  # type: ignore[no-untyped-call]
    vertices = (points * grid.step_um + np.array(grid.low)).astype(np.float32)
    return SurfacePart(
        name=name,
        vertices=vertices,
        faces=facing_out(vertices, faces),
        normals=_normals(field, vertices, grid.step_um / 2),
        colours=np.rint(paint(vertices)).clip(0, 255).astype(np.uint8),
        opacity=opacity,
    )


def _volume(field: Field, grid: Grid) -> FloatArray:
    """Depths on a grid, exact near the surface; elsewhere only their sign is right.

    Blocks whose middle lies far from the surface take its depth. That leaves about a seventh of the points.
    """
    nx, ny, nz = (-(-count // _BLOCK) for count in grid.shape)
    blocks = nx, ny, nz
    x, y, z = (low + (_BLOCK - 1) / 2 * grid.step_um for low in grid.low)
    rough = field(Grid((x, y, z), _BLOCK * grid.step_um, blocks).points)
    near = np.abs(rough) < _STEEPEST * np.sqrt(3) / 2 * _BLOCK * grid.step_um
    inner = Grid((0.0, 0.0, 0.0), grid.step_um, (_BLOCK, _BLOCK, _BLOCK)).points
    starts = Grid(grid.low, _BLOCK * grid.step_um, blocks).points[near]
    fine = np.repeat(rough[:, None], _BLOCK**3, axis=1)
    fine[near] = field((starts[:, None] + inner).reshape(-1, 3)).reshape(-1, _BLOCK**3)
    whole = fine.reshape(*blocks, _BLOCK, _BLOCK, _BLOCK).transpose(0, 3, 1, 4, 2, 5)
    whole = whole.reshape(tuple(count * _BLOCK for count in blocks))
    return whole[: grid.shape[0], : grid.shape[1], : grid.shape[2]]


def _normals(field: Field, vertices: FloatArray, reach_um: float) -> FloatArray:
    """Minus the slope of the depth, by central differences."""
    slopes = []
    for axis in range(3):
        step = np.zeros(3, np.float32)
        step[axis] = reach_um
        slopes.append(field(vertices - step) - field(vertices + step))
    return unit(np.stack(slopes, axis=1).astype(np.float32))


def together(name: str, parts: list[SurfacePart], opacity: float) -> SurfacePart:
    """Several closed bodies as one part."""
    first = np.cumsum([0, *(len(part.vertices) for part in parts[:-1])])
    faces: list[NDArray[np.int32]] = [part.faces + int(at) for part, at in zip(parts, first, strict=True)]
    return SurfacePart(
        name=name,
        vertices=np.concatenate([part.vertices for part in parts]),
        faces=np.concatenate(faces).astype(np.int32),
        normals=np.concatenate([part.normals for part in parts]),
        colours=np.concatenate([part.colours for part in parts]),
        opacity=opacity,
    )
