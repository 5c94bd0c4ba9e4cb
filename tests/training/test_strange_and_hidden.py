import numpy as np

from cytovox.training.estranging import estrange
from cytovox.training.surroundings import ground_of, hide_surroundings


def picture(side: int = 96) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)


def test_estranged_pictures_differ_and_keep_their_shape() -> None:
    random, original = np.random.default_rng(0), picture()
    before = original.copy()
    for _ in range(40):
        strange = estrange(original, random)
        assert strange.shape == original.shape
        assert strange.dtype == np.uint8
        assert np.abs(strange.astype(int) - original).mean() > 10
    assert (original == before).all()


def test_the_middle_is_kept_and_the_corners_are_hidden() -> None:
    original, other = picture(), np.full((96, 96, 3), 7, np.uint8)
    out = hide_surroundings(original, 0.25, other, np.random.default_rng(0))
    middle = slice(48 - 20, 48 + 20)
    assert (out[middle, middle] == original[middle, middle]).all()
    assert (out[:8, :8] == 7).all()


def test_the_ground_is_the_brightest_part() -> None:
    smear = np.full((50, 50, 3), (240, 220, 230), np.uint8)
    smear[10:40, 10:40] = (90, 40, 120)
    assert (ground_of(smear) == (240, 220, 230)).all()
