from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cytovox.analysis.explain import explain_cell
from cytovox.domain.errors import BundleError, InputError
from cytovox.domain.image import SmearImage
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.synth.truth import SyntheticSmear

WriteBundle = Callable[..., Path]


def red_spot() -> SmearImage:
    """Dark, with a red cell whose middle is (40, 60), at the network's own scale."""
    pixels = np.full((100, 120, 3), 40, np.uint8)
    pixels[52:60, 40:48] = (255, 30, 30)
    return SmearImage(pixels, 0.25)


def test_the_map_lights_up_where_the_evidence_is(write_colour_bundle: WriteBundle) -> None:
    explanation = explain_cell(red_spot(), str(write_colour_bundle()), centre_xy=(40, 60), top=4)
    assert explanation.box == (24, 44, 56, 76)
    assert explanation.crop.shape == (32, 32, 3)
    by_key = {evidence.key: evidence for evidence in explanation.classes}
    red = by_key["neutrophil_segmented"]
    assert np.argwhere(red.activation > 0).tolist() == [[1, 2]]
    assert red.peak == pytest.approx(6)
    assert by_key["lymphocyte"].activation.max() == 0
    assert red.over_crop[12, 20] == pytest.approx(1, abs=0.05)


def test_runners_up_come_after_the_best_and_on_one_scale(write_colour_bundle: WriteBundle) -> None:
    explanation = explain_cell(red_spot(), str(write_colour_bundle()), centre_xy=(40, 60), top=2)
    assert explanation.label == explanation.classes[0].key
    assert len(explanation.classes) == 2
    several = explain_cell(red_spot(), str(write_colour_bundle()), centre_xy=(40, 60), top=4)
    keys, maps = [c.key for c in several.classes], several.relative_maps
    largest = {key: values.max() for key, values in zip(keys, maps, strict=True)}
    assert largest["neutrophil_segmented"] == pytest.approx(1)
    assert largest["neutrophil_band"] == pytest.approx(0.5)
    assert largest["lymphocyte"] == 0


def test_the_middle_and_the_refusal_are_those_of_classify(write_colour_bundle: WriteBundle) -> None:
    white = SmearImage(np.full((32, 32, 3), 255, np.uint8), 0.25)
    folder = str(write_colour_bundle())
    explanation = explain_cell(white, folder)
    assert explanation.label == "unidentified"
    assert explanation.predictions.level == 0.9
    assert explanation.box == (0, 0, 32, 32)
    assert explain_cell(white, folder, refuse_rate=0).label == "lymphocyte"


def test_a_bundle_without_maps_names_without_evidence(write_colour_bundle: WriteBundle) -> None:
    folder = write_colour_bundle(("logits", "features"))
    explanation = explain_cell(red_spot(), str(folder), centre_xy=(40, 60))
    assert explanation.classes == ()
    assert explanation.relative_maps == ()
    assert explanation.predictions.best.tolist() == explanation.predictions.label.tolist()


def test_wrong_arguments_are_explained(write_colour_bundle: WriteBundle) -> None:
    with pytest.raises(InputError, match="top of 1 or more"):
        explain_cell(red_spot(), top=0)
    with pytest.raises(InputError, match="expected RGB"):
        explain_cell(np.zeros((9, 9), np.uint8))
    with pytest.raises(BundleError, match="no bundle 'nothing'"):
        explain_cell(red_spot(), "nothing")


def test_the_shipped_classifier_explains_a_rendered_cell(smear: SyntheticSmear) -> None:
    taxonomy = load_taxonomy("blood")
    row = next(i for i, label in enumerate(smear.labels) if "white_cell" in taxonomy.lineage(label))
    box = smear.boxes[row]
    middle = (float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2)
    explanation = explain_cell(SmearImage(smear.image.pixels, 0.11), centre_xy=middle)
    assert explanation.predictions.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert explanation.crop.shape[0] == explanation.crop.shape[1]
