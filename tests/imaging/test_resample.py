import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cytovox.domain.errors import InputError
from cytovox.imaging.resample import crop_square, resample, resize, resize_map


def ramp(height: int, width: int) -> np.ndarray:
    """Red is twice the column, green twice the row, at pixel middles."""
    y, x = np.mgrid[:height, :width]
    return np.stack([2 * x, 2 * y, np.full_like(x, 7)], axis=-1).astype(np.uint8)


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.floats(0.02, 4))
def test_size_is_rounded_and_never_empty(height: int, width: int, factor: float) -> None:
    found = resample(np.zeros((height, width, 3), np.uint8), factor)
    assert found.shape == (max(1, round(height * factor)), max(1, round(width * factor)), 3)
    assert found.dtype == np.uint8


@pytest.mark.parametrize("factor", [0.5, 0.25, 0.1, 0.37])
def test_shrinking_keeps_the_mean_even_of_the_finest_pattern(factor: float) -> None:
    y, x = np.mgrid[:200, :300]
    chequered = np.repeat((((x + y) % 2) * 255).astype(np.uint8)[..., None], 3, axis=2)
    shrunk = resample(chequered, factor)
    assert abs(float(shrunk.mean()) - 127.5) < 1
    assert float(shrunk[1:-1, 1:-1].std()) < 25  # aliasing would keep the full contrast of 127


def test_enlarging_keeps_a_ramp() -> None:
    found = resample(ramp(40, 60), 3)[..., 0].astype(float)
    middles = (np.arange(180) + 0.5) / 3 - 0.5
    assert np.abs(found[60, 9:-9] - 2 * middles[9:-9]).max() <= 1


def test_same_size_is_not_copied() -> None:
    pixels = ramp(5, 7)
    assert resample(pixels, 1.0) is pixels
    assert resize(pixels, (5, 7)) is pixels


@pytest.mark.parametrize("factor", [0, -1, float("nan"), float("inf")])
def test_impossible_factor_is_refused(factor: float) -> None:
    with pytest.raises(InputError, match="factor above 0"):
        resample(ramp(4, 4), factor)


def test_crop_of_whole_pixels_is_exact() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    assert np.array_equal(crop_square(pixels, (20, 15), 10, 10), pixels[10:20, 15:25])


@pytest.mark.parametrize("out_px", [5, 10, 13, 33, 80])
@pytest.mark.parametrize("centre", [(40.0, 30.0), (41.3, 29.6)])
def test_crop_samples_where_it_says(out_px: int, centre: tuple[float, float]) -> None:
    side = 33.4
    found = crop_square(ramp(70, 90), centre, side, out_px).astype(float)
    steps = (np.arange(out_px) + 0.5) * side / out_px - side / 2
    assert np.abs(found[out_px // 2, :, 0] - 2 * (centre[0] + steps - 0.5)).max() < 1.1
    assert np.abs(found[:, out_px // 2, 1] - 2 * (centre[1] + steps - 0.5)).max() < 1.1


def test_strong_shrinking_averages() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (900, 900, 3), np.uint8)
    for out_px in (9, 40):
        found = crop_square(noise, (450, 450), 800, out_px)
        assert abs(float(found.mean()) - float(noise[50:850, 50:850].mean())) < 1
        assert float(found.std()) < 12


def test_outside_the_picture_its_edge_is_repeated() -> None:
    pixels = ramp(20, 30)
    found = crop_square(pixels, (0, 10), 20, 20)
    assert np.array_equal(found[:, :10], np.repeat(pixels[:, :1], 10, axis=1))
    assert np.array_equal(found[:, 10:], pixels[:, :10])
    assert (crop_square(pixels, (500, -90), 8, 4) == pixels[0, -1]).all()


@settings(deadline=None)
@given(
    st.tuples(st.integers(1, 12), st.integers(1, 12)),
    st.tuples(st.floats(-50, 50), st.floats(-50, 50)),
    st.floats(0.1, 90),
    st.integers(1, 20),
)
def test_any_window_gives_a_square_within_the_range_of_the_picture(
    shape: tuple[int, int], centre: tuple[float, float], side: float, out_px: int
) -> None:
    found = crop_square(np.full((*shape, 3), 77, np.uint8), centre, side, out_px)
    assert found.shape == (out_px, out_px, 3)
    assert (found == 77).all()


@pytest.mark.parametrize(("side", "out_px"), [(0, 5), (-3, 5), (float("nan"), 5), (5, 0)])
def test_impossible_window_is_refused(side: float, out_px: int) -> None:
    with pytest.raises(InputError, match="finite sizes above 0"):
        crop_square(ramp(9, 9), (4, 4), side, out_px)


def test_an_enlarged_map_stays_in_place_and_within_its_values() -> None:
    values = np.array([[0, 0, 0, 0], [0, 0, 8, 0], [0, 0, 0, 0], [0, 0, 0, 0]], np.float32)
    larger = resize_map(values, (40, 80))
    assert larger.shape == (40, 80)
    # No new pixel's middle is that of an old one: the nearest is 1/20 and 1/40 of a block away.
    assert (larger.min(), larger.max()) == (0, pytest.approx(8 * 0.95 * 0.975))
    rows, columns = np.mgrid[:40, :80] + 0.5
    # The block (1, 2) of 4 x 4 has its middle at 1.5 and 2.5 blocks of 10 and 20 px.
    centroid = (rows * larger).sum() / larger.sum(), (columns * larger).sum() / larger.sum()
    assert centroid == pytest.approx((15, 50), abs=0.01)
