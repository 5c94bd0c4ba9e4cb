import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cytovox.analysis.star_decoding import StarCells, decode_stars, suppress_repeats
from cytovox.domain.geometry import box_iou
from cytovox.training.finder_targets import draw_targets


def disc(x: float, y: float, radius: float, score: float, kind: int = 0) -> StarCells:
    scores = np.full((1, 3), 0.01, np.float32)
    scores[0, kind] = score
    return StarCells(np.array([[x, y]], np.float32), np.full((1, 32), radius, np.float32), scores)


def outline(x: float, y: float, rx: float, ry: float) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    return np.stack([x + rx * np.cos(angle), y + ry * np.sin(angle)], axis=1).astype(np.float32)


def test_training_targets_decode_to_the_outlines_they_were_drawn_from() -> None:
    drawn = [
        outline(40.3, 51.7, 18, 16),
        outline(66.1, 55.2, 17, 19),
        outline(120, 100, 34, 30),
        outline(45, 60, 5, 6),
    ]
    kinds = np.array([0, 0, 1, 2])
    targets = draw_targets(drawn, kinds, side=160, classes=3)
    pixels = np.concatenate([targets.shapes[:2], np.exp(targets.shapes[2:])]) * 16.0
    cells = suppress_repeats(decode_stars(targets.centres, pixels, min_score=0.99))
    assert sorted(cells.kind.tolist()) == [0, 0, 1, 2]
    truth = np.array([[*o.min(axis=0), *o.max(axis=0)] for o in drawn], np.float32)
    iou = box_iou(cells.boxes, truth)
    assert (iou.max(axis=0) > 0.95).all()
    assert cells.kind[iou.argmax(axis=0)].tolist() == kinds.tolist()


def test_a_weaker_repeat_goes_and_an_overlapping_neighbour_stays() -> None:
    cells = StarCells.joined([disc(50, 50, 18, 0.5), disc(51, 50, 18, 0.9), disc(68, 50, 18, 0.8)])
    kept = suppress_repeats(cells)
    assert kept.score.tolist() == pytest.approx([0.9, 0.8])


def test_a_platelet_on_a_red_cell_stays() -> None:
    kept = suppress_repeats(StarCells.joined([disc(50, 50, 18, 0.9, 0), disc(52, 50, 6, 0.6, 2)]))
    assert sorted(kept.kind.tolist()) == [0, 2]


def test_the_same_place_read_as_two_classes_is_one_cell() -> None:
    kept = suppress_repeats(StarCells.joined([disc(50, 50, 18, 0.9, 0), disc(50, 50, 18, 0.6, 1)]))
    assert kept.kind.tolist() == [0]


def test_a_suppressed_cell_suppresses_nothing() -> None:
    # A chain: the middle one repeats the first; the last repeats the middle only.
    chain = StarCells.joined([disc(50, 50, 18, 0.9), disc(57, 50, 18, 0.8), disc(64, 50, 18, 0.7)])
    assert suppress_repeats(chain).score.tolist() == pytest.approx([0.9, 0.7])


@settings(max_examples=30)
@given(st.integers(0, 60), st.integers(0, 2**31))
def test_the_sweep_finds_what_all_pairs_would(count: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    cells = StarCells(
        random.uniform(0, 200, (count, 2)).astype(np.float32),
        np.repeat(random.uniform(4, 30, (count, 1)), 32, axis=1).astype(np.float32),
        random.uniform(0, 1, (count, 3)).astype(np.float32),
    )
    ordered = cells[np.argsort(-cells.score, kind="stable")]
    iou = box_iou(ordered.boxes, ordered.boxes)
    keep: list[int] = []
    for i in range(count):
        limits = np.where(ordered.kind[keep] == ordered.kind[i], 0.6, 0.75)
        if not (iou[i, keep] > limits).any():
            keep.append(i)
    assert suppress_repeats(cells).centre.tolist() == ordered.centre[keep].tolist()


def test_diameters_and_moving() -> None:
    cells = disc(50, 40, 20, 0.9)
    assert cells.diameters[0] == pytest.approx(40, rel=0.01)
    moved = cells.moved(2.0, (-16, -16))
    assert moved.centre.tolist() == [[17, 12]]
    assert moved.diameters[0] == pytest.approx(20, rel=0.01)


def test_nothing_found_is_an_empty_table() -> None:
    empty = decode_stars(np.zeros((3, 8, 8), np.float32), np.zeros((34, 4, 4), np.float32), min_score=0.1)
    assert len(suppress_repeats(empty)) == 0
    assert empty.boxes.shape == (0, 4)
