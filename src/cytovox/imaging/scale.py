"""Micrometres per pixel, measured from the red cells of the picture itself.

Red cells are the smear's own ruler: on a dried film they are about 7.5 um across, vary little and outnumber
all else. Rims are traced at several thresholds of optical density, every stretch of rim votes for the circle
that it belongs to (`rims`), and the diameter on which most of the stained area agrees is taken. White cells
are left out because they are much darker inside than most, dirt and noise because their rims are weak. The
picture is looked at small first, then at ever higher magnification until red cells are wide enough.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.image import RgbPixels, Scale, ScaleOrigin
from cytovox.domain.reference_sizes import RED_CELL_BOX_PER_DIAMETER, RED_CELL_DIAMETER_UM
from cytovox.imaging.rims import Numbers, Points, RimCircles, rim_circles
from cytovox.imaging.stain import density_levels
from cytovox.imaging.thresholds import ground_and_stain_levels

Levels = NDArray[np.uint8]

_OVERVIEW_PX = 256
_WINDOW_PX = 320
_TARGET_PX = 30.0
_WIDE_ENOUGH_PX, _TOO_WIDE_PX = 20.0, 45.0
"""Diameters in the looked-at window between which a reading is taken: below, readings run 20 to 80 % high."""
_HIGHEST_FACTOR = 3.0
_MOST_LOOKS = 5
_ENOUGH_CELLS = 5.0

_BOX_PER_CIRCLE = 1.14
"""Size of annotators' boxes over diameter of the circles fitted here (median of the training pictures of
benchmarks/scale_estimation.py): thresholds lie a little inside the rim, and boxes a little outside."""

# What makes a reading credible, from training pictures against noise, textures and photographs: of the
# pictures with red cells 1 to 2 % lie beyond each limit.
_SMALLEST_CELL_PX = 9.0
_FEWEST_CELLS = 1.2
_MOST_UNEVEN = 0.31
_MOST_STAINED = 0.75
_LEAST_AGREEMENT = 0.45
_LEAST_EVIDENCE = 0.6

_NEARLY = 0.8
_SAME_SIZE = 0.35
_BIN, _SMALLEST, _BINS = 0.02, math.log(2.5), 240
_KERNEL = np.exp(-0.5 * (np.arange(-30, 31) * _BIN / 0.10) ** 2)
_DIRECTIONS = np.array([[math.cos(a), math.sin(a)] for a in (0.0, 2.1, 4.2)], np.float32)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one window at one threshold says about the red cells.

    Attributes:
        diameter_px: In pixels of the picture.
        window_px: The same in pixels of the window.
        cells: Whole circles of about this size that the votes add up to.
        agreement: Share of all votes, by radius, that are of about this size.
        explained: Share of the stained area that these circles cover.
        stained: Share of the window that is stained.
        unevenness: Standard deviation of the ground over the contrast of the stained area.
    """

    diameter_px: float
    window_px: float
    cells: float
    agreement: float
    explained: float
    stained: float
    unevenness: float

    @property
    def score(self) -> float:
        """What readings at different thresholds are ranked by: area, agreement, more than a few cells."""
        area = min(self.explained * self.stained, 0.25)
        return area * self.agreement * (self.cells / (self.cells + 5.0)) ** 2

    @property
    def credible(self) -> bool:
        """Whether this looks like red cells at all."""
        return (
            self.diameter_px >= _SMALLEST_CELL_PX
            and self.cells >= _FEWEST_CELLS
            and self.unevenness < _MOST_UNEVEN
            and self.stained < _MOST_STAINED
            and self.agreement > _LEAST_AGREEMENT
            and self.agreement + self.explained > _LEAST_EVIDENCE
        )

    @property
    def measurable(self) -> bool:
        """Whether the cells are wide enough in the window, and the window wide enough for the cells."""
        return _WIDE_ENOUGH_PX < self.window_px < _TOO_WIDE_PX

    @property
    def relative_sd(self) -> float:
        """Standard uncertainty: 6 % between smears, and what more cells would average out.

        Fitted to training pictures: deviation from the boxes 12 % with under 2 cells, 7 % with 4, 4 % with 8.
        """
        return math.hypot(0.06, 0.2 / self.cells)


def estimate_scale(pixels: RgbPixels) -> Scale:
    """Micrometres per pixel from the red cells of a picture, or an unknown scale where none are seen.

    Cells from about 10 pixels across upwards are found; work and memory hardly grow with the picture.

    Args:
        pixels: RGB, shape (H, W, 3), uint8: dark cells on a bright ground.

    Returns:
        Scale of origin ESTIMATED with its uncertainty and the number of red cells it rests on, or UNKNOWN.
    """
    credible = [reading for reading in _readings(pixels) if reading.credible]
    if not credible:
        return Scale.unknown()
    best = max(credible, key=lambda reading: (reading.measurable, reading.score))
    return Scale(
        mpp_um=RED_CELL_BOX_PER_DIAMETER * RED_CELL_DIAMETER_UM / best.diameter_px,
        origin=ScaleOrigin.ESTIMATED,
        relative_sd=best.relative_sd,
        red_cells=max(1, round(best.cells)),
    )


def _readings(pixels: RgbPixels) -> Iterator[_Reading]:
    """Readings from low to high magnification, up to the first that is credible and measurable."""
    factor = _OVERVIEW_PX / max(pixels.shape[:2])
    for _ in range(_MOST_LOOKS):
        reading = _look(pixels, factor)
        credible = reading is not None and reading.credible
        if reading is not None:
            yield reading
        if (reading is not None and credible and reading.measurable) or factor >= _HIGHEST_FACTOR:
            return
        wanted = _TARGET_PX / reading.diameter_px if reading is not None and credible else 2 * factor
        if reading is None or reading.window_px < _TOO_WIDE_PX:
            wanted = max(wanted, 1.5 * factor)
        factor = min(wanted, _HIGHEST_FACTOR)


def _look(pixels: RgbPixels, factor: float) -> _Reading | None:
    """Best reading of the picture's middle; with few cells there, the middling one of several places."""
    found: list[_Reading] = []
    for window in _windows(pixels.shape[0], pixels.shape[1], factor):
        density = _density(pixels[window], factor)
        readings = [_read(density, level, factor) for level in ground_and_stain_levels(density)]
        best = _best([reading for reading in readings if reading is not None])
        if best is not None:
            found.append(best)
        # What is no smear here is none next to it either; an empty place or one of few cells says too little.
        if best is not None and (best.cells >= _ENOUGH_CELLS or not best.credible):
            break
    if not found:
        return None
    credible = [reading for reading in found if reading.credible] or found
    credible.sort(key=lambda reading: reading.diameter_px)
    cells = np.cumsum([reading.cells for reading in credible])
    return credible[int(np.searchsorted(cells, cells[-1] / 2))]


def _best(readings: list[_Reading]) -> _Reading | None:
    """The first of the readings, from the highest threshold down, that is nearly as good as the best.

    Lower thresholds run further out on the rims and so explain a little more area without being better.
    """
    highest = max((reading.score for reading in readings), default=0.0)
    return next((reading for reading in readings if reading.score >= _NEARLY * highest), None)


def _windows(height: int, width: int, factor: float) -> Iterator[tuple[slice, slice]]:
    """The middle of the picture, then two other places, as large as may be looked at with this factor."""
    side = math.ceil(_WINDOW_PX / factor)
    places = ((0.5, 0.5), (0.1, 0.1), (0.9, 0.9)) if max(height, width) > side else ((0.5, 0.5),)
    for down, right in places:
        top, left = int(max(0, height - side) * down), int(max(0, width - side) * right)
        yield slice(top, top + side), slice(left, left + side)


def _density(window: RgbPixels, factor: float) -> Levels:
    """Optical density of green light at the wanted magnification, slightly smoothed."""
    # Every second or fourth pixel is enough where averaging at least two of them follows.
    stride = max(1, int(0.5 / factor))
    green = density_levels(window[::stride, ::stride])
    height, width = (max(16, round(length * factor)) for length in window.shape[:2])
    method = cv2.INTER_AREA if factor * stride < 1 else cv2.INTER_CUBIC
    sized = cv2.resize(green, (width, height), interpolation=method)
    return np.asarray(cv2.GaussianBlur(sized, (0, 0), 1.0), np.uint8)


def _read(density: Levels, level: int, factor: float) -> _Reading | None:
    mask = (density > level).astype(np.uint8)
    ground, stained, unevenness = _ground(density, level)
    votes = _of_red_cells(rim_circles(mask), density, ground)
    if not len(votes):
        return None
    size, weight = np.log(votes.radius), votes.weight * votes.radius
    near = np.abs(size - _mode(size, weight)) < _SAME_SIZE
    if not near.any():
        return None
    middle = _weighted_median(size[near], weight[near])
    # Contours run through the outermost pixels' middles, half a pixel inside the rim on either side.
    window_px = (2 * math.exp(middle) + 1) * _BOX_PER_CIRCLE
    covered = float((votes.weight[near] * votes.radius[near] ** 2).sum()) * math.pi / mask.size
    return _Reading(
        diameter_px=window_px / factor,
        window_px=window_px,
        cells=float(votes.weight[near].sum()),
        agreement=float(weight[near].sum() / weight.sum()),
        explained=covered / max(stained, 0.01),
        stained=stained,
        unevenness=unevenness,
    )


def _ground(density: Levels, level: int) -> tuple[float, float, float]:
    """Median of the ground, share of the window that is stained, and unevenness of the ground."""
    counts = np.bincount(density.ravel(), minlength=256).astype(np.float64)
    values = np.arange(256, dtype=np.float64)
    below, above = counts[: level + 1], counts[level + 1 :]
    ground = float(np.searchsorted(np.cumsum(below), below.sum() / 2))
    stain = float(np.searchsorted(np.cumsum(above), above.sum() / 2)) + level + 1
    mean = (below * values[: level + 1]).sum() / max(below.sum(), 1.0)
    variance = (below * (values[: level + 1] - mean) ** 2).sum() / max(below.sum(), 1.0)
    return ground, float(above.sum() / counts.sum()), math.sqrt(variance) / max(1.0, stain - ground)


def _of_red_cells(votes: RimCircles, density: Levels, ground: float) -> RimCircles:
    """Votes whose rim is as steep as most and whose inside is not much darker than most."""
    outwards = votes.rim - votes.centre
    contrast = _at(density, votes.centre + 0.85 * outwards) - _at(density, votes.centre + 1.15 * outwards)
    spokes = [_at(density, votes.centre + 0.5 * votes.radius[:, None] * way) for way in _DIRECTIONS]
    dark = np.max(spokes, axis=0) - ground
    steep = contrast > 4
    weight = votes.length * votes.emphasis * steep
    if not steep.any():
        return votes.select(steep)
    usual_contrast = _weighted_median(contrast, weight)
    usual_dark = max(_weighted_median(np.maximum(dark, contrast), weight), usual_contrast)
    return votes.select(steep & (contrast > 0.45 * usual_contrast) & (dark < 1.6 * usual_dark + 5))


def _at(density: Levels, points: Points) -> Numbers:
    height, width = density.shape
    x = np.clip(np.rint(points[:, 0]), 0, width - 1).astype(np.int32)
    y = np.clip(np.rint(points[:, 1]), 0, height - 1).astype(np.int32)
    return density[y, x].astype(np.float32)


def _mode(size: Numbers, weight: Numbers) -> float:
    """Log radius at which the smoothed histogram of votes peaks."""
    bins = np.clip(((size - _SMALLEST) / _BIN).astype(int), 0, _BINS - 1)
    counts = np.bincount(bins, weight, minlength=_BINS)
    return _SMALLEST + _BIN * float(np.convolve(counts, _KERNEL, "same").argmax())


def _weighted_median(values: Numbers, weight: Numbers) -> float:
    order = np.argsort(values)
    running = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(running, running[-1] / 2)])
