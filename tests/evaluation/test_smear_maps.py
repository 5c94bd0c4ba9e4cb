import numpy as np
import pytest

from cytovox.domain.errors import InputError
from cytovox.domain.geometry import star_polygon
from cytovox.domain.image import SmearImage
from cytovox.evaluation.smear_maps import LabelledSmear, mask_iou


def disc(x: float, y: float, radius: float):
    return star_polygon(np.array([[x, y]], np.float32), np.full((1, 90), radius, np.float32))[0]


def test_overlap_of_discs_is_that_of_geometry():
    radius, apart = 40.0, 30.0
    half = np.arccos(apart / (2 * radius))
    shared = 2 * radius**2 * half - 0.5 * apart * np.sqrt(4 * radius**2 - apart**2)
    expected = shared / (2 * np.pi * radius**2 - shared)
    iou = mask_iou([disc(60, 60, radius)], [disc(90, 60, radius), disc(400, 60, radius)], (500, 500))
    assert iou[0, 0] == pytest.approx(expected, abs=0.01)
    assert iou[0, 1] == 0.0


def test_only_what_the_picture_shows_counts():
    assert mask_iou([disc(0, 50, 20)], [disc(0, 50, 20) * [1, 1] - [0, 0]], (100, 100))[0, 0] == 1.0
    cut = np.clip(disc(0, 50, 20), 0, None)
    assert mask_iou([disc(0, 50, 20)], [cut], (100, 100))[0, 0] > 0.95


def test_a_truth_of_another_size_is_refused():
    image = SmearImage(np.zeros((10, 12, 3), np.uint8), None, "x")
    with pytest.raises(InputError, match="12 x 10"):
        LabelledSmear(image, np.zeros((12, 10), np.uint8))
