"""Nucleus and cytoplasm of white cells that have been found."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnxruntime

from cytovox.analysis.bundles import SEGMENT_WHITE_CELLS, Bundle, find_bundle
from cytovox.domain.geometry import FloatArray, polygon_box
from cytovox.domain.image import RgbPixels
from cytovox.domain.morphometry import Morphometry
from cytovox.domain.predictions import BoolArray
from cytovox.imaging.morphometry import circularity, lobes, nucleus_to_cytoplasm_ratio, stain_density
from cytovox.imaging.normalise import normalise
from cytovox.imaging.regions import Mask, filled, level_outlines, region_near, without_crumbs
from cytovox.imaging.stain import background_light
from cytovox.imaging.uncrop import Window, mirrored_crop, uncrop

_ROOM = 1.3
"""Side of the view over the longest side of the cell, at least."""
_CRUMB_UM2 = 0.4
_HOLE_UM2 = 1.0
_BATCH = 16


@dataclass(frozen=True, slots=True)
class PartMasks:
    """One white cell on a rectangle of the picture's pixels.

    Attributes:
        top: Row of the picture that the masks begin on.
        left: Column of the picture that the masks begin on.
        cell: Shape (h, w): the whole cell, one piece without holes; empty where no white cell is seen.
        nucleus: Shape (h, w): its nucleus, within `cell`, in one or several pieces.
        cell_outline: Polygon (vertices, 2) of (x, y) in pixels of the picture; none where `cell` is empty.
        nucleus_outlines: Outer borders of the nucleus's pieces, largest first.
    """

    top: int
    left: int
    cell: Mask
    nucleus: Mask
    cell_outline: FloatArray
    nucleus_outlines: tuple[FloatArray, ...]


@dataclass(frozen=True, slots=True)
class MeasuredCells:
    """What was measured of n cells.

    Attributes:
        cell_outlines: Outline of each white cell by its own network, no vertices for all others.
        nucleus_outlines: Outlines of the pieces of each white cell's nucleus, none for all others.
        morphometry: Measures, NaN where not measured.
    """

    cell_outlines: tuple[FloatArray, ...]
    nucleus_outlines: tuple[tuple[FloatArray, ...], ...]
    morphometry: Morphometry


@dataclass(frozen=True, slots=True)
class WhiteCellParts:
    """A loaded bundle that tells nucleus and cytoplasm apart.

    Attributes:
        bundle: Where it comes from.
        session: Its ONNX Runtime session.
    """

    bundle: Bundle
    session: onnxruntime.InferenceSession

    @classmethod
    def load(cls, name: str = "white_cells") -> "WhiteCellParts":
        """The installed bundle of that name, or the one in that folder."""
        return cls.of(find_bundle(name, SEGMENT_WHITE_CELLS))

    @classmethod
    def of(cls, bundle: Bundle) -> "WhiteCellParts":
        """The network of a loaded bundle."""
        return cls(bundle, bundle.session())

    def segment(
        self,
        pixels: RgbPixels,
        centres_xy: Sequence[tuple[float, float]],
        um_per_px: float,
        *,
        outlines: Sequence[FloatArray] | None = None,
    ) -> list[PartMasks]:
        """Masks and outlines of the white cells at some points.

        Args:
            pixels: RGB, shape (H, W, 3), uint8.
            centres_xy: Middle (x, y) of each cell, pixels; an error of 2 um does little harm.
            um_per_px: Physical size of a pixel.
            outlines: A first outline of each cell (n, 2), from which a cell too large for the usual view gets
                a wider one; the usual view serves cells of up to 20 um.
        """
        sides = [self._usual_side_px(um_per_px)] * len(centres_xy)
        if outlines is not None:
            sides = [max(s, _ROOM * _longest_side(o)) for s, o in zip(sides, outlines, strict=True)]
        return [
            part
            for start in range(0, len(centres_xy), _BATCH)
            for part in self._batch(
                pixels, centres_xy[start : start + _BATCH], sides[start : start + _BATCH], um_per_px
            )
        ]

    def _usual_side_px(self, um_per_px: float) -> float:
        return int(self.bundle.manifest["input"]["size_px"]) * self.bundle.um_per_px / um_per_px

    def _batch(
        self,
        pixels: RgbPixels,
        centres: Sequence[tuple[float, float]],
        sides: Sequence[float],
        um_per_px: float,
    ) -> list[PartMasks]:
        """Masks from the mean of two views, upright and turned by half a turn.

        That is worth 0.001 of the Dice coefficients on validation cells; four or eight views bring no more.
        """
        out_px = int(self.bundle.manifest["input"]["size_px"])
        views = np.stack([mirrored_crop(pixels, c, s, out_px) for c, s in zip(centres, sides, strict=True)])
        maps = (self._run(views) + self._run(views[:, ::-1, ::-1])[:, :, ::-1, ::-1]) / 2
        size = (pixels.shape[0], pixels.shape[1])
        return [
            part_masks(uncrop(m, c, s, size), c, um_per_px)
            for m, c, s in zip(maps, centres, sides, strict=True)
        ]

    def _run(self, views: RgbPixels) -> FloatArray:
        (maps,) = self.session.run(["parts"], {"pixels": normalise(views)})
        return np.asarray(maps, np.float32)


def part_masks(window: Window, centre_xy: tuple[float, float], um_per_px: float) -> PartMasks:
    """Masks and outlines from probabilities.

    Args:
        window: Probabilities of outside, cytoplasm and nucleus, in this order, on pixels of the picture.
        centre_xy: Middle of the cell in the picture.
        um_per_px: Physical size of a pixel.
    """
    outside, _, of_nucleus = window.values
    here = (centre_xy[0] - window.left, centre_xy[1] - window.top)
    cell = filled(region_near(outside < 0.5, here))
    nucleus = without_crumbs((of_nucleus > 0.5) & cell, _CRUMB_UM2 / um_per_px**2)
    nucleus = filled(nucleus, _HOLE_UM2 / um_per_px**2)
    corner = np.array([window.left, window.top], np.float32)
    around, pieces = (
        tuple(points + corner for points in level_outlines(_within(values, mask), 0.5))
        for values, mask in ((1 - outside, cell), (of_nucleus, nucleus))
    )
    outline = around[0] if around else np.zeros((0, 2), np.float32)
    return PartMasks(window.top, window.left, cell, nucleus, outline, pieces)


def _within(values: FloatArray, mask: Mask) -> FloatArray:
    """Values that cross one half just at the mask's border: below it outside, above it inside."""
    low, high = np.nextafter(np.float32(0.5), np.float32(0)), np.nextafter(np.float32(0.5), np.float32(1))
    return np.where(mask, np.maximum(values, high), np.minimum(values, low)).astype(np.float32)


def measure_white_cells(
    network: WhiteCellParts,
    pixels: RgbPixels,
    outlines: Sequence[FloatArray],
    white: BoolArray,
    um_per_px: float,
    *,
    mpp_um: float | None,
) -> MeasuredCells:
    """Nucleus, cytoplasm and measures of the white cells among found cells; circularity of all.

    Args:
        network: The loaded network.
        pixels: RGB, shape (H, W, 3), uint8.
        outlines: Outline of each of n cells, (vertices, 2) of (x, y) in pixels.
        white: Shape (n,): which of them are white cells.
        um_per_px: Scale to work at; a guess does where nothing is known.
        mpp_um: Micrometres per pixel, or None where unknown: areas in square micrometres are then NaN.
    """
    rows = np.flatnonzero(white).tolist()
    chosen = [outlines[row] for row in rows]
    centres = [_middle(points) for points in chosen]
    parts = network.segment(pixels, centres, um_per_px, outlines=chosen)
    nothing = np.zeros((0, 2), np.float32)
    cell_outlines = [nothing] * len(outlines)
    pieces: list[tuple[FloatArray, ...]] = [()] * len(outlines)
    measures = Morphometry.unmeasured(len(outlines))
    measures.circularity[:] = [circularity([points]) for points in outlines]
    light = background_light(pixels)
    for row, part in zip(rows, parts, strict=True):
        cell_outlines[row], pieces[row] = part.cell_outline, part.nucleus_outlines
        _measure(measures, row, part, _shown(pixels, part), light)
    measures.nucleus_area_um2[:] = measures.nucleus_area_px * (np.nan if mpp_um is None else mpp_um**2)
    return MeasuredCells(tuple(cell_outlines), tuple(pieces), measures)


def _longest_side(points: FloatArray) -> float:
    box = polygon_box(points)
    return float((box[2:] - box[:2]).max())


def _middle(points: FloatArray) -> tuple[float, float]:
    box = polygon_box(points)
    return float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2


def _shown(pixels: RgbPixels, part: PartMasks) -> RgbPixels:
    height, width = part.cell.shape
    return pixels[part.top : part.top + height, part.left : part.left + width]


def _measure(measures: Morphometry, row: int, part: PartMasks, shown: RgbPixels, light: FloatArray) -> None:
    if not part.cell.any():
        return
    measures.circularity[row] = circularity([part.cell_outline])
    measures.cytoplasm_stain_density[row] = stain_density(shown, part.cell & ~part.nucleus, light)
    if not part.nucleus.any():
        return
    measures.nucleus_area_px[row] = part.nucleus.sum()
    measures.nucleus_to_cytoplasm_ratio[row] = nucleus_to_cytoplasm_ratio(part.cell, part.nucleus)
    measures.nucleus_circularity[row] = circularity(part.nucleus_outlines)
    measures.lobes[row] = lobes(part.nucleus)
    measures.nucleus_stain_density[row] = stain_density(shown, part.nucleus, light)
