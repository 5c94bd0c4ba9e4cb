import numpy as np
import pytest

from cytovox.analysis.pixel_map import MAP_STRIDE, PixelMap, best_cell_class

FRAME = 16


def disc_map(height: int, width: int, zoom: float, centre: tuple[float, float], radius: float) -> PixelMap:
    """The map of a picture with one disc of class 3, as a faultless network would draw it."""
    shape = [int(np.ceil((side * zoom + 2 * FRAME) / 16)) * 16 // MAP_STRIDE for side in (height, width)]
    rows, columns = (((np.arange(side) + 0.5) * MAP_STRIDE - FRAME) / zoom for side in shape)
    apart = np.hypot(rows[:, None] - centre[1], columns[None, :] - centre[0])
    return PixelMap((radius - apart).astype(np.float16), np.full(shape, 3, np.uint8), zoom, FRAME)


@pytest.mark.parametrize("zoom", [0.38, 1.0, 2.1])
def test_the_map_lies_on_the_picture(zoom: float) -> None:
    height, width, centre, radius = 2100, 180, (80.5, 1030.0), 30.0
    drawn = np.zeros((height, width), np.uint8)
    for top, strip in disc_map(height, width, zoom, centre, radius).strips(height, width):
        drawn[top : top + len(strip)] = strip
    y, x = np.mgrid[:height, :width] + 0.5
    apart = np.hypot(x - centre[0], y - centre[1])
    assert (drawn[apart < radius - 1.5] == 3).all()
    assert (drawn[apart > radius + 1.5] == 0).all()


def test_the_margin_compares_the_best_cell_class_with_the_ground() -> None:
    logits = np.array([[[1.0, 0.0]], [[0.5, 2.0]], [[0.8, 5.0]]], np.float32)
    margin, best = best_cell_class(logits)
    assert margin[0] == pytest.approx([-0.2, 5.0], abs=1e-3)
    assert best[0].tolist() == [2, 2]
