import numpy as np
import pytest

from cytovox.imaging.smoothing import smooth, smooth_known


def test_smoothing_keeps_an_even_map_and_spreads_a_point_as_a_gaussian() -> None:
    assert np.allclose(smooth(np.full((9, 9), 3, np.float32), 2), 3)
    point = np.zeros((41, 41), np.float32)
    point[20, 20] = 1
    spread = smooth(point, 3.0)
    variance = (spread.sum(axis=0) * (np.arange(41) - 20) ** 2).sum()
    assert variance == pytest.approx(9.0, rel=0.03)
    assert smooth(point, 0) is point


@pytest.mark.parametrize("shape", [(30, 30), (30, 30, 3)])
def test_unknown_pixels_have_no_say(shape: tuple[int, ...]) -> None:
    values = np.full(shape, 7, np.float32)
    known = np.zeros((30, 30), bool)
    known[3:6, 3:6] = True
    values[~known] = 1000
    assert np.allclose(smooth_known(values, known, 1.0), 7, atol=1e-2)


def test_where_nothing_is_known_nothing_changes() -> None:
    values = np.random.default_rng(0).random((5, 5)).astype(np.float32)
    assert smooth_known(values, np.zeros((5, 5), bool), 1.0) is values
