"""From a picture to cut-outs: where the cells are, which of them are fit, and their density."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray, box_iou
from cytovox.domain.image import RgbPixels
from cytovox.imaging.regions import connected_regions, filled, level_outlines
from cytovox.imaging.stain import background_light, optical_density
from cytovox.imaging.thresholds import otsu
from cytovox.synth.cut_outs import CutOut

FINEST_UM_PER_PX = 0.1
"""Finer pictures are shrunk to this: fields finer than it are seldom asked for."""
_MARGIN_UM = 0.9
"""Slide kept around a cell."""
_HOLD_UM, _FADE_UM = 0.2, 0.45
"""Outside the border the density stays as it is over the first width, since blur carries the cell that far,
and fades to 0 over the second."""
_RIM_UM = 0.3
"""Half the width up to which what is stained around a mask is the cell's own blurred border."""
_EDGE_SHARE = 0.33
"""A cell's border lies where its density is this share of the typical red cell's."""
_NECK_SHARE = 0.16
"""Half the width of a neck, as a share of the cell's radius."""
_BRIGHTEST = -0.04
"""Bright rims that diffraction leaves around cells are kept to this density; more is a neighbour's."""
_BOX_FILLED = 0.6
"""Least IoU of a red cell's extent with the box that an annotator drew: two cells in one region have less."""
_BLACK = 12
"""Brightest level of what was painted black."""
_FEWEST_PX = 400
_LEAST_BODY = np.array([0.06, 0.18, 0.10], np.float32)
"""Density that a red cell has at least in red, green and blue."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Slide:
    """A picture as density over its empty slide.

    Attributes:
        density: Shape (H, W, 3).
        stained: Where it is more than slide, holes filled, shape (H, W).
        light: Linear light of the empty slide, shape (3,).
        um_per_px: Micrometres per pixel.
    """

    density: FloatArray
    stained: Mask
    light: FloatArray
    um_per_px: float


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known of a picture.

    Attributes:
        source: Data set.
        picture: Picture of it, the same for all copies.
        split: "train", "val" or "test".
        label: Key of the blood taxonomy that cells cut from it get.
    """

    source: str
    picture: str
    split: str
    label: str


@dataclass(frozen=True, slots=True)
class Fitness:
    """Which regions are taken for one whole cell.

    Attributes:
        area_um2: Least and largest area.
        solidity: Least share of its convex hull that a cell fills; clusters fill less.
        evenness: Largest ratio of the 98th percentile to the median of the density; more holds something.
        darkness: Least reference density in green.
    """

    area_um2: tuple[float, float]
    solidity: float
    evenness: float = np.inf
    darkness: float = 0.0


LONE_RED_CELL = Fitness((26.0, 62.0), 0.96, 1.55)
INFECTED_RED_CELL = Fitness((26.0, 70.0), 0.93)
WHITE_CELL = Fitness((48.0, 380.0), 0.90)
MASKED_CELL = Fitness((35.0, 500.0), 0.85)
PLATELET = Fitness((8.0, 60.0), 0.87, darkness=0.45)


def open_slide(pixels: RgbPixels, um_per_px: float) -> Slide:
    """A picture, shrunk where it is finer than cut-outs are kept, as density over its empty slide.

    Args:
        pixels: RGB, shape (H, W, 3), uint8; some of it empty slide.
        um_per_px: Micrometres per pixel.
    """
    zoom = um_per_px / FINEST_UM_PER_PX
    if zoom < 1:
        pixels = np.asarray(
            cv2.resize(pixels, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA), np.uint8
        )
        um_per_px = FINEST_UM_PER_PX
    light = background_light(pixels)
    density = optical_density(pixels, light)
    return Slide(density, _stained(density[..., 1], um_per_px), light, um_per_px)


def lone_cells(
    slide: Slide, origin: Origin, fitness: Fitness, boxes: FloatArray | None = None
) -> Iterator[CutOut]:
    """Cut-outs of all regions that are one whole cell, clear of the picture's border.

    Args:
        slide: The picture.
        origin: What is known of the picture.
        fitness: Which regions are taken.
        boxes: Boxes (n, 4) in pixels of the slide, one of which each cell must fill; or None.
    """
    _, regions, stats, _ = cv2.connectedComponentsWithStats(slide.stained.astype(np.uint8), connectivity=8)
    sizes = stats[:, cv2.CC_STAT_AREA] * slide.um_per_px**2
    for number in np.flatnonzero((sizes >= fitness.area_um2[0]) & (sizes <= 1.2 * fitness.area_um2[1])):
        part, window = _part(slide, stats[number])
        mask = without_appendages(regions[window] == number)
        if not number or not is_fit(part, mask, fitness):
            continue
        if boxes is None or _fills_a_box(mask, boxes - _corner(window)):
            cut_out = cut(part, mask, origin)
            yield from () if cut_out is None else (cut_out,)


def middle_cell(slide: Slide, origin: Origin, fitness: Fitness) -> CutOut | None:
    """Cut-out of the region in the picture's middle, or None where it is not one whole cell."""
    height, width = slide.stained.shape
    regions = connected_regions(slide.stained)
    window = regions[int(0.45 * height) : int(0.55 * height) + 1, int(0.45 * width) : int(0.55 * width) + 1]
    numbers = window[window > 0]
    if not numbers.size:
        return None
    mask = without_appendages(regions == int(np.bincount(numbers).argmax()))
    cut_out = cut(slide, mask, origin) if is_fit(slide, mask, fitness) else None
    return cut_out if cut_out is not None and cut_out.reference[1] >= fitness.darkness else None


def masked_cell(slide: Slide, cell: Mask, nucleus: Mask, origin: Origin) -> CutOut | None:
    """Cut-out of the white cell of a mask, or None where it does not lie whole in the picture.

    Args:
        slide: The picture.
        cell: Pixels of the one white cell, at any size; shrunk to the slide's.
        nucleus: Pixels of its nucleus, of the same shape.
        origin: What is known of the picture.
    """
    size = (slide.stained.shape[1], slide.stained.shape[0])
    inside, core = (
        cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5
        for mask in (cell, nucleus)
    )
    if not inside.any() or not is_fit(slide, inside, MASKED_CELL):
        return None
    return cut(slide, inside, origin, nucleus=core & inside)


def cell_on_black(pixels: RgbPixels, um_per_px: float, origin: Origin) -> CutOut | None:
    """Cut-out of a lone cell whose surroundings were painted black, or None where it is not one whole cell.

    The slide's light is taken from the bright fringe that such masks leave around most cells.

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
        um_per_px: Micrometres per pixel.
        origin: What is known of the picture.
    """
    known = cv2.erode((pixels.max(axis=2) > _BLACK).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    if known.sum() < _FEWEST_PX:
        return None
    # The fringe is bright in each channel; a cell without one is taken to be of common density.
    density = optical_density(pixels)
    body = np.median(density[known], axis=0)
    fringe = np.minimum(np.quantile(density[known], 0.004, axis=0), body - _LEAST_BODY)
    density = np.where(known[..., None], density - fringe, 0.0).astype(np.float32)
    edge = _EDGE_SHARE * float(body[1] - fringe[1])
    stained = known & filled(cv2.GaussianBlur(density[..., 1], (0, 0), 1.5) > edge)
    light = np.asarray(10.0**-fringe, np.float32)
    slide = _shrunk(Slide(density, np.pad(stained, 24), light, um_per_px))
    mask = without_appendages(largest_region(slide.stained))
    return cut(slide, mask, origin) if is_fit(slide, mask, INFECTED_RED_CELL) else None


def _shrunk(slide: Slide) -> Slide:
    margin = (slide.stained.shape[0] - slide.density.shape[0]) // 2
    density = cv2.copyMakeBorder(slide.density, *(margin,) * 4, cv2.BORDER_CONSTANT, value=(0, 0, 0))
    zoom = min(slide.um_per_px / FINEST_UM_PER_PX, 1.0)
    density = cv2.resize(density, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
    size = (density.shape[1], density.shape[0])
    stained = cv2.resize(slide.stained.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5
    return Slide(np.asarray(density, np.float32), stained, slide.light, slide.um_per_px / zoom)


def without_appendages(mask: Mask) -> Mask:
    """A region without what hangs on it by a thin neck: platelets, threads, corners of neighbours."""
    radius = max(1, round(_NECK_SHARE * float(np.sqrt(mask.sum() / np.pi))))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, disc)
    return largest_region(opened > 0)


def largest_region(mask: Mask) -> Mask:
    """The largest connected region of a mask; nothing where it is empty."""
    regions = connected_regions(mask)
    sizes = np.bincount(regions.ravel())
    return mask if len(sizes) < 2 else np.asarray(regions == 1 + int(sizes[1:].argmax()))


def is_fit(slide: Slide, mask: Mask, fitness: Fitness) -> bool:
    """Whether a region is one whole cell by its area, shape and evenness."""
    area = float(mask.sum()) * slide.um_per_px**2
    if not fitness.area_um2[0] <= area <= fitness.area_um2[1]:
        return False
    points = cv2.findNonZero(mask.astype(np.uint8))
    # The hull runs through pixel middles: half a pixel all round is added.
    hull = cv2.convexHull(points)
    if mask.sum() < fitness.solidity * (cv2.contourArea(hull) + 0.5 * cv2.arcLength(hull, True)):
        return False
    inside = slide.density[mask].sum(axis=1)
    return bool(np.percentile(inside, 98) <= fitness.evenness * np.median(inside))


def cut(slide: Slide, mask: Mask, origin: Origin, *, nucleus: Mask | None = None) -> CutOut | None:
    """Cut-out of one cell, or None at the picture's border and where too little empty slide lies around it.

    Args:
        slide: The picture.
        mask: The cell's pixels, shape (H, W) of the slide.
        origin: What is known of the picture.
        nucleus: The nucleus's pixels, shape (H, W), where known.
    """
    near = round((_HOLD_UM + _FADE_UM) / slide.um_per_px) + 1
    if any(side.any() for side in (mask[:near], mask[-near:], mask[:, :near], mask[:, -near:])):
        return None
    window = _window(mask, round(_MARGIN_UM / slide.um_per_px))
    inside, stained = mask[window], slide.stained[window]
    neighbours = _neighbours(stained, inside, slide.um_per_px)
    ground = ~cv2.dilate((inside | neighbours).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    if ground.sum() < 0.25 * np.sqrt(inside.sum()) * 4:
        return None
    offset = np.median(slide.density[window][ground], axis=0)
    density = np.clip(slide.density[window] - offset, _BRIGHTEST, 3.0)
    density *= _fading(inside, neighbours, slide.um_per_px)[..., None]
    outline = _outline(inside)
    return CutOut(
        density=density.astype(np.float16),
        mask=inside.copy(),
        outline=outline,
        label=origin.label,
        um_per_px=slide.um_per_px,
        reference=_reference(density, inside, origin.label),
        light=np.asarray(slide.light * 10.0**-offset, np.float32),
        source=origin.source,
        picture=origin.picture,
        split=origin.split,
        foreign=_foreign(density, inside) if origin.label == "infected_red_cell" else None,
        nucleus=None if nucleus is None else nucleus[window].copy(),
    )


def filled_outline(mask: Mask, gap_px: float) -> tuple[Mask, FloatArray]:
    """A mask with the gaps between its parts closed, as one region, and its outer border."""
    radius = max(1, round(gap_px))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    closed = filled(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, disc) > 0)
    whole = largest_region(closed)
    return whole, _outline(whole)


def _part(slide: Slide, extent: NDArray[np.int32]) -> tuple[Slide, tuple[slice, slice]]:
    """The slide around a region, and where that is: whole pictures take ten times as long."""
    left, top, width, height = (int(extent[i]) for i in range(4))
    margin = round(_MARGIN_UM / slide.um_per_px) + 1
    window = (
        slice(max(top - margin, 0), top + height + margin),
        slice(max(left - margin, 0), left + width + margin),
    )
    part = Slide(slide.density[window], slide.stained[window], slide.light, slide.um_per_px)
    return part, window


def _corner(window: tuple[slice, slice]) -> FloatArray:
    rows, columns = window
    return np.array([columns.start, rows.start] * 2, np.float32)


def _fills_a_box(mask: Mask, boxes: FloatArray) -> bool:
    x, y, width, height = cv2.boundingRect(mask.astype(np.uint8))
    extent = np.array([[x, y, x + width, y + height]], np.float32)
    return bool(len(boxes)) and float(box_iou(extent, boxes).max()) >= _BOX_FILLED


def _stained(green: FloatArray, um_per_px: float) -> Mask:
    """Where a density is well above the slide's; dark nuclei do not raise the threshold."""
    smooth = cv2.GaussianBlur(green, (0, 0), max(0.12 / um_per_px, 0.5))
    levels = np.clip(smooth * 256.0, 0, 120).astype(np.int64)
    dense = smooth[levels > otsu(np.bincount(levels.ravel(), minlength=121))]
    if not dense.size:
        return np.zeros(green.shape, np.bool_)
    typical = np.median(dense)
    return filled(smooth > _EDGE_SHARE * min(float(typical), 0.45))


def _window(mask: Mask, margin_px: int) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (
        slice(max(int(rows[0]) - margin_px, 0), int(rows[-1]) + margin_px + 1),
        slice(max(int(columns[0]) - margin_px, 0), int(columns[-1]) + margin_px + 1),
    )


def _neighbours(stained: Mask, inside: Mask, um_per_px: float) -> Mask:
    """Other cells around one: what is stained beyond it, but for the thin rim that its own blur stains."""
    radius = max(1, round(_RIM_UM / um_per_px))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return np.asarray(cv2.morphologyEx((stained & ~inside).astype(np.uint8), cv2.MORPH_OPEN, disc) > 0)


def _fading(inside: Mask, neighbours: Mask, um_per_px: float) -> FloatArray:
    """Weight of the density: 1 in the cell, to 0 over the fade outside it and at neighbours."""
    away = cv2.distanceTransform((~inside).astype(np.uint8), cv2.DIST_L2, 3)
    beyond = away - 0.5 - max(_HOLD_UM / um_per_px, 1.0)
    weight = np.clip(1.0 - beyond / max(_FADE_UM / um_per_px, 2.0), 0.0, 1.0)
    weight = weight * weight * (3.0 - 2.0 * weight)
    if neighbours.any():
        near = cv2.dilate(neighbours.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
        near[inside] = 0.0
        weight *= 1.0 - near
        weight = np.where(inside, weight, cv2.GaussianBlur(weight, (0, 0), 0.6))
    return np.asarray(weight, np.float32)


def _outline(mask: Mask) -> FloatArray:
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.0)
    polygons = level_outlines(np.asarray(soft, np.float32), 0.5)
    return polygons[0][:: max(1, len(polygons[0]) // 96)]


def _reference(density: FloatArray, mask: Mask, label: str) -> FloatArray:
    """Haemoglobin: the mean over a red cell. Chromatin: the median of the darkest third of another cell."""
    inside = density[mask]
    if label in ("red_cell", "infected_red_cell"):
        return np.asarray(np.maximum(np.median(inside, axis=0), 0.02), np.float32)
    total = inside.sum(axis=1)
    return np.asarray(np.maximum(np.median(inside[total >= np.quantile(total, 0.67)], axis=0), 0.03))


def _foreign(density: FloatArray, mask: Mask) -> NDArray[np.uint8]:
    """Share of the density above that of an even red cell: parasites."""
    total = cv2.GaussianBlur(density.sum(axis=2), (0, 0), 0.7)
    body = 1.12 * float(np.median(total[mask]))
    share = np.where(mask, (total - body) / np.maximum(total, 1e-3), 0.0)
    return np.asarray(np.clip(255.0 * share, 0, 255), np.uint8)
