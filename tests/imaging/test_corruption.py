import numpy as np
import pytest

from cytovox.domain.errors import InputError
from cytovox.imaging import corruption
from cytovox.imaging.stain import linear_light, optical_density


def picture(side: int = 61) -> np.ndarray:
    """An empty slide (230) with a violet square."""
    pixels = np.full((side, side, 3), 230, np.uint8)
    pixels[20:41, 20:41] = (150, 90, 170)
    return pixels


def point(side: int = 41) -> np.ndarray:
    pixels = np.zeros((side, side, 3), np.uint8)
    pixels[side // 2, side // 2] = 255
    return pixels


@pytest.mark.parametrize(
    "unchanged",
    [
        lambda p: corruption.blur(p, 0),
        lambda p: corruption.defocus(p, 0),
        lambda p: corruption.expose(p, 1),
        lambda p: corruption.relight(p, corruption.DAYLIGHT_K),
        lambda p: corruption.stain(p, 1),
        lambda p: corruption.rotate(p, 360),
    ],
)
def test_the_neutral_setting_changes_nothing(unchanged: object) -> None:
    before = picture()
    assert np.abs(unchanged(before).astype(int) - before).max() <= 1  # type: ignore[operator]


def test_a_blurred_edge_has_the_gaussian_slope() -> None:
    edge = np.zeros((40, 80, 3), np.uint8)
    edge[:, 40:] = 200
    blurred = corruption.blur(edge, 3.0)[20, :, 0].astype(float)
    assert np.diff(blurred).max() == pytest.approx(200 / (3 * np.sqrt(2 * np.pi)), rel=0.05)


@pytest.mark.parametrize("radius", [0.8, 2.0, 5.3])
def test_the_disc_holds_its_weight_and_moment(radius: float) -> None:
    weights = corruption.disc(radius)
    reach = len(weights) // 2
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    assert weights.sum() == pytest.approx(1)
    # The mean square distance from the middle of a disc is r^2 / 2; pixels add their own 1/6.
    assert (weights * (x**2 + y**2)).sum() == pytest.approx(radius**2 / 2, abs=0.2 + 0.03 * radius)


def test_a_point_out_of_focus_becomes_an_even_disc() -> None:
    spread = corruption.defocus(point(), 5.0)[..., 0].astype(float)
    assert spread[20, 20] == pytest.approx(255 / (np.pi * 25), abs=1)
    assert spread[20, 23] == spread[20, 20]
    assert spread[20, 27] == 0


def test_stronger_compression_loses_more() -> None:
    rng = np.random.default_rng(0)
    noisy = rng.integers(0, 256, (64, 64, 3), dtype=np.uint8)
    loss = [np.abs(corruption.jpeg(noisy, q).astype(int) - noisy).mean() for q in (95, 50, 10)]
    assert loss[0] < loss[1] < loss[2]


def test_half_the_light_is_half_the_light() -> None:
    before, after = (linear_light(p)[30, 30] for p in (picture(), corruption.expose(picture(), 0.5)))
    assert after == pytest.approx(before / 2, rel=0.02)
    assert corruption.expose(picture(), 3.0)[0, 0].tolist() == [255, 255, 255]


def test_a_lamp_of_daylight_is_white_and_a_bulb_is_yellow() -> None:
    # CIE chromaticity of the black body at 2856 K is x = 0.4476, y = 0.4074 (illuminant A).
    red, green, blue = corruption.lamp_colour(2856)
    xyz = np.linalg.inv(corruption._RGB_OF_XYZ) @ (red, green, blue)
    assert xyz[:2] / xyz.sum() == pytest.approx([0.4476, 0.4074], abs=0.001)
    assert corruption.lamp_colour(6500) == pytest.approx([1, 1, 1], abs=0.06)
    warm = corruption.relight(picture(), 3500)[0, 0].astype(int)
    assert warm[0] > warm[1] > warm[2]
    with pytest.raises(InputError, match="2500 to 20000"):
        corruption.lamp_colour(1000)


@pytest.mark.parametrize("strength", [0.5, 1.5])
def test_density_above_the_slide_follows_the_stain(strength: float) -> None:
    before, after = picture(), corruption.stain(picture(), strength)
    assert np.abs(after[0, 0].astype(int) - 230).max() <= 1
    slide = optical_density(before)[0, 0]
    above = optical_density(before)[30, 30] - slide
    assert optical_density(after)[30, 30] - slide == pytest.approx(above * strength, abs=0.02)


def test_a_quarter_turn_is_numpy_s() -> None:
    pixels = picture()
    pixels[5:12, 30:50] = (10, 200, 30)
    assert np.abs(corruption.rotate(pixels, 90).astype(int) - np.rot90(pixels)).max() <= 1
    assert corruption.rotate(pixels, 33).shape == pixels.shape


def test_an_immunostain_turns_pink_to_brown_and_leaves_the_slide() -> None:
    pixels = np.full((60, 60, 3), 235, np.uint8)
    pixels[20:40, 20:40] = (215, 110, 205)  # eosin: absorbs green
    brown = corruption.immunostain(pixels)
    assert np.abs(brown[0, 0].astype(int) - 235).max() <= 1
    red, green, blue = (int(v) for v in brown[30, 30])
    assert red > green > blue
