from itertools import pairwise

import numpy as np
import pytest

from cytovox.domain.errors import InputError
from cytovox.domain.image import SmearImage
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.synth.options import RenderOptions
from cytovox.synth.rendered import render_smear
from cytovox.synth.truth import InstanceMask, SyntheticSmear

BUSY = RenderOptions(
    overlap_fraction=0.4,
    infected_fraction=0.1,
    platelet_clumps=1,
    white_cells=("neutrophil_band", "eosinophil"),
)


@pytest.fixture(scope="module")
def smear() -> SyntheticSmear:
    return render_smear(width=500, height=400, seed=4, options=BUSY)


def rectangle(top: int, left: int, height: int, width: int) -> InstanceMask:
    return InstanceMask(top, left, np.ones((height, width), bool))


def made(labels: tuple[str, ...], masks: tuple[InstanceMask, ...]) -> SyntheticSmear:
    boxes = np.array([mask.box(20, 30) for mask in masks], np.float32)
    image = SmearImage(np.zeros((20, 30, 3), np.uint8), 0.1)
    outline = np.zeros((3, 2), np.float32)
    return SyntheticSmear(
        image, labels, (outline,) * len(masks), boxes, masks, np.ones(len(masks), np.float32)
    )


def test_a_mask_is_cut_at_the_picture() -> None:
    mask = rectangle(-2, 25, 6, 10)
    assert mask.on(20, 30).sum() == 4 * 5
    assert mask.box(20, 30) == (25, 0, 30, 4)
    assert rectangle(30, 3, 4, 4).box(20, 30) is None
    assert not rectangle(30, 3, 4, 4).on(20, 30).any()


def test_overlaps_are_the_pairs_that_share_pixels() -> None:
    smear = made(("red_cell",) * 3, (rectangle(0, 0, 5, 5), rectangle(4, 4, 5, 5), rectangle(5, 0, 5, 4)))
    assert smear.overlaps() == ((0, 1),)


def test_overlaps_agree_with_whole_masks(smear: SyntheticSmear) -> None:
    masks = [smear.mask(i) for i in range(len(smear))]
    expected = tuple(
        (i, j) for i in range(len(masks)) for j in range(i + 1, len(masks)) if (masks[i] & masks[j]).any()
    )
    assert len(expected) >= 2
    assert smear.overlaps() == expected


def test_counts_add_up(smear: SyntheticSmear) -> None:
    assert sum(smear.counts.values()) == len(smear)
    assert (
        smear.counts["eosinophil"] == smear.counts["neutrophil_band"] == smear.counts["platelet_clump"] == 1
    )


def test_the_map_uses_the_ten_classes_in_taxonomy_order(smear: SyntheticSmear) -> None:
    taxonomy = load_taxonomy("smear_map")
    assert len(taxonomy.keys) == 10
    classes = smear.class_map()
    assert classes.shape == (400, 500)
    seen = {taxonomy.keys[i] for i in np.unique(classes)}
    parents = {"neutrophil_band": "neutrophil"}
    assert seen == {parents.get(label, label) for label in smear.labels} | {"background"}


def test_background_is_what_no_mask_covers(smear: SyntheticSmear) -> None:
    covered = np.any([smear.mask(i) for i in range(len(smear))], axis=0)
    background = load_taxonomy("smear_map").keys.index("background")
    np.testing.assert_array_equal(smear.class_map() == background, ~covered)


def test_the_rarer_cell_wins_on_the_map() -> None:
    whole = rectangle(0, 0, 20, 30)
    order = ("monocyte", "platelet_clump", "platelet", "infected_red_cell", "red_cell")
    keys = load_taxonomy("smear_map").keys
    for winner, loser in pairwise(order):
        classes = made((winner, loser), (whole, whole)).class_map()
        assert {keys[i] for i in np.unique(classes)} == {winner}


def test_columns_must_be_equally_many() -> None:
    with pytest.raises(InputError, match="equally many"):
        made(("red_cell",), (rectangle(0, 0, 2, 2), rectangle(0, 0, 2, 2)))
