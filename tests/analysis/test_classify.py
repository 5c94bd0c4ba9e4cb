import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cytovox.analysis.bundles import CLASSIFY_CELLS, find_bundle
from cytovox.analysis.classify import classify_cells
from cytovox.domain.errors import BundleError, InputError
from cytovox.domain.image import SmearImage
from cytovox.imaging.resample import crop_square, resample
from cytovox.synth.truth import SyntheticSmear


def white_cells(smear: SyntheticSmear) -> tuple[list[np.ndarray], list[str]]:
    """Pictures 30 um across, one white cell in the middle of each."""
    pictures, labels = [], []
    for label, box, shown in zip(smear.labels, smear.boxes, smear.visible_fraction, strict=True):
        if label in {"red_cell", "platelet", "platelet_clump", "infected_red_cell"} or shown < 1:
            continue
        middle = (float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2)
        pictures.append(crop_square(smear.image.pixels, middle, side_px=30 / 0.11, out_px=273))
        labels.append(label.replace("_segmented", "").replace("_band", ""))
    return pictures, labels


def test_rendered_white_cells_are_named(smear: SyntheticSmear) -> None:
    pictures, labels = white_cells(smear)
    predictions = classify_cells([SmearImage(p, 0.11) for p in pictures])
    assert predictions.probabilities.shape == (len(pictures), len(predictions.classes))
    assert predictions.probabilities.sum(axis=1) == pytest.approx(np.ones(len(pictures)), abs=1e-3)
    assert np.mean(predictions.grouped().best == np.array(labels)) >= 0.7


def test_names_do_not_hang_on_the_sampling(smear: SyntheticSmear) -> None:
    pictures, _ = white_cells(smear)
    fine = classify_cells(pictures)
    coarse = classify_cells([resample(picture, 0.6) for picture in pictures])
    assert np.mean(fine.grouped().best == coarse.grouped().best) >= 0.75


def test_no_pictures_no_rows() -> None:
    assert len(classify_cells([])) == 0


def test_wrong_arguments_are_explained() -> None:
    with pytest.raises(InputError, match="expected a sequence"):
        classify_cells(np.zeros((9, 9, 3), np.uint8))
    with pytest.raises(InputError, match="picture 2: expected RGB"):
        classify_cells([np.zeros((9, 9, 3), np.uint8), np.zeros((9, 9), np.uint8)])
    with pytest.raises(BundleError, match="no bundle 'nothing'"):
        classify_cells([], model="nothing")


def test_strange_pictures_are_unidentified_unless_that_is_switched_off(write_colour_bundle: Any) -> None:
    folder = str(write_colour_bundle())
    pictures = [SmearImage(np.full((40, 40, 3), value, np.uint8), 0.25) for value in (255, 60)]
    assert classify_cells(pictures, folder).unidentified.tolist() == [True, False]
    assert classify_cells(pictures, folder).label[0] == "unidentified"
    assert not classify_cells(pictures, folder, refuse_rate=0).unidentified.any()


def test_a_turned_cell_in_doubt_gets_the_same_probabilities(smear: SyntheticSmear, tmp_path: Path) -> None:
    """With every cell looked at in four turns, a turned picture is the same four views."""
    shipped = find_bundle("blood", CLASSIFY_CELLS)
    (tmp_path / "model.onnx").symlink_to(shipped.folder / "model.onnx")
    (tmp_path / "bundle.json").write_text(json.dumps({**shipped.manifest, "extra_turns_below": 1.1}))
    picture = white_cells(smear)[0][0]
    upright = classify_cells([SmearImage(picture, 0.11)], str(tmp_path))
    turned = classify_cells([SmearImage(np.rot90(picture).copy(), 0.11)], str(tmp_path))
    assert turned.probabilities == pytest.approx(upright.probabilities, abs=0.02)
