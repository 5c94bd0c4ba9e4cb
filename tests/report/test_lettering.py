import pytest

from cytovox.domain.colour import rgb
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.report.lettering import text_colour, text_width


def contrast(first: tuple[int, int, int], second: tuple[int, int, int]) -> float:
    """Contrast ratio of WCAG 2.2, written out apart from the code under test."""

    def luminance(colour: tuple[int, int, int]) -> float:
        channel = [v / 255 for v in colour]
        r, g, b = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channel]
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted([luminance(first), luminance(second)])
    return (high + 0.05) / (low + 0.05)


def test_rgb() -> None:
    assert rgb("#fb00be") == (251, 0, 190)


@pytest.mark.parametrize("key", load_taxonomy("blood").keys)
def test_label_text_can_be_read_on_every_class_colour(key: str) -> None:
    background = rgb(load_taxonomy("blood")[key].colour)
    chosen = text_colour(background)
    other = (0, 0, 0) if chosen == (255, 255, 255) else (255, 255, 255)
    assert contrast(chosen, background) >= 4.5
    assert contrast(chosen, background) >= contrast(other, background)


def test_text_width_grows_with_text_and_size() -> None:
    assert 0 < text_width("NEU", 12) < text_width("NEUTRO", 12) < text_width("NEUTRO", 24)
