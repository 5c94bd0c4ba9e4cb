import cv2
import numpy as np
import pytest

from cytovox.report.cell_crop import MARGIN, cell_crop_png


def read(png: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]


def test_the_cell_stands_in_the_middle_with_its_margin() -> None:
    pixels = np.full((100, 120, 3), 230, np.uint8)
    pixels[40:60, 50:70] = (120, 40, 160)
    shown = read(cell_crop_png(pixels, (50, 40, 70, 60), 108))
    assert shown.shape == (108, 108, 3)
    dark = (shown[..., 0] < 175).mean()
    assert dark == pytest.approx(1 / MARGIN**2, abs=0.02)
    rows, columns = np.nonzero(shown[..., 0] < 175)
    assert (rows.mean(), columns.mean()) == pytest.approx((53.5, 53.5), abs=2)
    assert shown[54, 54].tolist() == [120, 40, 160]


def test_beyond_the_picture_its_border_is_repeated() -> None:
    pixels = np.full((40, 40, 3), 200, np.uint8)
    pixels[:, :2] = (10, 20, 30)
    shown = read(cell_crop_png(pixels, (0, 0, 10, 10), 64))
    assert shown[32, 0].tolist() == [10, 20, 30]
    assert read(cell_crop_png(pixels, (35, 35, 40, 40), 16)).shape == (16, 16, 3)
    assert read(cell_crop_png(pixels, (39.9, 39.9, 40, 40), 16)).shape == (16, 16, 3)
