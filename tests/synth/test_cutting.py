import numpy as np
import pytest

from cytovox.domain.geometry import polygon_area
from cytovox.synth.cut_outs import CutOutBank
from cytovox.synth.cutting import (
    LONE_RED_CELL,
    Fitness,
    Origin,
    cell_on_black,
    cut,
    filled_outline,
    lone_cells,
    middle_cell,
    open_slide,
    without_appendages,
)
from cytovox.synth.optics import display_values
from cytovox.synth.truth import SyntheticSmear

RED = Origin("rendered", "a", "train", "red_cell")


def disc(side: int, x: float, y: float, radius: float) -> np.ndarray:
    rows, columns = np.mgrid[:side, :side] + 0.5
    return np.asarray((columns - x) ** 2 + (rows - y) ** 2 < radius**2)


def test_lone_red_cells_are_found_with_their_true_border(photographed: SyntheticSmear) -> None:
    slide = open_slide(photographed.image.pixels, 0.1)
    found = list(lone_cells(slide, RED, LONE_RED_CELL))
    areas = [m.patch.sum() * 0.01 for m, label in zip(photographed.masks, photographed.labels, strict=True)
             if label == "red_cell"]  # fmt: skip
    assert len(found) > 10
    assert np.median([cell.area_um2 for cell in found]) == pytest.approx(np.median(areas), rel=0.06)


def test_density_gives_the_picture_back(photographed: SyntheticSmear) -> None:
    slide = open_slide(photographed.image.pixels, 0.1)
    index = photographed.labels.index("neutrophil_segmented")
    mask = photographed.mask(index)
    cell = cut(slide, mask, Origin("rendered", "a", "train", "neutrophil"))
    assert cell is not None
    again = display_values(cell.light * 10.0 ** -cell.density.astype(np.float32))
    seen = photographed.image.pixels[mask]
    assert np.abs(again[cell.mask].astype(int) - seen.astype(int)).max() <= 2


def test_density_fades_to_nothing_outside_the_cell(photographed: SyntheticSmear) -> None:
    slide = open_slide(photographed.image.pixels, 0.1)
    for cell in lone_cells(slide, RED, LONE_RED_CELL):
        edge = np.concatenate([cell.density[0], cell.density[-1], cell.density[:, 0], cell.density[:, -1]])
        assert np.abs(edge.astype(np.float32)).max() < 1e-4


def test_a_cell_takes_nothing_of_a_neighbour_that_touches_it() -> None:
    density = np.zeros((80, 80, 3), np.float32)
    cell, neighbour = disc(80, 30, 40, 14), disc(80, 57, 40, 13)
    density[cell], density[neighbour] = 0.2, 1.0
    pixels = display_values(10.0**-density)
    found = cut(open_slide(pixels, 0.1), cell, RED)
    assert found is not None
    assert found.density[~found.mask].max() < 0.25


def test_two_cells_in_one_region_are_no_cell() -> None:
    density = np.zeros((200, 200, 3), np.float32)
    density[disc(200, 75, 100, 34) | disc(200, 125, 100, 34)] = 0.3
    slide = open_slide(display_values(10.0**-density), 0.1)
    assert list(lone_cells(slide, RED, LONE_RED_CELL)) == []


def test_a_cell_must_fill_its_box() -> None:
    density = np.zeros((200, 200, 3), np.float32)
    density[disc(200, 100, 100, 36)] = 0.3
    slide = open_slide(display_values(10.0**-density), 0.1)
    right, wrong = np.array([[64, 64, 136, 136]], np.float32), np.array([[64, 64, 190, 136]], np.float32)
    assert len(list(lone_cells(slide, RED, LONE_RED_CELL, right))) == 1
    assert list(lone_cells(slide, RED, LONE_RED_CELL, wrong)) == []
    assert list(lone_cells(slide, RED, LONE_RED_CELL, right[:0])) == []


def test_a_cell_at_the_border_is_left_out() -> None:
    density = np.zeros((200, 200, 3), np.float32)
    density[disc(200, 30, 100, 36)] = 0.3
    slide = open_slide(display_values(10.0**-density), 0.1)
    assert list(lone_cells(slide, RED, LONE_RED_CELL)) == []


def test_the_middle_cell_is_the_one_in_the_middle() -> None:
    density = np.zeros((200, 200, 3), np.float32)
    density[disc(200, 100, 100, 20)], density[disc(200, 30, 30, 15)] = 0.5, 0.5
    slide = open_slide(display_values(10.0**-density), 0.1)
    found = middle_cell(slide, RED, Fitness((5.0, 30.0), 0.9))
    assert found is not None
    assert found.area_um2 == pytest.approx(np.pi * 4, rel=0.08)
    assert middle_cell(slide, RED, Fitness((5.0, 30.0), 0.9, darkness=0.9)) is None
    assert middle_cell(open_slide(np.full((50, 50, 3), 240, np.uint8), 0.1), RED, LONE_RED_CELL) is None


def test_what_hangs_on_by_a_thin_neck_is_cut_off() -> None:
    cell, platelet = disc(100, 40, 50, 25), disc(100, 78, 50, 7)
    neck = np.zeros((100, 100), bool)
    neck[49:51, 60:75] = True
    whole = without_appendages(cell | platelet | neck)
    assert not whole[50, 78]
    assert (whole & cell).sum() > 0.97 * cell.sum()


def test_a_cell_painted_round_with_black_is_cut_out() -> None:
    density = np.full((160, 160, 3), 0.02, np.float32)
    body = disc(160, 80, 80, 58)
    density[body] = (0.1, 0.3, 0.2)
    pixels = display_values(10.0 ** -(density + 0.1))
    pixels[~disc(160, 80, 80, 64)] = 0
    found = cell_on_black(pixels, 0.062, Origin("rendered", "a", "train", "infected_red_cell"))
    assert found is not None
    assert found.area_um2 == pytest.approx(body.sum() * 0.062**2, rel=0.04)
    assert found.reference == pytest.approx([0.08, 0.28, 0.18], abs=0.04)
    assert cell_on_black(np.zeros((50, 50, 3), np.uint8), 0.062, RED) is None


def test_parasites_are_told_from_haemoglobin(bank: CutOutBank) -> None:
    cell = bank.by_label["infected_red_cell"][0]
    assert cell.foreign is not None
    share = (cell.foreign[cell.mask] > 25).mean()
    assert 0.003 < share < 0.2


def test_parts_close_to_each_other_get_one_outline() -> None:
    parts = disc(100, 35, 50, 14) | disc(100, 66, 50, 14)
    mask, outline = filled_outline(parts, 4)
    assert mask[50, 50]
    assert polygon_area(outline) == pytest.approx(mask.sum(), rel=0.03)
