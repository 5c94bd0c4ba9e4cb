from pathlib import Path

import numpy as np
import pytest

from cytovox.analysis.bundles import Bundle
from cytovox.domain.cells import CellTable
from cytovox.domain.errors import TrainingDataError
from cytovox.domain.image import SmearImage
from cytovox.evaluation.cell_naming import _found, cell_view, name_cells, window
from cytovox.evaluation.classification_report import NOT_FOUND
from cytovox.evaluation.labelled_sets import LabelledCell

from .conftest import draw

CLASSES = ("red_cell", "platelet", "lymphocyte", "monocyte")


def square(x: float, y: float, half: float) -> np.ndarray:
    return np.array([[x - half, y - half], [x + half, y - half], [x + half, y + half], [x - half, y + half]])


def table(*cells: tuple[str, float, float]) -> CellTable:
    """Cells of half a width of 10, named at 1."""
    probabilities = np.array([[float(label == key) for key in CLASSES] for label, *_ in cells], np.float32)
    return CellTable.from_outlines(
        tuple(square(x, y, 10.0) for _, x, y in cells),
        classes=CLASSES,
        score=np.ones(len(cells), np.float32),
        probabilities=probabilities.reshape(-1, len(CLASSES)),
        picture_size=(100, 100),
        mpp_um=None,
    )


def test_the_white_cell_at_the_place_is_taken() -> None:
    found = _found(table(("red_cell", 50, 50), ("monocyte", 55, 50), ("lymphocyte", 48, 52)), (50.0, 50.0))
    assert found.best.tolist() == ["lymphocyte"]
    assert found.classes[-1] == NOT_FOUND


@pytest.mark.parametrize(
    "cells", [(), (("red_cell", 50, 50),), (("platelet", 50, 50),), (("monocyte", 80, 80),)]
)
def test_a_place_without_a_white_cell_is_not_found(cells: tuple[tuple[str, float, float], ...]) -> None:
    found = _found(table(*cells), (50.0, 50.0))
    assert found.best.tolist() == [NOT_FOUND]
    assert not found.prediction_sets.any()


def test_a_window_keeps_the_pixels_and_repeats_the_border() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (100, 120, 3), dtype=np.uint8)
    view = window(SmearImage(pixels), (60.0, 50.0), 0.8)
    assert view.pixels.shape == (50, 50, 3)
    assert (view.pixels == pixels[25:75, 35:85]).all()
    assert view.mpp_um == 0.8
    corner = window(SmearImage(pixels), (0.0, 0.0), 0.8).pixels
    assert (corner[:25, :25] == pixels[0, 0]).all()


def test_unreadable_pictures_are_listed_and_left_out(bundle: Bundle, tmp_path: Path) -> None:
    good, bad = draw(tmp_path / "good.png", "monocyte"), tmp_path / "bad.png"
    bad.write_bytes(b"no picture")
    cells = [LabelledCell(path, "monocyte", path.name) for path in (bad, good)]
    named = name_cells(cells, "somewhere")
    assert [cell.path.name for cell in named.cells] == ["good.png"]
    assert named.predictions.best.tolist() == ["monocyte"]
    assert len(named.unreadable) == 1
    assert named.unreadable[0].startswith("bad.png: expected a JPEG")
    with pytest.raises(TrainingDataError, match="found none of 1"):
        name_cells(cells[:1], "somewhere")


def test_many_cells_are_named_in_their_order(bundle: Bundle, tmp_path: Path) -> None:
    paths = [
        draw(tmp_path / f"{i}.png", ("lymphocyte", "monocyte")[i % 2], side=16, radius=5) for i in range(130)
    ]
    said: list[float] = []
    named = name_cells(
        [LabelledCell(path, "", path.name) for path in paths],
        "",
        progress=lambda _, share: said.append(share),
    )
    assert named.predictions.best.tolist() == ["lymphocyte", "monocyte"] * 65
    assert said[-1] == 1.0


def test_a_cell_in_a_field_is_cut_out_of_it(bundle: Bundle, tmp_path: Path) -> None:
    cell = LabelledCell(draw(tmp_path / "field.png", "monocyte", side=400), "monocyte", "", (200.0, 200.0))
    assert cell_view(cell).pixels.shape == (200, 200, 3)
