"""Bodies as functions of space, against bodies of known shape."""

import numpy as np
import pytest

from cytovox.sculpt.textbook.fields import (
    biconcave,
    biconcave_volume_fl,
    ellipsoid,
    joined,
    noise,
    smooth_path,
    strand,
    within,
)
from cytovox.sculpt.textbook.mesh import Grid, meshed
from cytovox.sculpt.textbook.paint import plain

WHITE = plain("#ffffff")


def volume(field, reach: float, step: float) -> float:  # type: ignore[no-untyped-def]
    half = np.full(3, reach, np.float32)
    return meshed("body", field, Grid.around(-half, half, step), WHITE).volume


def test_volume_of_an_ellipsoid() -> None:
    body = ellipsoid((3.0, 2.0, 1.0), (0.1, 0.0, -0.1))
    assert volume(body, 3.3, 0.1) == pytest.approx(4 / 3 * np.pi * 6, rel=0.01)


def test_volume_of_a_rod_with_round_ends() -> None:
    rod = strand(np.array([[-1, 0, 0, 0.5], [1, 0, 0, 0.5]], np.float32))
    assert volume(rod, 1.6, 0.05) == pytest.approx(np.pi * 0.25 * 2 + 4 / 3 * np.pi * 0.125, rel=0.01)


def test_disc_of_evans_and_fung() -> None:
    # The mean cell of Evans and Fung: 7.82 um wide, 94 fL, 0.81 um thick in the middle.
    assert biconcave_volume_fl(3.91) == pytest.approx(94, rel=0.01)
    assert volume(biconcave(3.91), 4.2, 0.1) == pytest.approx(biconcave_volume_fl(3.91), rel=0.01)
    heights = np.linspace(-2, 2, 4001, dtype=np.float32)
    column = np.stack([0 * heights, 0 * heights, heights], axis=1)
    assert np.ptp(heights[biconcave(3.91)(column) > 0]) == pytest.approx(0.81, abs=0.002)


def test_depth_is_a_distance_near_the_border() -> None:
    at = np.array([[2.9, 0, 0], [3.1, 0, 0]], np.float32)
    assert ellipsoid((3.0, 3.0, 3.0), (0, 0, 0))(at) == pytest.approx([0.1, -0.1], abs=0.01)


def test_union_and_intersection() -> None:
    left, right = (ellipsoid((1.0, 1.0, 1.0), (x, 0.0, 0.0)) for x in (-0.8, 0.8))
    at = np.array([[-1.2, 0, 0], [1.2, 0, 0], [0, 1.5, 0]], np.float32)
    assert (joined((left, right), 0.1)(at) > 0).tolist() == [True, True, False]
    kept = within(ellipsoid((5.0, 5.0, 5.0), (0, 0, 0)), left, 0.2)
    points = np.random.default_rng(0).uniform(-2, 2, (5000, 3)).astype(np.float32)
    assert (left(points)[kept(points) > 0] > 0.19).all()


def test_noise_is_bounded_smooth_and_the_same_again() -> None:
    points = np.random.default_rng(1).uniform(-20, 20, (20_000, 3)).astype(np.float32)
    values = noise(points, 2.0, 5)
    assert np.abs(values).max() <= 1
    assert abs(values.mean()) < 0.05
    assert np.array_equal(values, noise(points, 2.0, 5))
    assert not np.array_equal(values, noise(points, 2.0, 6))
    assert np.abs(noise(points + np.float32(0.01), 2.0, 5) - values).max() < 0.1


def test_path_goes_through_its_knots() -> None:
    knots = np.array([[0, 0, 0, 1], [1, 1, 0, 0.5], [2, 0, 0, 1], [3, 1, 0, 0.5]], np.float32)
    for path in (smooth_path(knots), smooth_path(knots, closed=True)):
        apart = np.linalg.norm(path[:, None] - knots[None], axis=2).min(axis=0)
        assert apart == pytest.approx(np.zeros(4), abs=1e-6)
    assert smooth_path(knots, closed=True)[-1] == pytest.approx(knots[0])


def test_surface_skips_no_part_of_a_body() -> None:
    far = joined(tuple(ellipsoid((0.3, 0.3, 0.3), (x, 0.0, 0.0)) for x in (-2.0, 0.0, 2.0)), 0.01)
    assert volume(far, 2.5, 0.05) == pytest.approx(3 * 4 / 3 * np.pi * 0.027, rel=0.03)
