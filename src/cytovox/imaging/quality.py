"""What is wrong with a picture of a smear, in words that tell its maker what to do.

The limits were set on the training pictures of benchmarks/picture_quality.py as they are, and blurred,
darkened, brightened and oversaturated by known amounts; the benchmark gives the share of good pictures that
are warned about and of spoilt ones that are caught.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.findings import QualityWarning
from cytovox.domain.image import RgbPixels, Scale, ScaleOrigin
from cytovox.domain.reference_sizes import RED_CELL_DIAMETER_UM
from cytovox.imaging.stain import background_light, density_levels
from cytovox.imaging.thresholds import ground_and_stain_levels

_WIDEST_RIM_UM = 1.15
_PIXELS_IN_RIM = 2.2
"""A rim is as wide as the optics make it (sharp pictures 0.4 to 0.9 um, defocus of 0.7 um 1.3), and at least
as wide as some pixels: both add in squares."""
_WIDEST_RIM_SHARE = 0.2
"""The same without a scale: width of the rim over that of what it surrounds."""
_PIXELS_PER_CELL = 60.0
_WINDOW_PX = 320
_OVERVIEW_PX = 256

_DARKEST_GROUND = 0.12
_MOST_CLIPPED = 0.8
_MOST_EMPTY_CHANNELS = 0.03
_MOST_UNEVEN = 0.24
"""Training pictures reach 0.18 (99 %), noise begins at 0.25."""
_LEAST_CONTRAST = 4.0
_LEAST_COLOUR = 6.0
"""Levels of 255: a picture that was turned to grey has 0; 280 smears of seven sets have 31 at least."""
_FEWEST_CELLS = 5
_LARGEST_SCALE_SD = 0.12

_MESSAGES = {
    "not_a_smear": "This does not look like a stained blood smear: expected separate dark cells on a bright, "
    "even ground. Check that the right picture was chosen.",
    "blurred": "The picture is out of focus or blurred; cells may be missed and types mistaken. Focus on the "
    "rims of the red cells and take it again.",
    "underexposed": "The picture is too dark; cells may be missed. Use more light or a longer exposure until "
    "the empty ground is nearly white.",
    "overexposed": "The picture is too bright: large parts are pure white and pale cells may be lost. Use "
    "less light or a shorter exposure.",
    "oversaturated": "The colours are too strong: whole channels are cut off and details of the stain are "
    "lost. Turn off colour enhancement in the camera.",
    "colourless": "The picture has no colour, so that white cells may be missed and types mistaken. "
    "Take it in colour.",
    "few_cells": "Only {cells} found. Take a picture with more cells, or several, before reading "
    "anything into the counts.",
    "scale_unknown": "The size of a pixel is not known and could not be measured from red cells, so sizes "
    "are not given. Enter the micrometres per pixel if you know them.",
    "scale_uncertain": "The size of a pixel was measured from few red cells and may be off by {percent} %. "
    "Enter the micrometres per pixel if you know them.",
}


@dataclass(frozen=True, slots=True)
class PictureMeasures:
    """What the warnings about a picture rest on.

    Attributes:
        rim_um: Width over which the steeper rims go from ground to stain, um; None without a scale or rims.
        rim_share: That width over the width of the stained areas, which needs no scale; None without rims.
        pixel_um: Micrometres per pixel, or None.
        contrast: Difference in density levels (`stain`) between stain and ground.
        unevenness: Standard deviation of the ground over that difference.
        ground_light: Linear intensity of the empty slide in its brightest channel, 0..1.
        clipped: Share of pixels that are pure white.
        empty_channels: Share of pixels with a channel at zero.
        colour: Difference of the largest and the smallest channel, 0..255, that 1 % of the pixels exceed.
    """

    rim_um: float | None
    rim_share: float | None
    pixel_um: float | None
    contrast: float
    unevenness: float
    ground_light: float
    clipped: float
    empty_channels: float
    colour: float


def quality_warnings(
    pixels: RgbPixels, *, scale: Scale, red_cells: int, white_cells: int, platelets: int
) -> tuple[QualityWarning, ...]:
    """Warnings about a picture, most important first; none for a good one.

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
        scale: Its scale, also when it is unknown.
        red_cells: How many of them were found.
        white_cells: How many of them were found.
        platelets: How many of them were found.
    """
    measures = measure_picture(pixels, scale.mpp_um)
    cells = red_cells + white_cells + platelets
    if looks_unlike_a_smear(measures, red_cells + white_cells):
        return (QualityWarning("not_a_smear", _MESSAGES["not_a_smear"]),)
    keys = picture_faults(measures)
    if cells < _FEWEST_CELLS:
        keys.append("few_cells")
    if scale.origin is ScaleOrigin.UNKNOWN:
        keys.append("scale_unknown")
    elif scale.origin is ScaleOrigin.ESTIMATED and (scale.relative_sd or 0.0) > _LARGEST_SCALE_SD:
        keys.append("scale_uncertain")
    percent = round(200 * (scale.relative_sd or 0.0))
    told = "1 cell was" if cells == 1 else f"{cells} cells were"
    return tuple(QualityWarning(key, _MESSAGES[key].format(cells=told, percent=percent)) for key in keys)


def looks_unlike_a_smear(measures: PictureMeasures, cells: int) -> bool:
    """Whether there are no cells, no stain at all, or hardly any cells and no even ground behind them.

    Args:
        measures: Of the picture.
        cells: How many red and white cells were found: a blurred smear is as uneven as noise, but has cells.
    """
    uneven = measures.unevenness > _MOST_UNEVEN and cells < _FEWEST_CELLS
    return cells == 0 or measures.contrast < _LEAST_CONTRAST or uneven


def picture_faults(measures: PictureMeasures) -> list[str]:
    """Keys of the faults of focus, exposure and colour."""
    keys = []
    if measures.rim_um is not None and measures.pixel_um is not None:
        limit = math.hypot(_WIDEST_RIM_UM, _PIXELS_IN_RIM * measures.pixel_um)
        if measures.rim_um > limit:
            keys.append("blurred")
    elif measures.rim_share is not None and measures.rim_share > _WIDEST_RIM_SHARE:
        keys.append("blurred")
    if measures.ground_light < _DARKEST_GROUND:
        keys.append("underexposed")
    elif measures.empty_channels > _MOST_EMPTY_CHANNELS:
        keys.append("oversaturated")
    if measures.clipped > _MOST_CLIPPED:
        keys.append("overexposed")
    if measures.colour < _LEAST_COLOUR:
        keys.append("colourless")
    return keys


def measure_picture(pixels: RgbPixels, mpp_um: float | None) -> PictureMeasures:
    """Measures of focus, exposure and colour.

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
        mpp_um: Micrometres per pixel, or None when unknown.
    """
    # A red cell is looked at 60 pixels wide where the picture has them: finer detail is noise of the camera.
    wanted = (
        _OVERVIEW_PX / max(pixels.shape[:2])
        if mpp_um is None
        else _PIXELS_PER_CELL * mpp_um / RED_CELL_DIAMETER_UM
    )
    factor = min(1.0, wanted)
    density = _density(pixels, factor)
    levels = ground_and_stain_levels(density)
    steepness = _steepness(density)
    rims = [_rim_px(density, steepness, level) for level in levels]
    sharpest = min((rim for rim in rims if rim is not None), default=None, key=lambda rim: rim[0])
    contrast, unevenness = _contrast(density, levels)
    step = max(1, int(math.sqrt(pixels.shape[0] * pixels.shape[1] / 20_000)))
    sample = pixels[::step, ::step]
    # Two minima of planes: a minimum along an axis of three takes ten times as long.
    darkest = np.minimum(np.minimum(sample[..., 0], sample[..., 1]), sample[..., 2])
    brightest = np.maximum(np.maximum(sample[..., 0], sample[..., 1]), sample[..., 2])
    return PictureMeasures(
        rim_um=None if mpp_um is None or sharpest is None else sharpest[0] * mpp_um / factor,
        rim_share=None if sharpest is None else sharpest[0] / sharpest[1],
        pixel_um=mpp_um,
        contrast=contrast,
        unevenness=unevenness,
        ground_light=float(background_light(pixels).max()),
        clipped=float((darkest >= 254).mean()),
        empty_channels=float((darkest <= 1).mean()),
        colour=float(np.percentile(brightest - darkest, 99)),
    )


def _density(pixels: RgbPixels, factor: float) -> NDArray[np.uint8]:
    side = math.ceil(_WINDOW_PX / factor)
    top, left = (max(0, (length - side) // 2) for length in pixels.shape[:2])
    density = density_levels(pixels[top : top + side, left : left + side])
    if factor < 1:
        size = [max(8, round(length * factor)) for length in density.shape]
        density = np.asarray(cv2.resize(density, (size[1], size[0]), interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.GaussianBlur(density, (0, 0), 0.8), np.uint8)


def _steepness(density: NDArray[np.uint8]) -> NDArray[np.float32]:
    across = cv2.Sobel(density, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(density, cv2.CV_32F, 0, 1, scale=1 / 8)
    return np.asarray(cv2.magnitude(across, down), np.float32)


def _rim_px(
    density: NDArray[np.uint8], steepness: NDArray[np.float32], level: int
) -> tuple[float, float] | None:
    """Width of the steeper rims at one threshold, and width of the stained areas, in pixels.

    The width of the areas is four times area over circumference: for a disc, its diameter.
    """
    mask = (density > level).astype(np.uint8)
    on_rim = cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    ground, stain = _medians(density, level)
    if not on_rim.any() or stain <= ground:
        return None
    rim_px = (stain - ground) / max(float(np.percentile(steepness[on_rim], 70)), 0.01)
    # The gradient of the mask is two pixels thick.
    return rim_px, 8.0 * float(mask.sum()) / float(on_rim.sum())


def _contrast(density: NDArray[np.uint8], levels: list[int]) -> tuple[float, float]:
    """Difference between stain and ground, and the unevenness of the ground in units of it."""
    if not levels:
        return 0.0, 0.0
    found = []
    for level in levels:
        ground, stain = _medians(density, level)
        below = density[density <= level]
        found.append((stain - ground, float(below.std()) / max(1.0, stain - ground)))
    return max(contrast for contrast, _ in found), min(uneven for _, uneven in found)


def _medians(density: NDArray[np.uint8], level: int) -> tuple[float, float]:
    counts = np.bincount(density.ravel(), minlength=256)
    below, above = np.cumsum(counts[: level + 1]), np.cumsum(counts[level + 1 :])
    ground = int(np.searchsorted(below, below[-1] / 2))
    stain = level + 1 + int(np.searchsorted(above, above[-1] / 2)) if len(above) and above[-1] else ground
    return float(ground), float(stain)
