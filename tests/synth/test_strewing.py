from itertools import pairwise

import numpy as np
import pytest

from cytovox.synth.cut_outs import CutOutBank
from cytovox.synth.pasting import Patch, Turn, turned
from cytovox.synth.strewing import Ground, place_beside, place_freely, place_on_top, place_over


@pytest.fixture
def red(bank: CutOutBank) -> Patch:
    return turned(bank.by_label["red_cell"][0], Turn(), 0.2)


def on(ground: Ground, patch: Patch) -> np.ndarray:
    mask = np.zeros(ground.shape, bool)
    rows, columns = np.nonzero(patch.mask)
    rows, columns = rows + patch.top, columns + patch.left
    seen = (rows >= 0) & (columns >= 0) & (rows < ground.shape[0]) & (columns < ground.shape[1])
    mask[rows[seen], columns[seen]] = True
    return mask


def test_free_cells_keep_their_distance_and_stay_in_the_field(red: Patch) -> None:
    ground, rng = Ground((224, 224), 10), np.random.default_rng(0)
    placed = [place_freely(ground, red, rng, gap_px=2, inset=1.0) for _ in range(60)]
    assert 10 < sum(placed) < 60
    total = sum(on(ground, patch).astype(int) for patch in ground.placed)
    assert total.max() == 1
    assert total.sum() == len(ground.placed) * red.mask.sum()


def test_cells_may_hang_over_the_border(red: Patch) -> None:
    ground, rng = Ground((224, 224), 20), np.random.default_rng(0)
    for _ in range(40):
        place_freely(ground, red, rng, gap_px=1, inset=-0.8)
    shares = [on(ground, patch).sum() / red.mask.sum() for patch in ground.placed]
    assert min(shares) < 0.9


def test_a_cell_beside_another_touches_it_but_for_the_gap(red: Patch) -> None:
    for gap_px in (0, 1):
        ground, rng = Ground((224, 224), 0), np.random.default_rng(1)
        ground.add(red.at(90, 90))
        assert place_beside(ground, red, ground.placed[0], rng, gap_px=gap_px)
        first, second = (on(ground, patch) for patch in ground.placed)
        assert not (first & second).any()
        away = np.array(np.nonzero(first)).T[:, None] - np.array(np.nonzero(second)).T[None]
        assert gap_px < np.hypot(*away.reshape(-1, 2).T).min() < gap_px + 2.5


@pytest.mark.parametrize("deepest", [0.1, 0.3])
def test_overlaps_are_no_deeper_than_asked(red: Patch, deepest: float) -> None:
    shares = []
    for seed in range(30):
        ground, rng = Ground((224, 224), 0), np.random.default_rng(seed)
        ground.add(red.at(90, 90))
        if place_over(ground, red, 1, rng, deepest=deepest):
            first, second = (on(ground, patch) for patch in ground.placed)
            shares.append((first & second).sum() / red.mask.sum())
    assert len(shares) > 25
    assert min(shares) >= 0.03
    assert max(shares) <= deepest
    assert all(a != b for a, b in pairwise(shares[:4]))


def test_a_cell_over_another_lies_on_no_third(red: Patch) -> None:
    ground = Ground((224, 224), 0)
    size = red.mask.shape[1]
    ground.add(red.at(90, 60))
    ground.add(red.at(90, 60 + size))
    for seed in range(10):
        tried = Ground((224, 224), 0, placed=list(ground.placed))
        tried.owners[:] = ground.owners
        if place_over(tried, red, 1, np.random.default_rng(seed), deepest=0.3):
            assert not (on(tried, tried.placed[-1]) & on(tried, tried.placed[1])).any()


def test_a_platelet_on_a_red_cell_lies_within_it(bank: CutOutBank, red: Patch) -> None:
    ground = Ground((224, 224), 0)
    platelet = turned(bank.by_label["platelet"][0], Turn(scale=0.6), 0.2)
    assert not place_on_top(ground, platelet, np.random.default_rng(0))
    ground.add(red.at(90, 90))
    assert place_on_top(ground, platelet, np.random.default_rng(0))
    host, guest = (on(ground, patch) for patch in ground.placed)
    assert not (guest & ~host).any()
