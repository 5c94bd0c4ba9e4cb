"""Thresholds of optical density between the ground of a smear and what is stained."""

import numpy as np
from numpy.typing import NDArray


def ground_and_stain_levels(density: NDArray[np.uint8]) -> list[int]:
    """Levels between ground and stain that are worth trying, at least three apart.

    They are Otsu's, Otsu's again of what the first calls ground, and the middle of both: dark nuclei pull the
    first above the red cells, and the second then finds them (Otsu, IEEE Trans. SMC 9 (1979) 62-66).

    Args:
        density: Density levels of any shape, uint8.

    Returns:
        At most three levels from 3 upwards; pixels above a level are stained. None for a flat picture.
    """
    counts = np.bincount(density.ravel(), minlength=256)
    upper = otsu(counts)
    lower = otsu(counts[: upper + 1])
    levels: list[int] = []
    for level in (upper, (upper + lower) // 2, lower):
        if level > 2 and all(abs(level - other) > 2 for other in levels):
            levels.append(level)
    return levels


def otsu(counts: NDArray[np.int64]) -> int:
    """The level of a histogram that parts it into two classes of greatest variance between them."""
    n = np.cumsum(counts, dtype=np.float64)
    total = np.cumsum(counts * np.arange(len(counts), dtype=np.float64))
    between = (total[-1] * n - n[-1] * total) ** 2 / np.maximum(n * (n[-1] - n), 1e-9)
    return int(between.argmax())
