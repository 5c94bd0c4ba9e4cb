from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cytovox.analysis.cell_classifier import CellClassifier
from cytovox.domain.errors import BundleError, InputError

WriteBundle = Callable[..., Path]
CLASSES = ("neutrophil_segmented", "neutrophil_band", "lymphocyte", "platelet")


def view(red: int, green: int, blue: int) -> np.ndarray:
    return np.full((32, 32, 3), (red, green, blue), np.uint8)


def expected_probabilities(red: int, green: int, blue: int) -> np.ndarray:
    """By hand: weights 6, 3 on red, 6 on green (bias 0.5), 6 on blue; temperature 2."""
    r, g, b = (value / 127.5 - 1 for value in (red, green, blue))
    raised = np.exp(np.array([6 * r, 3 * r, 6 * g + 0.5, 6 * b]) / 2)
    return raised / raised.sum()


def half_and_half() -> np.ndarray:
    """Red left, green right: no turn of it looks like another."""
    picture = view(255, 0, 0)
    picture[:, 20:] = (0, 255, 0)
    picture[:8] = (40, 40, 90)
    return picture


def test_probabilities_are_those_worked_out_by_hand(write_colour_bundle: WriteBundle) -> None:
    classifier = CellClassifier.load(str(write_colour_bundle()))
    colours = [(200, 100, 50), (20, 130, 127), (0, 0, 255)]
    told = classifier.classify([view(*colour) for colour in colours], batch_size=2)
    assert told.probabilities.dtype == np.float64
    assert told.probabilities == pytest.approx(
        np.array([expected_probabilities(*colour) for colour in colours]), rel=1e-5
    )
    assert told.unfamiliarity == pytest.approx([sum(c) / 382.5 - 1 for c in colours], abs=1e-6)
    assert told.maps is None


def test_sets_hold_every_class_at_its_threshold(write_colour_bundle: WriteBundle) -> None:
    least = {"neutrophil_segmented": 0.5, "neutrophil_band": 0.0, "lymphocyte": 0.99, "platelet": 0.3}
    folder = write_colour_bundle(conformal={"level": 0.9, "least_probability": least})
    classifier = CellClassifier.load(str(folder))
    told = classifier.classify([view(255, 0, 0)])
    p = expected_probabilities(255, 0, 0)
    assert told.prediction_sets[0].tolist() == [p[i] >= least[key] for i, key in enumerate(CLASSES)]
    assert classifier.level == 0.9


def test_strange_cells_are_refused_at_the_chosen_rate(write_colour_bundle: WriteBundle) -> None:
    classifier = CellClassifier.load(str(write_colour_bundle()))
    views = [view(255, 255, 255), view(200, 210, 220), view(90, 90, 90)]  # 1, 0.65 and -0.29

    def refused(rate: float | None) -> list[bool]:
        return classifier.classify(views, refuse_rate=rate).unidentified.tolist()

    assert refused(None) == refused(0.01) == [True, False, False]
    assert refused(0.1) == [True, True, False]
    assert refused(0) == [False, False, False]
    with pytest.raises(InputError, match="refuse_rate"):
        refused(0.5)


def test_a_bundle_of_before_refuses_nothing_and_gives_no_sets(write_colour_bundle: WriteBundle) -> None:
    folder = write_colour_bundle(("logits", "features"), conformal=None, familiarity=None)
    classifier = CellClassifier.load(str(folder))
    told = classifier.classify([view(255, 255, 255), view(10, 20, 200)], with_maps=True)
    assert np.isnan(told.unfamiliarity).all()
    assert not told.unidentified.any()
    assert told.maps is None
    predictions = classifier.as_predictions(told)
    assert predictions.level is None
    assert predictions.prediction_set(1) == ("platelet",)
    assert not classifier.classify([view(1, 2, 3)], refuse_rate=0).unidentified.any()
    with pytest.raises(BundleError, match="cannot tell how strange"):
        classifier.classify([], refuse_rate=0.01)


def test_only_cells_in_doubt_are_turned(
    write_colour_bundle: WriteBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    classifier = CellClassifier.load(str(write_colour_bundle(extra_turns_below=0.9)))
    passes: list[int] = []
    run = CellClassifier._run

    def counted(self: CellClassifier, views: np.ndarray, *, with_maps: bool) -> object:
        passes.append(len(views))
        return run(self, views, with_maps=with_maps)

    monkeypatch.setattr(CellClassifier, "_run", counted)
    sure, unsure = view(0, 255, 0), view(127, 127, 127)
    assert expected_probabilities(0, 255, 0).max() > 0.9
    classifier.classify([sure])
    assert passes == [1]
    passes.clear()
    classifier.classify([sure, unsure, sure, unsure])
    assert passes == [4, 2, 2, 2]


def test_turned_maps_still_average_to_their_logits(write_colour_bundle: WriteBundle) -> None:
    """The network sees no direction, so that turning must change neither answer nor map."""
    folder = write_colour_bundle(extra_turns_below=1.1)
    turned = CellClassifier.load(str(folder)).classify([half_and_half()], with_maps=True)
    plain = CellClassifier.load(str(write_colour_bundle(extra_turns_below=0.0)))
    upright = plain.classify([half_and_half()], with_maps=True)
    assert turned.probabilities == pytest.approx(upright.probabilities, rel=1e-5)
    assert turned.maps == pytest.approx(upright.maps, abs=1e-5)
    assert turned.maps is not None
    assert turned.maps.shape == (1, 4, 4, 4)


def test_classes_of_ones_own_are_named_by_the_bundle(write_colour_bundle: WriteBundle) -> None:
    classes = [
        {"key": "amoeba", "name": "amoeba"},
        {"key": "amoeba_cyst", "name": "cyst of an amoeba", "parent": "amoeba"},
        {"key": "fibre", "name": "plant fibre", "colour": "#00ff00"},
        {"key": "egg", "name": "egg", "parent": "worm"},
    ]
    classifier = CellClassifier.load(str(write_colour_bundle(taxonomy="stool", classes=classes)))
    predictions = classifier.as_predictions(classifier.classify([view(255, 0, 0)]))
    taxonomy = predictions.taxonomy
    assert taxonomy.name_of("fibre") == "plant fibre"
    assert taxonomy.colour_of("fibre") == "#00ff00"
    assert taxonomy.group("amoeba_cyst") == "amoeba"
    assert taxonomy["egg"].parent is None
    assert predictions.label.tolist() == ["amoeba"]


def test_no_views_no_rows(write_colour_bundle: WriteBundle) -> None:
    classifier = CellClassifier.load(str(write_colour_bundle()))
    assert len(classifier.as_predictions(classifier.classify([], with_maps=True))) == 0
