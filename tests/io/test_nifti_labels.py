from pathlib import Path

import numpy as np
import pytest

from cytovox.domain.taxonomies import load_taxonomy
from cytovox.domain.volume import LabelMap, VolumeGrid
from cytovox.io.label_maps import open_label_map
from cytovox.io.nifti_labels import write_label_nifti


@pytest.mark.parametrize("largest", [3, 300])
def test_a_label_map_comes_back_with_its_names(tmp_path: Path, largest: int) -> None:
    turn = np.radians(20)
    affine = np.array([[0, 0, 0.7, -3], [0, 0.7, 0, 4], [5, 0, 0, 9], [0, 0, 0, 1.0]])
    affine[:3, :3] = [[1, 0, 0], [0, np.cos(turn), -np.sin(turn)], [0, np.sin(turn), np.cos(turn)]] @ affine[
        :3, :3
    ]
    values = np.random.default_rng(0).integers(0, 3, (4, 5, 6)).astype(np.uint16)
    values[2, 3, 4] = largest
    organs = load_taxonomy("organs")
    named = {1: organs["stomach"], 2: organs["small_bowel"], largest: organs["large_bowel"]}
    labels = LabelMap(values, VolumeGrid(values.shape, affine), named)
    write_label_nifti(labels, tmp_path / "labels.nii.gz")
    back = open_label_map(tmp_path / "labels.nii.gz", like=labels.grid)
    assert np.array_equal(back.labels, values)
    assert {label: back.organ(label).key for label in back.present} == {
        1: "stomach",
        2: "small_bowel",
        largest: "large_bowel",
    }
    assert back.warnings == ()
