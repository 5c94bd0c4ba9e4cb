"""A cut-out turned, scaled and stained anew, on the pixels of the field it will lie on."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray
from cytovox.synth.cut_outs import CutOut
from cytovox.synth.film import overlap_window

_MARGIN_UM = 0.8
"""Kept around an outline: wider than the fade of a cut-out's density."""
_SHRINK_BELOW = 0.8


@dataclass(frozen=True, slots=True)
class Patch:
    """One cell on the pixels of a field, not yet at its place.

    Attributes:
        density: Optical density, faded to 0 outside the cell, shape (h, w, 3).
        mask: Its pixels, shape (h, w).
        outline: Its border, points (n, 2) of (x, y) in pixels of the patch.
        label: Key of the blood taxonomy.
        light: Linear light of the slide that it was cut from, shape (3,).
        top: Row of the field where the patch starts; may be negative.
        left: Column of the field where the patch starts; may be negative.
    """

    density: FloatArray
    mask: NDArray[np.bool_]
    outline: FloatArray
    label: str
    light: FloatArray
    top: int = 0
    left: int = 0

    def at(self, top: int, left: int) -> "Patch":
        """The same cell with its patch's first pixel at (top, left)."""
        return replace(self, top=top, left=left)


@dataclass(frozen=True, slots=True)
class Turn:
    """How a cut-out is laid down.

    Attributes:
        angle: Radians.
        mirrored: Whether left and right are swapped.
        scale: Factor on its size.
    """

    angle: float = 0.0
    mirrored: bool = False
    scale: float = 1.0


def draw_turn(rng: np.random.Generator, scale_spread: float) -> Turn:
    """Any direction, either side up, scaled log-normally."""
    scale = float(np.exp(scale_spread * np.clip(rng.normal(), -2.0, 2.0)))
    return Turn(float(rng.uniform(0.0, 2.0 * np.pi)), bool(rng.random() < 0.5), scale)


def turned(cut_out: CutOut, turn: Turn, mpp_um: float, gain: FloatArray | None = None) -> Patch:
    """A cut-out on pixels of `mpp_um`, its density multiplied by `gain` in each channel.

    Args:
        cut_out: The cell.
        turn: How it lies.
        mpp_um: Micrometres per pixel of the field.
        gain: Factors, shape (3,), on what is haemoglobin or, in other cells, on all; None for none. What is
            foreign in a red cell keeps its hue: it is multiplied by their mean.
    """
    zoom = cut_out.um_per_px / mpp_um * turn.scale
    warp = _Warp.of(cut_out, turn, zoom)
    layers = np.dstack([cut_out.density.astype(np.float32), cut_out.mask.astype(np.float32)])
    warped = warp.apply(layers)
    density = np.ascontiguousarray(warped[..., :3])
    if gain is not None and cut_out.foreign is None:
        density *= gain
    elif gain is not None and cut_out.foreign is not None:
        share = warp.apply(cut_out.foreign.astype(np.float32))[..., None] / np.float32(255.0)
        density *= gain + share * (gain.mean() - gain)
    return Patch(
        density=density,
        mask=warped[..., 3] > 0.5,
        outline=warp.outline,
        label=cut_out.label,
        light=cut_out.light,
    )


def add_density(field: FloatArray, patch: Patch) -> None:
    """Lay a patch on a field of densities, shape (H, W, 3); what hangs over the edge is lost."""
    window = overlap_window(field.shape, patch.density.shape, patch.top, patch.left)
    if window is not None:
        field[window[0]] += patch.density[window[1]]


@dataclass(frozen=True, slots=True)
class _Warp:
    """The affine map of one cut-out onto its patch.

    Attributes:
        shrunk: Columns and rows that the cut-out is first shrunk to by areas, as warpAffine does not average;
            None where it is not made smaller.
        matrix: Shape (2, 3), on pixel middles.
        size: Columns and rows of the patch.
        outline: The border on the patch.
    """

    shrunk: tuple[int, int] | None
    matrix: NDArray[np.float64]
    size: tuple[int, int]
    outline: FloatArray

    @classmethod
    def of(cls, cut_out: CutOut, turn: Turn, zoom: float) -> "_Warp":
        height, width = cut_out.mask.shape
        shrunk = (max(round(width * zoom), 2), max(round(height * zoom), 2)) if zoom < _SHRINK_BELOW else None
        shrink = np.array([shrunk[0] / width, shrunk[1] / height]) if shrunk else np.ones(2)
        linear = zoom * _rotation(turn) / shrink
        outline = (cut_out.outline * shrink) @ linear.T
        margin = np.ceil(_MARGIN_UM * zoom / cut_out.um_per_px) + 1
        low, high = np.floor(outline.min(axis=0)) - margin, np.ceil(outline.max(axis=0)) + margin
        # Outlines live on pixel edges (0 = left border), warpAffine on pixel middles.
        offset = linear @ np.array([0.5, 0.5]) - 0.5 - low
        size = (int(high[0] - low[0]), int(high[1] - low[1]))
        return cls(shrunk, np.column_stack([linear, offset]), size, np.asarray(outline - low, np.float32))

    def apply(self, layers: FloatArray) -> FloatArray:
        if self.shrunk:
            layers = np.asarray(cv2.resize(layers, self.shrunk, interpolation=cv2.INTER_AREA), np.float32)
        return np.asarray(cv2.warpAffine(layers, self.matrix, self.size, flags=cv2.INTER_LINEAR), np.float32)


def _rotation(turn: Turn) -> NDArray[np.float64]:
    cos, sin = np.cos(turn.angle), np.sin(turn.angle)
    return np.array([[cos, -sin], [sin, cos]]) @ np.diag([-1.0 if turn.mirrored else 1.0, 1.0])
