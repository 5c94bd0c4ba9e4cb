"""The cell classifier: encoder, pooled features, one linear layer.

That shape makes the class activation map of the exported feature map equal to Grad-CAM (Selvaraju et al.,
ICCV 2017, section 3), so that explanations need no PyTorch.
"""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from cytovox.analysis.bundles import CLASSIFY_CELLS
from cytovox.domain.errors import TrainingDataError
from cytovox.training.backbones.catalogue import (
    DEFAULT_BACKBONE,
    channels_of,
    make_encoder,
    pooled_features,
)
from cytovox.training.bundle_weights import bundle_folder, bundle_weights
from cytovox.training.familiarity import Familiarity

_ENCODER = "encoder."


class CellClassifier(nn.Module):
    """An encoder with a new linear layer.

    Args:
        classes: Number of classes; the linear layer has one output more, "none of these".
        dropout: Share of pooled features dropped in training.
        backbone: Name of the encoder, one of `backbones.catalogue.BACKBONES`.
        input_px: Side of its input.
    """

    def __init__(
        self, classes: int, dropout: float, backbone: str = DEFAULT_BACKBONE, input_px: int = 128
    ) -> None:
        super().__init__()
        self.encoder = make_encoder(backbone, input_px)
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(channels_of(self.encoder), classes + 1)
        nn.init.normal_(self.linear.weight, std=0.01)
        nn.init.zeros_(self.linear.bias)

    def start_from(self, root: Path, weights: str) -> None:
        """Load the encoder's weights.

        Args:
            root: Folder that `weights` is relative to.
            weights: A file of weights (`.safetensors`: ImageNet's, or `network.safetensors` of a run), a
                bundle's folder, "bundle:NAME" (installed), or "" to start from chance.

        Raises:
            TrainingDataError: They are missing or fit another network.
            BundleError: There is no such bundle.
        """
        folder = bundle_folder(root, weights, CLASSIFY_CELLS)
        if folder is not None:
            self._start_from_bundle(folder)
        elif weights:
            self._start_from_file(root / weights)

    def save(self, path: Path) -> None:
        """Write all weights to a file that `start_from` takes."""
        save_file({name: value.contiguous() for name, value in self.state_dict().items()}, path)

    def _start_from_file(self, path: Path) -> None:
        try:
            stored = load_file(path)
        except (OSError, SafetensorError) as error:
            raise TrainingDataError(
                f"{path.name}: expected a file of weights (.safetensors), {error}"
            ) from error
        of_run = any(name.startswith(_ENCODER) for name in stored)
        self._copy_encoder(
            {name: stored.get(_ENCODER + name if of_run else name) for name in self._names()}, path
        )

    def _start_from_bundle(self, folder: Path) -> None:
        stored = bundle_weights(folder, f"classifier.{_ENCODER}")
        self._copy_encoder({name: stored.get(name) for name in self._names()}, folder / "model.onnx")

    def _names(self) -> list[str]:
        return [name for name in self.encoder.state_dict() if not name.endswith("num_batches_tracked")]

    def _copy_encoder(self, stored: Mapping[str, Tensor | None], path: Path) -> None:
        own = self.encoder.state_dict()
        for name, weights in stored.items():
            if weights is None or weights.shape != own[name].shape:
                raise TrainingDataError(
                    f"{path.name}: expected tensor '{name}' of this backbone; they are of another network, "
                    "or of one whose norms were merged on export (then name the run's network.safetensors)"
                )
        with torch.no_grad():
            for name, weights in stored.items():
                if weights is not None:
                    own[name].copy_(weights)

    def forward(self, x: Tensor) -> Tensor:
        """Logits, shape (batch, classes + 1), of inputs (batch, 3, side, side)."""
        pooled = pooled_features(self.encoder, x)
        logits: Tensor = self.linear(self.dropout(pooled))
        return logits


class ExportedClassifier(nn.Module):
    """What the bundle holds.

    Outputs, for n cells and k classes: logits (n, k); the last feature map (n, c, h, w);
    class activation maps (n, k, h, w) before the ReLU, whose mean plus bias are the logits;
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
