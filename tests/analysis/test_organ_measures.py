"""Measures of organs, by hand."""

import numpy as np
import pytest

from cytovox.analysis.organ_measures import measure_organs
from cytovox.domain.volume import LabelMap, OrganClass, VolumeGrid

LIVER = OrganClass("liver", "liver", "#dd8265", "LIV")


def test_volume_slices_and_cut() -> None:
    labels = np.zeros((6, 4, 4), np.uint16)
    labels[2:4, :2, :3] = 3
    labels[4:, 3] = 900
    made = LabelMap(labels, VolumeGrid(labels.shape, np.diag([5.0, 0.7, 0.7, 1.0])), {3: LIVER})
    liver, other = measure_organs(made)
    assert (liver.label, liver.organ, liver.voxels) == (3, LIVER, 12)
    assert liver.volume_ml == pytest.approx(12 * 5 * 0.49 / 1000)
    assert (liver.first_slice, liver.last_slice, liver.cut) == (2, 3, False)
    assert (other.label, other.organ.name, other.voxels) == (900, "label 900", 8)
    assert (other.first_slice, other.last_slice, other.cut) == (4, 5, True)
    assert liver.volume_ml == made.volume_ml(3)


def test_nothing_drawn_is_no_organ() -> None:
    assert measure_organs(LabelMap(np.zeros((2, 2, 2), np.uint16), VolumeGrid((2, 2, 2), np.eye(4)))) == ()
