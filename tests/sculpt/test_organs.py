"""Organs of label maps: analytic truth of volume and distance, closed and shared surfaces, real organs."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cytovox.domain.errors import InputError
from cytovox.domain.geometry import FloatArray
from cytovox.domain.surface import LengthUnit, Surface
from cytovox.domain.volume import LabelMap, OrganClass, VolumeGrid
from cytovox.sculpt.organs import OrganOptions, sculpt_organs

DATA = os.environ.get("CYTOVOX_DATA")
needs_data = pytest.mark.skipif(not DATA, reason="CYTOVOX_DATA is not set")

AXIAL = np.array([[0.0, 0, 1, 0], [0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1]])
"""Slices to the head, rows to the back, columns to the left, 1 mm."""
MakeLabels = Callable[..., LabelMap]


def label_map(labels: np.ndarray, affine: np.ndarray = AXIAL) -> LabelMap:
    return LabelMap(labels.astype(np.uint16), VolumeGrid(labels.shape, affine))


def axial(spacing: tuple[float, float, float], origin: tuple[float, float, float] = (0, 0, 0)) -> np.ndarray:
    affine = AXIAL @ np.diag([*spacing, 1.0])
    affine[:3, 3] = origin
    return affine


def ellipsoid(affine: np.ndarray, radii: tuple[float, float, float], shape: tuple[int, int, int]) -> LabelMap:
    """An ellipsoid about the middle of a stack, radii along x, y and z."""
    grid = VolumeGrid(shape, affine)
    points = grid.to_patient(np.indices(shape).reshape(3, -1).T) - middle(grid)
    return label_map((((points / radii) ** 2).sum(axis=1) < 1).reshape(shape), affine)


def middle(grid: VolumeGrid) -> np.ndarray:
    return grid.to_patient((np.array([grid.shape]) - 1) / 2)[0] + 0.13  # off the middle of a voxel


def distance(surface: Surface, centre: np.ndarray, radii: tuple[float, float, float]) -> FloatArray:
    """Distances of vertices from an ellipsoid's surface, to the first order."""
    points = surface.parts[0].vertices - centre
    level = ((points / radii) ** 2).sum(axis=1) - 1
    return np.abs(level / np.linalg.norm(2 * points / np.square(radii), axis=1))


def open_edges(faces: np.ndarray) -> int:
    """Edges that have not exactly one face on each side."""
    ends = np.stack([faces, np.roll(faces, -1, axis=1)], axis=-1).reshape(-1, 2).astype(np.int64)
    count = ends.max() + 1
    there, times = np.unique(ends[:, 0] * count + ends[:, 1], return_counts=True)
    back = np.unique(ends[:, 1] * count + ends[:, 0])
    return int((times > 1).sum()) + len(np.setxor1d(there, back))


def assert_sound(surfaces: tuple[Surface, ...], labels: LabelMap, tolerance: float = 0.01) -> None:
    """Closed, facing outwards, of their voxels' volume."""
    for surface, label in zip(surfaces, labels.present, strict=True):
        part = surface.parts[0]
        assert open_edges(part.faces) == 0, surface.name
        assert part.volume / 1000 == pytest.approx(labels.volume_ml(label), rel=tolerance), surface.name
        assert np.linalg.norm(part.normals, axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("spacing", "worst_mm"), [((5.0, 0.7, 0.7), 2.5), ((1.0, 1.0, 1.0), 0.5), ((3.0, 3.0, 3.0), 1.5)]
)
def test_ellipsoid_keeps_volume_and_place(spacing: tuple[float, float, float], worst_mm: float) -> None:
    radii = (30.0, 25.0, 40.0)
    shape = tuple(int(2 * r / s) + 5 for r, s in zip(radii[::-1], spacing, strict=True))
    labels = ellipsoid(axial(spacing, (-100, 50, 1000)), radii, (shape[0], shape[1], shape[2]))
    (surface,) = sculpt_organs(labels)
    assert_sound((surface,), labels, 0.001)
    truth_ml = 4 / 3 * np.pi * np.prod(radii) / 1000
    assert surface.parts[0].volume / 1000 == pytest.approx(truth_ml, rel=0.01)
    away = distance(surface, middle(labels.grid), radii)
    assert away.max() < worst_mm
    assert np.sqrt((away**2).mean()) < 0.1 * max(spacing)
    assert surface.unit is LengthUnit.MILLIMETRE


def test_there_are_no_stairs() -> None:
    """Faces lie along the ellipsoid: on the voxels' own faces the mean angle is above 30 degrees."""
    radii = (30.0, 25.0, 40.0)
    labels = ellipsoid(axial((5.0, 0.7, 0.7)), radii, (21, 77, 91))
    angles = {}
    for smooth in (False, True):
        part = sculpt_organs(labels, options=OrganOptions(smooth=smooth))[0].parts[0]
        corners = part.vertices[part.faces].astype(np.float64)
        across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        size = np.linalg.norm(across, axis=1)
        truth = (corners.mean(axis=1) - middle(labels.grid)) / np.square(radii)
        truth /= np.linalg.norm(truth, axis=1, keepdims=True)
        cosine = np.einsum("ij,ij->i", across, truth) / np.maximum(size, 1e-12)
        angles[smooth] = np.rad2deg(np.average(np.arccos(cosine.clip(-1, 1)), weights=size))
    assert angles[False] > 30
    assert angles[True] < 5


def test_outlines_drawn_slice_by_slice_have_lower_terraces() -> None:
    """A tube along the slices whose discs lie up to a pixel off: less of its side lies level."""
    places = np.indices((30, 60, 60)).astype(float)
    off = np.random.default_rng(3).integers(-1, 2, (2, 30, 1, 1))
    tube = (places[1] - 30 - off[0]) ** 2 + (places[2] - 30 - off[1]) ** 2 < 15**2
    made = label_map(tube, axial((3.0, 1.5, 1.5)))
    level = {}
    for smooth in (False, True):
        surfaces = sculpt_organs(made, options=OrganOptions(smooth=smooth))
        assert_sound(surfaces, made)
        part = surfaces[0].parts[0]
        corners = part.vertices[part.faces].astype(np.float64)
        across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        side = np.abs(corners[:, :, 2].mean(axis=1) - 43.5) < 36
        size = np.linalg.norm(across[side], axis=1)
        level[smooth] = float(np.abs(across[side, 2]).sum() / size.sum())
    assert level[False] > 0.2
    assert level[True] < 0.75 * level[False]


def test_touching_boxes_share_their_faces() -> None:
    labels = np.zeros((10, 12, 14), int)
    labels[2:8, 2:10, 2:7], labels[2:8, 2:10, 7:12] = 4, 9
    made = label_map(labels, axial((3.0, 1.0, 1.0)))
    surfaces = sculpt_organs(made)
    assert_sound(surfaces, made)
    first, second = (
        {frozenset(map(tuple, triangle)) for triangle in s.parts[0].vertices[s.parts[0].faces].tolist()}
        for s in surfaces
    )
    common = np.array([list(triangle) for triangle in first & second])
    assert len(common) == 2 * 6 * 8  # two a voxel's face, and none of the outer ones
    assert common[..., 0] == pytest.approx(6.5, abs=0.5)
    corners = common[:, 1] - common[:, 0], common[:, 2] - common[:, 0]
    area = np.linalg.norm(np.cross(*corners), axis=1).sum() / 2
    assert area == pytest.approx(18 * 8, rel=0.1)


@pytest.mark.parametrize("mirror", [1.0, -1.0])
def test_oblique_and_mirrored_stacks(mirror: float) -> None:
    turn = np.linalg.qr(np.random.default_rng(4).normal(size=(3, 3)))[0]
    turn *= np.sign(np.linalg.det(turn)) * mirror
    affine = np.eye(4)
    affine[:3, :3] = turn @ np.diag([4.0, 0.8, 0.8])
    affine[:3, 3] = (20, -300, 75)
    labels = ellipsoid(affine, (24.0, 16.0, 32.0), (26, 110, 110))
    (surface,) = sculpt_organs(labels)
    assert_sound((surface,), labels, 0.001)
    assert np.sqrt((distance(surface, middle(labels.grid), (24.0, 16.0, 32.0)) ** 2).mean()) < 0.4


def test_sheared_stack_of_a_tilted_gantry() -> None:
    affine = axial((3.0, 1.0, 1.0))
    affine[1, 0] = -1.1  # each slice lies a little further to the front
    labels = ellipsoid(affine, (15.0, 12.0, 20.0), (17, 50, 40))
    assert_sound(sculpt_organs(labels), labels, 0.001)


def test_one_voxel_is_a_body() -> None:
    labels = np.zeros((3, 3, 3), int)
    labels[1, 1, 1] = 7
    made = label_map(labels, axial((5.0, 0.7, 0.7)))
    surfaces = sculpt_organs(made)
    assert_sound(surfaces, made)
    assert surfaces[0].parts[0].vertices.mean(axis=0) == pytest.approx((0.7, 0.7, 5.0), abs=0.02)


def test_what_the_border_cuts_is_closed_there() -> None:
    labels = np.zeros((6, 8, 8), int)
    labels[:, 2:6, 2:6], labels[:, 6:, :] = 1, 2
    made = label_map(labels)
    surfaces = sculpt_organs(made)
    assert_sound(surfaces, made)
    low, high = surfaces[0].bounds
    assert (low[2], high[2]) == pytest.approx((-0.5, 5.5), abs=0.05)


def test_thin_plates_and_threads_survive() -> None:
    labels = np.zeros((20, 20, 20), int)
    labels[3:17, 3:17, 10] = 1
    labels[2:18, 15, 15] = 2
    labels[5, 5, 2:9] = 3
    made = label_map(labels)
    assert_sound(sculpt_organs(made), made)


@pytest.mark.parametrize("kinds", [2, 3, 6])
def test_noise_closes_too(kinds: int) -> None:
    """Labels that meet along edges and at corners in every way there is."""
    labels = np.random.default_rng(kinds).integers(0, kinds, (12, 12, 12))
    made = label_map(labels)
    for most in (10**6, 1000):
        surfaces = sculpt_organs(made, options=OrganOptions(most_triangles=most))
        assert [open_edges(s.parts[0].faces) for s in surfaces] == [0] * (kinds - 1)


def test_a_budget_opens_nothing_and_keeps_volumes() -> None:
    grid = np.indices((40, 60, 60)).transpose(1, 2, 3, 0) - np.array([20, 30, 30])
    labels = ((grid**2).sum(axis=-1) < 18**2).astype(int)
    labels[(labels == 1) & (grid[..., 2] > 4)] = 2
    labels[(labels == 0) & (np.abs(grid[..., 1] - 24) < 1) & (np.abs(grid[..., 0]) < 15)] = 3  # a thin plate
    made = label_map(labels)
    full, reduced = (sculpt_organs(made, options=OrganOptions(most_triangles=most)) for most in (10**6, 6000))
    triangles = [sum(len(s.parts[0].faces) for s in surfaces) for surfaces in (full, reduced)]
    assert triangles[0] > 20_000
    assert triangles[1] < 8000
    assert_sound(reduced, made)
    ball = reduced[0].parts[0]
    assert len(ball.faces) < len(reduced[2].parts[0].faces) * 2  # the plate keeps its triangles
    outer = np.linalg.norm(ball.vertices - np.array([30, 30, 20]), axis=1)
    assert outer[ball.vertices[:, 0] < 30].max() < 18.7


def test_some_labels_only_with_their_names() -> None:
    labels = np.zeros((6, 6, 6), int)
    labels[2:4, 2:4, 1:3], labels[2:4, 2:4, 3:5] = 5, 6
    liver = OrganClass("liver", "liver", "#dd8265", "LIV")
    made = LabelMap(labels.astype(np.uint16), VolumeGrid(labels.shape, AXIAL), {5: liver})
    (surface,) = sculpt_organs(made, options=OrganOptions(labels=(5,)))
    assert surface.name == surface.parts[0].name == "liver"
    assert surface.parts[0].colours[0].tolist() == [0xDD, 0x82, 0x65]
    assert sculpt_organs(made)[1].name == "label 6"


def test_what_has_no_organ_is_refused() -> None:
    empty = label_map(np.zeros((3, 3, 3)))
    with pytest.raises(InputError, match="expected voxels of an organ"):
        sculpt_organs(empty)
    with pytest.raises(InputError, match="most_triangles: expected 1000 or more, got 3"):
        OrganOptions(most_triangles=3)


def abdomen() -> LabelMap:
    """`example_ct_seg`, read here without the package's own reader: RAS, 3 mm, 122 x 101 x 112."""
    path = Path(DATA or "") / "volumes" / "totalsegmentator" / "example_ct_seg.nii.gz"
    data = gzip.decompress(path.read_bytes())
    kind = {2: "<u1", 4: "<i2", 8: "<i4", 512: "<u2"}[int(np.frombuffer(data, "<i2", 1, 70)[0])]
    start = int(np.frombuffer(data, "<f4", 1, 108)[0])
    voxels = np.frombuffer(data, kind, 122 * 101 * 112, start).reshape(112, 101, 122)  # z, y, x
    return label_map(voxels[:, ::-1, ::-1], axial((3.0, 3.0, 3.0)))


@needs_data
def test_real_organs_have_their_volumes_and_sides() -> None:
    labels = abdomen()
    surfaces = dict(zip(labels.present, sculpt_organs(labels), strict=True))
    assert_sound(tuple(surfaces.values()), labels)
    for label, volume_ml in {6: 131, 18: 532, 19: 63, 20: 1619}.items():
        assert surfaces[label].parts[0].volume / 1000 == pytest.approx(volume_ml, rel=0.01)
    liver, spleen, spine = (surfaces[label].bounds.mean(axis=0) for label in (5, 1, 28))
    assert liver[0] < spine[0] < spleen[0]  # x goes to the patient's left
    assert spine[1] > liver[1]  # and y to the back
