import numpy as np
import pytest
from tests.sculpt.rendered_truth import MPP_UM, findings_of, with_nuclei

from cytovox.report.glb import glb_bytes
from cytovox.sculpt.field import sculpt_field
from cytovox.sculpt.film import Film
from cytovox.synth.options import RenderOptions
from cytovox.synth.rendered import render_smear


def test_every_cell_lies_on_the_slide_at_its_place(film: Film) -> None:
    seen = []
    slide, *cells = sculpt_field(film, progress=lambda done, of: seen.append((done, of)))
    assert seen[-1] == (len(film.cells), len(film.cells))
    height, width = film.pixels.shape[:2]
    assert np.ptp(slide.surface.bounds, axis=0)[:2] == pytest.approx((width * MPP_UM, height * MPP_UM))
    assert slide.surface.bounds[1, 2] == pytest.approx(0)
    assert len(cells) == len(film.cells)
    for placed, outline in zip(cells, film.cells.outlines, strict=True):
        bounds = placed.surface.bounds + np.array(placed.offset)
        assert bounds[0, 2] == pytest.approx(0, abs=1e-4)
        middle = (outline.max(axis=0) + outline.min(axis=0)) / 2 * MPP_UM
        expected = (middle[0] - width * MPP_UM / 2, height * MPP_UM / 2 - middle[1])
        assert bounds.mean(axis=0)[:2] == pytest.approx(expected, abs=0.2)


def test_200_cells_take_less_than_10_megabytes() -> None:
    options = RenderOptions(
        white_cells=("neutrophil_segmented", "lymphocyte", "monocyte"), red_cells_per_1000_um2=9.0
    )
    smear = render_smear(width=1500, height=1150, mpp_um=MPP_UM, seed=3, options=options)
    findings = with_nuclei(findings_of(smear.image, smear.labels, smear.outlines))
    assert len(smear) >= 180
    data = glb_bytes(sculpt_field(Film.of(smear.image, findings)))
    assert len(data) / len(smear) * 200 < 10e6
