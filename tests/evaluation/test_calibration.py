import numpy as np
import pytest

from cytovox.evaluation.calibration import expected_calibration_error, fit_temperature


def softmax(logits: np.ndarray) -> np.ndarray:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("temperature", [0.4, 1.0, 3.0])
def test_the_temperature_that_made_the_logits_is_found(temperature: float) -> None:
    random = np.random.default_rng(3)
    honest = random.normal(0, 2, (20_000, 5))
    targets = np.array([random.choice(5, p=p) for p in softmax(honest)])
    assert fit_temperature(honest * temperature, targets) == pytest.approx(temperature, rel=0.05)


def test_calibration_error_of_known_cases() -> None:
    probabilities = np.array([[0.8, 0.2]] * 10, np.float32)
    targets = np.array([0] * 8 + [1] * 2)
    assert expected_calibration_error(probabilities, targets) == pytest.approx(0.0, abs=1e-6)
    assert expected_calibration_error(probabilities, np.zeros(10, int)) == pytest.approx(0.2, abs=1e-6)
    assert expected_calibration_error(probabilities, np.ones(10, int)) == pytest.approx(0.8, abs=1e-6)
