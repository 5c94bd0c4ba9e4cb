"""Films of rendered smears."""

from collections.abc import Callable

import numpy as np
import pytest
from tests.sculpt.rendered_truth import MPP_UM, RedCellScene, findings_of, with_nuclei

from cytovox.domain.findings import SmearFindings
from cytovox.domain.image import SmearImage
from cytovox.sculpt.film import Film
from cytovox.synth.camera import Camera, photograph
from cytovox.synth.film import Layers
from cytovox.synth.optics import refraction, transmission
from cytovox.synth.options import RenderOptions
from cytovox.synth.palettes import PALETTES
from cytovox.synth.red_cells import RedCellTraits, paint_red_cell, red_cell_outline
from cytovox.synth.rendered import render_smear
from cytovox.synth.shapes import CellGrid
from cytovox.synth.truth import SyntheticSmear


@pytest.fixture
def red_cell_scene() -> Callable[..., RedCellScene]:
    """Red cells in a row, of given pallor, with the film's true thickness on the picture's pixels."""

    def make(pallors: tuple[float, ...], *, palette: str = "warm", gap_um: float = 11.0) -> RedCellScene:
        rng = np.random.default_rng(0)
        layers = Layers.empty((130, int((gap_um * len(pallors) + 4) / MPP_UM)))
        outlines = []
        for number, pallor in enumerate(pallors):
            outline = red_cell_outline(rng).moved_to(6.5 + gap_um * number, 6.5)
            grid = CellGrid.around(outline, MPP_UM)
            layers.add(paint_red_cell(grid, RedCellTraits(pallor=pallor), rng), grid.top, grid.left)
            outlines.append(outline.polygon_px(MPP_UM))
        colours = PALETTES[palette]
        passed = transmission(layers.dyes, colours.absorbance())
        passed = passed * refraction(layers.thickness_um, MPP_UM, 0.01)[..., None]
        image = SmearImage(photograph(passed, colours.light(), MPP_UM, Camera(), rng), MPP_UM)
        findings = findings_of(image, ("red_cell",) * len(pallors), tuple(outlines))
        return RedCellScene(Film.of(image, findings), layers.thickness_um)

    return make


@pytest.fixture(scope="session")
def smear() -> SyntheticSmear:
    options = RenderOptions(
        white_cells=("neutrophil_segmented", "eosinophil", "basophil", "lymphocyte", "monocyte"),
        infected_fraction=0.4,
        platelet_clumps=1,
        overlap_fraction=0.0,
    )
    return render_smear(width=700, height=600, mpp_um=MPP_UM, seed=3, options=options)


@pytest.fixture(scope="session")
def findings(smear: SyntheticSmear) -> SmearFindings:
    return with_nuclei(findings_of(smear.image, smear.labels, smear.outlines))


@pytest.fixture(scope="session")
def film(smear: SyntheticSmear, findings: SmearFindings) -> Film:
    return Film.of(smear.image, findings)
