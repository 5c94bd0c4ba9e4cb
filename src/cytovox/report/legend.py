"""The strip below an overlay: which colour is which class, how many, and the notice."""

from dataclasses import dataclass

import cv2
import numpy as np

from cytovox.domain.findings import SmearFindings
from cytovox.domain.image import RgbPixels
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.domain.taxonomy import CellClass
from cytovox.report import NOTICE
from cytovox.report.lettering import Colour, rgb, text_width, write

PAPER, INK, FAINT_INK = 24, (235, 235, 235), (170, 170, 170)
LINE_HEIGHT = 1.6
"""In units of the letters' em."""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One class in the legend.

    Attributes:
        left: Column where it begins.
        text: Label, name and count.
        colour: Colour of the class.
    """

    left: int
    text: str
    colour: Colour


def legend_strip(findings: SmearFindings, text_px: int) -> RgbPixels:
    """A strip as wide as the picture: colour, label, name and count of each class found, then the notice.

    Args:
        findings: What was found.
        text_px: Height of the letters' em; smaller letters are taken on a narrow picture.
    """
    taxonomy = load_taxonomy("blood")
    text_px = min(text_px, max(8, findings.width // 40))
    entries = [(taxonomy[key], count) for key, count in findings.counts.items() if count]
    rows = _arranged(entries, findings.width, text_px)
    notice = wrapped(NOTICE, findings.width - text_px, text_px)
    step = round(text_px * LINE_HEIGHT)
    strip = np.full(((len(rows) + len(notice)) * step + text_px, findings.width, 3), PAPER, np.uint8)
    for number, row in enumerate(rows, start=1):
        for entry in row:
            _draw_entry(strip, entry, number * step, text_px)
    for number, line in enumerate(notice, start=1 + len(rows)):
        write(strip, line, (text_px // 2, number * step), FAINT_INK, text_px)
    return strip


def _draw_entry(strip: RgbPixels, entry: LegendEntry, baseline: int, text_px: int) -> None:
    swatch_end = (entry.left + text_px, baseline)
    cv2.rectangle(strip, (entry.left, baseline - text_px), swatch_end, entry.colour, cv2.FILLED)
    write(strip, entry.text, (entry.left + round(text_px * 1.5), baseline), INK, text_px)


def _arranged(entries: list[tuple[CellClass, int]], width: int, text_px: int) -> list[list[LegendEntry]]:
    rows: list[list[LegendEntry]] = []
    left = width
    for cell_class, count in entries:
        text = f"{cell_class.short} {cell_class.name}: {count}"
        need = round(text_px * 2.5) + text_width(text, text_px)
        if left + need > width:
            rows.append([])
            left = text_px // 2
        rows[-1].append(LegendEntry(left, text, rgb(cell_class.colour)))
        left += need
    return rows


def wrapped(text: str, width: int, text_px: int) -> list[str]:
    """The text in lines that are at most `width` pixels wide, a longer word excepted."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, text_px) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
