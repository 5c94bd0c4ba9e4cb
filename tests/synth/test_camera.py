import numpy as np
import pytest

from cytovox.synth.camera import Camera, illumination, photograph, sensor_noise
from cytovox.synth.optics import linear_light

LAMP = np.array([0.9, 0.8, 0.7])
PLAIN = {"blur_um": 0.0, "noise": 0.0, "illumination_gradient": 0.0, "vignetting": 0.0}


def picture(passed: np.ndarray, **camera: float) -> np.ndarray:
    options = Camera(**{**PLAIN, **camera})
    return photograph(passed.astype(np.float32), LAMP, 0.1, options, np.random.default_rng(0))


def test_a_perfect_camera_shows_the_light_as_it_is() -> None:
    share = np.full((20, 30, 3), 0.5)
    np.testing.assert_allclose(linear_light(picture(share))[0, 0], 0.5 * LAMP, atol=0.004)


def test_blur_keeps_the_light_and_spreads_it() -> None:
    passed = np.ones((80, 80, 3))
    passed[40:, :] = 0.1
    sharp, soft = (linear_light(picture(passed, blur_um=blur)) for blur in (0.0, 0.4))
    assert soft.mean() == pytest.approx(sharp.mean(), rel=0.01)
    steepest = [np.abs(np.diff(p[:, 40, 1])).max() for p in (sharp, soft)]
    # The edge of a Gaussian blur of s pixels has the slope 1 / (s sqrt(2 pi)).
    assert steepest[1] / steepest[0] == pytest.approx(1 / (4 * 0.96 * np.sqrt(2 * np.pi)), rel=0.05)


@pytest.mark.parametrize("noise", [0.005, 0.02])
def test_noise_of_white_is_what_was_asked_for(noise: float) -> None:
    white = np.ones((200, 200, 3), np.float32)
    sample = sensor_noise(white, noise, np.random.default_rng(0))
    assert sample.std() == pytest.approx(noise, rel=0.05)
    assert sample.mean() == pytest.approx(0, abs=noise / 50)
    dim = sensor_noise(0.25 * white, noise, np.random.default_rng(0))
    assert dim.std() == pytest.approx(noise / 2, rel=0.05)


def test_vignetting_darkens_the_corners_by_its_share() -> None:
    lit = illumination((100, 100), Camera(**{**PLAIN, "vignetting": 0.2}), np.random.default_rng(0))
    assert lit[0, 0] == pytest.approx(0.8, abs=0.01)
    assert lit[50, 50] == pytest.approx(1.0, abs=0.01)


def test_gradient_falls_across_the_field_by_its_share() -> None:
    camera = Camera(**{**PLAIN, "illumination_gradient": 0.2})
    spans = [np.ptp(illumination((60, 60), camera, np.random.default_rng(seed))) for seed in range(20)]
    # 0.2 along an axis to 0.28 along a diagonal, and a little unevenness.
    assert min(spans) > 0.15
    assert max(spans) < 0.42
