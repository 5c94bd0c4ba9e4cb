"""The organs of a label map as closed surfaces."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.colour import rgb
from cytovox.domain.errors import InputError
from cytovox.domain.geometry import FloatArray
from cytovox.domain.surface import LengthUnit, Surface, SurfacePart
from cytovox.domain.volume import LabelMap, VolumeGrid
from cytovox.sculpt.label_pressure import Foam
from cytovox.sculpt.net_collapse import collapsed
from cytovox.sculpt.net_smoothing import Frame, smoothed
from cytovox.sculpt.net_triangles import LabelTriangles, triangles_of
from cytovox.sculpt.surface_net import SurfaceNet, surface_net

MEASURED = "shape from the label map, smoothed within a slice's thickness"
MOST_TRIANGLES = 400_000
"""About 11 MB of GLB, and what a stand-alone VR headset draws at its full rate."""
_FEWEST_TRIANGLES = 1000
_REACH = 1.0
"""How far a vertex may go, in steps of the coarsest axis. Outlines drawn slice by slice jump by several
pixels from one slice to the next, and within a pixel the terraces stay."""


@dataclass(frozen=True, slots=True)
class OrganOptions:
    """Options of organ surfaces.

    Attributes:
        labels: Which labels to make, None for all that occur. The others still bound them.
        most_triangles: About how many triangles all surfaces may have together; thin parts keep theirs.
        smooth: Whether to take the steps of the voxels away.
    """

    labels: tuple[int, ...] | None = None
    most_triangles: int = MOST_TRIANGLES
    smooth: bool = True

    def __post_init__(self) -> None:
        if self.most_triangles < _FEWEST_TRIANGLES:
            raise InputError(
                f"most_triangles: expected {_FEWEST_TRIANGLES} or more, got {self.most_triangles}"
            )


def sculpt_organs(labels: LabelMap, *, options: OrganOptions | None = None) -> tuple[Surface, ...]:
    """One closed surface for each label of a label map, in the patient's LPS coordinates, mm.

    x goes to the patient's left, y to the back, z to the head. Organs that touch share the vertices and
    triangles between them: there is neither a gap nor an overlap. The volume that a surface encloses is
    that of its voxels. What the border of the stack cuts is closed there, half a voxel beyond the middles
    of its last voxels.

    Args:
        labels: The label map.
        options: See `OrganOptions`; None for the defaults.

    Returns:
        Surfaces of one part each, by ascending label.

    Raises:
        InputError: No voxel has one of the labels.
    """
    options = options or OrganOptions()
    present = labels.present
    wanted = tuple(label for label in present if options.labels is None or label in options.labels)
    if not wanted:
        raise InputError(f"{labels.source}: expected voxels of an organ, found none; check the label map")
    triangles = _triangles(labels, present, options)
    return tuple(_surface(labels, label, triangles) for label in wanted)


def _triangles(labels: LabelMap, present: tuple[int, ...], options: OrganOptions) -> LabelTriangles:
    net = surface_net(labels.labels, _reach(labels.grid))
    if np.linalg.det(labels.grid.affine[:3, :3]) < 0:
        net = net.turned()
    frame = Frame(labels.grid.affine[:3, :3])
    volumes = _volumes(labels, present)
    if options.smooth:
        net = net.moved(smoothed(net, Foam.of(net.quads, net.labels, present, volumes), frame))
    points = frame.to_mm(net.vertices)
    most = _most_vertices(net, options.most_triangles)
    if len(net.vertices) > most:
        net = collapsed(net, labels.labels, _vector_areas(net, points), most)
        points = frame.to_mm(net.vertices)
    mesh = triangles_of(net, points)
    foam = Foam.of(mesh.faces[:, [0, 1, 2, 2]], mesh.labels, present, volumes)
    return LabelTriangles(foam.restored(mesh.vertices), mesh.faces, mesh.labels)


def _reach(grid: VolumeGrid) -> tuple[float, float, float]:
    """How far vertices may go, in voxels: along every axis the same way in the patient."""
    slices, rows, columns = grid.spacing_mm
    way = _REACH * max(slices, rows, columns)
    return way / slices, way / rows, way / columns


def _volumes(labels: LabelMap, present: tuple[int, ...]) -> NDArray[np.float64]:
    """Volumes of background (0, for it is not used) and of the labels, mm3."""
    voxels = np.bincount(labels.labels.ravel())
    return np.array([0.0, *voxels[list(present)]]) * labels.grid.voxel_volume_mm3


def _most_vertices(net: SurfaceNet, most_triangles: int) -> int:
    """Vertices of a net whose organs have so many triangles: two a face, for each organ that it bounds."""
    triangles = 2 * np.count_nonzero(net.labels)
    return int(len(net.vertices) * most_triangles / triangles)


def _vector_areas(net: SurfaceNet, points: FloatArray) -> FloatArray:
    corners = [points[net.quads[:, turn]] for turn in range(4)]
    return (np.cross(corners[2] - corners[0], corners[3] - corners[1]) / 2).astype(np.float32)


def _surface(labels: LabelMap, label: int, triangles: LabelTriangles) -> Surface:
    organ = labels.organ(label)
    outward = triangles.faces[triangles.labels[:, 0] == label]
    inward = triangles.faces[triangles.labels[:, 1] == label][:, ::-1]
    used, corners = np.unique(np.concatenate([outward, inward]), return_inverse=True)
    faces: NDArray[np.int32] = corners.reshape(-1, 3).astype(np.int32)
    relative = triangles.vertices[used]
    part = SurfacePart(
        name=organ.name,
        vertices=_in_patient(relative, labels.grid),
        faces=faces,
        normals=_normals(relative, faces),
        colours=np.tile(np.array(rgb(organ.colour), np.uint8), (len(used), 1)),
    )
    return Surface(organ.name, (part,), MEASURED, LengthUnit.MILLIMETRE)


def _in_patient(relative: FloatArray, grid: VolumeGrid) -> FloatArray:
    """Points about the first voxel, in the patient."""
    return (relative + grid.affine[:3, 3]).astype(np.float32)


def _normals(vertices: FloatArray, faces: NDArray[np.int32]) -> FloatArray:
    """Unit normals of the vertices, shape (n, 3), float32: means of their faces', weighted by area."""
    corners = vertices[faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    count = len(vertices)
    sums = [np.bincount(faces.ravel(), np.repeat(across[:, axis], 3), count) for axis in range(3)]
    normals = np.stack(sums, axis=1)
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    upright = np.array([0.0, 0.0, 1.0])  # where faces cancel out, any direction will do
    return np.where(lengths > 0, normals / np.maximum(lengths, 1e-20), upright).astype(np.float32)
