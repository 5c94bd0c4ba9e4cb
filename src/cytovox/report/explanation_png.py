"""A picture of what speaks for the likeliest classes of a cell, side by side."""

from pathlib import Path

import cv2
import numpy as np

from cytovox.domain.errors import InputError
from cytovox.domain.explanation import Explanation
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import RgbPixels
from cytovox.io.atomic import write_whole
from cytovox.report import NOTICE
from cytovox.report.legend import FAINT_INK, INK, LINE_HEIGHT, PAPER, wrapped
from cytovox.report.lettering import write
from cytovox.report.overlay import png_with_notice

PANEL_PX = 256
TEXT_PX = 15
MARGIN_PX = 12
MOST_COVER = 0.65
"""Opacity of the map where it is largest; nothing is drawn where nothing speaks for the class."""
CAPTION_LINES = 3


def draw_explanation(explanation: Explanation) -> RgbPixels:
    """The cell, and beside it the cell under the activation map of each class, with names and percentages.

    All maps have one scale: the brightest place of all is the largest activation of any class shown.

    Args:
        explanation: With evidence for at least one class.

    Raises:
        InputError: It has no evidence.
    """
    if not explanation.classes:
        raise InputError("explanation: expected activation maps to draw, this model gives none")
    panels = [_captioned(_enlarged(explanation.crop), _verdict(explanation))]
    taxonomy = explanation.predictions.taxonomy
    largest = max(evidence.peak for evidence in explanation.classes)
    for evidence in explanation.classes:
        shown = evidence.over_crop * np.float32(evidence.peak / largest if largest > 0 else 0.0)
        panel = _under_map(_enlarged(explanation.crop), shown)
        lines = [taxonomy.name_of(evidence.key), f"{evidence.probability:.1%}"]
        panels.append(_captioned(panel, lines))
    gap = np.full((panels[0].shape[0], MARGIN_PX, 3), PAPER, np.uint8)
    row = np.hstack([part for panel in panels for part in (gap, panel)] + [gap])
    return np.vstack([np.full((MARGIN_PX, row.shape[1], 3), PAPER, np.uint8), row, _notice(row.shape[1])])


def explanation_png(explanation: Explanation) -> bytes:
    """The drawing as PNG, with the notice also in its text chunk."""
    canvas = draw_explanation(explanation)
    done, encoded = cv2.imencode(".png", cv2.cvtColor(canvas, cv2.COLOR_RGB2BGR))
    if not done:
        raise InputError(f"explanation: {canvas.shape[1]} x {canvas.shape[0]} px is too large for PNG")
    return png_with_notice(encoded.tobytes())


def write_explanation(explanation: Explanation, path: Path) -> None:
    """Write the drawing to a PNG file, whole or not at all."""
    write_whole(path, explanation_png(explanation))


def _verdict(explanation: Explanation) -> list[str]:
    predictions = explanation.predictions
    name_of = predictions.taxonomy.name_of
    lines = ["unidentified" if predictions.unidentified[0] else name_of(explanation.label)]
    if predictions.level is not None:
        names = ", ".join(map(name_of, predictions.prediction_set(0))) or "typical of none"
        lines.append(f"{predictions.level:.0%} set: {names}")
    return lines


def _enlarged(crop: RgbPixels) -> RgbPixels:
    return np.asarray(cv2.resize(crop, (PANEL_PX, PANEL_PX), interpolation=cv2.INTER_CUBIC), np.uint8)


def _under_map(panel: RgbPixels, activation: FloatArray) -> RgbPixels:
    values = cv2.resize(activation, (PANEL_PX, PANEL_PX), interpolation=cv2.INTER_LINEAR)
    # Viridis rises evenly in lightness, also for people who do not see all colours.
    colours = cv2.applyColorMap(np.round(values * 255).astype(np.uint8), cv2.COLORMAP_VIRIDIS)
    cover = (MOST_COVER * values)[..., None]
    mixed = panel * (1 - cover) + cv2.cvtColor(colours, cv2.COLOR_BGR2RGB) * cover
    return np.asarray(np.round(mixed), np.uint8)


def _captioned(panel: RgbPixels, lines: list[str]) -> RgbPixels:
    step = round(TEXT_PX * LINE_HEIGHT)
    caption = np.full((step * CAPTION_LINES + TEXT_PX // 2, PANEL_PX, 3), PAPER, np.uint8)
    fitted = [part for line in lines for part in wrapped(line, PANEL_PX, TEXT_PX)]
    for number, line in enumerate(fitted[:CAPTION_LINES], start=1):
        write(caption, line, (0, number * step), INK, TEXT_PX)
    return np.vstack([panel, caption])


def _notice(width: int) -> RgbPixels:
    step = round(TEXT_PX * LINE_HEIGHT)
    lines = wrapped(NOTICE, width - 2 * MARGIN_PX, TEXT_PX)
    strip = np.full((step * len(lines) + MARGIN_PX, width, 3), PAPER, np.uint8)
    for number, line in enumerate(lines, start=1):
        write(strip, line, (MARGIN_PX, number * step - TEXT_PX // 2), FAINT_INK, TEXT_PX)
    return strip
