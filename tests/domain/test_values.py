"""Values refuse what they cannot mean."""

from dataclasses import replace

import numpy as np
import pytest

from cytovox.domain.cells import CellTable
from cytovox.domain.errors import InputError
from cytovox.domain.image import Scale, ScaleOrigin, SmearImage
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.domain.taxonomy import CellClass, Taxonomy

PIXELS = np.zeros((4, 6, 3), np.uint8)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((4, 6), np.uint8),
        np.zeros((4, 6, 3)),
        np.zeros((0, 6, 3), np.uint8),
        np.zeros((4, 6, 4), np.uint8),
    ],
)
def test_a_smear_image_is_rgb_bytes(pixels: np.ndarray) -> None:
    with pytest.raises(InputError, match="expected RGB pixels"):
        SmearImage(pixels)


def test_a_given_scale_is_called_given() -> None:
    assert SmearImage(PIXELS, 0.1).scale.origin is ScaleOrigin.GIVEN
    assert SmearImage(PIXELS).scale == Scale.unknown()


@pytest.mark.parametrize("mpp_um", [0.0, -1.0, 1000.0, float("nan")])
def test_a_scale_out_of_range_is_refused(mpp_um: float) -> None:
    with pytest.raises(InputError, match="micrometres per pixel"):
        SmearImage(PIXELS, mpp_um)


def test_an_unknown_scale_has_no_figure() -> None:
    with pytest.raises(InputError, match="does not go with"):
        Scale(0.1, ScaleOrigin.UNKNOWN)


def table(mpp_um: float | None) -> CellTable:
    outline = np.array([[-2, -2], [4, -2], [4, 4], [-2, 4]], np.float32)
    return CellTable.from_outlines(
        (outline,),
        classes=("red_cell", "neutrophil"),
        score=np.array([0.9], np.float32),
        probabilities=np.array([[0.2, 0.8]], np.float32),
        picture_size=(4, 6),
        mpp_um=mpp_um,
    )


def test_a_cell_table_measures_outlines_and_clips_boxes() -> None:
    cells = table(0.5)
    assert cells.box.tolist() == [[0, 0, 4, 4]]
    assert cells.area_px.tolist() == [36]
    assert cells.area_um2.tolist() == [9]
    assert cells.label.tolist() == ["neutrophil"]
    assert cells.confidence.tolist() == [pytest.approx(0.8)]
    assert cells.polygon(0).shape == (4, 2)


def test_areas_are_absent_without_a_scale() -> None:
    assert np.isnan(table(None).area_um2).all()


def test_columns_have_one_length() -> None:
    with pytest.raises(InputError, match="'score' should have shape"):
        replace(table(0.5), score=np.zeros(2, np.float32))
    with pytest.raises(InputError, match="'prediction_sets' should have shape"):
        replace(table(0.5), prediction_sets=np.zeros((1, 3), bool))


def test_nothing_is_refused_in_a_table_from_outlines() -> None:
    cells = table(0.5)
    assert cells.predictions.prediction_set(0) == ("neutrophil",)
    assert np.isnan(cells.unfamiliarity).all()
    refused = replace(cells, unidentified=np.array([True]))
    assert refused.label.tolist() == ["unidentified"]
    assert refused.best.tolist() == ["neutrophil"]


def test_a_taxonomy_knows_lineages_and_refuses_nonsense() -> None:
    white = CellClass("white_cell", "white cell", "#ffffff", "WBC")
    band = CellClass("neutrophil_band", "band", "#ffffff", "NGB", parent="white_cell")
    taxonomy = Taxonomy("blood", "Blood", (white, band))
    assert taxonomy.lineage("neutrophil_band") == ("neutrophil_band", "white_cell")
    with pytest.raises(InputError, match="has no class 'x'"):
        taxonomy["x"]
    with pytest.raises(InputError, match="stands twice"):
        Taxonomy("blood", "Blood", (white, white))
    with pytest.raises(InputError, match="unknown parent"):
        Taxonomy("blood", "Blood", (band,))


def test_types_are_grouped_below_the_untyped_white_cell() -> None:
    blood = load_taxonomy("blood")
    groups = {
        "neutrophil_band": "neutrophil",
        "eosinophil": "eosinophil",
        "promyelocyte": "immature_granulocyte",
        "infected_red_cell": "red_cell",
        "platelet": "platelet",
        "white_cell": "white_cell",
        "unidentified": "unidentified",
    }
    assert {key: blood.group(key) for key in groups} == groups
    assert load_taxonomy("marrow").group("faggot_cell") == "promyelocyte"


def test_a_class_of_ones_own_has_a_name_and_a_colour() -> None:
    blood = load_taxonomy("blood")
    assert blood.name_of("hairy_thing") == "hairy thing"
    assert blood.name_of("neutrophil_band") == blood["neutrophil_band"].name
    assert blood.colour_of("hairy_thing") == "#ffffff"
