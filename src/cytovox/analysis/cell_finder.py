"""Running the cell finder on a picture of any size."""

from dataclasses import dataclass

import numpy as np
import onnxruntime

from cytovox.analysis.bundles import FIND_CELLS, Bundle, find_bundle
from cytovox.analysis.ghost_cells import without_ghosts
from cytovox.analysis.pixel_map import MAP_STRIDE, PixelMap, best_cell_class
from cytovox.analysis.score_calibration import ScoreCalibration
from cytovox.analysis.star_decoding import StarCells, decode_stars, suppress_repeats
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import RgbPixels
from cytovox.imaging.normalise import normalise
from cytovox.imaging.resample import resample
from cytovox.imaging.tiling import Tile, tiles

STRIDE_PX = 16
"""Sides of the input are multiples of this; tiles start on them, so that seams change no pixel grid."""
_TILE = 40  # strides: 640 px, 128 um
_OVERLAP = 12  # strides: 192 px, 38 um: a cell of 25 um and context on both sides
_MARGIN_PX = 16
_SEAM_PX = 8.0
_LOWEST_RAW_SCORE = 0.03
MAP_OUTPUT = "map"


@dataclass(frozen=True, slots=True)
class Found:
    """What one look at a picture gives.

    Attributes:
        cells: In pixels of the picture.
        pixel_map: The network's own map; None from a bundle without one.
    """

    cells: StarCells
    pixel_map: PixelMap | None


@dataclass(frozen=True, slots=True)
class CellFinder:
    """A loaded finder bundle.

    Attributes:
        bundle: Where it comes from.
        session: Its ONNX Runtime session.
        calibration: From raw to calibrated scores, or None where the bundle has none.
    """

    bundle: Bundle
    session: onnxruntime.InferenceSession
    calibration: ScoreCalibration | None = None

    @classmethod
    def load(cls, name: str = "finder") -> "CellFinder":
        """The installed finder of that name, or the one in that folder."""
        return cls.of(find_bundle(name, FIND_CELLS))

    @classmethod
    def of(cls, bundle: Bundle) -> "CellFinder":
        """The finder of a loaded bundle."""
        rows = bundle.manifest.get("score_calibration")
        calibration = None if rows is None else ScoreCalibration.from_manifest(rows, bundle.classes)
        return cls(bundle, bundle.session(), calibration)

    @property
    def classes(self) -> tuple[str, ...]:
        """Coarse class keys, in the order of `StarCells.scores`."""
        return self.bundle.classes

    def drawn_boxes(self, cells: StarCells, um_per_px: float) -> FloatArray:
        """Boxes (n, 4) with the margin that annotators of the training fields left; not clipped."""
        margins = self.bundle.manifest.get("box_margin_um", {})
        by_class = np.array([margins.get(key, 0.0) for key in self.classes], np.float32) / um_per_px
        sides = np.array([-1, -1, 1, 1], np.float32)
        return np.asarray(cells.boxes + by_class[cells.kind, None] * sides, np.float32)

    @property
    def lowest_threshold(self) -> float:
        """Smallest of the classes' score thresholds."""
        return float(min(self.bundle.manifest["thresholds"].values()))

    def above_thresholds(self, cells: StarCells, min_score: float | None = None) -> StarCells:
        """The cells that are reported: from `min_score` on, or from each class's own threshold."""
        thresholds = self.bundle.manifest["thresholds"]
        lowest = np.array([thresholds[key] if min_score is None else min_score for key in self.classes])
        return cells[np.flatnonzero(cells.score >= lowest[cells.kind])]

    @property
    def draws_map(self) -> bool:
        """Whether the network gives the ten-class map too."""
        return MAP_OUTPUT in {output.name for output in self.session.get_outputs()}

    def find(self, pixels: RgbPixels, um_per_px: float, *, min_score: float, tile: int = _TILE) -> StarCells:
        """Every cell once, strongest first, in pixels of the picture; see `find_all`."""
        return self.find_all(pixels, um_per_px, min_score=min_score, tile=tile).cells

    def find_all(self, pixels: RgbPixels, um_per_px: float, *, min_score: float, tile: int = _TILE) -> Found:
        """Every cell once, strongest first, in pixels of the picture, and the map that came with them.

        Args:
            pixels: RGB, shape (H, W, 3).
            um_per_px: Physical size of its pixel.
            min_score: Lowest score that is kept.
            tile: Longest side of a tile in units of 16 network pixels; memory grows with its square.
        """
        zoom = um_per_px / self.bundle.um_per_px
        canvas = self._canvas(resample(pixels, zoom))
        rows, columns = canvas.shape[0] // STRIDE_PX, canvas.shape[1] // STRIDE_PX
        floor = min_score if self.calibration is None else _LOWEST_RAW_SCORE
        pixel_map = self._empty_map(canvas, zoom) if self.draws_map else None
        parts = [
            self._find_in_tile(canvas, t, floor, pixel_map)
            for t in tiles(rows, columns, size=tile, overlap=_OVERLAP)
        ]
        found = suppress_repeats(StarCells.joined(parts))
        found = without_ghosts(found, canvas, red_cell=self.classes.index("red_cell"))
        found = found.moved(zoom, (-_MARGIN_PX, -_MARGIN_PX))
        if self.calibration is not None:
            found = self.calibration.apply(found, (pixels.shape[0], pixels.shape[1]))
            found = found[np.flatnonzero(found.score >= min_score)]
        return Found(found, pixel_map)

    def _empty_map(self, canvas: RgbPixels, zoom: float) -> PixelMap:
        shape = (canvas.shape[0] // MAP_STRIDE, canvas.shape[1] // MAP_STRIDE)
        return PixelMap(np.zeros(shape, np.float16), np.zeros(shape, np.uint8), zoom, _MARGIN_PX)

    def _canvas(self, pixels: RgbPixels) -> RgbPixels:
        """The picture in a grey frame whose sides are multiples of the stride."""
        height, width = (-(-(side + 2 * _MARGIN_PX) // STRIDE_PX) * STRIDE_PX for side in pixels.shape[:2])
        canvas = np.full((height, width, 3), self.bundle.manifest["input"]["outside_grey"], np.uint8)
        canvas[_MARGIN_PX : _MARGIN_PX + pixels.shape[0], _MARGIN_PX : _MARGIN_PX + pixels.shape[1]] = pixels
        return canvas

    def _find_in_tile(
        self, canvas: RgbPixels, tile: Tile, min_score: float, pixel_map: PixelMap | None
    ) -> StarCells:
        top, left = tile.top * STRIDE_PX, tile.left * STRIDE_PX
        window = canvas[top : top + tile.height * STRIDE_PX, left : left + tile.width * STRIDE_PX]
        names = ["centres", "shapes", *([] if pixel_map is None else [MAP_OUTPUT])]
        centres, shapes, *logits = self.session.run(names, {"pixels": normalise(window)[None]})
        if pixel_map is not None:
            _fill_core(pixel_map, tile, logits[0][0])
        cells = suppress_repeats(decode_stars(centres[0], shapes[0], min_score=min_score))
        cells = cells.moved(1.0, (left, top))
        # A centre near a seam may be read on either side: both neighbours keep it, repeats go afterwards.
        core = np.array([tile.core.left, tile.core.top, tile.core.width, tile.core.height]) * STRIDE_PX
        apart = cells.centre - core[:2]
        mine = (apart >= -_SEAM_PX).all(axis=1) & (apart < core[2:] + _SEAM_PX).all(axis=1)
        return cells[np.flatnonzero(mine)]


def _fill_core(pixel_map: PixelMap, tile: Tile, logits: FloatArray) -> None:
    """Copy what a tile says of its core: the map has no seams, as cores meet far from tiles' borders."""
    unit = STRIDE_PX // MAP_STRIDE
    core, inner = tile.core, (tile.core.top - tile.top, tile.core.left - tile.left)
    here = np.s_[
        core.top * unit : (core.top + core.height) * unit, core.left * unit : (core.left + core.width) * unit
    ]
    rows, columns = (
        slice(low * unit, (low + n) * unit) for low, n in zip(inner, (core.height, core.width), strict=True)
    )
    pixel_map.margin[here], pixel_map.best[here] = best_cell_class(logits[:, rows, columns])
