import numpy as np
import pytest

from cytovox.imaging.membrane import carried_on, membrane

AXIS = np.arange(-20, 21, dtype=np.float32)
X, Y = np.meshgrid(AXIS, AXIS)


@pytest.mark.parametrize("radius", [4.3, 10.0, 15.7])
def test_over_a_disc_it_is_a_half_sphere(radius: float) -> None:
    distance = np.hypot(X, Y)
    height = membrane(radius - distance)
    inside = distance < radius
    assert np.abs(height - (radius**2 - distance**2))[inside].max() < 0.02 * radius**2


def test_over_an_ellipse_its_root_is_a_half_ellipsoid() -> None:
    a, b = 16.0, 8.0
    level = 1 - (X / a) ** 2 - (Y / b) ** 2
    slope = 2 * np.hypot(X / a**2, Y / b**2)
    height = membrane((level / np.maximum(slope, 1 / a)).astype(np.float32))
    expected = level * 2 * a**2 * b**2 / (a**2 + b**2)
    assert np.abs(height - expected)[level > 0].max() < 0.03 * expected.max()


def test_taken_as_linear_it_is_0_on_the_border() -> None:
    radius = 9.4
    height = membrane(radius - np.hypot(X, Y))
    row = height[20]
    last = np.flatnonzero(row > 0)[-1]
    crossing = AXIS[last] + row[last] / (row[last] - row[last + 1])
    assert crossing == pytest.approx(radius, abs=0.02)


def test_outside_is_below_0_everywhere() -> None:
    depth = 5 - np.hypot(X, Y)
    assert (membrane(depth)[depth <= 0] < 0).all()
    assert (carried_on(np.zeros_like(depth), depth)[depth <= 0] < 0).all()


def test_without_an_inside_there_is_no_membrane() -> None:
    assert (membrane(np.full((5, 5), -1, np.float32)) <= 0).all()
