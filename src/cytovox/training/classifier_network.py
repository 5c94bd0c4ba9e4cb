"""The cell classifier: encoder, pooled features, one linear layer.

That shape makes the class activation map of the exported feature map equal to Grad-CAM (Selvaraju et al.,
ICCV 2017, section 3), so that explanations need no PyTorch.
"""

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from cytovox.analysis.bundles import CLASSIFY_CELLS, find_bundle
from cytovox.domain.errors import TrainingDataError
from cytovox.training.familiarity import Familiarity
from cytovox.training.mobilenet import HEAD_CHANNELS, MobileNetV2

_INSTALLED = "bundle:"


class CellClassifier(nn.Module):
    """MobileNetV2 with a new linear layer.

    Args:
        classes: Number of classes; the linear layer has one output more, "none of these".
        dropout: Share of pooled features dropped in training.
    """

    def __init__(self, classes: int, dropout: float) -> None:
        super().__init__()
        self.encoder = MobileNetV2()
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(HEAD_CHANNELS, classes + 1)
        nn.init.normal_(self.linear.weight, std=0.01)
        nn.init.zeros_(self.linear.bias)

    def start_from(self, root: Path, weights: str) -> None:
        """Load the encoder's weights.

        Args:
            root: Folder that `weights` is relative to.
            weights: ImageNet weights (`.safetensors`), a bundle's folder, or "bundle:NAME" (installed).

        Raises:
            TrainingDataError: They are missing or fit another network.
            BundleError: There is no such bundle.
        """
        if weights.startswith(_INSTALLED):
            self._start_from_bundle(find_bundle(weights.removeprefix(_INSTALLED), CLASSIFY_CELLS).folder)
        elif (root / weights).is_dir():
            self._start_from_bundle(root / weights)
        else:
            self.encoder.load_imagenet(root / weights)

    def _start_from_bundle(self, folder: Path) -> None:
        model = onnx.load(folder / "model.onnx")
        stored = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
        with torch.no_grad():
            for name, value in self.encoder.state_dict().items():
                weights = stored.get(f"classifier.encoder.{name}")
                if weights is None or weights.shape != value.shape:
                    raise TrainingDataError(
                        f"{folder.name}: expected tensor '{name}' of this network, it is not there"
                    )
                value.copy_(torch.from_numpy(weights.copy()))

    def forward(self, x: Tensor) -> Tensor:
        """Logits, shape (batch, classes + 1), of inputs (batch, 3, side, side)."""
        pooled = self.encoder(x).mean(dim=(2, 3))
        logits: Tensor = self.linear(self.dropout(pooled))
        return logits


class ExportedClassifier(nn.Module):
    """What the bundle holds.

    Outputs, for n cells and k classes: logits (n, k); the last feature map (n, 1280, side / 32, side / 32);
    class activation maps (n, k, side / 32, side / 32) before the ReLU, whose mean plus bias are the logits;
    unfamiliarity (n,), larger for what resembles no training cell.
    """

    def __init__(self, classifier: CellClassifier, familiarity: Familiarity) -> None:
        super().__init__()
        self.classifier = classifier
        self.familiarity = familiarity

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        linear = self.classifier.linear
        features: Tensor = self.classifier.encoder(x)
        pooled = torch.mean(features, dim=(2, 3))
        logits = linear(pooled)
        maps = functional.conv2d(features, linear.weight[:-1, :, None, None])
        return logits[:, :-1], features, maps, self.familiarity(pooled, logits)
