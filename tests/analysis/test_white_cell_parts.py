import numpy as np
import pytest

from cytovox.analysis.white_cell_parts import WhiteCellParts, measure_white_cells, part_masks
from cytovox.domain.geometry import polygon_area, polygon_box
from cytovox.imaging.uncrop import Window


def discs(side: int, *circles: tuple[float, float, float]) -> np.ndarray:
    """Shares of discs (x, y, radius), with an edge two pixels wide."""
    y, x = np.mgrid[:side, :side] + 0.5
    shares = [np.clip((r - np.hypot(x - cx, y - cy)) / 2 + 0.5, 0, 1) for cx, cy, r in circles]
    return np.max(shares, axis=0).astype(np.float32)


def window(cell: np.ndarray, nucleus: np.ndarray) -> Window:
    return Window(np.stack([1 - cell, cell - np.minimum(cell, nucleus), nucleus]), 100, 200)


def drawn_smear() -> np.ndarray:
    """A picture with two white cells and a red cell in between, 0.12 um a pixel."""
    pixels = np.full((240, 400, 3), (230, 215, 205), np.float32)
    for x, colours in ((80, ((190, 160, 200), (80, 40, 120))), (320, ((190, 160, 200), (80, 40, 120)))):
        for reach, colour in zip((45, 26), colours, strict=True):
            share = discs(400, (x, 120, reach))[:240, :, None]
            pixels = pixels * (1 - share) + np.array(colour) * share
    share = discs(400, (200, 120, 31))[:240, :, None]
    pixels = pixels * (1 - share) + np.array((210, 150, 150)) * share
    return pixels.astype(np.uint8)


def circle(x: float, y: float, radius: float) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    return np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=1).astype(np.float32)


def test_masks_and_outlines_follow_the_probabilities() -> None:
    cell, nucleus = discs(160, (80, 80, 50)), discs(160, (65, 80, 14), (97, 80, 14))
    part = part_masks(window(cell, nucleus), (280.0, 180.0), 0.1)
    assert (part.top, part.left) == (100, 200)
    assert part.cell.sum() == pytest.approx(np.pi * 50**2, rel=0.01)
    assert polygon_area(part.cell_outline) == pytest.approx(np.pi * 50**2, rel=0.01)
    assert polygon_box(part.cell_outline) == pytest.approx([230, 130, 330, 230], abs=0.2)
    assert len(part.nucleus_outlines) == 2
    assert sum(map(polygon_area, part.nucleus_outlines)) == pytest.approx(2 * np.pi * 14**2, rel=0.02)
    assert not (part.nucleus & ~part.cell).any()


def test_a_neighbour_holes_and_crumbs_are_not_of_the_cell() -> None:
    cell = discs(160, (80, 80, 40), (150, 80, 20)) - discs(160, (80, 60, 5))
    nucleus = discs(160, (80, 90, 15), (50, 80, 1.5), (150, 80, 10))
    part = part_masks(window(cell, nucleus), (280.0, 180.0), 0.1)
    assert part.cell.sum() == pytest.approx(np.pi * 40**2, rel=0.01)
    assert part.nucleus.sum() == pytest.approx(np.pi * 15**2, rel=0.02)
    assert len(part.nucleus_outlines) == 1


def test_nothing_seen_is_nothing() -> None:
    nothing = np.zeros((160, 160), np.float32)
    part = part_masks(window(nothing, nothing), (280.0, 180.0), 0.1)
    assert not part.cell.any()
    assert part.cell_outline.shape == (0, 2)
    assert part.nucleus_outlines == ()


def test_white_cells_are_measured_the_others_only_by_outline() -> None:
    outlines = [circle(80, 120, 44), circle(200, 120, 31), circle(320, 120, 44)]
    measured = measure_white_cells(
        WhiteCellParts.load(),
        drawn_smear(),
        outlines,
        np.array([True, False, True]),
        0.12,
        mpp_um=0.12,
    )
    shape = measured.morphometry
    assert shape.circularity == pytest.approx([1, 1, 1], abs=0.06)
    assert np.isnan(shape.nucleus_area_px).tolist() == [False, True, False]
    assert shape.nucleus_area_px[[0, 2]] == pytest.approx(np.pi * 26**2, rel=0.15)
    assert shape.nucleus_area_um2[0] == pytest.approx(shape.nucleus_area_px[0] * 0.0144)
    assert shape.nucleus_to_cytoplasm_ratio[0] == pytest.approx(26**2 / (45**2 - 26**2), rel=0.3)
    assert shape.lobes[[0, 2]].tolist() == [1, 1]
    assert shape.nucleus_stain_density[0] > 2 * shape.cytoplasm_stain_density[0] > 0
    assert [len(pieces) for pieces in measured.nucleus_outlines] == [1, 0, 1]
    assert len(measured.cell_outlines[1]) == 0
    assert polygon_box(measured.cell_outlines[2]) == pytest.approx([275, 75, 365, 165], abs=6)


def test_without_a_scale_there_is_no_area_in_square_micrometres() -> None:
    measured = measure_white_cells(
        WhiteCellParts.load(), drawn_smear(), [circle(80, 120, 44)], np.array([True]), 0.12, mpp_um=None
    )
    assert np.isnan(measured.morphometry.nucleus_area_um2).all()
    assert measured.morphometry.nucleus_area_px[0] > 0


def test_no_cells_are_no_rows() -> None:
    measured = measure_white_cells(
        WhiteCellParts.load(), drawn_smear(), [], np.zeros(0, bool), 0.12, mpp_um=0.12
    )
    assert len(measured.morphometry) == len(measured.cell_outlines) == len(measured.nucleus_outlines) == 0


def test_a_cell_too_large_for_the_usual_view_gets_a_wider_one() -> None:
    network, pixels = WhiteCellParts.load(), drawn_smear()
    usual, wide = (
        network.segment(pixels, [(80.0, 120.0)], 0.3, outlines=outlines)[0]
        for outlines in (None, [circle(80, 120, 60)])
    )
    assert usual.cell.shape[1] < wide.cell.shape[1]
