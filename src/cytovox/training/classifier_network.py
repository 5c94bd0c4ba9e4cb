"""The cell classifier: encoder, pooled features, one linear layer.

That shape makes the class activation map of the exported feature map equal to Grad-CAM (Selvaraju et al.,
ICCV 2017, section 3), so that explanations need no PyTorch.
"""

from pathlib import Path

import torch
from torch import Tensor, nn

from cytovox.training.mobilenet import HEAD_CHANNELS, MobileNetV2


class CellClassifier(nn.Module):
    """MobileNetV2 with a new linear layer.

    Args:
        classes: Number of classes.
        dropout: Share of pooled features dropped in training.
    """

    def __init__(self, classes: int, dropout: float) -> None:
        super().__init__()
        self.encoder = MobileNetV2()
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(HEAD_CHANNELS, classes)

    def start_from_imagenet(self, weights: Path) -> None:
        """Load the encoder's ImageNet weights; the linear layer starts small and even."""
        self.encoder.load_imagenet(weights)
        nn.init.normal_(self.linear.weight, std=0.01)
        nn.init.zeros_(self.linear.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Logits, shape (batch, classes), of inputs (batch, 3, side, side)."""
        pooled = self.encoder(x).mean(dim=(2, 3))
        logits: Tensor = self.linear(self.dropout(pooled))
        return logits


class ExportedClassifier(nn.Module):
    """What the bundle holds: logits and the last feature map (batch, 1280, side / 32, side / 32)."""

    def __init__(self, classifier: CellClassifier) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        features: Tensor = self.classifier.encoder(x)
        return self.classifier.linear(torch.mean(features, dim=(2, 3))), features
