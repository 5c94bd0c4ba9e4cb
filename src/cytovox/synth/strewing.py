"""Where cut-outs lie on a field: clear of each other, close beside, or over one other red cell."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from cytovox.synth.film import overlap_window
from cytovox.synth.pasting import Patch

TRIES = 30
"""Places tried for a cell before it is given up."""
_LEAST_OVERLAP = 0.03
"""Less than this share of a cell is touching, not overlap."""


@dataclass(slots=True)
class Ground:
    """The pixels of a field and of a margin around it, each with the cell that lies on it.

    Attributes:
        shape: Rows and columns of the field.
        margin_px: How far beyond the field cells may lie.
        owners: Number of the topmost cell from 1, 0 for none, shape (H + 2 margin, W + 2 margin).
        placed: The cells, undermost first.
    """

    shape: tuple[int, int]
    margin_px: int
    owners: NDArray[np.int32] = field(init=False)
    placed: list[Patch] = field(default_factory=list)

    def __post_init__(self) -> None:
        side = 2 * self.margin_px
        self.owners = np.zeros((self.shape[0] + side, self.shape[1] + side), np.int32)

    def add(self, patch: Patch) -> None:
        """Put a cell on top of those placed so far."""
        self.placed.append(patch)
        window = self._window(patch.mask.shape, patch.top, patch.left)
        if window is not None:
            self.owners[window[0]][patch.mask[window[1]]] = len(self.placed)

    def under(self, mask: NDArray[np.bool_], top: int, left: int) -> NDArray[np.int32]:
        """Numbers of the cells under a mask whose first pixel is (top, left), one a pixel, 0 left out."""
        window = self._window(mask.shape, top, left)
        if window is None:
            return np.zeros(0, np.int32)
        owners = self.owners[window[0]][mask[window[1]]]
        return owners[owners > 0]

    def is_free(self, mask: NDArray[np.bool_], top: int, left: int) -> bool:
        """Whether no cell lies under a mask whose first pixel lies at (top, left)."""
        window = self._window(mask.shape, top, left)
        return window is None or not (self.owners[window[0]] * mask[window[1]]).any()

    def _window(
        self, shape: tuple[int, ...], top: int, left: int
    ) -> tuple[tuple[slice, slice], tuple[slice, slice]] | None:
        return overlap_window(self.owners.shape, shape, top + self.margin_px, left + self.margin_px)


def place_freely(
    ground: Ground, patch: Patch, rng: np.random.Generator, *, gap_px: int, inset: float
) -> bool:
    """Place a cell at random, clear of all others; whether there was room.

    Args:
        ground: The field.
        patch: The cell.
        rng: Source of the place.
        gap_px: Smallest distance to another cell.
        inset: How far it stays in the field: 1 keeps it whole in it, 0 its middle, -1 lets it touch the field
            from outside.
    """
    grown = _grown(patch.mask, gap_px)
    low, high = _range_of_places(ground.shape, patch.mask.shape, inset)
    for _ in range(TRIES):
        top, left = (int(v) for v in np.floor(rng.uniform(low, high)))
        if ground.is_free(grown, top - gap_px, left - gap_px):
            ground.add(patch.at(top, left))
            return True
    return False


def place_beside(ground: Ground, patch: Patch, host: Patch, rng: np.random.Generator, *, gap_px: int) -> bool:
    """Place a cell `gap_px` beside another in a random direction, clear of all; whether there was room."""
    grown = _grown(patch.mask, gap_px)
    for start, step in _approaches(host, patch, rng, tries=4):
        for distance in range(2 * max(patch.mask.shape)):
            top, left = _steps(start, step, distance)
            if ground.is_free(grown, top - gap_px, left - gap_px):
                if _reaches(ground, patch, top, left):
                    ground.add(patch.at(top, left))
                    return True
                break
    return False


def place_over(
    ground: Ground, patch: Patch, number: int, rng: np.random.Generator, *, deepest: float
) -> bool:
    """Place a cell over the cell of that number (from 1) and no other; whether there was room.

    Args:
        ground: The field.
        patch: The cell.
        number: The cell under it.
        rng: Source of direction and depth.
        deepest: Largest share of the smaller cell that the overlap covers.
    """
    host = ground.placed[number - 1]
    smaller = min(int(patch.mask.sum()), int(host.mask.sum()))
    wanted = rng.uniform(_LEAST_OVERLAP, max(deepest, _LEAST_OVERLAP))
    for start, step in _approaches(host, patch, rng, tries=4):
        for distance in range(2 * max(patch.mask.shape)):
            top, left = _steps(start, step, distance)
            under = ground.under(patch.mask, top, left)
            covered = _covered(patch, host, top, left) / smaller
            if covered > wanted:
                continue
            if covered >= _LEAST_OVERLAP and (under == number).all() and _reaches(ground, patch, top, left):
                ground.add(patch.at(top, left))
                return True
            break
    return False


def place_on_top(ground: Ground, patch: Patch, rng: np.random.Generator) -> bool:
    """Place a small cell on a red cell, wholly within its border; whether there was room."""
    hosts = [number for number, placed in enumerate(ground.placed, 1) if placed.label == "red_cell"]
    for number in rng.permutation(hosts)[:TRIES]:
        host = ground.placed[int(number) - 1]
        room = np.array(host.mask.shape[:2]) - np.array(patch.mask.shape[:2])
        top, left = np.array([host.top, host.left]) + np.round(room * rng.uniform(0.2, 0.8, 2)).astype(int)
        under = ground.under(patch.mask, int(top), int(left))
        if len(under) == patch.mask.sum() and (under == number).all():
            ground.add(patch.at(int(top), int(left)))
            return True
    return False


def _covered(patch: Patch, host: Patch, top: int, left: int) -> int:
    window = overlap_window(host.mask.shape, patch.mask.shape, top - host.top, left - host.left)
    return 0 if window is None else int((host.mask[window[0]] & patch.mask[window[1]]).sum())


def _grown(mask: NDArray[np.bool_], gap_px: int) -> NDArray[np.bool_]:
    if gap_px == 0:
        return mask
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * gap_px + 1, 2 * gap_px + 1))
    return cv2.dilate(np.pad(mask, gap_px).astype(np.uint8), disc) > 0


def _range_of_places(
    field_shape: tuple[int, int], patch_shape: tuple[int, ...], inset: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Least and largest top and left corner of a patch."""
    half = 0.5 * np.array(patch_shape[:2])
    low, high = half * inset, np.array(field_shape) - half * inset
    middle = 0.5 * (low + high)
    return np.minimum(low, middle) - half, np.maximum(high, middle) - half + 1e-6


_Approach = tuple[NDArray[np.float64], NDArray[np.float64]]


def _approaches(host: Patch, patch: Patch, rng: np.random.Generator, *, tries: int) -> list[_Approach]:
    """Where a march away from the host starts (its corner's place, middles together) and its unit step."""
    middle = np.array([host.top, host.left]) + 0.5 * (
        np.array(host.mask.shape[:2]) - np.array(patch.mask.shape[:2])
    )
    angles = rng.uniform(0.0, 2.0 * np.pi, tries)
    start = 0.3 * max(host.mask.shape)
    return [(middle + start * step, step) for step in (np.array([np.sin(a), np.cos(a)]) for a in angles)]


def _steps(start: NDArray[np.float64], step: NDArray[np.float64], distance: int) -> tuple[int, int]:
    top, left = np.round(start + distance * step)
    return int(top), int(left)


def _reaches(ground: Ground, patch: Patch, top: int, left: int) -> bool:
    """Whether some of the cell lies in the field."""
    return overlap_window(ground.shape, patch.mask.shape, top, left) is not None
