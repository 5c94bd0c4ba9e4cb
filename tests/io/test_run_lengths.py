import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from cytovox.domain.errors import InputError
from cytovox.io.run_lengths import decode_runs, encode_runs


@given(arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=20), elements=st.booleans()))
def test_masks_come_back(mask: np.ndarray) -> None:
    assert (decode_runs(encode_runs(mask), mask.shape) == mask).all()


def test_runs_go_row_by_row_and_count_from_one() -> None:
    mask = decode_runs("1 2 6 3", (2, 5))
    assert mask.tolist() == [[True, True, False, False, False], [True, True, True, False, False]]
    assert encode_runs(mask) == "1 2 6 3"


def test_runs_may_overlap_and_touch() -> None:
    assert decode_runs("2 3 3 4", (1, 8)).tolist() == [[False] + [True] * 5 + [False] * 2]


@pytest.mark.parametrize("runs", ["1", "a b", "0 3", "-4 2", "3 0", "8 4", "1 99999999999999999999", "1.5 2"])
def test_damaged_runs_are_refused(runs: str) -> None:
    with pytest.raises(InputError, match="run lengths"):
        decode_runs(runs, (2, 5))
