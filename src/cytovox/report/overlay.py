"""The picture with every cell outlined in its class colour; all but healthy red cells are labelled."""

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.colour import rgb
from cytovox.domain.errors import InputError
from cytovox.domain.findings import SmearFindings
from cytovox.domain.image import RgbPixels
from cytovox.domain.taxonomy import CellClass, Taxonomy
from cytovox.io.atomic import write_whole
from cytovox.report import NOTICE
from cytovox.report.legend import legend_strip
from cytovox.report.lettering import Colour, text_colour, text_width, write

CASING: Colour = (16, 16, 20)
"""Dark edge on both sides of each line, so that it shows on any stain."""
SUBPIXEL_BITS = 4
DRAWING_ORDER = ("red_cell", "platelet", "unidentified", "white_cell")
"""The rarer on top of the more common; of these, the finer class on top of the broader one."""
UNLABELLED = "red_cell"
"""The class that there are hundreds of."""
PNG_HEADER_BYTES = 33
"""Signature (8) and the chunk IHDR (25), which every PNG begins with (ISO/IEC 15948, clause 5)."""


@dataclass(frozen=True, slots=True)
class Pen:
    """Sizes of what is drawn on one picture.

    Attributes:
        line_px: Width of an outline.
        text_px: Height of the letters' em.
    """

    line_px: int
    text_px: int


def draw_overlay(pixels: RgbPixels, findings: SmearFindings) -> RgbPixels:
    """A copy of the picture, of the same size, with outlines, thin ones of nuclei, and short labels.

    Args:
        pixels: The analysed picture, RGB, shape (H, W, 3).
        findings: What was found in it.

    Raises:
        InputError: The findings speak of a picture of another size.
    """
    if pixels.shape[:2] != (findings.height, findings.width):
        raise InputError(
            f"overlay: findings of '{findings.source}' are for {findings.width} x {findings.height} px, "
            f"the picture has {pixels.shape[1]} x {pixels.shape[0]} px"
        )
    canvas = np.ascontiguousarray(pixels).copy()
    taxonomy = findings.cells.taxonomy
    pen = choose_pen(findings)
    labels = findings.cells.label.tolist()
    keys = sorted(set(labels), key=lambda key: _rank(taxonomy, key))
    chosen = {key: [i for i, label in enumerate(labels) if label == key] for key in keys}
    for key, indices in chosen.items():
        outlines = [findings.cells.polygon(i) for i in indices]
        nuclei = [part for i in indices for part in findings.cells.nucleus_outlines[i]]
        _draw_outlines(canvas, outlines, rgb(taxonomy[key].colour), pen.line_px)
        _draw_outlines(canvas, nuclei, rgb(taxonomy[key].colour), max(1, pen.line_px // 2))
    for key, indices in chosen.items():
        if key != UNLABELLED:
            _draw_labels(canvas, findings.cells.box[indices], taxonomy[key], pen)
    return canvas


def overlay_png(pixels: RgbPixels, findings: SmearFindings, *, legend: bool = True) -> bytes:
    """The overlay as PNG; pixel (x, y) of the picture is pixel (x, y) of the PNG.

    Args:
        pixels: The analysed picture, RGB, shape (H, W, 3).
        findings: What was found in it.
        legend: Whether a strip below the picture gives colours, names, counts and the notice. In any case the
            notice stands in the file's text chunk.
    """
    canvas = draw_overlay(pixels, findings)
    if legend:
        canvas = np.vstack([canvas, legend_strip(findings, choose_pen(findings).text_px)])
    done, encoded = cv2.imencode(".png", cv2.cvtColor(canvas, cv2.COLOR_RGB2BGR))
    if not done:
        raise InputError(
            f"overlay of '{findings.source}': {canvas.shape[1]} x {canvas.shape[0]} px is too large for PNG"
        )
    return png_with_notice(encoded.tobytes())


def write_png(pixels: RgbPixels, findings: SmearFindings, path: Path, *, legend: bool = True) -> None:
    """Write the overlay to a PNG file, whole or not at all."""
    write_whole(path, overlay_png(pixels, findings, legend=legend))


def choose_pen(findings: SmearFindings) -> Pen:
    """Sizes that show when the whole picture fills a screen, yet do not cover the cells themselves."""
    side = float(np.sqrt(findings.height * findings.width))
    areas = findings.cells.area_px
    diameter = float(np.sqrt(np.median(areas) * 4 / np.pi)) if len(areas) else side / 10
    line = np.clip(side / 320, 1, max(1.0, diameter / 30))
    text = np.clip(side / 45, 10, max(10.0, diameter / 2))
    return Pen(round(float(line)), round(float(text)))


def _rank(taxonomy: Taxonomy, key: str) -> tuple[int, int]:
    return DRAWING_ORDER.index(taxonomy.coarse(key)), len(taxonomy.lineage(key))


def _draw_outlines(
    canvas: RgbPixels, outlines: list[NDArray[np.float32]], colour: Colour, line_px: int
) -> None:
    # OpenCV's pixel centres are whole numbers, ours are at one half.
    points = [np.round((o - 0.5) * (1 << SUBPIXEL_BITS)).astype(np.int32) for o in outlines]
    casing_px = line_px + max(1, round(line_px / 2))
    for width, line_colour in ((casing_px, CASING), (line_px, colour)):
        cv2.polylines(canvas, points, True, line_colour, width, cv2.LINE_AA, SUBPIXEL_BITS)


def _draw_labels(canvas: RgbPixels, boxes: NDArray[np.float32], cell_class: CellClass, pen: Pen) -> None:
    colour, margin = rgb(cell_class.colour), max(2, pen.text_px // 5)
    width = text_width(cell_class.short, pen.text_px) + 2 * margin
    height = pen.text_px + margin
    for xmin, ymin, xmax, _ in boxes:
        left = int(np.clip((xmin + xmax - width) / 2, 0, max(0, canvas.shape[1] - width)))
        top = int(np.clip(ymin - height, 0, max(0, canvas.shape[0] - height)))
        cv2.rectangle(canvas, (left, top), (left + width, top + height), CASING, cv2.FILLED)
        cv2.rectangle(canvas, (left + 1, top + 1), (left + width - 1, top + height - 1), colour, cv2.FILLED)
        baseline = top + height - margin
        write(canvas, cell_class.short, (left + margin, baseline), text_colour(colour), pen.text_px)


def png_with_notice(png: bytes) -> bytes:
    """A PNG file's bytes with the notice in a text chunk."""
    # Keyword "Disclaimer" is one that the PNG standard registers (clause 11.3.3.2).
    body = b"tEXtDisclaimer\0" + NOTICE.encode("latin-1")
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:PNG_HEADER_BYTES] + chunk + png[PNG_HEADER_BYTES:]
