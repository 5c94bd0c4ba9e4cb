"""The sample stack: a CT-like abdomen put together from simple bodies, so that it shows no person.

Sizes and Hounsfield units are those of textbooks, rounded: fat -100, muscle 50, contrast-filled vessels 150,
bone 300 and more. It is no anatomical model: it has the organs about where they are, to try the viewer on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.taxonomies import load_taxonomy
from cytovox.domain.volume import LabelMap, Modality, Volume, VolumeGrid
from cytovox.imaging.smoothing import smooth_stack

SPACING_MM = (4.0, 1.6, 1.6)
SHAPE = (76, 150, 214)
"""Slices from the feet, rows from the front, columns from the patient's right."""

Field = NDArray[np.float32]
Point = tuple[float, float, float]
"""x to the patient's left, y to the back, z to the head, mm from the middle of the stack."""

_AIR_HU, _FAT_HU, _MUSCLE_HU, _GAS_HU = -1000, -100, 50, -850
_NOISE_HU = 12
_WARP_MM, _WARP_SMOOTH_MM = 5.0, 28.0


@dataclass(frozen=True, slots=True)
class _Body:
    """An organ: key of the taxonomy `organs`, Hounsfield units, and how far outside it a point is, mm."""

    key: str
    hu: float
    outside_mm: Callable[["_Place"], Field]


@dataclass(frozen=True, slots=True)
class _Place:
    """Coordinates of every voxel, mm, each of shape (slice, row, column)."""

    x: Field
    y: Field
    z: Field


def abdomen() -> tuple[Volume, LabelMap]:
    """The sample stack and the organs drawn in it; the same at every call."""
    random = np.random.default_rng(7)
    grid = _grid()
    place = _warped(_coordinates(), random)
    voxels = _trunk(place)
    labels = np.zeros(SHAPE, np.uint16)
    for label, body in enumerate(_BODIES, start=1):
        inside = body.outside_mm(place) < 0
        voxels[inside], labels[inside] = body.hu, label
    _let_gas_rise(voxels, labels, place)
    voxels = smooth_stack(voxels, (0.4, 0.7, 0.7))
    voxels += random.normal(0, _NOISE_HU, SHAPE).astype(np.float32)
    organs = load_taxonomy("organs")
    return (
        Volume(np.rint(voxels).astype(np.int16), grid, Modality.CT, "sample-stack"),
        LabelMap(
            labels, grid, {n: organs[b.key] for n, b in enumerate(_BODIES, start=1)}, "sample-stack-organs"
        ),
    )


def _grid() -> VolumeGrid:
    affine = np.zeros((4, 4))
    affine[2, 0], affine[1, 1], affine[0, 2] = SPACING_MM
    affine[:3, 3] = -affine[:3, :3] @ ((np.array(SHAPE) - 1) / 2)
    affine[3, 3] = 1
    return VolumeGrid(SHAPE, affine)


def _coordinates() -> _Place:
    slices, rows, columns = (
        (np.arange(n, dtype=np.float32) - (n - 1) / 2) * mm for n, mm in zip(SHAPE, SPACING_MM, strict=True)
    )
    z, y, x = np.meshgrid(slices, rows, columns, indexing="ij")
    return _Place(x, y, z)


def _warped(place: _Place, random: np.random.Generator) -> _Place:
    # Bodies of geometry look like geometry: a smooth displacement of some mm makes them look grown.
    sigma = [_WARP_SMOOTH_MM / mm for mm in SPACING_MM]
    shifts = []
    for _ in range(3):
        noise = smooth_stack(random.normal(size=SHAPE).astype(np.float32), sigma)
        shifts.append(noise * np.float32(_WARP_MM / noise.std()))
    return _Place(place.x + shifts[0], place.y + shifts[1], place.z + shifts[2])


def _trunk(place: _Place) -> Field:
    # Skin and fat, the muscles of the wall, and fat between the organs.
    rim = _rim(place)
    voxels = np.full(SHAPE, _AIR_HU, np.float32)
    voxels[rim < 1] = _FAT_HU
    voxels[(rim < 0.86) & (rim > 0.76)] = _MUSCLE_HU
    back = (np.abs(place.x) > 18) & (np.abs(place.x) < 70) & (place.y > 52) & (rim < 0.86)
    psoas = _tube(place, ((38, 30, 60), (48, 34, -60), (60, 20, -150)), 19)
    psoas = np.minimum(psoas, _tube(place, ((-38, 30, 60), (-48, 34, -60), (-60, 20, -150)), 19))
    voxels[back | (psoas < 0)] = _MUSCLE_HU
    return voxels


def _rim(place: _Place) -> Field:
    # 0 in the middle of the trunk, 1 at the skin.
    return np.asarray(
        ((np.abs(place.x) / 158) ** 2.4 + (np.abs(place.y) / 108) ** 2.4) ** (1 / 2.4), np.float32
    )


def _let_gas_rise(voxels: Field, labels: NDArray[np.uint16], place: _Place) -> None:
    # The patient lies on the back: gas collects at the front of stomach and colon.
    for label, body in enumerate(_BODIES, start=1):
        front = _GAS_ABOVE_Y_MM.get(body.key)
        if front is not None:
            voxels[(labels == label) & (place.y < front) & (body.outside_mm(place) < -3)] = _GAS_HU


def _ellipsoid(place: _Place, middle: Point, radii: Point) -> Field:
    scaled = [
        (axis - at) / radius
        for axis, at, radius in zip((place.x, place.y, place.z), middle, radii, strict=True)
    ]
    distance = np.sqrt(sum(axis**2 for axis in scaled), dtype=np.float32)
    return np.asarray((distance - 1) * min(radii), np.float32)


def _tube(place: _Place, points: tuple[Point, ...], radius: float) -> Field:
    outside = np.full(SHAPE, np.inf, np.float32)
    for start, end in pairwise(points):
        # Slices that the piece may reach, warped ones included: a tenth of the work.
        reach = radius + 4 * _WARP_MM
        first, last = (
            round(z / SPACING_MM[0] + (SHAPE[0] - 1) / 2)
            for z in (min(start[2], end[2]) - reach, max(start[2], end[2]) + reach)
        )
        part = slice(max(first, 0), max(last + 1, 0))
        axes = (place.x[part], place.y[part], place.z[part])
        way = np.subtract(end, start)
        offset = [axis - np.float32(at) for axis, at in zip(axes, start, strict=True)]
        along = sum(o * np.float32(w) for o, w in zip(offset, way, strict=True)) / np.float32(way @ way)
        along = np.clip(along, 0, 1)
        apart = sum((o - along * np.float32(w)) ** 2 for o, w in zip(offset, way, strict=True))
        outside[part] = np.minimum(outside[part], np.sqrt(apart) - np.float32(radius))
    return outside


def _spine(place: _Place) -> Field:
    # Vertebral bodies 26 mm high with discs between them, and the arch behind.
    within = np.abs((place.z + 17) % 34 - 17) - 13
    body: Field = np.maximum(_tube(place, ((0, 52, -200), (0, 44, 0), (0, 52, 200)), 21), within)
    arch: Field = np.maximum(_tube(place, ((0, 84, -200), (0, 78, 0), (0, 84, 200)), 9), within)
    whole: Field = np.minimum(body, arch)
    return whole


def _liver(place: _Place) -> Field:
    whole = _ellipsoid(place, (-70, -8, 88), (78, 78, 72))
    left_lobe = _ellipsoid(place, (5, -48, 100), (60, 30, 36))
    slope = (place.x * 0.55 - place.z + 30) * 0.6  # its lower edge rises to the left
    wall = (_rim(place) - 0.77) * 100
    lobes: Field = np.maximum(np.maximum(np.minimum(whole, left_lobe), slope), wall)
    return lobes


def _coils(place: _Place) -> Field:
    # To and fro between the two sides of the colon, one turn below the other.
    turns = tuple(
        (float(x), float(-22 + 26 * np.sin(x / 17 + 1.7 * turn)), float(z))
        for turn, z in enumerate(np.linspace(-8, -128, 6))
        for x in np.linspace(-68, 68, 12)[:: 1 if turn % 2 else -1]
    )
    return _tube(place, turns, 12)


_COLON = (
    (-100, 20, -120), (-112, 18, -60), (-108, 5, 0), (-96, -22, 22), (-50, -66, 14), (0, -74, 2),
    (50, -68, 18), (98, -14, 46), (114, 18, 20), (114, 22, -60), (100, 16, -112), (60, 0, -138),
    (20, 22, -146),
)  # fmt: skip
_GAS_ABOVE_Y_MM = {"stomach": -34.0, "colon": -68.0}
"""Where gas begins, by organ: mm, y to the back."""

# Later ones lie over earlier ones.
_BODIES = (
    _Body("liver", 110, _liver),
    _Body("gallbladder", 10, lambda p: _ellipsoid(p, (-52, -48, 28), (15, 15, 26))),
    _Body("spleen", 120, lambda p: _ellipsoid(p, (104, 42, 108), (28, 40, 50))),
    _Body(
        "stomach",
        35,
        lambda p: _tube(p, ((66, 14, 120), (76, -16, 96), (66, -40, 66), (30, -50, 46), (0, -42, 44)), 25),
    ),
    _Body("pancreas", 90, lambda p: _tube(p, ((-34, 0, 34), (0, -8, 46), (40, 8, 60), (78, 30, 76)), 11)),
    _Body("small_bowel", 40, _coils),
    _Body("colon", 20, lambda p: _tube(p, _COLON, 19)),
    _Body("kidney_right", 180, lambda p: _ellipsoid(p, (-66, 52, 6), (27, 26, 54))),
    _Body("kidney_left", 180, lambda p: _ellipsoid(p, (68, 52, 22), (27, 26, 54))),
    _Body("inferior_vena_cava", 120, lambda p: _tube(p, ((-24, 22, -200), (-22, 20, 200)), 11)),
    _Body("aorta", 150, lambda p: _tube(p, ((8, 20, -60), (6, 22, 200)), 10)),
    _Body("vertebrae", 320, _spine),
)
