"""The loss of labels that may allow several classes."""

import torch
from torch import Tensor


def label_loss(logits: Tensor, targets: Tensor, *, smoothing: float = 0.0) -> Tensor:
    """Mean negative log-likelihood of labels, each of which allows one class or several.

    The likelihood of a label is the sum of its classes' probabilities: "neutrophil" is band or segmented. A
    label that allows all classes but the last says only that a cell is there.

    Args:
        logits: Shape (n, classes).
        targets: Shape (n, classes), 1 for each class that the label allows, else 0; no row is all 0.
        smoothing: Share of the loss that asks for even probabilities, for labels of one class only
            (Szegedy et al., CVPR 2016, section 7).
    """
    log_probabilities = torch.log_softmax(logits, dim=1)
    allowed = log_probabilities.masked_fill(targets == 0, float("-inf"))
    loss = -torch.logsumexp(allowed, dim=1)
    if smoothing:
        single = (targets.sum(dim=1) == 1).float()
        even = -log_probabilities.mean(dim=1)
        loss = loss + smoothing * single * (even - loss)
    return loss.mean()


def confident_targets(probabilities: Tensor, least: float) -> Tensor:
    """Targets of unlabelled cells: their class where it is likely enough, else any class but the last.

    Args:
        probabilities: Shape (n, classes); the last class is "none of these".
        least: Least probability of a class to be taken for the label.
    """
    highest, named = probabilities[:, :-1].max(dim=1)
    targets = torch.ones_like(probabilities)
    targets[:, -1] = 0
    sure = highest >= least
    targets[sure] = torch.nn.functional.one_hot(named[sure], probabilities.shape[1]).to(targets.dtype)
    return targets
