"""What every file of a 3D model says, and how its axes lie."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from cytovox.domain.errors import InputError
from cytovox.domain.geometry import FloatArray
from cytovox.domain.surface import LengthUnit, PlacedSurface
from cytovox.report import NOTICE

RESEARCH_USE = "research use only"


def trust_words(scene: Sequence[PlacedSurface]) -> str:
    """How far the shapes of a scene can be trusted: the notices of its surfaces, each once."""
    return "; ".join(dict.fromkeys(placed.surface.notice for placed in scene))


def full_notice(scene: Sequence[PlacedSurface]) -> str:
    """The notices of the shapes and of every export."""
    return f"{trust_words(scene)}. {NOTICE}"


def unit_of(scene: Sequence[PlacedSurface]) -> LengthUnit:
    """The unit that all surfaces of a scene share.

    Raises:
        InputError: There is no surface, or their units differ.
    """
    units = {placed.surface.unit for placed in scene}
    if len(units) != 1:
        raise InputError(f"3D model: expected surfaces of one unit, got {sorted(units) or 'no surface'}")
    return units.pop()


def y_up(points: FloatArray) -> FloatArray:
    """Points or directions (n, 3) with y up, as glTF and OBJ have it: (x, y, z) becomes (x, z, -y)."""
    return np.stack([points[:, 0], points[:, 2], -points[:, 1]], axis=1).astype(np.float32)


def form_of(path: Path, forms: Sequence[str]) -> str:
    """The file format that a path's ending names.

    Raises:
        InputError: It names none of `forms`.
    """
    form = path.suffix.lower().removeprefix(".")
    if form not in forms:
        known = ", ".join(f".{name}" for name in forms)
        raise InputError(f"{path}: expected a file name that ends with one of {known}")
    return form
