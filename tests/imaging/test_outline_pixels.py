import numpy as np
import pytest

from cytovox.domain.geometry import star_polygon
from cytovox.imaging.outline_pixels import pixels_inside, window_around
from cytovox.imaging.tiling import Region


@pytest.mark.parametrize("radius", [3.0, 8.5, 40.0])
def test_a_disc_has_the_area_of_a_disc(radius: float) -> None:
    disc = star_polygon(np.array([[50.3, 47.8]], np.float32), np.full((1, 128), radius, np.float32))[0]
    window = window_around(disc, (100, 100), 2)
    assert window is not None
    assert np.sqrt(pixels_inside(disc, window).sum() / np.pi) == pytest.approx(radius, abs=0.2)


def test_a_window_gives_the_pixels_of_the_whole_picture_there() -> None:
    triangle = np.array([[10, 10], [60, 20], [30, 70]], np.float32)
    whole = pixels_inside(triangle, Region(0, 0, 80, 90))
    window = window_around(triangle, (80, 90), 3)
    assert window is not None
    assert (pixels_inside(triangle, window) == whole[window.slices]).all()
    assert whole.sum() == pixels_inside(triangle, window).sum()


def test_what_lies_beyond_the_picture_has_no_window() -> None:
    assert window_around(np.array([[-9, -9], [-2, -9], [-2, -3]], np.float32), (50, 50)) is None
