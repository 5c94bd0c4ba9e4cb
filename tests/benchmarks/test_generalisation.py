from pathlib import Path

import numpy as np
import pytest

from benchmarks.generalisation import balanced_by_group
from cytovox.io.cell_pictures import CellPicture

CLASSES = ("neutrophil_segmented", "neutrophil_band", "lymphocyte")


def cell(targets: tuple[int, ...], group: str) -> CellPicture:
    return CellPicture(Path("p"), targets, group, None)


def test_types_weigh_alike_and_pictures_of_one_cell_weigh_one() -> None:
    cells = [cell((0, 1), "a"), cell((0, 1), "a"), cell((1,), "b"), cell((2,), "c")]
    named = np.eye(3, dtype=np.float32)[[0, 2, 0, 2]]
    # Neutrophils: a is right in one of its two pictures, b is right (band or segmented is the same type).
    assert balanced_by_group(named, cells, CLASSES) == pytest.approx((0.75 + 1.0) / 2)
