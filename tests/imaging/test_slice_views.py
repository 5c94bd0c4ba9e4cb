"""Views of slices: grey levels, where the body is, where a view's pixels lie."""

import numpy as np
import pytest

from cytovox.imaging.slice_views import (
    BODY_MM,
    BodyBox,
    body_box,
    cut_view,
    grey_levels,
    neighbour_offset,
    put_back,
    spacing_from_body,
    view_matrix,
    with_neighbours,
)


def body(rows: int = 90, columns: int = 120) -> np.ndarray:
    """An ellipse with a darker organ in it, one slice."""
    y, x = np.mgrid[:rows, :columns]
    inside = ((y - 50) / 30) ** 2 + ((x - 60) / 45) ** 2 < 1
    organ = (y - 45) ** 2 + (x - 70) ** 2 < 64
    return np.where(organ, 300, np.where(inside, 800, 5)).astype(np.int16)[None]


def test_ct_is_read_in_hounsfield_units() -> None:
    grey = grey_levels(np.array([[[-1000, -160, 40, 240, 2000]]], np.int16), "CT")
    np.testing.assert_allclose(grey[0, 0], [-1, -1, 0, 1, 1], atol=1e-6)


def test_mr_is_read_alike_whatever_its_gain() -> None:
    values = body()
    np.testing.assert_allclose(
        grey_levels(values, "MR"), grey_levels(values.astype(np.float32) * 3.7, "MR"), atol=1e-5
    )


def test_each_mr_slice_is_stretched_by_itself() -> None:
    stack = np.concatenate([body(), body() * 4])
    grey = grey_levels(stack, "MR")
    np.testing.assert_allclose(grey[0], grey[1], atol=1e-5)


def test_an_empty_slice_is_black() -> None:
    assert (grey_levels(np.zeros((1, 8, 8), np.uint8), "MR") == -1).all()


def test_the_body_is_found_and_an_arm_is_not_part_of_it() -> None:
    values = body()
    values[0, 40:60, 112:118] = 800
    box = body_box(grey_levels(values, "MR"), "MR")
    np.testing.assert_allclose(box.middle, (50, 60), atol=1.5)
    np.testing.assert_allclose(box.size, (60, 90), atol=3)


def test_a_black_stack_has_its_middle_for_a_body() -> None:
    box = body_box(np.full((2, 10, 20), -1, np.float32), "MR")
    assert box == BodyBox((4.5, 9.5), (10.0, 20.0))


def test_a_body_of_the_usual_size_gives_the_size_of_its_pixels() -> None:
    assert spacing_from_body(BodyBox((0, 0), (200.0, 200.0))) == pytest.approx(BODY_MM / 200)


@pytest.mark.parametrize(("spacing", "offset"), [(None, 0), (3.0, 2), (1.0, 6), (10.0, 1)])
def test_neighbours_lie_about_as_far_as_asked(spacing: float | None, offset: int) -> None:
    assert neighbour_offset(spacing, 6.0) == offset


def test_the_ends_of_a_stack_are_their_own_neighbours() -> None:
    stack = np.arange(5, dtype=np.float32)[:, None, None] * np.ones((1, 2, 2), np.float32)
    assert with_neighbours(stack, 0, 2)[0, 0].tolist() == [0, 0, 2]
    assert with_neighbours(stack, 4, 2)[0, 0].tolist() == [2, 4, 4]
    assert with_neighbours(stack, 2, 0)[0, 0].tolist() == [2, 2, 2]


def test_a_view_has_its_middle_on_the_body_and_its_pixels_in_mm() -> None:
    matrix = view_matrix((50.0, 60.0), (3.0, 1.5), (32, 64), 2.0)
    np.testing.assert_allclose(matrix @ [31.5, 15.5, 1], [60, 50])
    np.testing.assert_allclose(matrix @ [32.5, 16.5, 1], [60 + 2 / 1.5, 50 + 2 / 3])


def test_what_is_cut_out_of_a_slice_goes_back_to_its_place() -> None:
    y, x = np.mgrid[:80, :100]
    blob = np.exp(-((y - 42) ** 2 + (x - 57) ** 2) / 200).astype(np.float32)
    matrix = view_matrix((40.0, 50.0), (2.0, 2.0), (96, 128), 1.5)
    view = cut_view(np.repeat(blob[..., None] * 2 - 1, 3, axis=2), matrix, (96, 128))
    again = put_back((view.transpose(2, 0, 1)[1:2] + 1) / 2, matrix, (80, 100))
    np.testing.assert_allclose(again[0, 10:70, 10:90], blob[10:70, 10:90], atol=0.02)


def test_beyond_the_slice_a_view_is_black_and_back_there_is_nothing() -> None:
    matrix = view_matrix((4.0, 4.0), (1.0, 1.0), (32, 32), 1.0)
    view = cut_view(np.ones((9, 9, 3), np.float32), matrix, (32, 32))
    assert view[0, 0, 0] == -1
    far = view_matrix((4.0, 40.0), (1.0, 1.0), (8, 8), 1.0)
    assert put_back(np.ones((1, 8, 8), np.float32), far, (9, 9)).max() == 0
