"""Sheets of single cells, by hand. Corner 4 i + 2 j + k of a cell lies at (i, j, k)."""

import numpy as np
import pytest

from cytovox.sculpt.cell_sheets import has_alternating_face, sheets_of_cells


@pytest.mark.parametrize(
    ("corners", "sheets", "alternating"),
    [
        ((0, 0, 0, 0, 0, 0, 0, 1), 1, False),  # one corner
        ((0, 0, 0, 0, 1, 1, 1, 1), 1, False),  # a plane
        ((1, 0, 0, 0, 0, 0, 0, 1), 2, False),  # two corners across the cell
        ((1, 0, 0, 1, 0, 0, 0, 0), 2, True),  # two across a face: the background joins
        ((0, 1, 1, 0, 1, 1, 1, 1), 1, True),  # two holes across a face: one passage between them
        ((1, 0, 0, 1, 0, 1, 1, 0), 4, True),  # every other corner
        ((1, 2, 3, 4, 5, 6, 7, 8), 1, False),  # eight organs
    ],
)
def test_sheets_by_hand(corners: tuple[int, ...], sheets: int, alternating: bool) -> None:
    cell = np.array([corners], np.uint16)
    assert sheets_of_cells(cell)[1].tolist() == [sheets]
    assert has_alternating_face(cell).tolist() == [alternating]


def test_every_crossed_edge_has_a_sheet() -> None:
    corners = np.random.default_rng(1).integers(0, 4, (500, 8)).astype(np.uint16)
    sheets, count = sheets_of_cells(corners)
    assert (sheets.max(axis=1) == count - 1).all()
    pairs = (corners == corners.max(axis=1)[:, None]).astype(np.uint16)  # by table and by tracing
    mixed = np.concatenate([pairs, corners])
    assert (sheets_of_cells(mixed)[0][:500] == sheets_of_cells(pairs)[0]).all()
