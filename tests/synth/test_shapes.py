import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cytovox.domain.geometry import polygon_area
from cytovox.synth.shapes import OUTLINE_VERTICES, CellGrid, RadialOutline, blob, meet


def disc(x_um: float, y_um: float, radius_um: float) -> RadialOutline:
    return RadialOutline(x_um, y_um, np.full(OUTLINE_VERTICES, radius_um))


def test_a_disc_has_the_area_of_its_polygon() -> None:
    # A regular 128-gon covers 0.04 % less than its circle.
    assert disc(0, 0, 5.0).area_um2 == pytest.approx(np.pi * 25.0, rel=5e-4)
    assert disc(3, 4, 5.0).area_um2 == pytest.approx(polygon_area(disc(3, 4, 5.0).polygon_px(1.0)), rel=1e-5)


@given(
    seed=st.integers(0, 10_000),
    diameter=st.floats(1.0, 20.0),
    ratio=st.floats(1.0, 1.6),
    roughness=st.floats(0.0, 0.05),
)
@settings(max_examples=40, deadline=None)
def test_a_blob_has_the_area_it_was_asked_for(
    seed: int, diameter: float, ratio: float, roughness: float
) -> None:
    outline = blob(np.random.default_rng(seed), diameter, axis_ratio=ratio, roughness=roughness)
    assert outline.area_um2 == pytest.approx(np.pi * diameter**2 / 4.0, rel=1e-9)
    assert polygon_area(outline.polygon_px(0.1)) * 0.01 == pytest.approx(outline.area_um2, rel=1e-4)


def test_a_smooth_blob_has_the_axes_of_its_ellipse() -> None:
    outline = blob(np.random.default_rng(1), 8.0, axis_ratio=1.44)
    assert outline.radii_um.max() == pytest.approx(4.0 * 1.2, rel=1e-3)
    assert outline.radii_um.min() == pytest.approx(4.0 / 1.2, rel=1e-3)


def test_radius_is_interpolated_round_the_circle() -> None:
    radii = 5.0 + np.arange(OUTLINE_VERTICES) / OUTLINE_VERTICES
    outline = RadialOutline(0.0, 0.0, radii)
    step = 2.0 * np.pi / OUTLINE_VERTICES
    np.testing.assert_allclose(outline.radius_at(np.array([0.0, step, -step])), radii[[0, 1, -1]])
    assert outline.radius_at(np.array([2.0 * np.pi - 0.5 * step]))[0] == pytest.approx(
        (radii[-1] + radii[0]) / 2
    )


@pytest.mark.parametrize(
    ("distance", "gap", "expected"), [(9.9, 0, True), (10.1, 0, False), (10.1, 0.2, True)]
)
def test_discs_meet_when_closer_than_their_radii(distance: float, gap: float, expected: bool) -> None:
    assert meet(disc(0, 0, 6.0), disc(distance, 0, 4.0), gap) is expected
    assert meet(disc(distance, 0, 4.0), disc(0, 0, 6.0), gap) is expected


def test_a_cell_inside_another_meets_it() -> None:
    assert meet(disc(0, 0, 6.0), disc(1, 0, 1.0))


@given(seed=st.integers(0, 500), distance=st.floats(5.0, 9.0))
@settings(max_examples=30, deadline=None)
def test_meeting_agrees_with_drawn_masks(seed: int, distance: float) -> None:
    rng = np.random.default_rng(seed)
    pair = [blob(rng, 7.0, axis_ratio=1.3, roughness=0.02).moved_to(x, 10.0) for x in (8.0, 8.0 + distance)]
    masks = []
    for outline in pair:
        canvas = np.zeros((400, 600), np.uint8)
        cv2.fillPoly(canvas, [np.round(outline.polygon_px(0.05) * 16).astype(np.int32)], 1, shift=4)
        masks.append(canvas)
    shared = int((masks[0] & masks[1]).sum())
    if meet(*pair):
        assert meet(*pair, 0.2)
    elif shared:
        # fillPoly also paints pixels that the border only grazes.
        assert shared < 60


def test_grid_border_and_relative_radius_agree() -> None:
    grid = CellGrid.around(disc(10.03, 7.98, 3.0), 0.1)
    np.testing.assert_array_equal(grid.inside, grid.relative_radius < 1.0)
    np.testing.assert_allclose(grid.border_um, 3.0 * (1.0 - grid.relative_radius), atol=1e-5)
    assert grid.inside.sum() * 0.01 == pytest.approx(np.pi * 9.0, rel=0.01)
    assert not grid.inside[0].any()
    assert not grid.inside[:, -1].any()


def test_grid_keeps_its_place_on_the_field() -> None:
    grid = CellGrid.around(disc(0.2, 5.0, 3.0), 0.1)
    assert grid.left < 0 < grid.top
    rows, columns = np.nonzero(grid.inside)
    assert (columns.mean() + grid.left + 0.5) * 0.1 == pytest.approx(0.2, abs=0.01)
    assert (rows.mean() + grid.top + 0.5) * 0.1 == pytest.approx(5.0, abs=0.01)


def test_coverage_sums_to_the_area_at_any_scale() -> None:
    for mpp_um in (0.05, 0.2, 0.5, 1.0):
        covered = CellGrid.around(disc(20.37, 20.11, 4.0), mpp_um, margin_um=1.0).coverage().sum()
        assert covered * mpp_um**2 == pytest.approx(np.pi * 16.0, rel=0.015)
