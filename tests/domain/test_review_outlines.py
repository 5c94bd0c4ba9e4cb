import numpy as np
import pytest

from cytovox.domain.errors import InputError
from cytovox.domain.review_outlines import MOST_VERTICES, all_inside, checked_polygon

SQUARE = ((10.0, 10.0), (20.0, 10.0), (20.0, 20.0), (10.0, 20.0))


def test_an_outline_is_kept_to_a_tenth_of_a_pixel() -> None:
    drawn = ((10.04, 10.0), (10.01, 10.0), (20.0, 10.0), (20.0, 19.96), (10.0, 20.0))
    assert checked_polygon(drawn, 40, 30) == SQUARE


@pytest.mark.parametrize("turns", range(4))
def test_simple_outlines_pass_wherever_they_begin(turns: int) -> None:
    # A star of five points and a comb: neither is convex.
    angle = np.arange(10) * np.pi / 5
    radius = np.where(np.arange(10) % 2, 4.0, 9.0)
    star = np.stack([20 + radius * np.cos(angle), 15 + radius * np.sin(angle)], axis=1)
    comb = np.array([(0, 0), (9, 0), (9, 9), (7, 9), (7, 2), (5, 2), (5, 9), (3, 9), (3, 2), (0, 2)], float)
    for points in (star, comb, star[::-1]):
        checked_polygon(tuple(map(tuple, np.roll(points, turns, axis=0).tolist())), 40, 30)


@pytest.mark.parametrize(
    ("polygon", "says"),
    [
        (SQUARE[:2], "3 to"),
        (tuple((float(i), 0.0) for i in range(MOST_VERTICES + 1)), "3 to"),
        (((-0.2, 1.0), (5.0, 1.0), (5.0, 5.0)), "within the picture"),
        (((1.0, 1.0), (40.2, 1.0), (5.0, 5.0)), "within the picture"),
        (((1.0, 1.0), (5.0, 30.5), (5.0, 5.0)), "within the picture"),
        (((1.0, 1.0), (float("nan"), 2.0), (5.0, 5.0)), "within the picture"),
        (((1.0, 1.0), (5.0, 1.0), (9.0, 1.0)), "empty"),
        (((1.0, 1.0), (1.0, 1.0), (1.0, 1.0), (1.0, 1.0)), "empty"),
        # A bow tie with unequal halves, an eight whose halves cancel, a spike, and a touch in one point.
        (((0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 5.0)), "cross"),
        (((0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 10.0)), "empty"),
        (((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (10.0, 20.0), (10.0, 10.0), (0.0, 10.0)), "cross"),
        (((0.0, 0.0), (10.0, 0.0), (5.0, 5.0), (10.0, 10.0), (0.0, 10.0), (5.0, 5.0)), "cross"),
    ],
)
def test_what_is_no_outline_is_refused_in_words(polygon: tuple, says: str) -> None:
    with pytest.raises(InputError, match=says):
        checked_polygon(polygon, 40, 30)


def test_points_inside_by_the_even_odd_rule() -> None:
    square = np.array(SQUARE, np.float32)
    assert all_inside(square, np.array([[11, 11], [19, 12]], np.float32))
    assert not all_inside(square, np.array([[11, 11], [21, 12]], np.float32))
    assert all_inside(square, np.zeros((0, 2), np.float32))
    concave = np.array([(0, 0), (10, 0), (10, 10), (5, 3), (0, 10)], np.float32)
    assert not all_inside(concave, np.array([[5, 8]], np.float32))
