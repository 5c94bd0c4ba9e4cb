import numpy as np

from cytovox.training.augmentation import AppearanceOptions, vary_appearance

STILL = AppearanceOptions(stain=0, mixing=0, illumination=0, gamma=0, blur=0, coarse=0, noise=0, jpeg=0)


def cell() -> np.ndarray:
    y, x = np.mgrid[:64, :64]
    inside = (x - 32) ** 2 + (y - 32) ** 2 < 400
    return np.where(inside[..., None], [150, 90, 170], [225, 220, 228]).astype(np.uint8)


def test_the_same_seed_gives_the_same_picture_and_another_seed_another() -> None:
    first, again, other = (
        vary_appearance(cell(), AppearanceOptions(), np.random.default_rng(s)) for s in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_no_variation_changes_only_the_brightness() -> None:
    varied = vary_appearance(cell(), STILL, np.random.default_rng(0)).astype(float)
    ratio = varied / cell()
    assert np.ptp(ratio) < 0.03


def test_a_cell_stays_darker_than_its_surroundings() -> None:
    for seed in range(50):
        varied = (
            vary_appearance(cell(), AppearanceOptions(), np.random.default_rng(seed))
            .astype(float)
            .sum(axis=2)
        )
        assert varied[28:36, 28:36].mean() < varied[:8, :8].mean() - 10
