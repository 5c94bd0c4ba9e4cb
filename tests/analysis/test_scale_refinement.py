import numpy as np
import pytest

from cytovox.analysis.scale_refinement import find_at_scale
from cytovox.analysis.smear import SmearModels
from cytovox.domain.image import Scale, ScaleOrigin
from cytovox.imaging.resample import resample
from cytovox.synth.options import RenderOptions
from cytovox.synth.rendered import render_smear
from cytovox.synth.truth import SyntheticSmear


@pytest.mark.parametrize("factor", [0.4, 0.7, 1.6])
def test_the_scale_comes_from_the_red_cells_at_any_sampling(
    models: SmearModels, smear: SyntheticSmear, factor: float
) -> None:
    pixels = resample(smear.image.pixels[:700, :900], factor)
    result = find_at_scale(models.finder, pixels, Scale.unknown(), min_score=0.3)
    assert result.scale.origin is ScaleOrigin.ESTIMATED
    assert result.scale.mpp_um == pytest.approx(0.11 / factor, rel=0.12)
    assert result.scale.relative_sd is not None
    assert 0.03 < result.scale.relative_sd < 0.2


def test_noise_has_no_scale(models: SmearModels) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (240, 320, 3), np.uint8)
    assert find_at_scale(models.finder, noise, Scale.unknown(), min_score=0.3).scale == Scale.unknown()


def test_nucleated_cells_that_crowd_out_the_red_ones_are_not_taken_for_them(models: SmearModels) -> None:
    options = RenderOptions(
        red_cells_per_1000_um2=0.5,
        white_cells_per_1000_um2=3.0,
        platelets_per_1000_um2=0.1,
        white_cell_mix={"eosinophil": 1.0},
        stain_strength=0.7,
    )
    pixels = render_smear(width=900, height=700, mpp_um=0.11, seed=0, options=options).image.pixels
    plain, crowded = (
        find_at_scale(models.finder, pixels, Scale.unknown(), min_score=0.3, crowded=crowded)
        for crowded in (False, True)
    )
    assert plain.working_um_per_px < 0.7 * 0.11
    assert crowded.working_um_per_px == pytest.approx(0.11, rel=0.15)


def test_a_scale_that_is_right_stays_where_cells_may_be_crowded(
    models: SmearModels, smear: SyntheticSmear
) -> None:
    pixels = smear.image.pixels[:700, :900]
    plain, crowded = (
        find_at_scale(models.finder, pixels, Scale.unknown(), min_score=0.3, crowded=crowded)
        for crowded in (False, True)
    )
    assert crowded.scale == plain.scale
