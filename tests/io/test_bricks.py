from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cytovox.domain.errors import InputError
from cytovox.io.bricks import BrickedStack, write_bricks


@given(shape=st.tuples(*[st.integers(1, 37)] * 3), data=st.data())
def test_every_plane_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, shape: tuple[int, int, int], data: st.DataObject
) -> None:
    voxels = np.arange(np.prod(shape), dtype=np.int32).reshape(shape)
    path = tmp_path_factory.mktemp("bricks") / "stack.npy"
    write_bricks(path, voxels)
    stack = BrickedStack(path, shape)
    axis = data.draw(st.integers(0, 2))
    index = data.draw(st.integers(0, shape[axis] - 1))
    assert np.array_equal(stack.cut(axis, index), voxels.take(index, axis))


def test_a_turned_view_is_written_in_its_own_order(tmp_path: Path) -> None:
    voxels = np.arange(5 * 6 * 7, dtype=np.int16).reshape(5, 6, 7)
    turned = voxels.transpose(2, 0, 1)[::-1]
    write_bricks(tmp_path / "a.npy", turned)
    assert np.array_equal(BrickedStack(tmp_path / "a.npy", (7, 5, 6)).cut(0, 0), voxels[:, :, 6])


def test_an_index_beyond_the_stack_is_told(tmp_path: Path) -> None:
    write_bricks(tmp_path / "a.npy", np.zeros((2, 3, 4), np.uint8))
    stack = BrickedStack(tmp_path / "a.npy", (2, 3, 4))
    with pytest.raises(InputError, match="from 0 to 2, got 3"):
        stack.cut(1, 3)


@pytest.mark.parametrize("content", [b"", b"not an array"])
def test_a_damaged_file_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(InputError, match="cannot be read"):
        BrickedStack(tmp_path / "a.npy", (1, 1, 1))


def test_a_file_of_another_stack_is_told(tmp_path: Path) -> None:
    write_bricks(tmp_path / "a.npy", np.zeros((2, 3, 40), np.uint8))
    with pytest.raises(InputError, match=r"stack of \(2, 3, 4\)"):
        BrickedStack(tmp_path / "a.npy", (2, 3, 4))
