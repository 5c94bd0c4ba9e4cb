import cv2
import numpy as np
import pytest

from cytovox.domain.geometry import polygon_area, polygon_box
from cytovox.training.outlines import ANGLES, outlines_from_boxes


def draw(shapes: list[tuple[float, float, float, float, float]], size: int = 200) -> np.ndarray:
    """Filled ellipses (x, y, rx, ry, degrees) that absorb light one over the other."""
    light = np.ones((size, size), np.float32)
    for x, y, rx, ry, angle in shapes:
        mask = np.zeros((size * 4, size * 4), np.uint8)
        cv2.ellipse(mask, ((x * 4, y * 4), (rx * 8, ry * 8), angle), 255, -1)
        small = cv2.resize(mask, (size, size), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        light *= 1 - 0.35 * small
    return np.repeat((230 * light)[..., None], 3, axis=2).astype(np.uint8)


@pytest.mark.parametrize("angle", [0, 30, 45])
def test_the_outline_of_a_turned_ellipse_is_found_from_its_box(angle: float) -> None:
    pixels = draw([(100, 100, 50, 36, angle)])
    turn = np.deg2rad(angle)
    half = np.hypot([50 * np.cos(turn), 50 * np.sin(turn)], [36 * np.sin(turn), 36 * np.cos(turn)])
    box = np.array([[*(100 - half), *(100 + half)]], np.float32)
    points = outlines_from_boxes(pixels, box)[0]
    # The search ends 12 % beyond the inscribed ellipse: the tips of a diagonal cell are rounded off.
    assert polygon_area(points) == pytest.approx(np.pi * 50 * 36, rel=0.07)


def test_a_loose_box_still_gives_the_cell() -> None:
    pixels = draw([(100, 100, 40, 40, 0)])
    points = outlines_from_boxes(pixels, np.array([[56, 56, 144, 144]], np.float32))[0]
    assert polygon_area(points) == pytest.approx(np.pi * 40**2, rel=0.05)


def test_overlapping_cells_each_keep_their_whole_outline() -> None:
    cells = [(80, 100, 36, 36, 0), (125, 100, 36, 36, 0)]
    boxes = np.array([[x - rx, y - ry, x + rx, y + ry] for x, y, rx, ry, _ in cells], np.float32)
    for points, box in zip(outlines_from_boxes(draw(cells), boxes), boxes, strict=True):
        assert np.abs(polygon_box(points) - box).max() < 3.5
        assert polygon_area(points) == pytest.approx(np.pi * 36**2, rel=0.07)


def test_a_flat_picture_gives_nearly_the_inscribed_ellipse() -> None:
    flat = np.full((120, 120, 3), 180, np.uint8)
    points = outlines_from_boxes(flat, np.array([[30, 40, 90, 80]], np.float32))[0]
    assert polygon_area(points) == pytest.approx(np.pi * 30 * 20, rel=0.12)


def test_no_boxes_no_outlines() -> None:
    assert outlines_from_boxes(np.zeros((9, 9, 3), np.uint8), np.zeros((0, 4), np.float32)).shape == (
        0,
        ANGLES,
        2,
    )
