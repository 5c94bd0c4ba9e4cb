"""The map of a smear as palette PNG: the ten fixed colours to look at, exact class indices to count with."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.colour import rgb
from cytovox.domain.errors import InputError
from cytovox.domain.findings import SmearFindings
from cytovox.domain.smear_map import SmearMap
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.io.atomic import write_whole
from cytovox.io.palette_png import palette_png
from cytovox.report.legend import LegendEntry, strip_of
from cytovox.report.lettering import Colour
from cytovox.report.overlay import choose_pen, png_with_notice

GREYS = 246
"""Palette entries left for the letters of the legend: 256 less the ten classes."""


def write_map(findings: SmearFindings, path: Path, *, raw: bool = False, legend: bool = True) -> None:
    """Write the map to a PNG file, whole or not at all."""
    write_whole(path, map_png(findings, raw=raw, legend=legend))


def map_png(findings: SmearFindings, *, raw: bool = False, legend: bool = True) -> bytes:
    """The map as palette PNG; pixel (x, y) of the picture is pixel (x, y) of the PNG.

    Index i of the palette is class i of the taxonomy "smear_map", in its fixed colour.

    Args:
        findings: What was found; must hold a map.
        raw: Whether to draw the network's own answer for each pixel instead of the map that is consistent
            with the cells.
        legend: Whether a strip below gives colours, names, shares of the picture and the notice; its letters
            have indices from 10. In any case the notice stands in the file's text chunk.

    Raises:
        InputError: The findings hold no map.
    """
    smear_map = found_map(findings)
    indices = smear_map.raw if raw else smear_map.classes
    colours = _class_colours()
    if legend:
        strip = strip_of(_entries(indices), findings.width, choose_pen(findings).text_px)
        indices = np.vstack([indices, _as_indices(strip, colours)])
        colours += [(grey, grey, grey) for grey in (_grey_of(step) for step in range(GREYS))]
    return png_with_notice(palette_png(indices, colours))


def found_map(findings: SmearFindings) -> SmearMap:
    """The map among the findings.

    Raises:
        InputError: There is none.
    """
    if findings.smear_map is None:
        raise InputError(
            f"map of '{findings.source}': expected findings with a map, got some without; analyse the "
            "picture with SmearOptions(smear_map=True)"
        )
    return findings.smear_map


def _class_colours() -> list[Colour]:
    return [rgb(c.colour) for c in load_taxonomy("smear_map")]


def _entries(indices: NDArray[np.uint8]) -> list[LegendEntry]:
    """All ten classes: the colours are fixed, so what is absent is said to be."""
    classes = load_taxonomy("smear_map").classes
    pixels = np.bincount(indices.ravel(), minlength=len(classes))
    return [
        LegendEntry(f"{c.name}: {_percent(count / indices.size)}", rgb(c.colour))
        for c, count in zip(classes, pixels.tolist(), strict=True)
    ]


def _percent(share: float) -> str:
    return "below 0.1 %" if 0 < share < 0.0005 else f"{100 * share:.1f} %"


def _as_indices(strip: NDArray[np.uint8], colours: list[Colour]) -> NDArray[np.uint8]:
    """The legend in the same palette: swatches are their class, everything else a grey."""
    indices = (len(colours) + np.round(strip[..., 0] * ((GREYS - 1) / 255.0))).astype(np.uint8)
    for index, colour in enumerate(colours):
        indices[(strip == colour).all(axis=2)] = index
    return indices


def _grey_of(step: int) -> int:
    return round(step * 255 / (GREYS - 1))
