"""Smears drawn from discs, whose scale is known exactly."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

GROUND, RED, NUCLEUS, PLASM = (235, 220, 215), (205, 150, 160), (90, 50, 130), (180, 150, 200)
_SHIFT = 3
# OpenCV's smooth discs cover the area of discs this much wider (measured from 13 to 60 px).
_WIDENING_PX = 1.15


def disc(pixels: np.ndarray, x: float, y: float, diameter: float, colour: tuple[int, int, int]) -> None:
    diameter -= _WIDENING_PX
    centre = (round((x - 0.5) * 2**_SHIFT), round((y - 0.5) * 2**_SHIFT))
    cv2.circle(pixels, centre, round(diameter / 2 * 2**_SHIFT), colour, cv2.FILLED, cv2.LINE_AA, _SHIFT)


def drawn_smear(
    diameter: float,
    *,
    size: tuple[int, int] = (480, 640),
    cells: int = 40,
    spread: float = 0.05,
    pallor: float = 0.4,
    clearance: float = 1.05,
    white_cells: int = 0,
    seed: int = 0,
) -> np.ndarray:
    """Red cells with pale centres at random places.

    Args:
        diameter: Median diameter of the red cells, px.
        size: Height and width, px.
        cells: How many to try to place.
        spread: Standard deviation of the diameters, as a share.
        pallor: Diameter of the pale centre, as a share; 0 for none.
        clearance: Least distance of centres in diameters; below 1 cells overlap.
        white_cells: How many white cells, 1.8 times as wide, with a dark nucleus.
        seed: Of the random places.
    """
    random = np.random.default_rng(seed)
    pixels = np.full((*size, 3), GROUND, np.uint8)
    placed: list[tuple[float, float, float]] = []
    for wanted, widening in [(white_cells, 1.8), (cells, 1.0)]:
        todo = wanted
        for _ in range(40 * wanted):
            x, y = random.uniform(0, size[1]), random.uniform(0, size[0])
            width = diameter * widening * np.exp(random.normal(0, spread))
            if todo and all(np.hypot(x - a, y - b) > clearance * (width + w) / 2 for a, b, w in placed):
                placed.append((x, y, width))
                todo -= 1
                disc(pixels, x, y, width, PLASM if widening > 1 else RED)
                if widening > 1:
                    disc(pixels, x, y, 0.7 * width, NUCLEUS)
                elif pallor:
                    disc(pixels, x, y, pallor * width, tuple((np.add(GROUND, RED) // 2).tolist()))
    noisy = cv2.GaussianBlur(pixels, (0, 0), max(0.6, diameter / 40)) + random.normal(0, 2, pixels.shape)
    return noisy.clip(0, 255).astype(np.uint8)


@pytest.fixture
def draw() -> Callable[..., np.ndarray]:
    """Draws a smear: see `drawn_smear`."""
    return drawn_smear
