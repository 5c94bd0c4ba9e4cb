import cv2
import numpy as np
import pytest

from cytovox.imaging.perceptual_hash import bits_apart, fingerprint, orient


def scene(seed: int, side: int = 160) -> np.ndarray:
    """Smooth blotches: content at low frequencies, as pictures of cells have."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (9, 9, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC), np.uint8)


ORIENTED = [
    lambda p, way=way: np.ascontiguousarray(
        [p, p[::-1], p[:, ::-1], p[::-1, ::-1]][way % 4] if way < 4 else _oriented(p, way)
    )
    for way in range(8)
]


def _oriented(picture: np.ndarray, way: int) -> np.ndarray:
    turned = picture.swapaxes(0, 1)
    return [turned, turned[::-1], turned[:, ::-1], turned[::-1, ::-1]][way % 4]


@pytest.mark.parametrize("way", range(8))
def test_hash_of_an_oriented_picture_is_among_the_eight_of_the_original(way: int) -> None:
    original, oriented = fingerprint(scene(1)), fingerprint(ORIENTED[way](scene(1)))
    assert (
        bits_apart(oriented.hashes[:1], original.hashes)[0, way] <= 1
    )  # a coefficient on the median may flip
    assert float((oriented.small * orient(original.small, way)).sum()) == pytest.approx(1.0, abs=1e-3)


def test_recompressed_and_resized_copies_stay_near_and_others_are_far() -> None:
    picture = scene(2)
    _, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 40])
    copies = [cv2.imdecode(packed, cv2.IMREAD_COLOR), cv2.resize(picture, (90, 90))]
    own = fingerprint(picture)
    for copy in copies:
        assert bits_apart(own.hashes[:1], fingerprint(copy).hashes[:1]).item() <= 4
    others = np.array([fingerprint(scene(seed)).hashes[0] for seed in range(3, 40)], np.uint64)
    assert bits_apart(others, own.hashes).min() > 10


def test_bits_apart_counts_differing_bits_of_each_pair() -> None:
    ours, theirs = np.array([0, 2**63], np.uint64), np.array([0, 7, 2**64 - 1], np.uint64)
    assert bits_apart(ours, theirs).tolist() == [[0, 3, 64], [1, 4, 63]]


def test_an_even_picture_has_a_fingerprint_that_is_like_nothing() -> None:
    even = fingerprint(np.full((50, 50, 3), 200, np.uint8))
    assert not even.small.any()
