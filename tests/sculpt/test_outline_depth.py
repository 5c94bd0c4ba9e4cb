import numpy as np

from cytovox.sculpt.outline_depth import depth_inside, evened


def ring(radius: float, vertices: int = 200) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    return (radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)).astype(np.float32)


AXIS = np.linspace(-6, 6, 41).astype(np.float32)
RADIUS = np.hypot(AXIS[None], AXIS[:, None])


def test_depth_in_a_disc_is_the_distance_to_its_border() -> None:
    assert np.allclose(depth_inside((ring(4),), AXIS, AXIS), 4 - RADIUS, atol=2e-3)


def test_an_outline_in_another_is_a_hole() -> None:
    depth = depth_inside((ring(5), ring(2)), AXIS, AXIS)
    assert np.array_equal(depth > 0, (RADIUS < 5) & (RADIUS > 2))


def test_evened_outline_keeps_size_and_spaces_its_vertices() -> None:
    square = np.array([[0, 0], [10, 0], [10, 10], [0, 10]], np.float32)
    even = evened(square, 80)
    steps = np.hypot(*(np.roll(even, -1, axis=0) - even).T)
    assert even.shape == (80, 2)
    assert steps.max() / steps.min() < 1.6
    assert np.allclose(even.mean(axis=0), 5, atol=1e-3)
    assert np.ptp(evened(ring(4), 96)[:, 0]) > 7.96
