"""The network's own ten-class map of a picture, at its resolution."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray
from cytovox.imaging.resample import sample_grid

MAP_STRIDE = 2
"""Pixels of the network's input a pixel of its map."""
_STRIP_ROWS = 1024


@dataclass(frozen=True, slots=True)
class PixelMap:
    """What the network says of each pixel of its map: how surely a cell, and of which class at best.

    Attributes:
        margin: Logit of the best cell class less that of the background, shape (h, w).
        best: Best class other than background, shape (h, w), as index into the ten classes.
        zoom: Pixels of the network's input a pixel of the picture.
        frame_px: Rows and columns of input before the picture begins.
    """

    margin: NDArray[np.float16]
    best: NDArray[np.uint8]
    zoom: float
    frame_px: int

    def strips(self, height: int, width: int) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """The classes of the picture's pixels, in strips: first row, then the strip's classes (rows, width).

        The margin is interpolated, so that borders run smoothly between the map's coarser pixels.

        Args:
            height: Rows of the picture.
            width: Its columns.
        """
        for top in range(0, height, _STRIP_ROWS):
            rows = min(_STRIP_ROWS, height - top)
            source, first_xy, step = self._window(top, rows)
            margin = sample_grid(self.margin[source].astype(np.float32), (rows, width), first_xy, step)
            best = sample_grid(self.best[source], (rows, width), first_xy, step)
            yield top, np.where(margin > 0, best, 0).astype(np.uint8)

    def _window(self, top: int, rows: int) -> tuple[slice, tuple[float, float], float]:
        """Rows of the map under a strip of the picture, where the strip begins in them, and its step."""
        step = self.zoom / MAP_STRIDE
        # Pixel middles: (x + 1/2) zoom + frame in the input, (u + 1/2) stride in the map.
        first = (0.5 * self.zoom + self.frame_px) / MAP_STRIDE - 0.5
        low = max(int(first + step * top) - 2, 0)
        high = min(int(first + step * (top + rows)) + 3, len(self.margin))
        return slice(low, high), (first, first + step * top - low), step


def best_cell_class(logits: FloatArray) -> tuple[NDArray[np.float16], NDArray[np.uint8]]:
    """Margin over the background and best cell class of each pixel.

    Args:
        logits: Shape (classes, h, w); class 0 is the background.
    """
    cells = logits[1:]
    margin = np.clip(cells.max(axis=0) - logits[0], -30, 30)
    return margin.astype(np.float16), (cells.argmax(axis=0) + 1).astype(np.uint8)
