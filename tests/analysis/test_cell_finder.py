import numpy as np
import pytest

from cytovox.analysis.cell_finder import CellFinder
from cytovox.analysis.smear import SmearModels
from cytovox.domain.errors import BundleError
from cytovox.domain.geometry import box_iou
from cytovox.imaging.resample import resample
from cytovox.synth.truth import SyntheticSmear

SCORE = 0.35


def test_rendered_cells_are_found_where_they_are(models: SmearModels, smear: SyntheticSmear) -> None:
    found = models.finder.find(smear.image.pixels, 0.11, min_score=SCORE)
    whole = smear.visible_fraction > 0.9
    best = box_iou(np.asarray(smear.boxes, np.float32)[whole], found.boxes).max(axis=1)
    assert (best > 0.5).mean() > 0.9


def test_a_cell_on_a_seam_appears_once_and_whole(models: SmearModels, smear: SyntheticSmear) -> None:
    """Tiles of 320 px cut the picture into some ten: what comes out is what one large tile gives."""
    pixels = smear.image.pixels
    untiled = models.finder.find(pixels, 0.11, min_score=SCORE, tile=200)
    tiled = models.finder.find(pixels, 0.11, min_score=SCORE, tile=20)
    overlap = box_iou(untiled.boxes, tiled.boxes)
    # Scores near the threshold may fall on either side of it; every surer cell must be there, once, unmoved.
    sure = untiled.score > SCORE + 0.1
    assert ((overlap[sure] > 0.5).sum(axis=1) >= 1).all()
    assert overlap[sure].max(axis=1).min() > 0.8
    assert np.median(overlap[sure].max(axis=1)) > 0.97
    assert abs(len(tiled) - len(untiled)) <= 0.03 * len(untiled) + 1


def test_the_scale_carries_over_to_pictures_of_any_sampling(
    models: SmearModels, smear: SyntheticSmear
) -> None:
    fine = models.finder.find(smear.image.pixels, 0.11, min_score=SCORE)
    coarse = models.finder.find(resample(smear.image.pixels, 0.6), 0.11 / 0.6, min_score=SCORE)
    iou = box_iou(fine.boxes[fine.score > 0.5] * np.float32(0.6), coarse.boxes)
    assert (iou.max(axis=1) > 0.6).mean() > 0.9


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (17, 33)])
def test_odd_sizes_are_no_trouble(models: SmearModels, size: tuple[int, int]) -> None:
    found = models.finder.find(np.full((*size, 3), 220, np.uint8), 0.1, min_score=SCORE)
    assert len(found) == 0


def test_an_unknown_finder_is_named_with_those_that_there_are() -> None:
    with pytest.raises(BundleError, match=r"no bundle 'nothing' .* installed: finder"):
        CellFinder.load("nothing")
