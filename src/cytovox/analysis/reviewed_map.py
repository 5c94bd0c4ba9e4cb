"""The ten-class map after reviewers corrected cells: it follows without the networks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.cells import CellTable
from cytovox.domain.findings import SmearFindings
from cytovox.domain.geometry import FloatArray
from cytovox.domain.smear_map import map_class
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.imaging.outline_pixels import pixels_inside, reach_of, window_around
from cytovox.imaging.tiling import Region

Classes = NDArray[np.uint8]
Mask = NDArray[np.bool_]

_KEYS = load_taxonomy("smear_map").keys
_RIM_UM = 0.6
"""As where the map was made: so far outside an outline cell pixels still belong to the cell."""
_RIM_PX = 3
"""The same where no scale is known."""


@dataclass(frozen=True, slots=True)
class _Painter:
    """Paints single cells on a map, and leaves alone what lies in others.

    Attributes:
        out: The map, shape (H, W); changed in place.
        others: Outlines of the cells that nothing happened to.
        boxes: Their boxes, shape (n, 4).
        rim_px: See `_RIM_UM`.
    """

    out: Classes
    others: list[FloatArray]
    boxes: FloatArray
    rim_px: int

    def pixels_of(self, outline: FloatArray) -> tuple[Region, Mask, int] | None:
        """Where a cell is drawn, and in which class; None where it is not."""
        window = window_around(outline, self.out.shape, self.rim_px)
        if window is None:
            return None
        inside = pixels_inside(outline, window)
        shown = np.bincount(self.out[window.slices][inside], minlength=len(_KEYS))
        if not shown[1:].any():
            return None
        kind = 1 + int(shown[1:].argmax())
        own = reach_of(inside, self.rim_px) & (self.out[window.slices] == kind) & ~self._taken(window)
        return window, own, kind

    def fill(self, outline: FloatArray, kind: int) -> None:
        """Draws a cell in a class."""
        window = window_around(outline, self.out.shape)
        if window is not None:
            self.out[window.slices][pixels_inside(outline, window) & ~self._taken(window)] = kind

    def _taken(self, window: Region) -> Mask:
        low = (window.left, window.top)
        high = (window.left + window.width, window.top + window.height)
        near = ((self.boxes[:, :2] < high) & (self.boxes[:, 2:] > low)).all(axis=1)
        taken = np.zeros((window.height, window.width), bool)
        for row in np.flatnonzero(near):
            taken |= pixels_inside(self.others[row], window)
        return taken


def reviewed_map(classes: Classes, machine: SmearFindings, reviewed: SmearFindings) -> Classes:
    """The map with every cell that was renamed, redrawn, removed or added as it is now.

    A renamed cell keeps its pixels, a removed one leaves ground, an added or redrawn one fills its outline.
    A class that the map does not have leaves the colour as it was. What lies in other cells stays.

    Args:
        classes: The machine's map, shape (H, W): indices into the taxonomy "smear_map".
        machine: The findings that it was made for.
        reviewed: The same after review.
    """
    before, after = _rows(machine.cells), _rows(reviewed.cells)
    touched = [i for i, row in after.items() if reviewed.cells.reviewed[row] is not None]
    changed = sorted({*touched, *(before.keys() - after.keys())})
    if not changed:
        return classes
    others = np.array([row for i, row in after.items() if i not in set(changed)], np.intp)
    painter = _Painter(
        classes.copy(),
        [reviewed.cells.outlines[row] for row in others],
        reviewed.cells.box[others],
        _rim_px(machine),
    )
    labels = reviewed.cells.label.tolist()
    for cell_id in changed:
        old, row = before.get(cell_id), after.get(cell_id)
        _repaint(
            painter,
            None if old is None else machine.cells.outlines[old],
            None if row is None else reviewed.cells.outlines[row],
            None if row is None else map_class(labels[row], machine.cells.taxonomy),
        )
    return painter.out


def _repaint(painter: _Painter, old: FloatArray | None, new: FloatArray | None, key: str | None) -> None:
    drawn = None if old is None else painter.pixels_of(old)
    kind = drawn[2] if drawn is not None else 0
    if key is not None:
        kind = _KEYS.index(key)
    if drawn is not None:
        window, own, _ = drawn
        stays = old is not None and new is not None and np.array_equal(old, new)
        painter.out[window.slices][own] = kind if stays else 0
        if stays:
            return
    if new is not None and kind:
        painter.fill(new, kind)


def _rows(cells: CellTable) -> dict[int, int]:
    return {cell_id: row for row, cell_id in enumerate(cells.ids.tolist())}


def _rim_px(findings: SmearFindings) -> int:
    um_per_px = findings.provenance.options.get("working_um_per_px") or findings.scale.mpp_um
    return max(1, round(_RIM_UM / float(um_per_px))) if um_per_px else _RIM_PX
