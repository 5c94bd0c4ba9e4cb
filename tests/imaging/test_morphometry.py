import math
from itertools import pairwise

import cv2
import numpy as np
import pytest

from cytovox.imaging.morphometry import (
    circularity,
    lobes,
    nucleus_to_cytoplasm_ratio,
    perimeter,
    stain_density,
)
from cytovox.imaging.regions import level_outlines

EMPTY = np.zeros((8, 8), bool)


def shape(draw: object, side: int = 200) -> np.ndarray:
    """A mask drawn eight times too large and averaged, as an array of shares."""
    canvas = np.zeros((side * 8, side * 8), np.uint8)
    draw(canvas)  # type: ignore[operator]
    return (cv2.resize(canvas, (side, side), interpolation=cv2.INTER_AREA) / 255).astype(np.float32)


def disc(x: float, y: float, radius: float) -> object:
    return lambda canvas: cv2.circle(canvas, (int(x * 8), int(y * 8)), int(radius * 8), 255, cv2.FILLED)


@pytest.mark.parametrize("radius", [5.0, 12.0, 40.0])
def test_a_disc_is_measured_to_a_percent(radius: float) -> None:
    (points,) = level_outlines(shape(disc(60.3, 70.1, radius)), 0.5)
    assert perimeter(points) == pytest.approx(2 * math.pi * radius, rel=0.01)
    assert circularity([points]) == pytest.approx(1.0, abs=0.01)


def test_an_ellipse_is_measured_to_a_percent() -> None:
    def draw(canvas: np.ndarray) -> None:
        cv2.ellipse(canvas, (800, 800), (60 * 8, 20 * 8), 30, 0, 360, 255, cv2.FILLED)

    (points,) = level_outlines(shape(draw), 0.5)
    # Ramanujan's second approximation of an ellipse's perimeter is exact to 1e-5 here.
    h = (40 / 80) ** 2
    around = math.pi * 80 * (1 + 3 * h / (10 + math.sqrt(4 - 3 * h)))
    assert perimeter(points) == pytest.approx(around, rel=0.01)
    assert circularity([points]) == pytest.approx(4 * math.pi * math.pi * 1200 / around**2, rel=0.01)


def test_two_equal_discs_have_half_the_circularity_of_one() -> None:
    both = np.maximum(shape(disc(50, 50, 30)), shape(disc(150, 150, 30)))
    assert circularity(level_outlines(both, 0.5)) == pytest.approx(0.5, rel=0.01)


def test_nothing_has_no_circularity() -> None:
    assert math.isnan(circularity([]))


def test_the_ratio_is_that_of_the_areas() -> None:
    cell, nucleus = (shape(disc(100, 100, r)) > 0.5 for r in (50, 25))
    assert nucleus_to_cytoplasm_ratio(cell, nucleus) == pytest.approx(25**2 / (50**2 - 25**2), rel=0.01)
    assert nucleus_to_cytoplasm_ratio(cell, cell) == math.inf
    assert math.isnan(nucleus_to_cytoplasm_ratio(EMPTY, EMPTY))


def test_stain_density_is_the_absorbance_of_linear_light() -> None:
    # sRGB 188 is half the light of 255 (IEC 61966-2-1): absorbance log10(2) = 0.301 before a clear slide.
    pixels = np.full((8, 8, 3), 255, np.uint8)
    pixels[2:4] = 188
    mask = EMPTY.copy()
    mask[2:4] = True
    clear = np.ones(3, np.float32)
    assert stain_density(pixels, mask, clear) == pytest.approx(math.log10(2), rel=0.01)
    assert stain_density(pixels, mask, clear / 2) == pytest.approx(0.0, abs=0.01)
    assert math.isnan(stain_density(pixels, EMPTY, clear))


def chain(parts: int, bridge: float, radius: float = 16.0) -> np.ndarray:
    """Discs on an arc, neighbours joined by a bridge whose width is a share of a disc's."""
    places = [
        (100 + 55 * math.cos(a), 100 + 55 * math.sin(a)) for a in np.arange(parts) * math.radians(50) + 0.3
    ]
    mask = np.zeros((200, 200))
    for x, y in places:
        mask = np.maximum(mask, shape(disc(x, y, radius)))
    for (x0, y0), (x1, y1) in pairwise(places):
        line = np.zeros((1600, 1600), np.uint8)
        ends = [(int(x0 * 8), int(y0 * 8)), (int(x1 * 8), int(y1 * 8))]
        if bridge:
            cv2.line(line, *ends, 255, max(1, int(bridge * 2 * radius * 8)))
        mask = np.maximum(mask, cv2.resize(line, (200, 200), interpolation=cv2.INTER_AREA) / 255)
    return mask > 0.5


@pytest.mark.parametrize("parts", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("bridge", [0.0, 0.1, 0.25])
@pytest.mark.parametrize("zoom", [0.25, 1.0])
def test_lobes_joined_by_threads_are_counted(parts: int, bridge: float, zoom: float) -> None:
    mask = chain(parts, bridge)
    small = cv2.resize(mask.astype(np.float32), None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA) > 0.5
    assert lobes(small) == parts


@pytest.mark.parametrize("parts", [2, 3, 4, 5])
def test_a_broad_bridge_divides_nothing(parts: int) -> None:
    assert lobes(chain(parts, 0.8)) == 1


@pytest.mark.parametrize("start", [0, 70])
def test_a_band_is_one_lobe(start: int) -> None:
    canvas = np.zeros((200, 200), np.uint8)
    cv2.ellipse(canvas, (100, 100), (50, 45), 0, start, start + 220, 255, 24)
    assert lobes(canvas > 0) == 1


def test_a_kidney_a_disc_and_a_ragged_disc_are_one_lobe() -> None:
    kidney = (shape(disc(100, 100, 50)) > 0.5) & ~(shape(disc(100, 45, 25)) > 0.5)
    ragged = shape(disc(100, 100, 40)) > 0.5
    random = np.random.default_rng(0)
    for angle in random.uniform(0, 2 * np.pi, 30):
        bite = disc(100 + 42 * math.cos(angle), 100 + 42 * math.sin(angle), 4)
        ragged &= ~(shape(bite) > 0.5)
    assert [lobes(mask) for mask in (kidney, shape(disc(90, 90, 30)) > 0.5, ragged)] == [1, 1, 1]


def test_a_sliver_beside_the_nucleus_is_no_lobe() -> None:
    mask = (shape(disc(80, 100, 40)) > 0.5) | (shape(disc(150, 100, 6)) > 0.5)
    assert lobes(mask) == 1


def test_no_nucleus_has_no_lobes() -> None:
    assert lobes(EMPTY) == 0
