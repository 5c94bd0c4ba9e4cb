"""The physical scale of a picture, refined by the cells that the finder sees in it.

The finder runs at a fixed physical scale and bears about 30 % of error in it. A first estimate therefore only
has to be that good; the red cells found with it give the scale that results are reported with.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from cytovox.analysis.cell_finder import CellFinder, Found
from cytovox.analysis.pixel_map import PixelMap
from cytovox.analysis.star_decoding import StarCells
from cytovox.domain.image import RgbPixels, Scale, ScaleOrigin
from cytovox.domain.reference_sizes import RED_CELL_DIAMETER_UM
from cytovox.imaging.scale import estimate_scale

_SURE_SCORE = 0.5
_FEWEST_RED_CELLS = 4
_CLOSE = math.log(1.15)
_PLAUSIBLE = math.log(1.6)
_LADDER_UM_PER_PX = (0.055, 0.085, 0.13, 0.2, 0.3, 0.45)
_PROBE_UM = 60.0
_LOWEST_EVIDENT = 0.3
_COARSER = (1.35, 1.8)
"""Times the scale that red cells seem to show. Of 94 fields laid out of marrow cells (see
benchmarks/marrow_fields.py) the scale came out below 0.8 of the true one in 37 without trying these; where it
was right, none of them had more evidence."""
# Mean red-cell diameters of healthy adults' smears differ by about 4 % between persons and preparations.
_BETWEEN_SMEARS_SD = 0.04


@dataclass(frozen=True, slots=True)
class ScaledCells:
    """Cells found in a picture, and the scale that they give or that was given.

    Attributes:
        cells: In pixels of the picture.
        scale: What may be reported; UNKNOWN where nothing supports a figure.
        working_um_per_px: Scale the networks worked at, also where `scale` is unknown.
        measured_um_per_px: Scale by the red cells found, or None where there are too few.
        pixel_map: The network's map at the working scale; None from a bundle without one.
    """

    cells: StarCells
    scale: Scale
    working_um_per_px: float
    measured_um_per_px: float | None
    pixel_map: PixelMap | None = None


def find_at_scale(
    finder: CellFinder, pixels: RgbPixels, given: Scale, *, min_score: float, crowded: bool = False
) -> ScaledCells:
    """Find cells at the given scale, or at the scale that the picture itself shows.

    Args:
        finder: The loaded finder.
        pixels: RGB, shape (H, W, 3).
        given: From the user or the file; UNKNOWN to have it estimated.
        min_score: Lowest score that is kept.
        crowded: Whether nucleated cells may crowd out the red ones, as in marrow, and be taken for them: the
            scale then comes out up to half of the true one, so that coarser ones are tried, too.
    """
    if given.mpp_um is not None:
        found = finder.find_all(pixels, given.mpp_um, min_score=min_score)
        measured = measured_scale(finder, found.cells, pixels)
        return ScaledCells(found.cells, given, given.mpp_um, measured.mpp_um, found.pixel_map)
    first = estimate_scale(pixels)
    settled = _settled(finder, pixels, first.mpp_um or _probe_ladder(finder, pixels), min_score)
    if crowded:
        likelier = _likelier(finder, pixels, settled)
        if likelier != settled.um_per_px:
            first = replace(first, mpp_um=likelier) if first.mpp_um is not None else first
            settled = _settled(finder, pixels, likelier, min_score)
    working, found, measured = settled.um_per_px, settled.found, settled.measured
    if measured.mpp_um is not None and abs(math.log(measured.mpp_um / working)) > _PLAUSIBLE:
        measured = Scale.unknown()
    reported = measured if measured.mpp_um is not None else _unconfirmed(first, found.cells)
    return ScaledCells(found.cells, reported, measured.mpp_um or working, measured.mpp_um, found.pixel_map)


@dataclass(frozen=True, slots=True)
class _Settled:
    """What the finder sees at the scale that its own red cells confirm, as far as they do."""

    um_per_px: float
    found: Found
    measured: Scale


def _settled(finder: CellFinder, pixels: RgbPixels, um_per_px: float, min_score: float) -> _Settled:
    found = finder.find_all(pixels, um_per_px, min_score=min_score)
    measured = measured_scale(finder, found.cells, pixels)
    for _ in range(2):
        if measured.mpp_um is None or abs(math.log(measured.mpp_um / um_per_px)) <= _CLOSE:
            break
        um_per_px = measured.mpp_um
        found = finder.find_all(pixels, um_per_px, min_score=min_score)
        measured = measured_scale(finder, found.cells, pixels)
    return _Settled(um_per_px, found, measured)


def _likelier(finder: CellFinder, pixels: RgbPixels, settled: _Settled) -> float:
    """The scale, of the settled one and coarser ones, that the cells found at it speak for most."""
    evidence = {settled.um_per_px: _evidence_of(finder, settled.found.cells, settled.um_per_px)}
    for times in _COARSER:
        um_per_px = settled.um_per_px * times
        cells = finder.find(pixels, um_per_px, min_score=_LOWEST_EVIDENT)
        evidence[um_per_px] = _evidence_of(finder, cells, um_per_px)
    return max(evidence, key=lambda um_per_px: evidence[um_per_px])


def measured_scale(finder: CellFinder, cells: StarCells, pixels: RgbPixels) -> Scale:
    """Scale by the median diameter of whole, surely found red cells; UNKNOWN with fewer than four."""
    red = finder.classes.index("red_cell")
    limits = np.array([pixels.shape[1], pixels.shape[0]])
    boxes = cells.boxes
    whole = (boxes[:, :2] > 1).all(axis=1) & (boxes[:, 2:] < limits - 1).all(axis=1)
    diameters = cells.diameters[whole & (cells.kind == red) & (cells.score >= _SURE_SCORE)]
    if len(diameters) < _FEWEST_RED_CELLS:
        return Scale.unknown()
    middle = float(np.median(diameters))
    # Standard error of a median: 1.253 sd / sqrt(n); the sd by the median absolute deviation.
    spread = 1.4826 * float(np.median(np.abs(diameters - middle))) / middle
    error = math.hypot(1.253 * spread / math.sqrt(len(diameters)), _BETWEEN_SMEARS_SD)
    return Scale(RED_CELL_DIAMETER_UM / middle, ScaleOrigin.ESTIMATED, round(error, 4), len(diameters))


def _unconfirmed(first: Scale, cells: StarCells) -> Scale:
    """An estimate that the finder could not confirm is kept where it found some cells, with doubled doubt."""
    if first.mpp_um is None or not len(cells):
        return Scale.unknown()
    return Scale(first.mpp_um, first.origin, max(2 * (first.relative_sd or 0.1), 0.15), first.red_cells)


def _probe_ladder(finder: CellFinder, pixels: RgbPixels) -> float:
    """The working scale, of a few, at which the picture's middle shows most cells of the expected size."""
    return max(_LADDER_UM_PER_PX, key=lambda um_per_px: _evidence(finder, pixels, um_per_px))


def _evidence(finder: CellFinder, pixels: RgbPixels, um_per_px: float) -> float:
    side = int(_PROBE_UM / um_per_px)
    top, left = (max((length - side) // 2, 0) for length in pixels.shape[:2])
    window = np.ascontiguousarray(pixels[top : top + side, left : left + side])
    return _evidence_of(finder, finder.find(window, um_per_px, min_score=_LOWEST_EVIDENT), um_per_px)


def _evidence_of(finder: CellFinder, cells: StarCells, um_per_px: float) -> float:
    seen = cells.score >= _LOWEST_EVIDENT
    total = float(cells.score[seen].sum())
    red = seen & (cells.kind == finder.classes.index("red_cell"))
    if not red.any():
        return total
    # Cells of a wrong size tell that the scale is wrong, however surely they are seen.
    size_um = np.median(cells.diameters[red]) * um_per_px
    return total * math.exp(-abs(math.log(size_um / RED_CELL_DIAMETER_UM)) / 0.3)
