import json

import numpy as np
import pytest

from cytovox.domain.errors import InputError
from cytovox.imaging.enhancement import denoise, enhance_contrast
from cytovox.imaging.preprocessing import STEPS, measured_step, preprocess
from cytovox.imaging.stain_normalisation import measure_colour


def blotches(seed: int = 0) -> np.ndarray:
    """A nucleus and cytoplasm of two stains in random amounts, on empty ground."""
    random = np.random.default_rng(seed)
    amounts = np.zeros((48, 48, 2))
    amounts[8:30, 8:30, 0] = random.uniform(0.5, 1.2, (22, 22))
    amounts[20:44, 20:44, 1] = random.uniform(0.3, 0.8, (24, 24))
    density = amounts @ np.array([[0.76, 0.60, 0.25], [0.20, 0.93, 0.31]])
    return np.clip(250 * np.exp(-density), 0, 255).astype(np.uint8)


def test_no_steps_change_nothing() -> None:
    assert preprocess([])(blotches()) is not None
    assert (preprocess([])(blotches()) == blotches()).all()


def test_steps_run_in_order_with_their_figures() -> None:
    steps = [{"step": "denoise", "strength": 5.0}, {"step": "contrast", "limit": 3.0, "tiles": 2}]
    expected = enhance_contrast(denoise(blotches(), strength=5.0), limit=3.0, tiles=2)
    assert (preprocess(steps)(blotches()) == expected).all()
    assert (preprocess(steps[::-1])(blotches()) != expected).any()


@pytest.mark.parametrize("name", ["macenko", "reinhard"])
def test_a_measured_step_survives_json_and_moves_pictures_towards_the_measured_ones(name: str) -> None:
    step = json.loads(json.dumps(measured_step(name, [blotches(seed) for seed in range(4)])))
    tinted = np.clip(blotches(9) * np.array([0.9, 1.0, 0.8]), 0, 255).astype(np.uint8)
    goal = measure_colour(blotches()).mean
    before = np.abs(measure_colour(tinted).mean - goal).sum()
    after = np.abs(measure_colour(preprocess([step])(tinted)).mean - goal).sum()
    assert after < before


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ({"step": "sharpen"}, f"no step 'sharpen'; expected one of {', '.join(STEPS)}"),
        ({"limit": 2.0}, "no step 'None'"),
        ({"step": "contrast", "size": 3}, "step 'contrast': .*'size'"),
        ({"step": "macenko"}, "step 'macenko': .*'vectors'"),
    ],
)
def test_a_wrong_step_is_explained(step: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        preprocess([step])


def test_stains_cannot_be_measured_on_empty_pictures() -> None:
    with pytest.raises(InputError, match="0 pictures with two stains"):
        measured_step("macenko", [np.full((9, 9, 3), 250, np.uint8)])
