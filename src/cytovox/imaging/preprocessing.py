"""Named steps between a crop and a network's input, listed in a recipe and in the bundle that comes of it.

`input.preprocessing` of a bundle is a list of tables, each with the name of its step and the step's figures:
`{"step": "contrast", "limit": 2.0, "tiles": 4}`. Training and use run them through this module.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from cytovox.domain.errors import InputError
from cytovox.domain.image import RgbPixels
from cytovox.imaging.enhancement import denoise, enhance_contrast
from cytovox.imaging.stain_normalisation import (
    ColourStatistics,
    Stains,
    measure_colour,
    measure_stains,
    normalise_macenko,
    normalise_reinhard,
)

Step = Mapping[str, Any]
Crops = Callable[[RgbPixels], RgbPixels]


def _contrast(limit: float = 2.0, tiles: int = 4) -> Crops:
    return lambda pixels: enhance_contrast(pixels, limit=limit, tiles=tiles)


def _denoise(strength: float = 12.0) -> Crops:
    return lambda pixels: denoise(pixels, strength=strength)


def _macenko(vectors: Sequence[Sequence[float]], strength: Sequence[float]) -> Crops:
    target = Stains(np.array(vectors, np.float64), np.array(strength, np.float64))
    return lambda pixels: normalise_macenko(pixels, target)


def _reinhard(mean: Sequence[float], spread: Sequence[float]) -> Crops:
    target = ColourStatistics(np.array(mean, np.float64), np.array(spread, np.float64))
    return lambda pixels: normalise_reinhard(pixels, target)


_STEPS: dict[str, Callable[..., Crops]] = {
    "contrast": _contrast,
    "denoise": _denoise,
    "macenko": _macenko,
    "reinhard": _reinhard,
}
STEPS = tuple(_STEPS)
"""Names of the steps."""
MEASURED_STEPS = ("macenko", "reinhard")
"""Those whose figures can be measured on pictures."""


def preprocess(steps: Sequence[Step]) -> Crops:
    """What turns a crop (H, W, 3) uint8 into the crop that the network sees; nothing for no steps.

    Args:
        steps: Tables with the key `step`, one of STEPS, and the step's figures.

    Raises:
        InputError: A step or one of its figures is not known, or one is missing.
    """
    functions = [_prepared(step) for step in steps]

    def run(pixels: RgbPixels) -> RgbPixels:
        for function in functions:
            pixels = function(pixels)
        return pixels

    return run


def is_to_be_measured(step: Step) -> bool:
    """Whether a stain normalisation has no figures yet: they come from the training pictures."""
    return step.get("step") in MEASURED_STEPS and len(step) == 1


def measured_step(name: str, pictures: Sequence[RgbPixels]) -> Step:
    """A stain normalisation towards the middle of some pictures, as a step.

    Args:
        name: "macenko" or "reinhard".
        pictures: RGB crops of training cells.

    Raises:
        InputError: The name is another one, or no stains can be measured.
    """
    if name == "reinhard" and pictures:
        colours = [measure_colour(pixels) for pixels in pictures]
        middle = ColourStatistics(
            np.median([c.mean for c in colours], axis=0), np.median([c.spread for c in colours], axis=0)
        )
        return {"step": name, "mean": _rounded(middle.mean), "spread": _rounded(middle.spread)}
    stains = [s for pixels in pictures if (s := measure_stains(pixels)) is not None]
    if name != "macenko" or not stains:
        raise InputError(
            f"stain normalisation: expected macenko or reinhard and stained pictures, got '{name}' "
            f"and {len(stains)} pictures with two stains"
        )
    vectors = np.median([s.vectors for s in stains], axis=0)
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return {
        "step": name,
        "vectors": [_rounded(vector) for vector in vectors],
        "strength": _rounded(np.median([s.strength for s in stains], axis=0)),
    }


def _rounded(values: "np.ndarray[Any, np.dtype[np.float64]]") -> list[float]:
    return [round(float(v), 5) for v in values]


def _prepared(step: Step) -> Crops:
    name = step.get("step")
    if name not in _STEPS:
        raise InputError(f"preprocessing: no step '{name}'; expected one of {', '.join(STEPS)}")
    try:
        return _STEPS[str(name)](**{key: value for key, value in step.items() if key != "step"})
    except TypeError as error:
        raise InputError(f"preprocessing, step '{name}': {error}") from error
