import numpy as np
import pytest
import torch

from cytovox.training.familiarity import Measured, fit_familiarity, whitening


def test_whitened_deviations_have_unit_spread() -> None:
    random = np.random.default_rng(0)
    mixing = random.normal(size=(6, 6))
    deviations = random.normal(size=(20_000, 6)) @ mixing
    white = deviations @ whitening(deviations, 6)
    covariance = np.cov(white, rowvar=False)
    assert np.abs(covariance - np.diag(np.diag(covariance))).max() < 1e-6
    # Shrinkage lets only the narrow directions fall short of 1.
    assert np.diag(covariance).max() == pytest.approx(1.0, abs=0.06)


def cells(random: np.random.Generator, n: int) -> tuple[Measured, np.ndarray]:
    labels = np.arange(n) % 2
    pooled = random.normal(size=(n, 10)) + 8 * labels[:, None]
    logits = np.stack([5.0 - 10 * labels, 10.0 * labels - 5, random.normal(-6, 1, n)], axis=1)
    return Measured(pooled.astype(np.float32), logits.astype(np.float32)), labels.astype(np.int64)


def test_the_strange_is_told_by_either_sign() -> None:
    random = np.random.default_rng(1)
    training, labels = cells(random, 2000)
    held_back, _ = cells(random, 2000)
    familiarity = fit_familiarity(training, labels, 2, held_back)
    new, _ = cells(random, 500)
    score = familiarity(torch.tensor(new.pooled), torch.tensor(new.logits))
    assert (score > 1).float().mean() < 0.06
    far = familiarity(torch.tensor(new.pooled + 40), torch.tensor(new.logits))
    assert (far > 1).all()
    none = torch.tensor(new.logits + np.array([0, 0, 30], np.float32))
    assert (familiarity(torch.tensor(new.pooled), none) > 1).all()


def test_a_class_without_training_cells_is_left_out() -> None:
    random = np.random.default_rng(1)
    training, labels = cells(random, 200)
    familiarity = fit_familiarity(training, labels * 2, 3, training)
    assert familiarity.centres.shape[0] == 2
