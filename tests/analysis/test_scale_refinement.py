import numpy as np
import pytest

from cytovox.analysis.scale_refinement import find_at_scale
from cytovox.analysis.smear import SmearModels
from cytovox.domain.image import Scale, ScaleOrigin
from cytovox.imaging.resample import resample
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
