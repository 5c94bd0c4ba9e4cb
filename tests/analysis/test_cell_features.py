import numpy as np
import pytest

from cytovox.analysis.cell_classifier import CellClassifier
from cytovox.analysis.cell_features import DIRECTIONS, _directions, cell_features
from cytovox.domain.errors import BundleError


def patches(*colours: tuple[int, int, int]) -> np.ndarray:
    """A picture of squares of 32 px in a row, each of one colour."""
    return np.concatenate([np.full((32, 32, 3), colour, np.uint8) for colour in colours], axis=1)


def middles(count: int) -> list[tuple[float, float]]:
    return [(16.0 + 32 * place, 16.0) for place in range(count)]


def test_cells_of_one_look_point_the_same_way(write_colour_bundle) -> None:
    classifier = CellClassifier.load(str(write_colour_bundle()))
    pixels = patches((250, 120, 120), (250, 120, 120), (120, 120, 250))
    vectors = cell_features(classifier, pixels, middles(3), 0.25)
    assert vectors.shape == (3, DIRECTIONS)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    products = vectors @ vectors.T
    assert products[0, 1] == pytest.approx(1, abs=1e-5)
    assert products[0, 2] < 0.6


def test_more_cells_than_a_batch_and_none_at_all(write_colour_bundle) -> None:
    classifier = CellClassifier.load(str(write_colour_bundle()))
    pixels = patches((250, 120, 120), (120, 120, 250))
    many = cell_features(classifier, pixels, middles(2) * 20, 0.25)
    assert many.shape == (40, DIRECTIONS)
    assert many[2:] == pytest.approx(many[:38], abs=1e-5)
    assert cell_features(classifier, pixels, [], 0.25).shape == (0, DIRECTIONS)


def test_angles_are_kept_up_to_a_small_error() -> None:
    rng = np.random.default_rng(3)
    wide = rng.normal(size=(200, 1280)) + rng.normal(size=1280)  # a common part: cosines about one half
    short = wide @ _directions(1280)
    wide /= np.linalg.norm(wide, axis=1, keepdims=True)
    short /= np.linalg.norm(short, axis=1, keepdims=True)
    error = (short @ short.T - wide @ wide.T)[np.triu_indices(200, 1)]
    # (1 - cos^2) / sqrt(directions) is the standard deviation of one cosine.
    assert np.sqrt(np.mean(error**2)) < 1.5 * 0.75 / np.sqrt(DIRECTIONS)


def test_a_classifier_without_a_feature_map_says_so(write_colour_bundle) -> None:
    classifier = CellClassifier.load(str(write_colour_bundle(("logits", "unfamiliarity"))))
    with pytest.raises(BundleError, match="exports its feature map"):
        cell_features(classifier, patches((1, 2, 3)), middles(1), 0.25)
