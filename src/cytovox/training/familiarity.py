"""How much a picture resembles the cells that a classifier was trained on."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from cytovox.domain.geometry import FloatArray

_DIRECTIONS = 64
_SHRINKAGE = 0.05
_QUANTILE = 0.99


@dataclass(frozen=True, slots=True)
class Measured:
    """What a classifier gives for n pictures.

    Attributes:
        pooled: Pooled features, shape (n, channels).
        logits: Shape (n, classes + 1).
    """

    pooled: FloatArray
    logits: FloatArray


class Familiarity(nn.Module):
    """Unfamiliarity of a picture: the greater of two signs of strangeness, each on the scale of true cells.

    The first is the network's own "none of these" against its classes, which it learned from red cells, empty
    ground and spoiled pictures (outlier exposure: Hendrycks et al., ICLR 2019). The second is the Mahalanobis
    distance of the pooled features from the nearest class, in the directions in which cells vary most (Lee et
    al., NeurIPS 2018), which needs no examples of the strange. 0 is the median of varied true
    cells, 1 their 99 % quantile.

    Args:
        directions: Whitening projection, shape (channels, d).
        centres: Class means in it, shape (classes, d).
        scale: Median and 99 % quantile of both signs on true cells, shape (2, 2).
    """

    def __init__(
        self, directions: NDArray[np.floating], centres: NDArray[np.floating], scale: NDArray[np.floating]
    ) -> None:
        super().__init__()
        self.directions = nn.Buffer(torch.tensor(directions, dtype=torch.float32))
        self.centres = nn.Buffer(torch.tensor(centres, dtype=torch.float32))
        self.scale = nn.Buffer(torch.tensor(scale, dtype=torch.float32))

    def signs(self, pooled: Tensor, logits: Tensor) -> Tensor:
        """Both signs, shape (n, 2), not yet on the scale of true cells."""
        none = logits[:, -1] - torch.logsumexp(logits[:, :-1], dim=1)
        away = (pooled @ self.directions)[:, None, :] - self.centres[None]
        distance = torch.sqrt((away**2).sum(dim=2)).amin(dim=1)
        return torch.stack([none, distance], dim=1)

    def forward(self, pooled: Tensor, logits: Tensor) -> Tensor:
        """Unfamiliarity, shape (n,), of pooled features (n, channels) and logits (n, classes + 1)."""
        scaled = (self.signs(pooled, logits) - self.scale[0]) / (self.scale[1] - self.scale[0])
        return scaled.amax(dim=1)


def fit_familiarity(
    training: Measured, labels: NDArray[np.int64], classes: int, true_cells: Measured
) -> Familiarity:
    """Familiarity from training cells, on the scale of cells that were not trained on.

    Args:
        training: Training cells of one class each.
        labels: Their classes, shape (n,).
        classes: Number of classes; one without a training cell has no centre.
        true_cells: Held-back cells, varied as other cameras would.
    """
    present = [k for k in range(classes) if (labels == k).any()]
    means = np.stack([training.pooled[labels == k].mean(axis=0) for k in present])
    within = training.pooled - means[np.searchsorted(present, labels)]
    directions = whitening(within, min(_DIRECTIONS, within.shape[1], len(within) - 1))
    flat = np.array([[0.0, 0.0], [1.0, 1.0]])
    raw = Familiarity(directions, means @ directions, flat)
    with torch.inference_mode():
        signs = raw.signs(torch.tensor(true_cells.pooled), torch.tensor(true_cells.logits)).numpy()
    scale = np.quantile(signs, [0.5, _QUANTILE], axis=0)
    scale[1] = np.maximum(scale[1], scale[0] + 1e-3)
    return Familiarity(directions, means @ directions, scale)


def whitening(deviations: FloatArray, directions: int) -> NDArray[np.float64]:
    """Projection (channels, directions) on the widest directions of deviations (n, channels), whitened.

    Variances are shrunk towards their mean, so that a direction in which training cells happen not to vary
    does not make every new cell strange (Ledoit and Wolf, J Multivar Anal 88 (2004) 365).
    """
    covariance = np.cov(deviations.astype(np.float64), rowvar=False)
    variances, vectors = np.linalg.eigh(covariance)
    widest = np.argsort(-variances)[:directions]
    kept = variances[widest]
    shrunk = (1 - _SHRINKAGE) * kept + _SHRINKAGE * kept.mean()
    return np.asarray(vectors[:, widest] / np.sqrt(np.maximum(shrunk, 1e-12)))
