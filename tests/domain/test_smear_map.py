import numpy as np
import pytest

from cytovox.domain.errors import InputError
from cytovox.domain.smear_map import SmearMap, map_class
from cytovox.domain.taxonomies import load_taxonomy


def test_counts_its_pixels():
    classes = np.array([[0, 9, 9], [8, 0, 0]], np.uint8)
    pixels = SmearMap(classes, classes).pixels
    assert (pixels["background"], pixels["red_cell"], pixels["infected_red_cell"]) == (3, 2, 1)
    assert sum(pixels.values()) == classes.size


@pytest.mark.parametrize(
    "classes",
    [np.zeros((2, 2)), np.zeros(4, np.uint8), np.full((2, 2), 10, np.uint8)],
    ids=["no index", "no plane", "no such class"],
)
def test_what_is_no_map_is_refused(classes):
    with pytest.raises(InputError, match="smear map"):
        SmearMap(classes, classes)


@pytest.mark.parametrize(
    ("label", "expected"),
    [("neutrophil_band", "neutrophil"), ("platelet_clump", "platelet_clump"), ("myelocyte", None)],
)
def test_fine_classes_have_the_colour_of_their_group(label, expected):
    assert map_class(label) == expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("neutrophil_band", "neutrophil"),
        ("abnormal_eosinophil", "eosinophil"),
        ("infected_red_cell", "infected_red_cell"),
        ("blast", None),
        ("not_identifiable", None),
    ],
)
def test_classes_of_marrow_have_the_colour_that_they_have_in_blood(label, expected):
    assert map_class(label, load_taxonomy("marrow")) == expected
