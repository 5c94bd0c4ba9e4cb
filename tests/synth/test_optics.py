import numpy as np
import pytest

from cytovox.synth.optics import display_values, linear_light, refraction, transmission
from cytovox.synth.palettes import PALETTES, Dye


def dyes(*amounts: tuple[Dye, float]) -> np.ndarray:
    amount = np.zeros((2, 3, len(Dye)), np.float32)
    for dye, value in amounts:
        amount[..., dye] = value
    return amount


def test_display_values_undo_linear_light() -> None:
    every = np.arange(256)
    np.testing.assert_array_equal(display_values(linear_light(every).astype(np.float32)), every)


def test_display_values_clip() -> None:
    np.testing.assert_array_equal(
        display_values(np.array([-0.5, 0.0, 1.0, 7.0], np.float32)), [0, 0, 255, 255]
    )


def test_middle_grey_is_a_fifth_of_the_light() -> None:
    # IEC 61966-2-1: display value 118 is 18 % grey.
    assert linear_light(np.array([118]))[0] == pytest.approx(0.18, abs=0.002)


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("dye", list(Dye))
def test_one_unit_of_a_dye_shows_its_colour(palette: str, dye: Dye) -> None:
    stain = PALETTES[palette]
    light = transmission(dyes((dye, 1.0)), stain.absorbance()) * stain.light()
    np.testing.assert_array_equal(
        display_values(light.astype(np.float32))[0, 0], getattr(stain, dye.name.lower())
    )


def test_absorbance_adds_and_transmissions_multiply() -> None:
    absorbance = PALETTES["warm"].absorbance()
    one, other = dyes((Dye.HAEMOGLOBIN, 0.8)), dyes((Dye.CHROMATIN, 0.3))
    np.testing.assert_allclose(
        transmission(one + other, absorbance),
        transmission(one, absorbance) * transmission(other, absorbance),
        rtol=1e-5,
    )


def test_absorbance_is_proportional_to_amount() -> None:
    absorbance = PALETTES["pink"].absorbance()
    for amount in (0.25, 0.5, 2.0):
        measured = -np.log10(transmission(dyes((Dye.HAEMOGLOBIN, amount)), absorbance))[0, 0]
        np.testing.assert_allclose(measured, amount * absorbance[Dye.HAEMOGLOBIN], rtol=1e-4)


def test_no_palette_has_a_dye_that_brightens() -> None:
    for palette in PALETTES.values():
        assert (palette.absorbance() >= 0).all()
        assert (palette.absorbance().sum(axis=1) > 0.02).all()


def test_flat_film_refracts_nothing() -> None:
    np.testing.assert_allclose(refraction(np.full((40, 40), 2.0, np.float32), 0.1, 0.03), 1.0, atol=1e-5)


def test_a_step_shows_a_bright_halo_outside_and_a_dark_line_inside() -> None:
    film = np.zeros((60, 60), np.float32)
    film[:, 30:] = 2.0
    row = refraction(film, 0.1, 0.01)[30]
    assert row[22:30].max() > 1.05
    assert row[30:38].min() < 0.95
    np.testing.assert_allclose(refraction(film, 0.1, -0.01)[30] * row, 1.0, rtol=1e-4)


@pytest.mark.parametrize("steepness_um", [0.5, 1.0])
def test_refraction_follows_the_second_derivative(steepness_um: float) -> None:
    # A paraboloid h = s r^2 has the Laplacian 4 s everywhere.
    mpp_um = 0.1
    y, x = np.mgrid[-30:31, -30:31] * mpp_um
    film = (0.05 * steepness_um * (x**2 + y**2)).astype(np.float32)
    factor = refraction(film, mpp_um, 0.02)[25:36, 25:36]
    np.testing.assert_allclose(factor, np.exp(0.02 * 4 * 0.05 * steepness_um), rtol=1e-4)
