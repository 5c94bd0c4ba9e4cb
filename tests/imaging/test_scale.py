import time
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from cytovox.domain.image import ScaleOrigin
from cytovox.imaging.scale import estimate_scale

Draw = Callable[..., np.ndarray]


def ratio(pixels: np.ndarray, diameter: float) -> float:
    """Estimated over true micrometres per pixel."""
    scale = estimate_scale(pixels)
    assert scale.origin is ScaleOrigin.ESTIMATED
    assert scale.mpp_um is not None
    return scale.mpp_um * diameter / 7.5


# Rims of real cells are soft, and the estimator was calibrated on them: a drawn disc reads 4.6 % wide.
EXACT = pytest.approx(1 / 1.046, rel=0.08)
NEAR = pytest.approx(1 / 1.046, rel=0.15)


@pytest.mark.parametrize("diameter", [13, 20, 30, 45, 75, 100, 150])
@pytest.mark.parametrize("pallor", [0.0, 0.45])
def test_separate_cells_at_every_magnification(draw: Draw, diameter: float, pallor: float) -> None:
    size = (480, 640) if diameter < 80 else (960, 1280)
    assert ratio(draw(diameter, size=size, pallor=pallor), diameter) == EXACT


@pytest.mark.parametrize("diameter", [30, 60])
def test_overlapping_cells(draw: Draw, diameter: float) -> None:
    cells = 300 if diameter == 30 else 80
    assert ratio(draw(diameter, cells=cells, clearance=0.6), diameter) == NEAR


def test_white_cells_do_not_count(draw: Draw) -> None:
    assert ratio(draw(50, cells=25, white_cells=6), 50) == NEAR


def test_few_cells_and_many(draw: Draw) -> None:
    assert ratio(draw(60, size=(240, 240), cells=6), 60) == NEAR
    many = estimate_scale(draw(16, size=(900, 1200), cells=900))
    few = estimate_scale(draw(60, size=(240, 240), cells=6))
    assert many.mpp_um == pytest.approx(7.5 / 16 / 1.046, rel=0.1)
    assert many.red_cells > few.red_cells
    assert (many.relative_sd or 1) < (few.relative_sd or 0)


def test_uncertainty_covers_the_error_of_drawn_smears(draw: Draw) -> None:
    scale = estimate_scale(draw(40))
    assert 0.05 < (scale.relative_sd or 0) < 0.12


@pytest.mark.parametrize("turn", [cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180])
def test_turned_pictures_read_the_same(draw: Draw, turn: int) -> None:
    smear = draw(40, cells=60)
    turned = np.ascontiguousarray(cv2.rotate(smear, turn))
    assert estimate_scale(turned).mpp_um == pytest.approx(estimate_scale(smear).mpp_um, rel=0.04)


@pytest.mark.parametrize("factor", [0.4, 0.5, 2.0, 3.0])
def test_resized_pictures_scale_along(draw: Draw, factor: float) -> None:
    smear = draw(50, cells=60)
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(smear, None, fx=factor, fy=factor, interpolation=method)
    first, second = estimate_scale(smear).mpp_um, estimate_scale(resized).mpp_um
    assert first is not None
    assert second == pytest.approx(first / factor, rel=0.08)


@pytest.mark.parametrize("light", [0.3, 0.6, 1.1])
def test_exposure_and_colour_do_not_matter(draw: Draw, light: float) -> None:
    smear = draw(50, cells=60)
    other = (smear[..., ::-1] * light).clip(0, 255).astype(np.uint8)
    assert ratio(np.ascontiguousarray(other), 50) == NEAR


RANDOM = np.random.default_rng(0)
Y, X = np.mgrid[:480, :640]


def smooth_noise(sigma: float) -> np.ndarray:
    noise = cv2.GaussianBlur(np.random.default_rng(3).normal(0, 1, (480, 640)), (0, 0), sigma)
    return cv2.normalize(noise, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)


NO_SMEARS = {
    "flat": np.full((480, 640), 200, np.uint8),
    "white": np.full((480, 640), 255, np.uint8),
    "black": np.zeros((480, 640), np.uint8),
    "noise": RANDOM.integers(0, 256, (480, 640), np.uint8),
    "gradient": (X * 255 // 639).astype(np.uint8),
    "vignette": (220 * np.exp(-((X - 320) ** 2 + (Y - 240) ** 2) / 4e5)).astype(np.uint8),
    "stripes": (((X // 20) % 2) * 150 + 60).astype(np.uint8),
    **{f"clouds {sigma}": smooth_noise(sigma) for sigma in (2, 5, 12, 30)},
    "one pixel": np.full((1, 1), 90, np.uint8),
    "a line": RANDOM.integers(0, 256, (1, 500), np.uint8),
}


@pytest.mark.parametrize("name", NO_SMEARS)
def test_what_is_no_smear_has_no_scale(name: str) -> None:
    grey = NO_SMEARS[name]
    assert estimate_scale(np.repeat(grey[..., None], 3, axis=2)).origin is ScaleOrigin.UNKNOWN


def test_work_hardly_grows_with_the_picture(draw: Draw) -> None:
    small = draw(40, cells=60)
    large = np.tile(small, (6, 6, 1))

    def seconds(pixels: np.ndarray) -> float:
        times = []
        for _ in range(5):
            started = time.process_time()
            estimate_scale(pixels)
            times.append(time.process_time() - started)
        return min(times)

    assert seconds(large) < 12 * seconds(small)  # of 36 times the pixels
