"""Smear fields with cell outlines, as training crops of the finder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from cytovox.domain.geometry import FloatArray, clip_to_half_plane, polygon_box
from cytovox.domain.image import RgbPixels
from cytovox.imaging.normalise import normalise
from cytovox.io.labelled_fields import COARSE_CLASSES
from cytovox.training.augmentation import AppearanceOptions, vary_appearance
from cytovox.training.finder_network import CENTRE_STRIDE
from cytovox.training.finder_targets import draw_targets
from cytovox.training.map_targets import UNKNOWN

OUTSIDE_GREY = 127
"""Grey of what lies beyond the picture: 0 after normalisation, in training and in use."""

_NEAR_CENTRE = 0.3


@dataclass(frozen=True, slots=True)
class OutlinedField:
    """A smear picture with the full outline of each cell.

    Attributes:
        pixels: RGB picture at `um_per_px`.
        um_per_px: Micrometres per pixel.
        outlines: Points (n, vertices, 2), px; may reach beyond the picture.
        kinds: Index into `COARSE_CLASSES`, shape (n,).
        supervised: For each coarse class, whether all its cells are outlined.
        weight: Share of an epoch's draws.
        classes: Class of the ten-class map at each pixel, shape (H, W), with the marks of `map_targets`; None
            where nothing is known of it.
    """

    pixels: RgbPixels
    um_per_px: float
    outlines: FloatArray
    kinds: NDArray[np.int64]
    supervised: tuple[bool, bool, bool] = (True, True, True)
    weight: float = 1.0
    classes: NDArray[np.uint8] | None = None


@dataclass(frozen=True, slots=True)
class FieldGeometry:
    """How crops are placed.

    Attributes:
        side_px: Side of a crop; a multiple of 16.
        um_per_px: Physical size of its pixel.
        scale_spread: Log-normal spread of the scale: error of the estimate at run time.
        stretch: Largest relative stretch of one axis.
    """

    side_px: int = 192
    um_per_px: float = 0.2
    scale_spread: float = 0.17
    stretch: float = 0.12


Example = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class FieldDataset(Dataset[Example]):
    """Random crops with the network's targets: input, centres, supervised, shapes, inside, classes."""

    fields: Sequence[OutlinedField]
    geometry: FieldGeometry
    appearance: AppearanceOptions = field(default_factory=AppearanceOptions)

    def __len__(self) -> int:
        return len(self.fields)

    def __getitem__(self, index: int) -> Example:
        source = self.fields[index]
        random = np.random.default_rng(int(torch.randint(2**31, ())))
        matrix = _random_placement(source, self.geometry, random)
        crop, valid = _cut(source, matrix, self.geometry.side_px)
        crop = vary_appearance(crop, self.appearance, random)
        crop[~valid] = OUTSIDE_GREY
        outlines, kinds, hidden = _visible_outlines(source, matrix, self.geometry.side_px)
        targets = draw_targets(outlines, kinds, side=self.geometry.side_px, classes=len(COARSE_CLASSES))
        supervised = _supervision(targets.centres, source.supervised, hidden)
        return {
            "input": torch.from_numpy(normalise(crop)),
            "centres": torch.from_numpy(targets.centres),
            "supervised": torch.from_numpy(supervised),
            "shapes": torch.from_numpy(targets.shapes),
            "inside": torch.from_numpy(targets.inside),
            "classes": torch.from_numpy(_cut_classes(source, matrix, self.geometry.side_px).astype(np.int64)),
        }


def _supervision(
    centres: FloatArray, supervised: tuple[bool, bool, bool], hidden: list[FloatArray]
) -> FloatArray:
    """Weights of the centre maps: 0 for classes not marked in this field and where slivers of cells show."""
    weights = np.repeat(np.array(supervised, np.float32), centres[0].size).reshape(centres.shape)
    for box in hidden:
        left, top = np.maximum(box[:2] // CENTRE_STRIDE, 0).astype(int)
        right, bottom = np.maximum(box[2:] // CENTRE_STRIDE + 1, 0).astype(int)
        window = np.s_[:, top:bottom, left:right]
        weights[window] *= centres[window] > _NEAR_CENTRE
    return weights


def _random_placement(
    source: OutlinedField, geometry: FieldGeometry, random: Generator
) -> NDArray[np.float64]:
    """Affine map (2, 3) from picture to crop: turned, mirrored, scaled, stretched, placed to show much."""
    scale = np.clip(np.exp(random.normal(0.0, geometry.scale_spread)), 0.6, 1.6)
    zoom = source.um_per_px / geometry.um_per_px * scale
    angle = random.uniform(0, 2 * np.pi) if random.random() < 0.7 else np.pi / 2 * random.integers(4)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    axes = np.diag(1 + random.uniform(-geometry.stretch, geometry.stretch, 2))
    mirror = np.diag([random.choice([-1.0, 1.0]), 1.0])
    linear = zoom * turn @ axes @ mirror
    height, width = source.pixels.shape[:2]
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]]) @ linear.T
    low, high = corners.min(axis=0), corners.max(axis=0)
    # Where the turned picture is larger than the crop, any window inside it; else anywhere in the crop.
    slack = geometry.side_px - (high - low)
    target = np.where(
        slack < 0, random.uniform(np.minimum(slack, 0), 0), random.uniform(0, np.maximum(slack, 1e-9))
    )
    return np.column_stack([linear, target - low])


def _cut(
    source: OutlinedField, matrix: NDArray[np.float64], side: int
) -> tuple[RgbPixels, NDArray[np.bool_]]:
    middles = _on_pixel_middles(matrix)
    picture = source.pixels
    zoom = np.sqrt(abs(np.linalg.det(matrix[:, :2])))
    if zoom < 0.6:  # warpAffine does not average: shrink by areas first
        picture = np.asarray(
            cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8
        )
        middles = np.column_stack(
            [2 * matrix[:, :2], matrix[:, :2] @ np.array([1.0, 1.0]) + matrix[:, 2] - 0.5]
        )
    crop = cv2.warpAffine(
        picture, middles, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    inside = np.full(picture.shape[:2], 255, np.uint8)
    valid = cv2.warpAffine(inside, middles, (side, side), flags=cv2.INTER_NEAREST) > 0
    return np.asarray(crop, np.uint8), valid


def _cut_classes(source: OutlinedField, matrix: NDArray[np.float64], side: int) -> NDArray[np.uint8]:
    if source.classes is None:
        return np.full((side, side), UNKNOWN, np.uint8)
    cut = cv2.warpAffine(
        source.classes,
        _on_pixel_middles(matrix),
        (side, side),
        flags=cv2.INTER_NEAREST,
        borderValue=UNKNOWN,
    )
    return np.asarray(cut, np.uint8)


def _on_pixel_middles(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    # Outlines live on pixel edges (0 = left border), warpAffine on pixel middles.
    middles = matrix.copy()
    middles[:, 2] += matrix[:, :2] @ np.array([0.5, 0.5]) - 0.5
    return middles


def _visible_outlines(
    source: OutlinedField, matrix: NDArray[np.float64], side: int
) -> tuple[list[FloatArray], NDArray[np.int64], list[FloatArray]]:
    """Outlines clipped to picture and crop, their classes, and boxes of cells of which too little shows."""
    height, width = source.pixels.shape[:2]
    picture = np.array([[0, 0], [width, 0], [width, height], [0, height]]) @ matrix[:, :2].T + matrix[:, 2]
    planes = _half_planes(picture) + _half_planes(np.array([[0, 0], [side, 0], [side, side], [0, side]]))
    warped = np.asarray(source.outlines @ matrix[:, :2].T + matrix[:, 2], np.float32)
    outlines, kinds, hidden = [], [], []
    for points, kind in zip(warped, source.kinds, strict=True):
        full = polygon_box(points)
        visible = _clip(points, planes)
        if not len(visible):
            continue
        box = polygon_box(visible)
        shown = (box[2:] - box[:2]) / (full[2:] - full[:2])
        if shown.min() < 0.2 or (box[2:] - box[:2]).min() < 4:
            hidden.append(box)
        else:
            outlines.append(visible)
            kinds.append(kind)
    return outlines, np.array(kinds, np.int64), hidden


def _clip(points: FloatArray, planes: list[tuple[FloatArray, float]]) -> FloatArray:
    for normal, offset in planes:
        if len(points):
            points = clip_to_half_plane(points, normal, offset)
    return points


def _half_planes(corners: NDArray[np.float64]) -> list[tuple[FloatArray, float]]:
    """Outward normals and offsets of a convex quadrilateral's sides."""
    middle = corners.mean(axis=0)
    planes = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        normal = np.array([end[1] - start[1], start[0] - end[0]]) / np.linalg.norm(end - start)
        if normal @ (middle - start) > 0:
            normal = -normal
        planes.append((normal.astype(np.float32), float(normal @ start)))
    return planes


def shrink_to_scale(pixels: RgbPixels, um_per_px: float, stored_um_per_px: float) -> tuple[RgbPixels, float]:
    """The picture shrunk to the stored scale where it is finer, and the zoom that was applied."""
    zoom = min(um_per_px / stored_um_per_px, 1.0)
    if zoom < 1:
        pixels = np.asarray(
            cv2.resize(pixels, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA), np.uint8
        )
    return pixels, zoom
