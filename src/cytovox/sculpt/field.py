"""A whole field as one scene: every cell at its place on the slide."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import InputError
from cytovox.domain.geometry import FloatArray, polygon_box
from cytovox.domain.surface import PlacedSurface, Surface, SurfacePart
from cytovox.sculpt.cells import sculpt_cell
from cytovox.sculpt.film import Film
from cytovox.sculpt.options import FIELD_STEP_UM, SculptOptions

SLIDE_UM = 1.0
"""Thickness that the glass is drawn with."""
SLIDE_NOTICE = "the slide is drawn, not measured"


def sculpt_field(
    film: Film,
    *,
    options: SculptOptions | None = None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> tuple[PlacedSurface, ...]:
    """All cells of a picture lying on a glass slide, the middle of the picture at the origin.

    Cells too small for a body are left out. Where cells overlap in the picture their bodies do, too: one
    picture does not tell which lies on top.

    Args:
        film: The picture's film.
        options: See `SculptOptions`; None for a detail of `FIELD_STEP_UM`.
        progress: Called with the number of cells done and of all cells.
    """
    options = options or SculptOptions(step_um=FIELD_STEP_UM)
    placed = [PlacedSurface(_slide(film))]
    for index in range(len(film.cells)):
        placed += _on_slide(film, index, options)
        progress(index + 1, len(film.cells))
    return tuple(placed)


def _on_slide(film: Film, index: int, options: SculptOptions) -> Iterator[PlacedSurface]:
    try:
        surface = sculpt_cell(film, index, options=options)
    except InputError:
        return
    box = polygon_box(film.cells.outlines[index])
    height, width = film.pixels.shape[:2]
    x = (float(box[0] + box[2]) - width) / 2 * film.mpp_um
    y = (height - float(box[1] + box[3])) / 2 * film.mpp_um
    yield PlacedSurface(surface, (x, y, -float(surface.bounds[0, 2])))


def _slide(film: Film) -> Surface:
    """A thin plate below z = 0 in the colour of the empty slide."""
    height, width = film.pixels.shape[:2]
    half = np.array([width * film.mpp_um / 2, height * film.mpp_um / 2, SLIDE_UM / 2], np.float32)
    corners, normals = _box()
    colour = _display(film.light)
    part = SurfacePart(
        name="glass",
        vertices=(corners * half - [0, 0, SLIDE_UM / 2]).astype(np.float32),
        faces=np.array([[4 * s + i for i in t] for s in range(6) for t in ((0, 1, 2), (0, 2, 3))], np.int32),
        normals=normals,
        colours=np.tile(colour, (len(corners), 1)),
    )
    return Surface("slide", (part,), SLIDE_NOTICE)


def _box() -> tuple[FloatArray, FloatArray]:
    """Corners, four a side, and normals of the cube from -1 to 1, each shape (24, 3)."""
    corners, normals = [], []
    for axis in range(3):
        for sign in (-1.0, 1.0):
            square = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
            for a, b in square if sign > 0 else square[::-1]:
                corners.append(np.roll([sign, a, b], axis))
                normals.append(np.roll([sign, 0, 0], axis))
    return np.array(corners, np.float32), np.array(normals, np.float32)


def _display(light: FloatArray) -> NDArray[np.uint8]:
    """SRGB of linear light 0..1 (IEC 61966-2-1), shape (3,), uint8."""
    encoded = np.where(
        light <= 0.0031308, 12.92 * light, 1.055 * np.power(np.clip(light, 0, 1), 1 / 2.4) - 0.055
    )
    return np.asarray(np.rint(255 * np.clip(encoded, 0, 1)), np.uint8)
