"""A classifier's last layer fitted anew on few cells, held to the one that it had.

The layers below stay: what they tell of a cell was learned from thousands, and a handful of corrected cells
cannot teach it. Of the last layer the corrected cells change only as much as they can prove: the step away
from it costs (L2-SP: Li, Grandvalet and Davoine, ICML 2018), and cross-validation sets the price.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from cytovox.domain.geometry import FloatArray

PRICES = (0.3, 0.1, 0.03, 0.01)
"""Of a step away from the old layer, dearest first; dearer still, and nothing changes."""
CHEAPER = (0.003, 0.001)
"""Tried only where other cells keep the layer from forgetting. On 310 cells of cells/lisc they named as many
others right as 0.01 did, and took 3 and 8 points from cells/pbc, from which 0.01 took none."""
FOLDS = 5
_STEPS = 60


@dataclass(frozen=True, slots=True)
class Head:
    """A linear layer whose last output is "none of these".

    Attributes:
        weight: Shape (classes + 1, channels).
        bias: Shape (classes + 1,).
    """

    weight: FloatArray
    bias: FloatArray

    def logits(self, features: FloatArray) -> NDArray[np.float64]:
        """Of the classes alone, shape (n, classes), of pooled features (n, channels)."""
        every = features.astype(np.float64) @ self.weight.T.astype(np.float64) + self.bias
        return np.asarray(every[:, :-1])


@dataclass(frozen=True, slots=True)
class Examples:
    """Labelled cells as the encoder sees them.

    Attributes:
        features: Pooled features of views of each cell, the upright one first, shape (n, views, channels).
        allowed: Classes that each label allows, shape (n, classes).
        weights: How much each cell counts, shape (n,).
        groups: What each cell is from: cells of one group are never in two folds.
    """

    features: FloatArray
    allowed: NDArray[np.bool_]
    weights: NDArray[np.float64]
    groups: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.groups)

    def rows(self, chosen: NDArray[np.bool_]) -> "Examples":
        """Those of a mask (n,)."""
        kept = tuple(group for group, wanted in zip(self.groups, chosen, strict=True) if wanted)
        return Examples(self.features[chosen], self.allowed[chosen], self.weights[chosen], kept)

    def and_also(self, more: "Examples") -> "Examples":
        """Both together."""
        return Examples(
            np.concatenate([self.features, more.features]),
            np.concatenate([self.allowed, more.allowed]),
            np.concatenate([self.weights, more.weights]),
            (*self.groups, *more.groups),
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """What cross-validation found.

    Attributes:
        price: Of a step away from the old layer; None where no step was worth it.
        logits: Of each example from a layer that was fitted without its group, shape (n, classes).
    """

    price: float | None
    logits: NDArray[np.float64]


def fit_head(old: Head, examples: Examples, price: float) -> Head:
    """The layer that explains the labels best for its price.

    Args:
        old: Where it starts, and what a step away from is measured against.
        examples: At least one.
        price: Above 0; comparable between encoders, for it counts in what a step changes in the logits.
    """
    views = examples.features.shape[1]
    flat = torch.tensor(examples.features.reshape(-1, examples.features.shape[2]), dtype=torch.float64)
    allowed = torch.tensor(np.repeat(examples.allowed, views, axis=0))
    weights = torch.tensor(np.repeat(examples.weights, views)).double()
    weights /= weights.sum()
    start = torch.tensor(np.hstack([old.weight, old.bias[:, None]])[:-1], dtype=torch.float64)
    size = float((flat**2).sum(dim=1).mean())
    step = torch.zeros_like(start, requires_grad=True)
    search = torch.optim.LBFGS([step], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        search.zero_grad()
        moved = start + step
        logits = flat @ moved[:, :-1].T + moved[:, -1]
        of_label = torch.logsumexp(logits.masked_fill(~allowed, -torch.inf), dim=1)
        unlikely = torch.logsumexp(logits, dim=1) - of_label
        cost = (weights * unlikely).sum() + price / 2 * (
            size * step[:, :-1].square().sum() + step[:, -1] @ step[:, -1]
        )
        cost.backward()  # type: ignore[no-untyped-call]  # missing in its stubs
        return cost

    search.step(loss)  # type: ignore[no-untyped-call]
    moved = (start + step.detach()).numpy().astype(np.float32)
    return Head(
        np.concatenate([moved[:, :-1], old.weight[-1:]]), np.concatenate([moved[:, -1], old.bias[-1:]])
    )


def choose_price(old: Head, examples: Examples, always: Examples | None = None) -> Choice:
    """The dearest price that names cells of left-out groups as well as any, as far as chance tells.

    That is the one-standard-error rule (Breiman et al., Classification and Regression Trees, 1984, section
    3.4.3).

    Args:
        old: The layer before.
        examples: Corrected cells.
        always: Further cells that every fit has, and that are not judged.
    """
    folds = _folds(examples.groups)
    upright = examples.features[:, 0]
    tried = [Choice(None, old.logits(upright))]
    if len(set(folds.tolist())) < 2:
        return tried[0]
    for price in PRICES if always is None else (*PRICES, *CHEAPER):
        logits = np.zeros_like(tried[0].logits)
        for fold in sorted(set(folds.tolist())):
            training = examples.rows(folds != fold)
            head = fit_head(old, training if always is None else training.and_also(always), price)
            logits[folds == fold] = head.logits(upright[folds == fold])
        tried.append(Choice(price, logits))
    losses = [_losses(choice.logits, examples) for choice in tried]
    means = [float(np.average(own, weights=examples.weights)) for own in losses]
    least = int(np.argmin(means))
    error = float(np.sqrt(np.average((losses[least] - means[least]) ** 2, weights=examples.weights)))
    limit = means[least] + error / np.sqrt(len(examples))
    return next(choice for choice, mean in zip(tried, means, strict=True) if mean <= limit)


def even_weights(labels: Sequence[str]) -> NDArray[np.float64]:
    """Weights that add to 1, shape (n,): a label with n cells weighs as much as the root of n.

    Between all cells alike, where the rare classes drown, and all classes alike, where a class of two cells
    outshouts the rest.
    """
    _, which, sizes = np.unique(np.array(labels), return_inverse=True, return_counts=True)
    weights = sizes[which] ** -0.5
    return np.asarray(weights / weights.sum())


def _losses(logits: NDArray[np.float64], examples: Examples) -> NDArray[np.float64]:
    """How unlikely each label is, shape (n,)."""
    own = np.where(examples.allowed, logits, -np.inf)
    return np.asarray(np.logaddexp.reduce(logits, axis=1) - np.logaddexp.reduce(own, axis=1))


def _folds(groups: Sequence[str]) -> NDArray[np.int64]:
    """A fold for each cell: groups by their hash, or single cells where there is but one group."""
    names = list(groups) if len(set(groups)) > 1 else [f"{group}/{i}" for i, group in enumerate(groups)]
    ranked = sorted(set(names), key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    place = {name: i % FOLDS for i, name in enumerate(ranked)}
    return np.array([place[name] for name in names], np.int64)
