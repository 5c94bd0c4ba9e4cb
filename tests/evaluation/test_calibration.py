import numpy as np
import pytest
from sklearn.metrics import log_loss

from cytovox.evaluation.calibration import (
    bin_sums,
    brier_scores,
    calibration_gap,
    equal_mass_edges,
    even_edges,
    expected_calibration_error,
    fit_temperature,
    log_losses,
    reliability,
)


def softmax(logits: np.ndarray) -> np.ndarray:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("temperature", [0.4, 1.0, 3.0])
def test_the_temperature_that_made_the_logits_is_found(temperature: float) -> None:
    random = np.random.default_rng(3)
    honest = random.normal(0, 2, (20_000, 5))
    targets = np.array([random.choice(5, p=p) for p in softmax(honest)])
    allowed = np.arange(5) == targets[:, None]
    assert fit_temperature(honest * temperature, allowed) == pytest.approx(temperature, rel=0.05)


def test_the_temperature_of_broad_labels_is_found_too() -> None:
    random = np.random.default_rng(3)
    honest = random.normal(0, 2, (20_000, 5))
    targets = np.array([random.choice(5, p=p) for p in softmax(honest)])
    allowed = np.arange(5) == targets[:, None]
    # "0 or 1, I do not know which."
    allowed[targets < 2, :2] = True
    assert fit_temperature(honest * 2.5, allowed) == pytest.approx(2.5, rel=0.05)


def test_weights_choose_whose_temperature_it_is() -> None:
    random = np.random.default_rng(3)
    honest = random.normal(0, 2, (20_000, 5))
    targets = np.array([random.choice(5, p=p) for p in softmax(honest)])
    logits = honest * np.where(np.arange(20_000) < 10_000, 1.0, 3.0)[:, None]
    allowed = np.arange(5) == targets[:, None]
    weights = (np.arange(20_000) >= 10_000).astype(float)
    assert fit_temperature(logits, allowed, weights) == pytest.approx(3.0, rel=0.05)


def test_calibration_error_of_known_cases() -> None:
    probabilities = np.array([[0.8, 0.2]] * 10, np.float32)
    targets = np.array([0] * 8 + [1] * 2)
    assert expected_calibration_error(probabilities, targets) == pytest.approx(0.0, abs=1e-6)
    assert expected_calibration_error(probabilities, np.zeros(10, int)) == pytest.approx(0.2, abs=1e-6)
    assert expected_calibration_error(probabilities, np.ones(10, int)) == pytest.approx(0.8, abs=1e-6)


def test_equal_mass_bins_hold_equally_many() -> None:
    confidence = np.random.default_rng(0).random(3000) ** 0.1
    sums = bin_sums(confidence, confidence > 0.5, equal_mass_edges(confidence, 15))
    assert sums[:, 0].tolist() == [200] * 15


def test_ties_do_not_split_bins() -> None:
    confidence = np.array([1.0] * 90 + [0.5] * 10)
    sums = bin_sums(confidence, np.ones(100, bool), equal_mass_edges(confidence))
    assert calibration_gap(sums) == pytest.approx(0.05)


def test_an_honest_classifier_has_small_gaps_in_both_kinds_of_bins() -> None:
    random = np.random.default_rng(1)
    confidence = random.uniform(0.3, 1, 100_000)
    correct = random.random(100_000) < confidence
    for edges in (even_edges(), equal_mass_edges(confidence)):
        assert calibration_gap(bin_sums(confidence, correct, edges)) < 0.006
        assert calibration_gap(bin_sums(confidence, random.random(100_000) < confidence - 0.1, edges)) == (
            pytest.approx(0.1, abs=0.01)
        )


def test_reliability_bins_tell_what_they_hold() -> None:
    confidence, correct = np.array([0.95, 0.97, 0.1]), np.array([True, False, False])
    table = reliability(bin_sums(confidence, correct, even_edges(10)), even_edges(10))
    assert [b.cells for b in table] == [0, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert (table[9].low, table[9].high) == (pytest.approx(0.9), 1.0)
    assert (table[9].confidence, table[9].accuracy) == (pytest.approx(0.96), pytest.approx(0.5))
    assert np.isnan(table[0].accuracy)


def test_scores_of_single_cells() -> None:
    probabilities = np.array([[1.0, 0, 0], [0, 1, 0], [1 / 3, 1 / 3, 1 / 3]])
    targets = np.array([0, 0, 2])
    assert brier_scores(probabilities, targets) == pytest.approx([0, 2, 2 / 3])
    assert log_losses(probabilities, targets) == pytest.approx([0, -np.log(1e-7), np.log(3)])
    assert log_loss(targets[[0, 2]], probabilities[[0, 2]], labels=[0, 1, 2]) == pytest.approx(
        log_losses(probabilities, targets)[[0, 2]].mean()
    )


def test_a_temperature_of_cells_that_are_all_named_rightly_stays_in_bounds() -> None:
    """Likelihood would make it 0; Platt's correction makes the mean confidence about (n + 1) / (n + 2)."""
    n = 18
    logits = np.zeros((n, 2), np.float32)
    logits[:, 0] = 4.0
    temperature = fit_temperature(logits, np.tile([True, False], (n, 1)))
    confidence = 1 / (1 + np.exp(-4.0 / temperature))
    assert confidence == pytest.approx((n + 1) / (n + 2), abs=1e-4)
