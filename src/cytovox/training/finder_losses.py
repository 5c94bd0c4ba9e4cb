"""Losses of the cell finder."""

import torch
from torch import Tensor
from torch.nn import functional


def centre_loss(logits: Tensor, target: Tensor, supervised: Tensor) -> Tensor:
    """Penalty-reduced focal loss over centre maps (CenterNet, equation 1; alpha 2, beta 4).

    Args:
        logits: Shape (n, classes, h, w).
        target: Same shape, 0..1, exactly 1 at centres.
        supervised: Same shape, 0 where nothing is known.

    Returns:
        Loss per centre.
    """
    probability = torch.sigmoid(logits)
    at_centre = (target >= 1.0).float()
    hit = -functional.logsigmoid(logits) * (1 - probability).square() * at_centre
    miss = -functional.logsigmoid(-logits) * probability.square() * (1 - target).pow(4) * (1 - at_centre)
    total = ((hit + miss) * supervised).sum()
    return total / at_centre.sum().clamp(min=1.0)


def shape_loss(shapes: Tensor, target: Tensor, inside: Tensor) -> Tensor:
    """Polar IoU loss (PolarMask, Xie et al., CVPR 2020, equation 4) plus offset and log-radius errors.

    Args:
        shapes: Network output (n, 2 + rays, h, w).
        target: Offsets in units, then log radii; same shape.
        inside: Weight of each map pixel, shape (n, h, w); 0 outside cells' middles.

    Returns:
        Mean over the weighted pixels.
    """
    weight = inside / inside.sum().clamp(min=1.0)
    offset_error = functional.smooth_l1_loss(shapes[:, :2], target[:, :2], reduction="none", beta=0.1).sum(1)
    log_error = functional.smooth_l1_loss(shapes[:, 2:], target[:, 2:], reduction="none", beta=0.1).mean(1)
    predicted, true = shapes[:, 2:].clamp(-6, 3).exp(), target[:, 2:].exp()
    larger = torch.maximum(predicted, true).square().sum(1)
    smaller = torch.minimum(predicted, true).square().sum(1)
    polar = torch.log(larger / smaller.clamp(min=1e-6))
    return ((polar + 2.0 * offset_error + log_error) * weight).sum()
