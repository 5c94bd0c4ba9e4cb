import numpy as np
import pytest

from cytovox.imaging.resample import crop_square
from cytovox.imaging.uncrop import mirrored_crop, uncrop


def bowl(height: int, width: int) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    return np.stack([40 + x, 200 - y, np.full_like(x, 90)], axis=2).astype(np.uint8)


@pytest.mark.parametrize("side_px", [40.0, 57.3, 101.7])
def test_uncrop_undoes_the_crop(side_px: float) -> None:
    picture, centre = bowl(100, 120), (58.4, 51.9)
    crop = crop_square(picture, centre, side_px=side_px, out_px=64)
    maps = np.moveaxis(crop, -1, 0).astype(np.float32)
    window = uncrop(maps, centre, side_px, (100, 120))
    height, width = window.values.shape[1:]
    shown = picture[window.top : window.top + height, window.left : window.left + width]
    apart = np.abs(np.moveaxis(window.values, 0, -1) - shown)[2:-2, 2:-2]
    assert min(height, width) >= min(99, int(side_px))
    assert apart.max() < 1.6  # one grey level of rounding and a fraction of the step


def test_a_crop_beyond_the_picture_is_empty() -> None:
    window = uncrop(np.ones((3, 8, 8), np.float32), (-50.0, 20.0), 30.0, (40, 40))
    assert window.values.shape == (3, 0, 0)


def test_a_single_map_keeps_its_axis() -> None:
    assert uncrop(np.ones((1, 8, 8), np.float32), (10.0, 10.0), 8.0, (40, 40)).values.shape == (1, 8, 8)


def test_within_the_picture_a_mirrored_crop_is_a_plain_one() -> None:
    picture = bowl(100, 120)
    plain = crop_square(picture, (58.4, 51.9), side_px=57.3, out_px=64)
    assert np.array_equal(mirrored_crop(picture, (58.4, 51.9), 57.3, 64), plain)


def test_beyond_the_border_stands_the_mirror_image() -> None:
    picture = np.random.default_rng(0).integers(0, 255, (30, 40, 3), np.uint8)
    crop = mirrored_crop(picture, (0.0, 15.0), 20.0, 20)
    assert np.array_equal(crop[:, :10], crop[:, :9:-1])
    assert np.array_equal(crop[:, 10:], picture[5:25, :10])
    assert mirrored_crop(picture, (38.0, 28.0), 200.0, 50).shape == (50, 50, 3)  # several times over
