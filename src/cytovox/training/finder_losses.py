"""Losses of the cell finder."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from cytovox.training.map_targets import SOME_WHITE_CELL


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


def map_loss(logits: Tensor, target: Tensor, weights: Tensor, white: Sequence[int]) -> Tensor:
    """Pixel-balanced cross-entropy of the ten-class map at the picture's own pixels.

    Args:
        logits: Shape (n, classes, H / 2, W / 2); they are grown to the target's size first, so that borders
            are learned to a fraction of the map's pixel.
        target: Class of each pixel, shape (n, H, W); `SOME_WHITE_CELL` for a white cell of unknown type,
            `UNKNOWN` for pixels that teach nothing.
        weights: Weight of each class, shape (classes,).
        white: Classes that are white cells.

    Returns:
        Weighted mean over the pixels that teach.
    """
    grown = functional.interpolate(logits, scale_factor=2.0, mode="bilinear")
    surprise = -functional.log_softmax(grown, dim=1)
    known = target < len(weights)
    named = torch.where(known, target, 0)
    loss = surprise.gather(1, named[:, None])[:, 0] * weights[named] * known
    typed = -torch.logsumexp(-surprise[:, list(white)], dim=1)
    some_white = target == SOME_WHITE_CELL
    weight_of_white = weights[list(white)].mean()
    loss = loss + typed * some_white * weight_of_white
    total = (weights[named] * known).sum() + weight_of_white * some_white.sum()
    return loss.sum() / total.clamp(min=1.0)
