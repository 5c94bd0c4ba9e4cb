import numpy as np
import pytest

from cytovox.synth.nuclei import ChromatinStyle, Lobe, arc, chromatin, nucleus_depth, strand
from cytovox.synth.shapes import CellGrid, blob

STYLE = ChromatinStyle(density=0.9, contrast=0.4, grain_um=0.8, open_share=0.3, rim=0.1)


def grid(mpp_um: float = 0.05) -> CellGrid:
    return CellGrid.around(blob(np.random.default_rng(0), 14.0).moved_to(20.0, 20.0), mpp_um)


def depth(*lobes: Lobe, waviness_um: float = 0.0) -> np.ndarray:
    return nucleus_depth(grid(), list(lobes), np.random.default_rng(1), waviness_um=waviness_um)


def test_an_even_tube_has_the_area_of_a_capsule() -> None:
    tube = Lobe(np.array([[-2.0, 0.0], [2.0, 0.0]]), np.array([1.5, 1.5]))
    area_um2 = (depth(tube) > 0).sum() * 0.05**2
    assert area_um2 == pytest.approx(4.0 * 3.0 + np.pi * 1.5**2, rel=0.01)


def test_depth_is_the_distance_to_the_border() -> None:
    cell = grid()
    round_lobe = Lobe(np.array([[0.0, 0.0], [0.0, 0.0]]), np.array([3.0, 3.0]))
    np.testing.assert_allclose(
        depth(round_lobe)[cell.relative_radius < 0.8],
        (3.0 - np.hypot(cell.x_um, cell.y_um))[cell.relative_radius < 0.8],
        atol=1e-3,
    )


def test_a_nucleus_never_reaches_the_outline() -> None:
    cell = grid()
    huge = Lobe(np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([30.0, 30.0]))
    inside = nucleus_depth(cell, [huge], np.random.default_rng(0)) > 0
    assert inside.any()
    assert cell.border_um[inside].min() >= 0.35


def test_fused_lobes_cover_at_least_each_lobe() -> None:
    first = Lobe(np.array([[-2.0, 0.0], [-1.0, 0.5]]), np.array([1.5, 1.2]))
    other = Lobe(np.array([[1.0, 0.0], [2.0, 0.5]]), np.array([1.2, 1.5]))
    both = depth(first, other)
    assert (both >= np.maximum(depth(first), depth(other)) - 1e-5).all()
    assert both.max() < 1.7


def test_a_strand_joins_the_nearest_ends() -> None:
    first = Lobe(np.array([[-4.0, 0.0], [-1.0, 0.0]]), np.ones(2))
    other = Lobe(np.array([[5.0, 0.0], [1.5, 0.0]]), np.ones(2))
    thread = strand(first, other, 0.2)
    np.testing.assert_array_equal(thread.points_um, [[-1.0, 0.0], [1.5, 0.0]])
    np.testing.assert_array_equal(thread.radii_um, [0.2, 0.2])


def test_arc_points_lie_on_their_circle() -> None:
    points = arc(2.5, 0.3, np.pi, 7)
    np.testing.assert_allclose(np.hypot(*points.T), 2.5)
    np.testing.assert_allclose(points[0], -points[-1], atol=1e-12)


def test_chromatin_stays_inside_the_nucleus_and_near_its_density() -> None:
    cell = grid()
    border = depth(Lobe(np.array([[0.0, 0.0], [0.0, 1.0]]), np.array([3.0, 3.0])))
    amount = chromatin(cell, border, STYLE, np.random.default_rng(2))
    assert not amount[border < -0.1].any()
    inner = amount[border > 0.6]
    assert inner.min() > 0.9 * (1 - 0.4) - 0.2
    assert inner.max() < 1.2
    assert inner.std() > 0.05


def test_open_chromatin_is_lighter() -> None:
    border = depth(Lobe(np.array([[0.0, 0.0], [0.0, 1.0]]), np.array([3.0, 3.0])))

    def mean(open_share: float) -> float:
        style = ChromatinStyle(density=0.9, contrast=0.4, grain_um=0.8, open_share=open_share, rim=0.0)
        return float(chromatin(grid(), border, style, np.random.default_rng(2))[border > 0.3].mean())

    assert mean(0.1) > mean(0.4) > mean(0.8)
