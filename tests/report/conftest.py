"""Findings with everything that a document can tell of."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from cytovox.domain.cells import CellTable
from cytovox.domain.findings import SmearFindings
from cytovox.domain.morphometry import Morphometry
from cytovox.domain.smear_map import SmearMap

NEUTROPHIL = 1
CLASSES = ("red_cell", "infected_red_cell", "platelet", "platelet_clump", "neutrophil")


def square(left: float, top: float, side: float) -> np.ndarray:
    return np.array(
        [[left, top], [left + side, top], [left + side, top + side], [left, top + side]], np.float32
    )


@pytest.fixture
def measured(make_findings: Callable[..., SmearFindings]) -> SmearFindings:
    """The cells of `make_findings`; the neutrophil, cell 2, has a nucleus in two squares and measures."""
    plain = make_findings()
    values = {name: np.full(3, np.nan, np.float32) for name in Morphometry.__dataclass_fields__}
    values["circularity"][:] = (1.0, 0.98766, 0.5)
    told = {
        "nucleus_area_px": 200.0,
        "nucleus_area_um2": 12.5,
        "nucleus_to_cytoplasm_ratio": 0.15151,
        "nucleus_circularity": 0.61803,
        "lobes": 2.0,
        "nucleus_stain_density": 0.71,
        "cytoplasm_stain_density": 0.19,
    }
    for name, value in told.items():
        values[name][NEUTROPHIL] = value
    nuclei: list[tuple[np.ndarray, ...]] = [(), (square(80, 50, 10), square(92, 55, 10)), ()]
    cells = replace(plain.cells, nucleus_outlines=tuple(nuclei), morphometry=Morphometry(**values))
    classes = np.zeros((plain.height, plain.width), np.uint8)
    classes[:30] = 9
    return replace(plain, cells=cells, smear_map=SmearMap(classes, classes))


@pytest.fixture
def infected(make_findings: Callable[..., SmearFindings]) -> SmearFindings:
    """Examined red cells: three of them healthy, one infected; and a clump of platelets."""
    plain = make_findings([("red_cell", 20 + 28 * i, 40, 12) for i in range(5)])
    probabilities = np.full((5, len(CLASSES)), 0.01, np.float32)
    probabilities[:3, 0] = probabilities[3, 1] = probabilities[4, 3] = 0.96
    cells = CellTable.from_outlines(
        plain.cells.outlines,
        classes=CLASSES,
        score=plain.cells.score,
        probabilities=probabilities,
        picture_size=(plain.height, plain.width),
        mpp_um=0.25,
    )
    return replace(plain, cells=cells)
