"""A bank of cut-outs whose truth is known: cells are rendered, photographed, found again and cut out."""

from collections.abc import Callable

import numpy as np
import pytest

from cytovox.synth.camera import Camera
from cytovox.synth.clumps import make_clumps
from cytovox.synth.compose_options import WHITE_CELL_KINDS
from cytovox.synth.cut_outs import CutOut, CutOutBank
from cytovox.synth.cutting import Origin, Slide, cut, open_slide
from cytovox.synth.options import RenderOptions
from cytovox.synth.rendered import render_smear
from cytovox.synth.truth import SyntheticSmear

MPP_UM = 0.1
_KIND = {"neutrophil_segmented": "neutrophil", "neutrophil_band": "neutrophil"}


def cut_all(smear: SyntheticSmear, slide: Slide, split: str = "train") -> list[CutOut]:
    """Cut-outs of all lone cells that lie whole in a rendered smear, by their true masks."""
    touched = {i for pair in smear.overlaps() for i in pair}
    found = []
    for i, label in enumerate(smear.labels):
        if i in touched or smear.visible_fraction[i] < 1 or label == "platelet_clump":
            continue
        origin = Origin("rendered", f"{smear.image.source}/{i}", split, _KIND.get(label, label))
        if (cut_out := cut(slide, smear.mask(i), origin)) is not None:
            found.append(cut_out)
    return found


@pytest.fixture(scope="session")
def photographed() -> SyntheticSmear:
    """A sparse rendered smear of all kinds of cells, evenly lit and without noise, at 0.1 um."""
    options = RenderOptions(
        red_cells_per_1000_um2=5.0,
        white_cells=(*(k for k in WHITE_CELL_KINDS if k != "neutrophil"), "neutrophil_segmented"),
        platelets_per_1000_um2=2.0,
        overlap_fraction=0.0,
        infected_fraction=0.3,
        camera=Camera(noise=0.0, illumination_gradient=0.0, vignetting=0.0),
    )
    return render_smear(width=900, height=700, mpp_um=MPP_UM, seed=3, options=options)


@pytest.fixture(scope="session")
def bank(photographed: SyntheticSmear) -> CutOutBank:
    """Cut-outs of that smear and clumps of its platelets."""
    cells = cut_all(photographed, open_slide(photographed.image.pixels, MPP_UM))
    platelets = tuple(cell for cell in cells if cell.label == "platelet")
    clumps = make_clumps(platelets, 5, np.random.default_rng(0))
    return CutOutBank((*cells, *clumps), "train", {"rendered": "own"})


@pytest.fixture
def bank_of(photographed: SyntheticSmear) -> Callable[[str], CutOutBank]:
    """The bank with some labels alone."""

    def make(*labels: str) -> CutOutBank:
        cells = cut_all(photographed, open_slide(photographed.image.pixels, MPP_UM))
        return CutOutBank(tuple(c for c in cells if c.label in labels), "train", {"rendered": "own"})

    return make
