import numpy as np
import pytest

from cytovox.domain.errors import InputError
from cytovox.imaging.enhancement import denoise, enhance_contrast


def faint_edge() -> np.ndarray:
    picture = np.full((64, 64, 3), 120, np.uint8)
    picture[:, 32:] = 136
    return picture


def test_contrast_of_a_faint_edge_grows_with_the_limit_and_colour_stays() -> None:
    picture = faint_edge()
    steps = []
    for limit in (1.0, 4.0, 16.0):
        out = enhance_contrast(picture, limit=limit, tiles=1)
        steps.append(int(out[32, 50, 1]) - int(out[32, 10, 1]))
        assert np.ptp(out.astype(int), axis=2).max() <= 3  # grey stays grey
    assert steps[0] < steps[1] < steps[2]


def test_denoising_removes_noise_and_keeps_an_edge() -> None:
    random = np.random.default_rng(0)
    clean = np.full((64, 64, 3), 60, np.uint8)
    clean[:, 32:] = 200
    noisy = np.clip(clean + random.normal(0, 8, clean.shape), 0, 255).astype(np.uint8)
    out = denoise(noisy).astype(float)
    assert (out - clean).std() < 0.5 * (noisy.astype(float) - clean).std()
    assert out[:, 33].mean() - out[:, 30].mean() > 130


def test_impossible_figures_are_refused() -> None:
    with pytest.raises(InputError, match="limit above 0"):
        enhance_contrast(faint_edge(), limit=0)
    with pytest.raises(InputError, match="strength above 0"):
        denoise(faint_edge(), strength=-1)
