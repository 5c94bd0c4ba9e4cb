"""What to do about rare classes: how often pictures are drawn, and what a mistake costs.

Targets are rows of 0 and 1, one column a class; a row with several ones is a label that allows several
classes, and its likelihood is the sum of their probabilities.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from cytovox.domain.errors import TrainingDataError

STRATEGIES = ("none", "downsample", "oversample", "class_weights", "focal", "logit_adjustment")
"""Names that recipes and commands know."""
CHANGING_LOSS = ("class_weights", "focal", "logit_adjustment")
"""Those that change the loss; the others change what is drawn."""


@dataclass(frozen=True, slots=True)
class ImbalanceOptions:
    """How a classifier's fit treats rare classes.

    Attributes:
        strategy: One of STRATEGIES.
        focal_gamma: Focusing parameter of the focal loss (Lin et al., ICCV 2017; 2 is their choice).
        adjustment_tau: Strength of the logit adjustment (Menon et al., ICLR 2021; 1 is their choice).
    """

    strategy: str = "none"
    focal_gamma: float = 2.0
    adjustment_tau: float = 1.0

    def __post_init__(self) -> None:
        if self.strategy not in STRATEGIES:
            raise TrainingDataError(
                f"imbalance: expected one of {', '.join(STRATEGIES)}, got '{self.strategy}'"
            )


def class_counts(targets: Tensor, draws: Tensor | None = None) -> Tensor:
    """Pictures of each class, shape (classes,); one that allows m classes counts 1 / m for each.

    Args:
        targets: Shape (n, classes), 0 or 1, no row all 0.
        draws: How often each picture counts, shape (n,); once by default.
    """
    shares = targets / targets.sum(dim=1, keepdim=True)
    return (shares if draws is None else shares * draws[:, None]).sum(dim=0)


def sampling_weights(targets: Tensor, strategy: str) -> Tensor:
    """Expected draws an epoch of each picture, shape (n,), float64.

    "oversample" draws every class as often as the largest has pictures, "downsample" as often as the
    smallest; other strategies draw each picture once.

    Args:
        targets: Shape (n, classes), 0 or 1, no row all 0.
        strategy: One of STRATEGIES.
    """
    if strategy not in ("oversample", "downsample"):
        return torch.ones(len(targets), dtype=torch.float64)
    counts = class_counts(targets.double())
    present = counts[counts > 0]
    goal = present.max() if strategy == "oversample" else present.min()
    return _mean_over_allowed(targets.double(), goal / counts.clamp(min=1e-9))


def class_weights(counts: Tensor) -> Tensor:
    """Weight of each class in the loss: inversely to its pictures, 1 on average over the pictures.

    Args:
        counts: Pictures of each class; a class without any gets weight 0.
    """
    present = counts > 0
    return torch.where(present, counts.sum() / (present.sum() * counts.clamp(min=1e-9)), 0.0)


def imbalance_loss(logits: Tensor, targets: Tensor, counts: Tensor, options: ImbalanceOptions) -> Tensor:
    """The loss of each picture, shape (n,), under a strategy.

    Args:
        logits: Shape (n, classes).
        targets: Shape (n, classes), 0 or 1, no row all 0.
        counts: Training pictures of each class, as `class_counts` gives them.
        options: Strategy and its figures.
    """
    return _LOSSES.get(options.strategy, _plain_loss)(logits, targets, counts, options)


def log_likelihood(logits: Tensor, targets: Tensor) -> Tensor:
    """Logarithm of the summed probability of the classes that each row allows, shape (n,)."""
    allowed = torch.log_softmax(logits, dim=1).masked_fill(targets == 0, float("-inf"))
    return torch.logsumexp(allowed, dim=1)


def _plain_loss(logits: Tensor, targets: Tensor, _: Tensor, __: ImbalanceOptions) -> Tensor:
    return -log_likelihood(logits, targets)


def _weighted_loss(logits: Tensor, targets: Tensor, counts: Tensor, _: ImbalanceOptions) -> Tensor:
    weights = class_weights(counts).to(logits.dtype)
    return -_mean_over_allowed(targets, weights) * log_likelihood(logits, targets)


def _focal_loss(logits: Tensor, targets: Tensor, _: Tensor, options: ImbalanceOptions) -> Tensor:
    """(1 - p)^gamma (-log p), Lin et al., ICCV 2017, equation 4."""
    log_p = log_likelihood(logits, targets)
    return -((1 - log_p.exp()).clamp(min=0.0) ** options.focal_gamma) * log_p


def _adjusted_loss(logits: Tensor, targets: Tensor, counts: Tensor, options: ImbalanceOptions) -> Tensor:
    """Cross-entropy of logits + tau log prior (Menon et al., ICLR 2021, equation 10); use takes none."""
    # A class without pictures is given half a one: its prior has no logarithm else.
    prior = counts.clamp(min=0.5) / counts.clamp(min=0.5).sum()
    return -log_likelihood(logits + options.adjustment_tau * prior.log().to(logits.dtype), targets)


def _mean_over_allowed(targets: Tensor, weights: Tensor) -> Tensor:
    return (targets * weights).sum(dim=1) / targets.sum(dim=1)


_LOSSES: dict[str, Callable[[Tensor, Tensor, Tensor, ImbalanceOptions], Tensor]] = {
    "class_weights": _weighted_loss,
    "focal": _focal_loss,
    "logit_adjustment": _adjusted_loss,
}
