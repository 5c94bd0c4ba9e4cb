"""Red cells to learn malaria from: lone cells with and without parasites, and red cells of healthy fields."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import RgbPixels
from cytovox.imaging.resample import resample
from cytovox.io.labelled_fields import COARSE_CLASSES, LabelledField
from cytovox.io.lone_red_cells import LoneRedCell
from cytovox.training.cell_pictures import read_rgb
from cytovox.training.finder_sources import FieldSource, red_cell_scale, training_boxes

_DENSITY = (-np.log((np.arange(256, dtype=np.float32) + 1.0) / 256.0)).astype(np.float32)
_RED, _PLATELET = COARSE_CLASSES.index("red_cell"), COARSE_CLASSES.index("platelet")
_SMALLEST_BOX_UM = 4.0


@dataclass(frozen=True, slots=True)
class LoneCellSource:
    """An index of pictures of one red cell each.

    Attributes:
        index: CSV with the columns file, label (parasitized, uninfected), split and `group_column`.
        group_column: Cells of one patient, slide or field share its value.
        um_per_px: Micrometres per pixel.
        licence: Licence of the pictures.
        weight: Share of an epoch's draws.
    """

    index: Path
    group_column: str
    um_per_px: float
    licence: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class CutOut:
    """A lone red cell at the network's scale, as optical density -ln((v + 1) / 256) of its pixels.

    Attributes:
        density: Shape (H, W, 3), float16.
        mask: Where the cell is, shape (H, W), 0..255, soft at its border.
        ground: Density of the empty slide beside it, shape (3,); NaN where the picture shows none.
        infected: Whether it holds a parasite.
        group: Of its patient, slide or field.
    """

    density: NDArray[np.float16]
    mask: NDArray[np.uint8]
    ground: FloatArray
    infected: bool
    group: str


@dataclass(frozen=True, slots=True)
class HealthyField:
    """A field of a person without malaria.

    Attributes:
        pixels: RGB at `um_per_px`.
        um_per_px: Micrometres per pixel.
        red_boxes: Boxes (n, 4) of red cells, px.
        platelet_boxes: Boxes (m, 4) of platelets, px.
    """

    pixels: RgbPixels
    um_per_px: float
    red_boxes: FloatArray
    platelet_boxes: FloatArray


def density_of(pixels: RgbPixels) -> FloatArray:
    """Optical density -ln((v + 1) / 256) of display values: 0 of white, 5.5 of black."""
    return np.asarray(cv2.LUT(pixels, _DENSITY), np.float32)


def pixels_of(density: FloatArray) -> RgbPixels:
    """Display values of an optical density, the inverse of `density_of`."""
    return np.asarray(np.clip(256.0 * cv2.exp(-density) - 0.5, 0, 255), np.uint8)


def held_out(group: str, share: float) -> bool:
    """Whether a group is kept to set the threshold on: by the sha1 of its name."""
    return int(hashlib.sha1(group.encode(), usedforsecurity=False).hexdigest()[:8], 16) < share * 2**32


def cut_out(cell: LoneRedCell, zoom: float) -> CutOut:
    """The cell at the network's scale with its mask.

    Pictures that are black outside the cell carry their own mask; in others the cell in the middle is told
    from the bright ground by Otsu's threshold (IEEE Trans SMC 9 (1979) 62).

    Args:
        cell: The picture.
        zoom: Pixels of the network per pixel of the picture.
    """
    pixels = resample(read_rgb(cell.path), zoom)
    black = pixels.max(axis=2) < 12
    cut = black[[0, 0, -1, -1], [0, -1, 0, -1]].sum() >= 3
    ground = np.full(3, np.nan, np.float32)
    if cut:
        # Shrinking has mixed black into the cell's border.
        inside = np.asarray(cv2.erode((~black).astype(np.uint8), np.ones((7, 7), np.uint8)), np.uint8)
    else:
        green = cv2.GaussianBlur(pixels[..., 1], (0, 0), 1.0)
        level, _ = cv2.threshold(green, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        inside = (green < level).astype(np.uint8)
        bright = pixels[green > level + 10]
        if len(bright) > 30:
            ground = density_of(np.median(bright, axis=0).astype(np.uint8)[None, None])[0, 0]
    mask = cv2.GaussianBlur(_middle_part(inside) * np.uint8(255), (0, 0), 0.8)
    return CutOut(
        density_of(pixels).astype(np.float16), np.asarray(mask, np.uint8), ground, cell.infected, cell.group
    )


def _middle_part(inside: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The part that fills most of the picture's middle, its holes (pale centres) filled."""
    contours, _ = cv2.findContours(inside, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    out = np.zeros_like(inside)
    if not contours:
        return np.ones_like(inside)
    return np.asarray(
        cv2.drawContours(out, [max(contours, key=cv2.contourArea)], -1, 1, cv2.FILLED), np.uint8
    )


def read_cut_outs(cells: Iterable[LoneRedCell], zoom: float) -> list[CutOut]:
    """All cells at the network's scale; those of which no cell can be told are left out."""
    cuts = (cut_out(cell, zoom) for cell in cells)
    return [cut for cut in cuts if (cut.mask > 127).mean() > 0.2]


def read_healthy_fields(
    source: FieldSource, unwanted: frozenset[str], um_per_px: float
) -> list[tuple[str, HealthyField]]:
    """Training fields with the picture that each was made from, shrunk to the network's scale.

    Args:
        source: Where they lie.
        unwanted: File names of validation pictures, copies of which are left out.
        um_per_px: Scale that finer pictures are shrunk to.
    """
    return [
        (labelled.origin_image, healthy_field(labelled, source.um_per_px, um_per_px))
        for labelled in training_boxes(source, unwanted)
    ]


def healthy_field(labelled: LabelledField, fallback: float, um_per_px: float) -> HealthyField:
    """A labelled field with its boxes, shrunk where it is finer than `um_per_px`."""
    pixels = read_rgb(labelled.path)
    height, width = pixels.shape[:2]
    scale = red_cell_scale(labelled.boxes, labelled.classes, width, height) or fallback
    zoom = min(scale / um_per_px, 1.0)
    if zoom < 1:
        pixels = resample(pixels, zoom)
    boxes = labelled.boxes * np.float32(zoom)
    red = boxes[labelled.classes == _RED]
    # Slivers of cells at the picture's border show too little to judge.
    red = red[((red[:, 2:] - red[:, :2]) * (scale / zoom) > _SMALLEST_BOX_UM).all(axis=1)]
    return HealthyField(pixels, scale / zoom, red, boxes[labelled.classes == _PLATELET])


@dataclass(frozen=True, slots=True)
class Patch:
    """Something to lay on a red cell: what it adds to the density of each pixel.

    Attributes:
        added: Shape (H, W, 3), float16; below 0 where it is paler than the cell.
    """

    added: NDArray[np.float16]


_CYTOPLASM_PX = 31
_LEAST_ADDED = 0.12


def parasite_patch(cut: CutOut) -> Patch | None:
    """What the parasite adds to its red cell, or None where none stands out.

    The cell without it is taken to be the running median over 3.4 um.
    """
    density = cut.density.astype(np.float32)
    inside = cut.mask > 127
    core = cv2.erode(inside.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    if core.sum() < 200:
        return None
    levels = np.clip(density * 60, 0, 255).astype(np.uint8)
    levels[~core] = np.median(levels[core], axis=0).astype(np.uint8)
    plain = cv2.medianBlur(levels, _CYTOPLASM_PX).astype(np.float32) / 60
    added = np.where(core[..., None], density - plain, 0.0)
    dark = cv2.GaussianBlur(added.mean(axis=2), (0, 0), 1.0)
    if dark.max() < _LEAST_ADDED:
        return None
    seed = (dark > max(0.4 * dark.max(), 0.06)).astype(np.uint8)
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (11, 11))
    area = np.asarray(cv2.morphologyEx(cv2.dilate(seed, reach), cv2.MORPH_CLOSE, reach), np.uint8)
    if not 40 < area.sum() < 0.5 * inside.sum():
        return None
    soft = cv2.GaussianBlur(area.astype(np.float32), (0, 0), 1.5)
    return _trimmed(np.asarray(added * soft[..., None], np.float32), area)


def platelet_patch(field: HealthyField, box: FloatArray, um_per_px: float) -> Patch | None:
    """What a boxed platelet adds to the ground it lies on, or None of one cut by the border or too large."""
    size = (box[2:] - box[:2]) * field.um_per_px
    margin = 0.35 * float((box[2:] - box[:2]).max())
    left, top = np.floor(box[:2] - margin).astype(int)
    right, bottom = np.ceil(box[2:] + margin).astype(int)
    height, width = field.pixels.shape[:2]
    if size.max() > 4.5 or min(left, top) < 0 or right > width or bottom > height:
        return None
    pixels = resample(np.ascontiguousarray(field.pixels[top:bottom, left:right]), field.um_per_px / um_per_px)
    density = density_of(pixels)
    frame = np.concatenate([density[0], density[-1], density[:, 0], density[:, -1]])
    if np.ptp(np.percentile(frame[:, 1], [10, 90])) > 0.12:  # other cells reach into the picture
        return None
    added = density - np.median(frame, axis=0)
    rows, columns = np.mgrid[0 : added.shape[0], 0 : added.shape[1]]
    away = np.hypot(rows / (added.shape[0] - 1) * 2 - 1, columns / (added.shape[1] - 1) * 2 - 1)
    fade = np.clip((1.0 - away) / 0.25, 0, 1)[..., None].astype(np.float32)
    return Patch((np.maximum(added, 0) * fade).astype(np.float16)) if added.max() > 0.15 else None


def _trimmed(added: FloatArray, area: NDArray[np.uint8]) -> Patch:
    x, y, width, height = cv2.boundingRect(area)
    return Patch(added[max(y - 3, 0) : y + height + 3, max(x - 3, 0) : x + width + 3].astype(np.float16))


def parasite_patches(cuts: Sequence[CutOut]) -> list[Patch]:
    """The parasites of the infected cells that let themselves be lifted off."""
    found = (parasite_patch(cut) for cut in cuts if cut.infected)
    return [patch for patch in found if patch is not None]


def platelet_patches(fields: Sequence[HealthyField], um_per_px: float) -> list[Patch]:
    """The platelets of the fields that lie alone."""
    found = (platelet_patch(field, box, um_per_px) for field in fields for box in field.platelet_boxes)
    return [patch for patch in found if patch is not None]
