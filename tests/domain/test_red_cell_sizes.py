from dataclasses import replace

import numpy as np
import pytest

from cytovox.domain.image import Scale, ScaleOrigin
from cytovox.domain.red_cell_sizes import red_cell_sizes

RADII = (10, 12)


@pytest.fixture
def field(make_findings):
    """Forty red cells, radius 10 and 12 px in turn, one of them cut by the border; and a neutrophil."""

    def make(origin=ScaleOrigin.GIVEN, *, enlarged=1):
        cells = [
            (
                "red_cell",
                enlarged * (20 + 30 * (i % 10)),
                enlarged * (20 + 30 * (i // 10)),
                enlarged * RADII[i % 2],
            )
            for i in range(40)
        ]
        cells[0] = ("red_cell", 3 * enlarged, 20 * enlarged, 10 * enlarged)
        cells.append(("neutrophil", 160 * enlarged, 150 * enlarged, 20 * enlarged))
        findings = make_findings(cells, width=330 * enlarged, height=180 * enlarged)
        scale = Scale.unknown() if origin is ScaleOrigin.UNKNOWN else Scale(0.35 / enlarged, origin)
        return replace(findings, scale=scale)

    return make


def test_discs_of_known_size(field):
    sizes = red_cell_sizes([field()])
    diameters = np.array([20] * 19 + [24] * 20)
    assert sizes.cells == 39
    assert sizes.mean_um == pytest.approx(0.35 * diameters.mean(), rel=0.01)
    assert sizes.sd_um == pytest.approx(0.35 * diameters.std(ddof=1), rel=0.02)
    assert sizes.variation == pytest.approx(diameters.std(ddof=1) / diameters.mean(), rel=0.02)


@pytest.mark.parametrize("origin", [ScaleOrigin.ESTIMATED, ScaleOrigin.UNKNOWN])
def test_a_scale_taken_from_the_red_cells_says_nothing_of_their_size(field, origin):
    sizes = red_cell_sizes([field(origin)])
    assert (sizes.mean_um, sizes.sd_um) == (None, None)
    assert sizes.variation == pytest.approx(red_cell_sizes([field()]).variation)


def test_pictures_of_unknown_scale_are_each_held_to_their_own_mean(field):
    one = red_cell_sizes([field(ScaleOrigin.UNKNOWN)])
    both = red_cell_sizes([field(ScaleOrigin.UNKNOWN), field(ScaleOrigin.UNKNOWN, enlarged=2)])
    assert both.cells == 78
    assert both.variation == pytest.approx(one.variation, rel=0.02)


def test_of_few_red_cells_no_spread_is_told(make_findings):
    assert red_cell_sizes([make_findings()]) is None
