import time
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from cytovox.domain.image import Scale, ScaleOrigin
from cytovox.imaging.quality import measure_picture, quality_warnings
from cytovox.imaging.stain import linear_light

Draw = Callable[..., np.ndarray]
GIVEN = Scale(7.5 / 60, ScaleOrigin.GIVEN)


def keys(
    pixels: np.ndarray, *, scale: Scale = GIVEN, red: int = 40, white: int = 1, platelets: int = 3
) -> list[str]:
    warnings = quality_warnings(pixels, scale=scale, red_cells=red, white_cells=white, platelets=platelets)
    assert all(warning.message.endswith(".") and "{" not in warning.message for warning in warnings)
    return [warning.key for warning in warnings]


def lit(pixels: np.ndarray, times: float) -> np.ndarray:
    light = np.clip(linear_light(pixels) * times, 0, 1)
    encoded = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(encoded * 255).astype(np.uint8)


@pytest.mark.parametrize("diameter", [25, 60, 110])
def test_a_sharp_well_lit_smear_raises_nothing(draw: Draw, diameter: float) -> None:
    scale = Scale(7.5 / diameter, ScaleOrigin.GIVEN)
    assert keys(draw(diameter, cells=60, white_cells=1), scale=scale) == []


@pytest.mark.parametrize("diameter", [25, 60, 110])
def test_blur_is_judged_in_micrometres_not_pixels(draw: Draw, diameter: float) -> None:
    mpp_um = 7.5 / diameter
    smear = draw(diameter, cells=60)
    blurred = np.asarray(cv2.GaussianBlur(smear, (0, 0), 1.0 / mpp_um), np.uint8)
    assert keys(blurred, scale=Scale(mpp_um, ScaleOrigin.GIVEN)) == ["blurred"]


def test_width_of_the_rim_is_that_of_the_blur(draw: Draw) -> None:
    # The steepest slope of an edge blurred by sigma is contrast / (sigma * sqrt(2 pi)).
    smear = draw(60, cells=40, pallor=0)
    for sigma_px in (5.0, 7.0):
        blurred = np.asarray(cv2.GaussianBlur(smear, (0, 0), sigma_px), np.uint8)
        found = measure_picture(blurred, GIVEN.mpp_um).rim_um
        assert found == pytest.approx(sigma_px * np.sqrt(2 * np.pi) * 7.5 / 60, rel=0.25)


def test_blur_is_seen_without_a_scale(draw: Draw) -> None:
    smear = draw(60, cells=40)
    blurred = np.asarray(cv2.GaussianBlur(smear, (0, 0), 10), np.uint8)
    assert keys(smear, scale=Scale.unknown()) == ["scale_unknown"]
    assert keys(blurred, scale=Scale.unknown()) == ["blurred", "scale_unknown"]


def test_exposure(draw: Draw) -> None:
    smear = draw(60, cells=40)
    assert keys(lit(smear, 0.5)) == []
    assert keys(lit(smear, 0.1)) == ["underexposed"]
    assert keys(lit(smear, 1.6)) == []
    crowded = draw(30, cells=30, white_cells=3)  # nuclei stay dark when all else is white
    assert "overexposed" in keys(lit(crowded, 4), scale=Scale(0.25, ScaleOrigin.GIVEN))


def test_saturation(draw: Draw) -> None:
    smear = draw(60, cells=40).astype(np.float32)
    grey = smear.mean(axis=2, keepdims=True)
    assert keys((grey + (smear - grey) * 1.5).clip(0, 255).astype(np.uint8)) == []
    assert "oversaturated" in keys((grey + (smear - grey) * 9).clip(0, 255).astype(np.uint8))


def test_a_picture_turned_to_grey_is_told(draw: Draw) -> None:
    smear = draw(60, cells=40).astype(np.float32)
    grey = smear.mean(axis=2, keepdims=True)
    assert keys(np.repeat(grey, 3, axis=2).astype(np.uint8)) == ["colourless"]
    assert keys((grey + (smear - grey) * 0.5).astype(np.uint8)) == []


def test_one_cell_is_told_in_the_singular(draw: Draw) -> None:
    warnings = quality_warnings(draw(60, cells=40), scale=GIVEN, red_cells=1, white_cells=0, platelets=0)
    assert warnings[0].message.startswith("Only 1 cell was found.")


def test_counts_and_scale(draw: Draw) -> None:
    smear = draw(60, cells=40)
    assert keys(smear, red=3, white=1, platelets=0) == ["few_cells"]
    assert keys(smear, red=4, white=1, platelets=0) == []
    assert keys(smear, red=0, white=0, platelets=9) == ["not_a_smear"]
    estimated = Scale(0.1, ScaleOrigin.ESTIMATED, 0.14, 2)
    assert keys(smear, scale=estimated) == ["scale_uncertain"]
    assert (
        "28 %" in quality_warnings(smear, scale=estimated, red_cells=9, white_cells=0, platelets=0)[0].message
    )


@pytest.mark.parametrize("level", [0, 128, 255])
def test_flat_pictures_are_no_smears(level: int) -> None:
    for size in ((480, 640, 3), (1, 1, 3), (3, 900, 3)):
        assert keys(np.full(size, level, np.uint8)) == ["not_a_smear"]


def test_noise_is_no_smear() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
    assert keys(noise, scale=Scale.unknown(), red=2, white=2) == ["not_a_smear"]


def test_work_does_not_grow_with_the_picture(draw: Draw) -> None:
    def seconds(pixels: np.ndarray) -> float:
        times = []
        for _ in range(5):
            started = time.process_time()
            keys(pixels)
            times.append(time.process_time() - started)
        return min(times)

    smear = draw(60, cells=40)
    assert seconds(np.tile(smear, (6, 6, 1))) < 8 * seconds(smear)
