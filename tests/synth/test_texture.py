import numpy as np
import pytest

from cytovox.synth.shapes import CellGrid, blob
from cytovox.synth.texture import discs, packed_granules, scattered, smooth_noise, soft_step, specks


def grid(mpp_um: float = 0.1, diameter_um: float = 12.0) -> CellGrid:
    return CellGrid.around(blob(np.random.default_rng(0), diameter_um).moved_to(20.0, 20.0), mpp_um)


@pytest.mark.parametrize("scale_px", [0.3, 1.0, 2.5, 8.0, 20.0])
def test_noise_has_unit_variance(scale_px: float) -> None:
    rng = np.random.default_rng(3)
    fields = [smooth_noise((200, 240), scale_px, rng) for _ in range(12)]
    assert fields[0].shape == (200, 240)
    assert np.std(fields) == pytest.approx(1.0, abs=0.08)
    assert np.mean(fields) == pytest.approx(0.0, abs=0.1)


def test_noise_varies_over_its_scale() -> None:
    field = smooth_noise((300, 300), 10.0, np.random.default_rng(1))
    assert np.corrcoef(field[:, :-2].ravel(), field[:, 2:].ravel())[0, 1] > 0.9
    assert abs(np.corrcoef(field[:, :-30].ravel(), field[:, 30:].ravel())[0, 1]) < 0.15


def test_soft_step_runs_from_none_to_all() -> None:
    np.testing.assert_allclose(
        soft_step(np.array([-1, 0, 1, 2, 3], np.float32), 0.0, 2.0), [0, 0, 0.5, 1, 1], atol=1e-6
    )


@pytest.mark.parametrize("mpp_um", [0.05, 0.1, 0.4])
def test_specks_absorb_the_same_at_any_scale(mpp_um: float) -> None:
    sums = []
    for seed in range(20):
        patch = grid(mpp_um)
        painted = specks(patch, np.random.default_rng(seed), per_um2=2.0, radius_um=0.2)
        sums.append(painted.mean())
    # Mean of a Gaussian of height 1: 2 pi s^2, at two granules a square micrometre.
    assert np.mean(sums) == pytest.approx(2.0 * 2.0 * np.pi * 0.2**2, rel=0.05)


def test_a_lone_disc_has_its_area_and_place() -> None:
    patch = grid(0.05)
    painted = discs(patch, np.array([[1.0, -2.0]]), np.array([1.5]))
    assert painted.sum() * 0.05**2 == pytest.approx(np.pi * 1.5**2, rel=0.02)
    assert (painted * patch.x_um).sum() / painted.sum() == pytest.approx(1.0, abs=0.05)
    assert (painted * patch.y_um).sum() / painted.sum() == pytest.approx(-2.0, abs=0.05)


def test_no_discs_leave_the_patch_empty() -> None:
    assert not discs(grid(), np.zeros((0, 2)), np.zeros(0)).any()


def test_scattered_points_fill_the_disc_evenly() -> None:
    points = scattered(np.random.default_rng(0), 20_000, 5.0)
    distance = np.hypot(*points.T)
    assert distance.max() <= 5.0
    assert (distance < 2.5).mean() == pytest.approx(0.25, abs=0.01)


def test_packed_granules_leave_gaps_where_they_can_be_seen() -> None:
    painted = packed_granules(grid(0.05), np.random.default_rng(0), spacing_um=0.6)
    assert painted.std() > 0.15
    assert packed_granules(grid(0.5), np.random.default_rng(0), spacing_um=0.6).std() < 1e-6
