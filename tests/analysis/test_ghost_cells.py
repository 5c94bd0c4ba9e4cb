import cv2
import numpy as np

from cytovox.analysis.ghost_cells import without_ghosts
from cytovox.analysis.star_decoding import StarCells

CENTRES = [(x, y) for y in (40, 100, 160) for x in (40, 100, 160)]


def picture(shades: list[int]) -> np.ndarray:
    """Nine discs of radius 18 on a grey-green ground of 210; a shade of 210 is no disc at all."""
    pixels = np.full((200, 200, 3), 210, np.uint8)
    for centre, shade in zip(CENTRES, shades, strict=True):
        cv2.circle(pixels, centre, 18, (shade, shade, shade), cv2.FILLED)
    return pixels


def cells(kind: int = 0) -> StarCells:
    scores = np.zeros((9, 3), np.float32)
    scores[:, 0] = 0.9
    scores[8] = 0
    scores[8, kind] = 0.9
    return StarCells(np.array(CENTRES, np.float32), np.full((9, 32), 18, np.float32), scores)


def test_a_red_cell_on_empty_ground_goes_and_a_pale_one_stays() -> None:
    kept = without_ghosts(cells(), picture([140] * 7 + [178, 210]), red_cell=0)
    assert kept.centre.tolist() == [list(centre) for centre in CENTRES[:8]]


def test_other_classes_are_left_alone() -> None:
    assert len(without_ghosts(cells(kind=2), picture([140] * 8 + [210]), red_cell=0)) == 9


def test_a_cell_amid_others_stays() -> None:
    crowded = np.full((200, 200, 3), 140, np.uint8)
    crowded[:30] = 210  # a strip of ground at the top only
    assert len(without_ghosts(cells(), crowded, red_cell=0)) == 9


def test_few_red_cells_are_no_measure() -> None:
    assert len(without_ghosts(cells()[np.arange(4)], picture([210] * 9), red_cell=0)) == 4
