import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cytovox.imaging.thresholds import ground_and_stain_levels, otsu


def test_otsu_parts_two_classes() -> None:
    counts = np.zeros(256, np.int64)
    counts[[20, 21, 90, 91]] = [500, 400, 60, 50]
    assert 21 <= otsu(counts) < 90


@given(st.lists(st.integers(0, 30), min_size=2, max_size=40))
def test_otsu_is_the_exhaustive_best(counts: list[int]) -> None:
    histogram = np.array(counts, np.int64)

    def between(level: int) -> float:
        low, high = histogram[: level + 1], histogram[level + 1 :]
        if not low.sum() or not high.sum():
            return 0.0
        values = np.arange(len(histogram))
        gap = (low * values[: level + 1]).sum() / low.sum() - (high * values[level + 1 :]).sum() / high.sum()
        return float(low.sum() * high.sum() * gap**2)

    best = max(between(level) for level in range(len(histogram)))
    assert np.isclose(between(otsu(histogram)), best, rtol=1e-6)


def test_pale_cells_are_found_beside_dark_nuclei() -> None:
    density = np.full((100, 100), 10, np.uint8)
    density[:40, :60] = 35  # red cells
    density[60:80, 60:80] = 180  # nuclei
    levels = ground_and_stain_levels(density)
    assert any(10 <= level < 35 for level in levels)
    assert levels == sorted(levels, reverse=True)


def test_flat_pictures_have_no_levels() -> None:
    assert ground_and_stain_levels(np.zeros((5, 5), np.uint8)) == []
