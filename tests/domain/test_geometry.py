import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cytovox.domain.geometry import (
    box_iou,
    clip_to_half_plane,
    polygon_area,
    polygon_box,
    star_polygon,
    star_radii,
)

SQUARE = np.array([[0, 0], [10, 0], [10, 10], [0, 10]], np.float32)


def circle(radius: float, vertices: int = 720) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    return (radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)).astype(np.float32)


def test_area_of_a_disc_and_of_its_mirror_image() -> None:
    assert polygon_area(circle(10)) == pytest.approx(100 * np.pi, rel=1e-4)
    assert polygon_area(circle(10)[::-1]) == pytest.approx(100 * np.pi, rel=1e-4)


def test_box_of_a_polygon() -> None:
    assert polygon_box(circle(5) + 20).tolist() == pytest.approx([15, 15, 25, 25])


def test_iou_of_shifted_boxes() -> None:
    boxes = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [20, 20, 20, 20]], np.float32)
    iou = box_iou(boxes, boxes)
    assert iou[0, 1] == pytest.approx(50 / 150)
    assert iou[0, 0] == 1
    assert iou[2, 2] == 0  # an empty box overlaps nothing, not even itself


@given(
    st.floats(0, 2 * np.pi),
    st.floats(-12, 12),
)
def test_two_complementary_half_planes_split_an_area(angle: float, offset: float) -> None:
    normal = np.array([np.cos(angle), np.sin(angle)], np.float32)
    disc = circle(10, 90)
    parts = [clip_to_half_plane(disc, sign * normal, sign * offset) for sign in (1, -1)]
    areas = [polygon_area(part) if len(part) else 0.0 for part in parts]
    assert sum(areas) == pytest.approx(polygon_area(disc), rel=1e-3)


def test_clipping_a_square_in_half() -> None:
    half = clip_to_half_plane(SQUARE, np.array([1, 0], np.float32), 5.0)
    assert polygon_area(half) == pytest.approx(50)
    assert polygon_box(half).tolist() == [0, 0, 5, 10]


@given(st.floats(-6, 6), st.floats(-6, 6))
def test_radii_of_a_circle_from_any_inner_point(x: float, y: float) -> None:
    centre = np.array([x, y], np.float32)
    angle = np.arange(32) * 2 * np.pi / 32
    along = x * np.cos(angle) + y * np.sin(angle)
    expected = -along + np.sqrt(along**2 + 100 - x**2 - y**2)
    assert star_radii(circle(10), centre, 32) == pytest.approx(expected, rel=1e-3)


@given(st.lists(st.floats(3, 20), min_size=32, max_size=32))
def test_star_polygon_and_radii_are_inverse(radii: list[float]) -> None:
    # Neighbouring radii differ little enough that the polygon stays star-shaped by construction.
    centre = np.array([[50, 60]], np.float32)
    expected = np.array([radii], np.float32)
    points = star_polygon(centre, expected)[0]
    assert star_radii(points, centre[0], 32) == pytest.approx(expected[0], rel=1e-3)
