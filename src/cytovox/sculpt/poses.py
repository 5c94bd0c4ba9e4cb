"""From the flattened cell on the slide to the round one in the blood stream."""

from dataclasses import replace

import numpy as np

from cytovox.domain.surface import SurfacePart
from cytovox.sculpt.body import unit

FLATNESS = 0.28
"""Height over width of a white cell dried on a slide.

A neutrophil in suspension holds 299 fL (Ting-Beall et al., Blood 81 (1993) 2774), a sphere of 8.3 um; on a
slide it is about 13 um wide. An ellipsoid of that width and volume is 3.4 um high: 0.26 of it.
"""


def suspension_scale() -> tuple[float, float]:
    """Factors on width and on height that make a flat body as high as wide and keep its volume.

    Width w and height f w become s w and f w / s^2, equal for s = f^(1/3).
    """
    across = float(np.cbrt(FLATNESS))
    return across, across**-2


def in_suspension(parts: tuple[SurfacePart, ...]) -> tuple[SurfacePart, ...]:
    """Bodies of the same volumes, narrower and higher: the outermost becomes as high as it is wide.

    One linear map moves all parts, so what was inside stays inside.

    Args:
        parts: The flattened bodies.
    """
    across, up = suspension_scale()
    scale = np.array([across, across, up], np.float32)
    return tuple(
        replace(part, vertices=part.vertices * scale, normals=unit(part.normals / scale)) for part in parts
    )
