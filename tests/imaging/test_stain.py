import numpy as np

from cytovox.imaging.stain import (
    LEVELS_PER_DENSITY,
    background_light,
    density_levels,
    linear_light,
    optical_density,
)


def srgb(light: np.ndarray) -> np.ndarray:
    encoded = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(encoded * 255).astype(np.uint8)


def test_linear_light_undoes_the_srgb_curve() -> None:
    light = np.linspace(0, 1, 300).reshape(10, 10, 3)
    assert np.abs(linear_light(srgb(light)) - light).max() < 0.006  # half a level at the steep end


def test_density_adds_up_over_layers_of_dye() -> None:
    one_layer = np.array([0.8, 0.5, 0.6])
    pixels = srgb(np.stack([one_layer**layers for layers in range(4)])[None])
    density = optical_density(pixels)[0]
    assert np.abs(density - np.arange(4)[:, None] * -np.log10(one_layer)).max() < 0.012


def test_background_is_taken_off() -> None:
    ground = np.array([0.9, 0.8, 0.7], np.float32)
    pixels = srgb(np.stack([ground, ground * 0.5])[None])
    assert np.abs(optical_density(pixels, ground)[0] - [[0], [0.30103]]).max() < 0.01


def test_levels_follow_the_density_of_their_channel() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    for channel in range(3):
        expected = (optical_density(pixels)[..., channel] * LEVELS_PER_DENSITY).clip(0, 255)
        assert np.abs(density_levels(pixels, channel) - expected).max() <= 0.5


def test_background_is_the_commonest_bright_colour_not_the_brightest() -> None:
    pixels = np.full((200, 300, 3), (230, 220, 210), np.uint8)
    pixels[:, 180:] = (200, 140, 160)  # cells
    pixels[5:15, 5:15] = 255  # a reflection
    pixels[50:80, 20:40] = (80, 40, 120)
    expected = linear_light(np.array([[[230, 220, 210]]], np.uint8))[0, 0]
    assert np.abs(background_light(pixels) - expected).max() < 1e-3


def test_background_of_tiny_and_flat_pictures() -> None:
    for level in (0, 128, 255):
        flat = np.full((1, 1, 3), level, np.uint8)
        assert np.allclose(background_light(flat), linear_light(flat)[0, 0], atol=1e-6)
