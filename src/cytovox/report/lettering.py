"""Colours of text and of taxonomy classes, and text on pictures."""

import cv2

from cytovox.domain.image import RgbPixels

Colour = tuple[int, int, int]


def text_colour(background: Colour) -> Colour:
    """Black or white, whichever contrasts more with a background (relative luminance, WCAG 2.2)."""
    linear = [v / 255 / 12.92 if v <= 10 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in background]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    # Contrast with white is 1.05 / (L + 0.05), with black (L + 0.05) / 0.05; equal at L = 0.179.
    return (0, 0, 0) if luminance > 0.179 else (255, 255, 255)


def write(canvas: RgbPixels, text: str, at: tuple[int, int], colour: Colour, text_px: int) -> None:
    """Draw a line of text, its baseline starting at a point (x, y) of the canvas."""
    cv2.putText(canvas, text, at, colour, cv2.FontFace("sans"), text_px, 600)


def text_width(text: str, text_px: int) -> int:
    """Width of a line of text, in pixels."""
    left, _, width, _ = cv2.getTextSize((0, 0), text, (0, 0), cv2.FontFace("sans"), text_px, 600)
    return int(left + width)
