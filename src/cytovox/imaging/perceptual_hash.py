"""Fingerprints of pictures that survive resizing, recompression, quarter turns and mirroring.

The hash is of the lowest frequencies of a small grey copy: 63 signs against their median (Zauner,
"Implementation and benchmarking of perceptual image hash functions", 2010, section 3.2.1). Mirroring a
picture turns the sign of its odd coefficients and transposing it transposes them, so the hashes of all eight
orientations follow from one transform.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.image import RgbPixels
from cytovox.imaging.resample import resize

Hashes = NDArray[np.uint64]

ORIENTATIONS = 8
SMALL_PX = 32
_LOW = 8
_ODD = np.where(np.arange(_LOW) % 2, -1.0, 1.0).astype(np.float32)
_BITS = np.uint64(1) << np.arange(64, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What pictures are compared by.

    Attributes:
        hashes: Hash of each orientation, shape (8,); the first is of the picture as it stands.
        small: Grey copy, shape (32, 32), float32, of mean 0 and length 1; all 0 for an even picture.
    """

    hashes: Hashes
    small: NDArray[np.float32]


def fingerprint(pixels: RgbPixels) -> Fingerprint:
    """The fingerprint of a picture.

    Args:
        pixels: RGB, shape (H, W, 3), uint8.
    """
    grey = cv2.cvtColor(resize(pixels, (SMALL_PX, SMALL_PX)), cv2.COLOR_RGB2GRAY).astype(np.float32)
    low = np.asarray(cv2.dct(grey)[:_LOW, :_LOW], np.float32)
    small = grey - grey.mean()
    length = float(np.linalg.norm(small))
    return Fingerprint(
        np.array([_hash(low_of) for low_of in _orientations(low)], np.uint64),
        small / length if length > 1e-3 else np.zeros_like(small),
    )


def orient(small: NDArray[np.float32], orientation: int) -> NDArray[np.float32]:
    """A grey copy in one of the eight orientations, in the order of `Fingerprint.hashes`."""
    turned = small.T if orientation & 4 else small
    turned = turned[::-1] if orientation & 1 else turned
    return turned[:, ::-1] if orientation & 2 else turned


def bits_apart(ours: Hashes, theirs: Hashes) -> NDArray[np.uint8]:
    """Number of bits in which hashes differ, for each pair: shape (len(ours), len(theirs))."""
    return np.asarray(np.bitwise_count(ours[:, None] ^ theirs[None, :]), np.uint8)


def _orientations(low: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    return [
        (low.T if way & 4 else low)
        * (_ODD[:, None] if way & 1 else 1.0)
        * (_ODD[None, :] if way & 2 else 1.0)
        for way in range(ORIENTATIONS)
    ]


def _hash(low: NDArray[np.float32]) -> np.uint64:
    values = low.ravel()
    # The mean of the picture, the first coefficient, says nothing about its content.
    bits = values > np.median(values[1:])
    bits[0] = False
    return np.uint64(np.bitwise_or.reduce(_BITS[bits], initial=np.uint64(0)))
