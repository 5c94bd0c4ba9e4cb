"""What tests of several packages share."""

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from cytovox.domain.cells import CellTable
from cytovox.domain.findings import ModelUse, Provenance, QualityWarning, SmearFindings
from cytovox.domain.image import Scale, ScaleOrigin

CLASSES = (
    "red_cell", "platelet", "white_cell", "neutrophil", "eosinophil", "basophil", "lymphocyte", "monocyte",
    "immature_granulocyte", "erythroblast",
)  # fmt: skip

RoundCell = tuple[str, float, float, float]
"""Label, centre x, centre y, radius; pixels."""

MakeFindings = Callable[..., SmearFindings]


def circle(x: float, y: float, radius: float, vertices: int = 64) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    return np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=1).astype(np.float32)


@pytest.fixture
def make_findings() -> MakeFindings:
    """Findings of round cells, 80 % certain of their label and 20 % of the next class."""

    def make(
        cells: Sequence[RoundCell] = (
            ("red_cell", 40, 40, 15),
            ("neutrophil", 90, 60, 22),
            ("platelet", 20, 90, 6),
        ),
        *,
        width: int = 160,
        height: int = 120,
        mpp_um: float | None = 0.25,
        source: str = "smear.png",
    ) -> SmearFindings:
        probabilities = np.zeros((len(cells), len(CLASSES)), np.float32)
        for row, (label, *_) in enumerate(cells):
            column = CLASSES.index(label)
            probabilities[row, column] = 0.8
            probabilities[row, (column + 1) % len(CLASSES)] = 0.195
            probabilities[row, (column + 2) % len(CLASSES)] = 0.005
        table = CellTable.from_outlines(
            tuple(circle(x, y, radius) for _, x, y, radius in cells),
            classes=CLASSES,
            score=np.linspace(0.9, 0.6, len(cells), dtype=np.float32),
            probabilities=probabilities,
            picture_size=(height, width),
            mpp_um=mpp_um,
        )
        scale = Scale.unknown() if mpp_um is None else Scale(mpp_um, ScaleOrigin.ESTIMATED, 0.04, len(cells))
        return SmearFindings(
            source=source,
            width=width,
            height=height,
            cells=table,
            scale=scale,
            warnings=(
                QualityWarning("few_cells", "Only a few cells were found; take a picture of a denser part."),
            ),
            provenance=Provenance(
                "0.1.0",
                "2026-01-02T03:04:05+00:00",
                (ModelUse("finder", "1", "a" * 64),),
                {"min_score": None},
                "b" * 64,
            ),
        )

    return make


@pytest.fixture
def write_picture() -> Callable[[Path], Path]:
    """Writes a small picture, grey with a darker disc, making its folder."""

    def write(path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.full((120, 160, 3), 220, np.uint8)
        cv2.circle(pixels, (40, 40), 15, (150, 120, 200), cv2.FILLED)
        assert cv2.imwrite(str(path), pixels)
        return path

    return write
