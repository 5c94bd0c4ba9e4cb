import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cytovox.domain.errors import InputError
from cytovox.imaging.tiling import tiles

SIZES = st.integers(1, 400)


@settings(deadline=None)
@given(SIZES, SIZES, st.integers(8, 120), st.floats(0, 0.9))
def test_tiles_lie_in_the_picture_and_cores_partition_it(
    height: int, width: int, size: int, share: float
) -> None:
    overlap = int(share * (size - 1))
    seen = np.zeros((height, width), int)
    for tile in tiles(height, width, size=size, overlap=overlap):
        assert 0 <= tile.top <= tile.core.top
        assert 0 <= tile.left <= tile.core.left
        assert tile.core.top + tile.core.height <= tile.top + tile.height <= height
        assert tile.core.left + tile.core.width <= tile.left + tile.width <= width
        assert tile.height == min(size, height)
        assert tile.width == min(size, width)
        seen[tile.core.rows, tile.core.columns] += 1
    assert (seen == 1).all()


@settings(deadline=None)
@given(SIZES, SIZES, st.integers(20, 120), st.data())
def test_what_is_centred_in_a_core_lies_whole_in_its_tile(
    height: int, width: int, size: int, data: st.DataObject
) -> None:
    overlap = data.draw(st.integers(1, size - 1))
    x, y = data.draw(st.floats(0, width - 0.01)), data.draw(st.floats(0, height - 0.01))
    reach = (overlap - 1) / 2
    (tile,) = [t for t in tiles(height, width, size=size, overlap=overlap) if t.core.contains(x, y)]
    assert tile.left <= max(0, x - reach)
    assert tile.top <= max(0, y - reach)
    assert tile.left + tile.width >= min(width, x + reach)
    assert tile.top + tile.height >= min(height, y + reach)


def test_no_more_tiles_than_needed() -> None:
    assert len(tiles(480, 640, size=640, overlap=100)) == 1
    assert len(tiles(480, 641, size=640, overlap=100)) == 2
    assert len(tiles(1000, 1000, size=400, overlap=100)) == 9
    (only,) = tiles(30, 20, size=64, overlap=16)
    assert (only.height, only.width, only.core.height, only.core.width) == (30, 20, 30, 20)


@pytest.mark.parametrize(
    ("height", "width", "size", "overlap"), [(0, 5, 4, 1), (5, 5, 4, 4), (5, 5, 0, 0), (5, 5, 4, -1)]
)
def test_impossible_tilings_are_refused(height: int, width: int, size: int, overlap: int) -> None:
    with pytest.raises(InputError, match="tiles: expected"):
        tiles(height, width, size=size, overlap=overlap)
