import numpy as np
import pytest

from cytovox.imaging.stain_normalisation import (
    Stains,
    measure_colour,
    measure_stains,
    normalise_macenko,
    normalise_reinhard,
)

# Two directions of optical density that are not those of any default.
AZURE = np.array([0.76, 0.60, 0.25]) / np.linalg.norm([0.76, 0.60, 0.25])
EOSIN = np.array([0.20, 0.93, 0.31]) / np.linalg.norm([0.20, 0.93, 0.31])
VECTORS = np.stack([AZURE, EOSIN])


def stained(vectors: np.ndarray, strength: tuple[float, float], seed: int = 0) -> np.ndarray:
    """A picture of pixels with random amounts of two stains; some of one stain only, a third empty."""
    random = np.random.default_rng(seed)
    amounts = random.uniform(0.3, 1.0, (90, 90, 2)) * strength
    amounts[:20, :, 1] *= 0.0
    amounts[20:40, :, 0] *= 0.0
    amounts[60:] = 0.0
    return np.clip(np.rint(256 * np.exp(-(amounts @ vectors)) - 1), 0, 255).astype(np.uint8)


def degrees(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.degrees(np.arccos(np.clip(one @ other, -1, 1))))


def test_macenko_recovers_a_known_stain_matrix_and_strengths() -> None:
    found = measure_stains(stained(VECTORS, (1.2, 0.9)))
    assert found is not None
    assert degrees(found.vectors[0], AZURE) < 1.5
    assert degrees(found.vectors[1], EOSIN) < 1.5
    assert found.strength == pytest.approx([1.2, 0.9], rel=0.06)


def test_macenko_gives_a_picture_the_targets_stains() -> None:
    other = np.stack([[0.60, 0.72, 0.35], [0.10, 0.95, 0.30]])
    other = other / np.linalg.norm(other, axis=1, keepdims=True)
    target = Stains(other, np.array([0.8, 0.7]))
    found = measure_stains(normalise_macenko(stained(VECTORS, (1.2, 0.9)), target))
    assert found is not None
    assert degrees(found.vectors[0], other[0]) < 1.5
    assert degrees(found.vectors[1], other[1]) < 1.5
    assert found.strength == pytest.approx([0.8, 0.7], rel=0.06)


def test_macenko_takes_one_laboratorys_picture_to_the_others() -> None:
    """The same amounts of dye, other dyes: after normalisation the pictures agree."""
    other = np.stack([[0.60, 0.72, 0.35], [0.10, 0.95, 0.30]])
    other = other / np.linalg.norm(other, axis=1, keepdims=True)
    ours, theirs = stained(VECTORS, (1.2, 0.9)), stained(other, (0.8, 1.1))
    target = measure_stains(ours)
    assert target is not None
    before = np.abs(ours.astype(int) - theirs).mean()
    after = np.abs(ours.astype(int) - normalise_macenko(theirs, target)).mean()
    assert after < 0.15 * before


@pytest.mark.parametrize("method", ["macenko", "reinhard"])
def test_a_second_pass_changes_nothing_and_neither_does_a_pictures_own_profile(method: str) -> None:
    picture = stained(VECTORS, (1.1, 0.8))
    if method == "macenko":
        own, target = (
            measure_stains(picture),
            measure_stains(stained(VECTORS[:, [0, 2, 1]], (0.9, 0.9), seed=1)),
        )
        run = normalise_macenko
    else:
        own, target = measure_colour(picture), measure_colour(stained(VECTORS, (0.6, 0.9), seed=1))
        run = normalise_reinhard
    assert own is not None
    assert target is not None
    assert np.abs(run(picture, own).astype(int) - picture).max() <= 1
    once = run(picture, target)
    assert np.abs(run(once, target).astype(int) - once).mean() < 1.5
    assert np.abs(once.astype(int) - picture).mean() > 5


def test_reinhard_gives_a_picture_the_targets_mean_and_spread() -> None:
    target = measure_colour(stained(VECTORS, (0.7, 0.9), seed=2))
    found = measure_colour(normalise_reinhard(stained(VECTORS, (0.9, 0.6)), target))
    assert found.mean == pytest.approx(target.mean, abs=0.01)
    assert found.spread == pytest.approx(target.spread, abs=0.015)


def test_grey_is_grey_in_the_decorrelated_space() -> None:
    """Ruderman's alpha and beta are the two opponent colours: near 0 for grey, whatever its lightness."""
    for level in (20, 120, 250):
        mean = measure_colour(np.full((4, 4, 3), level, np.uint8)).mean
        assert mean[1:] == pytest.approx([0, 0], abs=0.01)


@pytest.mark.parametrize("level", [0, 128, 250, 255])
def test_a_picture_without_two_stains_stays_as_it_is(level: int) -> None:
    even = np.full((30, 30, 3), level, np.uint8)
    target = Stains(VECTORS, np.array([1.0, 1.0]))
    assert (normalise_macenko(even, target) == even).all()
    one_stain = stained(VECTORS, (1.0, 0.0))
    assert normalise_macenko(one_stain, target).shape == one_stain.shape
