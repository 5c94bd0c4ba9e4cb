"""The strip below a picture: which colour is which class, how many or how much, and the notice."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from cytovox.domain.colour import rgb
from cytovox.domain.findings import SmearFindings
from cytovox.domain.image import RgbPixels
from cytovox.report import NOTICE
from cytovox.report.lettering import Colour, text_width, write

PAPER, INK, FAINT_INK = 24, (235, 235, 235), (170, 170, 170)
LINE_HEIGHT = 1.6
"""In units of the letters' em."""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One class in the legend.

    Attributes:
        text: Name and figure.
        colour: Colour of the class.
    """

    text: str
    colour: Colour


def legend_strip(findings: SmearFindings, text_px: int) -> RgbPixels:
    """A strip as wide as the picture: colour, label, name and count of each class found, then the notice.

    Args:
        findings: What was found.
        text_px: Height of the letters' em; smaller letters are taken on a narrow picture.
    """
    taxonomy = findings.cells.taxonomy
    found = [(taxonomy[key], count) for key, count in findings.counts.items() if count]
    entries = [LegendEntry(f"{c.short} {c.name}: {count}", rgb(c.colour)) for c, count in found]
    return strip_of(entries, findings.width, text_px)


def strip_of(entries: Sequence[LegendEntry], width: int, text_px: int) -> RgbPixels:
    """A strip of that width: each entry's colour and text, then the notice.

    Args:
        entries: In reading order.
        width: Pixels.
        text_px: Height of the letters' em; smaller letters are taken on a narrow picture.
    """
    text_px = min(text_px, max(8, width // 40))
    rows = _arranged(entries, width, text_px)
    notice = wrapped(NOTICE, width - text_px, text_px)
    step = round(text_px * LINE_HEIGHT)
    strip = np.full(((len(rows) + len(notice)) * step + text_px, width, 3), PAPER, np.uint8)
    for number, row in enumerate(rows, start=1):
        for left, entry in row:
            _draw_entry(strip, entry, (left, number * step), text_px)
    for number, line in enumerate(notice, start=1 + len(rows)):
        write(strip, line, (text_px // 2, number * step), FAINT_INK, text_px)
    return strip


def _draw_entry(strip: RgbPixels, entry: LegendEntry, at: tuple[int, int], text_px: int) -> None:
    left, baseline = at
    corners = (left, baseline - text_px), (left + text_px, baseline)
    cv2.rectangle(strip, *corners, entry.colour, cv2.FILLED)
    # The rim shows colours that are as dark as the paper.
    cv2.rectangle(strip, *corners, FAINT_INK, 1)
    write(strip, entry.text, (left + round(text_px * 1.5), baseline), INK, text_px)


def _arranged(
    entries: Sequence[LegendEntry], width: int, text_px: int
) -> list[list[tuple[int, LegendEntry]]]:
    """Rows of entries, each with the column where it begins."""
    rows: list[list[tuple[int, LegendEntry]]] = []
    left = width
    for entry in entries:
        need = round(text_px * 2.5) + text_width(entry.text, text_px)
        if left + need > width:
            rows.append([])
            left = text_px // 2
        rows[-1].append((left, entry))
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
