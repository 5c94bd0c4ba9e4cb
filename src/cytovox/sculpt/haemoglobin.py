"""How much haemoglobin lies in the light's path through a red cell."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray
from cytovox.imaging.smoothing import smooth
from cytovox.imaging.stain import optical_density
from cytovox.sculpt.view import CellView

_CORE_UM = 0.5
"""Depth from which a pixel shows the cell and no border."""
_GROUND_UM = 0.7
"""Distance from the cell at which the slide is bare."""
_LEAST_GROUND_PX = 12
_STRANGE = 6.0
"""Excess over its own noise from which something else than haemoglobin absorbs."""
_LEAST_EXCESS = 0.04


@dataclass(frozen=True, slots=True)
class Haemoglobin:
    """Absorbance in a view of a red cell.

    Attributes:
        density: Absorbance along the colour of haemoglobin, above the slide, shape (n, n).
        darkness: Mean absorbance in red and green, above the slide, shape (n, n): chromatin is magenta or
            violet, a parasite's cytoplasm blue, and both take green.
        strange: Where more red is missing than that haemoglobin explains, beyond doubt, shape (n, n):
            blue and purple dyes.
    """

    density: FloatArray
    darkness: FloatArray
    strange: NDArray[np.bool_]


def haemoglobin_density(
    view: CellView, light: NDArray[np.float32], covered: NDArray[np.bool_]
) -> Haemoglobin:
    """Absorbance of one red cell's haemoglobin.

    By the law of Beer and Lambert absorbance is proportional to the way through the dye. The colour of the
    dye is the cell's own: the direction of its median absorbance in red, green and blue. What else absorbs
    (the chromatin and the blue cytoplasm of a parasite, a platelet on top) shows as red light missing that
    this colour does not explain.

    Args:
        view: The cell.
        light: Linear light (3,) of the empty slide.
        covered: Where other cells lie, shape (n, n).
    """
    density = smooth(optical_density(view.pixels, light), 0.12 / view.step_um)
    ground = (view.depth_um < -_GROUND_UM) & ~covered
    if ground.sum() >= _LEAST_GROUND_PX:  # uneven light: the slide beside this cell
        density = density - np.median(density[ground], axis=0).astype(np.float32)
    core = (view.depth_um > _CORE_UM) & ~covered
    seen = core if core.any() else view.depth_um > 0
    colour = np.clip(np.median(density[seen], axis=0), 0.0, None).astype(np.float32)
    if not colour.any():
        colour = np.ones(3, np.float32)
    colour /= np.linalg.norm(colour)
    along = density @ colour
    excess = density[..., 0] - colour[0] * along
    spread = float(np.median(np.abs(excess[seen] - np.median(excess[seen])))) * 1.4826
    strange = (excess > max(_STRANGE * spread, _LEAST_EXCESS)) & (view.depth_um > 0)
    darkness = np.asarray(density[..., :2].mean(axis=2), np.float32)
    return Haemoglobin(np.asarray(along, np.float32), darkness, np.asarray(strange, np.bool_))
