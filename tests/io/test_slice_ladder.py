import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cytovox.domain.errors import InputError
from cytovox.io.slice_ladder import climb

UP = np.array([0.0, 0.0, 1.0])


def points(heights: list[float], lean: float = 0.0) -> np.ndarray:
    """Slices at those heights, each moved to the back by `lean` for 1 mm."""
    return np.array([(5.0, lean * height, height) for height in heights])


@given(st.permutations(list(range(12))), st.floats(0.3, 20), st.floats(-0.5, 0.5))
def test_even_slices_in_any_order_keep_their_distance_and_lean(
    order: list[int], step: float, lean: float
) -> None:
    ladder = climb(points([step * at for at in order], lean), UP)
    assert np.allclose(ladder.step_mm, (0, lean * step, step))
    assert [order[at] for at in ladder.order] == list(range(12))
    assert np.allclose(ladder.rungs, range(12))
    assert ladder.warnings == ()


def test_rounded_positions_count_as_even() -> None:
    ladder = climb(points([round(0.625 * at, 1) for at in range(100)]), UP)
    assert ladder.step_mm[2] == pytest.approx(0.625, rel=0.002)
    assert ladder.warnings == ()


def test_missing_slices_get_rungs_between_their_neighbours() -> None:
    heights = [2.0 * at for at in range(30) if at not in {7, 8}]
    ladder = climb(points(heights), UP)
    assert len(ladder.rungs) == 30
    assert ladder.step_mm[2] == pytest.approx(2)
    assert np.allclose(ladder.rungs[6:10], (6, 6 + 1 / 3, 6 + 2 / 3, 7))
    assert [warning.key for warning in ladder.warnings] == ["missing_slices"]
    assert "2 of 30" in ladder.warnings[0].message


def test_mild_unevenness_is_evened_to_the_narrowest_distance() -> None:
    heights = [0.0, 3.0, 6.0, 10.5, 15.0]
    ladder = climb(points(heights), UP)
    assert len(ladder.rungs) == 6
    assert ladder.step_mm[2] == pytest.approx(3)
    assert np.allclose(np.interp(ladder.rungs, range(5), heights), range(0, 16, 3))
    assert [warning.key for warning in ladder.warnings] == ["uneven_slices"]


@pytest.mark.parametrize(
    ("positions", "words"),
    [
        (points([0, 2, 4, 20, 22, 24]), "missing slices: 7 of 13"),
        (points([0, 1, 3.5, 4.4, 9.1]), "0.90 to 4.70 mm apart"),
        (np.array([(0, 0, 0), (0, 9, 2), (0, 0, 4), (0, 0, 6.0)]), "9.0 mm beside it"),
    ],
    ids=["half missing", "uneven", "zigzag"],
)
def test_what_would_have_to_be_made_up_is_refused(positions: np.ndarray, words: str) -> None:
    with pytest.raises(InputError, match=words):
        climb(positions, UP)


def test_sources_of_the_last_rung_stay_inside() -> None:
    assert climb(points([0, 1, 2]), UP).sources == [(0, 1, 0.0), (1, 2, 0.0), (2, 2, 0.0)]
