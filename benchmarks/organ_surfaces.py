"""Organ surfaces beside VTK's surface nets and scikit-image's marching cubes: time, volume, distance, holes.

`python -m benchmarks.organ_surfaces [DATA]`; needs vtk (the extra `bench`). Times are of the processor, so
that other work on the machine does not count; VTK runs in one thread like the others.
"""

import gzip
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import vtk
from numpy.typing import NDArray
from skimage.measure import marching_cubes
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from cytovox.domain.volume import LabelMap, VolumeGrid
from cytovox.sculpt.organs import OrganOptions, sculpt_organs

RADII_MM = np.array([40.0, 25.0, 30.0])
"""Along slice, row and column."""
SPACINGS_MM = ((5.0, 0.7, 0.7), (1.0, 1.0, 1.0), (3.0, 3.0, 3.0))
EVERY_TRIANGLE = 10**8
Array = NDArray[np.float64]
Meshes = dict[int, tuple[Array, NDArray[np.int64]]]
"""Vertices in mm along slice, row and column, and triangles, by label."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A label map along the axes, and how far its voxels lie apart."""

    labels: NDArray[np.uint16]
    spacing_mm: tuple[float, float, float]


def ours(stack: Stack, most: int = EVERY_TRIANGLE) -> Meshes:
    """`sculpt_organs`."""
    made = LabelMap(stack.labels, VolumeGrid(stack.labels.shape, np.diag([*stack.spacing_mm, 1.0])))
    surfaces = sculpt_organs(made, options=OrganOptions(most_triangles=most))
    parts = (surface.parts[0] for surface in surfaces)
    return {
        label: (part.vertices.astype(np.float64), part.faces.astype(np.int64))
        for label, part in zip(made.present, parts, strict=True)
    }


def reduced(stack: Stack) -> Meshes:
    """`sculpt_organs` with its usual budget of triangles."""
    return ours(stack, OrganOptions().most_triangles)


def surface_nets(stack: Stack) -> Meshes:
    """vtkSurfaceNets3D, as it comes: 16 iterations of constrained smoothing."""
    image = vtk.vtkImageData()
    padded = np.pad(stack.labels, 1)
    image.SetDimensions(*padded.shape[::-1])
    image.SetSpacing(*stack.spacing_mm[::-1])
    image.SetOrigin(*(-step for step in stack.spacing_mm[::-1]))
    image.GetPointData().SetScalars(numpy_to_vtk(padded.ravel(), deep=False))
    nets = vtk.vtkSurfaceNets3D()
    nets.SetInputData(image)
    present = np.flatnonzero(np.bincount(stack.labels.ravel()))[1:]
    for place, label in enumerate(present):
        nets.SetValue(place, float(label))
    nets.SetOutputMeshTypeToTriangles()
    nets.Update()
    mesh = nets.GetOutput()
    vertices = vtk_to_numpy(mesh.GetPoints().GetData()).astype(np.float64)[:, ::-1]
    faces = vtk_to_numpy(mesh.GetPolys().GetConnectivityArray()).reshape(-1, 3).astype(np.int64)
    sides = vtk_to_numpy(mesh.GetCellData().GetArray("BoundaryLabels"))
    return {
        int(label): (
            vertices,
            np.concatenate([faces[sides[:, 0] == label], faces[sides[:, 1] == label][:, ::-1]]),
        )
        for label in present
    }


def cubes(stack: Stack) -> Meshes:
    """scikit-image's marching cubes of each label by itself."""
    padded = np.pad(stack.labels, 1)
    meshes = {}
    for label in np.flatnonzero(np.bincount(stack.labels.ravel()))[1:]:
        vertices, faces, _, _ = marching_cubes(
            (padded == label).astype(np.float32), 0.5, spacing=stack.spacing_mm
        )
        meshes[int(label)] = (vertices - np.array(stack.spacing_mm), faces.astype(np.int64))
    return meshes


METHODS: dict[str, Callable[[Stack], Meshes]] = {
    "Cytovox": ours,
    "Cytovox, 400 000": reduced,
    "VTK surface nets": surface_nets,
    "marching cubes": cubes,
}
OF_ELLIPSOIDS: dict[str, Callable[[Stack], Meshes]] = {
    "Cytovox": ours,
    "Cytovox, 4000": partial(ours, most=4000),
    "VTK surface nets": surface_nets,
    "marching cubes": cubes,
}


def ellipsoid(spacing_mm: tuple[float, float, float]) -> tuple[Stack, Array]:
    """An ellipsoid off the middle of a voxel, and where its middle lies, mm."""
    step = np.array(spacing_mm)
    shape = np.ceil(2 * RADII_MM / step).astype(int) + 5
    middle = (shape - 1) / 2 * step + 0.3 * step
    places = np.moveaxis(np.indices(tuple(shape)), 0, -1) * step - middle
    inside = ((places / RADII_MM) ** 2).sum(axis=-1) < 1
    return Stack(inside.astype(np.uint16), spacing_mm), middle


def five_organs() -> Stack:
    """512 x 512 x 300 with five ellipsoids that cut into each other."""
    z, y, x = np.ogrid[:300, :512, :512]
    labels = np.zeros((300, 512, 512), np.uint16)
    middles = ((150, 200, 150), (150, 300, 340), (100, 150, 300), (220, 250, 250), (60, 350, 200))
    radii = ((90, 110, 100), (100, 90, 90), (60, 60, 60), (50, 80, 120), (40, 60, 60))
    for label, (at, size) in enumerate(zip(middles, radii, strict=True), 1):
        away = [((axis - place) / reach) ** 2 for axis, place, reach in zip((z, y, x), at, size, strict=True)]
        labels[away[0] + away[1] + away[2] < 1] = label
    return Stack(labels, (1.0, 0.7, 0.7))


def abdomen(data: Path) -> Stack:
    """`volumes/totalsegmentator/example_ct_seg.nii.gz` of the data folder."""
    packed = (data / "volumes" / "totalsegmentator" / "example_ct_seg.nii.gz").read_bytes()
    content = gzip.decompress(packed)
    kind = {2: "<u1", 4: "<i2", 8: "<i4", 512: "<u2"}[int(np.frombuffer(content, "<i2", 1, 70)[0])]
    start = int(np.frombuffer(content, "<f4", 1, 108)[0])
    voxels = np.frombuffer(content, kind, 122 * 101 * 112, start).reshape(112, 101, 122)
    return Stack(voxels.astype(np.uint16), (3.0, 3.0, 3.0))


def volume_of(vertices: Array, faces: NDArray[np.int64]) -> float:
    """Enclosed volume, whichever way the faces turn."""
    a, b, c = (vertices[faces[:, turn]] for turn in range(3))
    return abs(float(np.einsum("ij,ij->", a, np.cross(b, c)))) / 6


def open_edges(faces: NDArray[np.int64]) -> int:
    """Edges that have another number of faces than two."""
    ends = np.sort(np.stack([faces, np.roll(faces, -1, axis=1)], axis=-1).reshape(-1, 2), axis=1)
    _, count = np.unique(ends[:, 0] * (int(ends.max()) + 1) + ends[:, 1], return_counts=True)
    return int((count != 2).sum())


def distances_mm(vertices: Array, middle: Array) -> Array:
    """Distances of points from the ellipsoid, to the first order."""
    points = vertices - middle
    level = ((points / RADII_MM) ** 2).sum(axis=1) - 1
    return np.abs(level) / np.linalg.norm(2 * points / RADII_MM**2, axis=1)


def timed(method: Callable[[Stack], Meshes], stack: Stack) -> tuple[Meshes, float]:
    """What a method makes, and the processor's seconds."""
    started = time.process_time()
    meshes = method(stack)
    return meshes, time.process_time() - started


def print_ellipsoids() -> None:
    """The table of ellipsoids."""
    truth = 4 / 3 * np.pi * np.prod(RADII_MM)
    print("ellipsoid 40 x 25 x 30 mm    seconds  triangles  volume %   rms mm   p99 mm   max mm")
    for spacing in SPACINGS_MM:
        stack, middle = ellipsoid(spacing)
        print(f"  voxels of {' x '.join(map(str, spacing))} mm")
        for name, method in OF_ELLIPSOIDS.items():
            meshes, seconds = timed(method, stack)
            mesh = meshes[1]
            away = distances_mm(mesh[0][np.unique(mesh[1])], middle)
            error = 100 * (volume_of(*mesh) / truth - 1)
            rms, most = np.sqrt((away**2).mean()), away.max()
            print(
                f"    {name:20} {seconds:9.2f} {len(mesh[1]):10} {error:9.2f} {rms:8.2f} "
                f"{np.quantile(away, 0.99):8.2f} {most:8.2f}"
            )


def print_stack(title: str, stack: Stack, names: tuple[str, ...]) -> None:
    """The table of a stack with many labels; volumes against those of the voxels."""
    print(f"{title}\n    {'':20}   seconds  triangles  worst volume %  open edges")
    voxels = np.bincount(stack.labels.ravel()) * np.prod(stack.spacing_mm)
    for name in names:
        meshes, seconds = timed(METHODS[name], stack)
        errors = [abs(volume_of(*mesh) / voxels[label] - 1) for label, mesh in meshes.items()]
        loose = sum(open_edges(faces) for _, faces in meshes.values())
        triangles = sum(len(faces) for _, faces in meshes.values())
        print(f"    {name:20} {seconds:9.2f} {triangles:10} {100 * max(errors):15.2f} {loose:11}")


def main() -> None:
    """Print all tables; that of the real abdomen only where DATA is given."""
    vtk.vtkSMPTools.Initialize(1)
    print_stack("512 x 512 x 300, five organs", five_organs(), ("Cytovox, 400 000",))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"    most memory of the process so far: {peak:.2f} GB")
    print_stack("512 x 512 x 300, five organs", five_organs(), ("VTK surface nets", "marching cubes"))
    print_ellipsoids()
    if len(sys.argv) > 1:
        print_stack("122 x 101 x 112, all labels of an abdomen", abdomen(Path(sys.argv[1])), tuple(METHODS))


if __name__ == "__main__":
    main()
