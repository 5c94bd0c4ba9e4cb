"""The network that tells nucleus, cytoplasm and everything else apart around one white cell."""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from cytovox.analysis.bundles import FIND_CELLS
from cytovox.training.bundle_weights import bundle_folder, bundle_weights
from cytovox.training.finder_network import Blend
from cytovox.training.mobilenet import MobileNetV2

PARTS = ("outside", "cytoplasm", "nucleus")
"""Channels of the output, in order; cytoplasm and nucleus are those of the cell in the middle only."""

_TAPS = (0, 2, 5, 12)
_TAP_CHANNELS = (16, 24, 32, 96)
_STRIDE = 16


class WhiteCellParts(nn.Module):
    """A U-Net (Ronneberger et al., MICCAI 2015) on MobileNetV2, read out at full resolution.

    The trunk down to stride 16 and back to 2 is that of the finder, so that either can start from the other.

    Args:
        side_px: Side of the square input, a multiple of 16.
    """

    def __init__(self, side_px: int) -> None:
        super().__init__()
        self.encoder = MobileNetV2(blocks=_TAPS[-1] + 1, head=False)
        # What is asked for is the middle cell: the coarsest map is told where it is.
        places = side_px // _STRIDE
        self.place = nn.Parameter(torch.zeros(1, _TAP_CHANNELS[3], places, places))
        self.to_eighth = Blend(_TAP_CHANNELS[3], _TAP_CHANNELS[2], 96)
        self.to_quarter = Blend(96, _TAP_CHANNELS[1], 64)
        self.to_half = Blend(64, _TAP_CHANNELS[0], 32)
        # Full resolution as four channels a pixel of half the side (Shi et al., CVPR 2016): a branch at full
        # resolution took half of the whole step.
        self.head = nn.Sequential(
            nn.Conv2d(32 + 3 * 4, 48, 3, padding=1), nn.ReLU(), nn.Conv2d(48, len(PARTS) * 4, 3, padding=1)
        )

    def start_from(self, root: Path, weights: str) -> None:
        """Load weights to begin with; what they lack begins by chance.

        Args:
            root: Folder that `weights` is relative to.
            weights: ImageNet's for the encoder (`.safetensors`), or a finder bundle ("bundle:NAME" or its
                folder) for the whole trunk.

        Raises:
            TrainingDataError: They are missing or fit another network.
            BundleError: There is no such bundle.
        """
        folder = bundle_folder(root, weights, FIND_CELLS)
        if folder is None:
            self.encoder.load_imagenet(root / weights)
            return
        stored = bundle_weights(folder, "finder.")
        with torch.no_grad():
            for name, value in self.state_dict().items():
                if name in stored and stored[name].shape == value.shape:
                    value.copy_(stored[name])

    def forward(self, x: Tensor) -> Tensor:
        """Logits (n, 3, H, W) of `PARTS` from pixels (n, 3, H, W) in -1..1."""
        half, quarter, eighth, sixteenth = self.encoder.pyramid(x, _TAPS)
        at_eighth = self.to_eighth(sixteenth + self.place, eighth)
        at_half = self.to_half(self.to_quarter(at_eighth, quarter), half)
        finest = torch.cat([at_half, functional.pixel_unshuffle(x, 2)], dim=1)
        return functional.pixel_shuffle(self.head(finest), 2)


class ExportedParts(nn.Module):
    """What the bundle holds: probabilities of `PARTS`."""

    def __init__(self, network: WhiteCellParts) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> tuple[Tensor]:
        return (torch.softmax(self.network(x), dim=1),)


def parts_loss(logits: Tensor, target: Tensor) -> Tensor:
    """Cross-entropy plus soft Dice losses of nucleus and whole cell (Milletari et al., 3DV 2016, equation 1).

    Args:
        logits: Shape (n, 3, H, W).
        target: Index into `PARTS`, shape (n, H, W).
    """
    entropy = functional.cross_entropy(logits, target)
    probability = torch.softmax(logits, dim=1)
    nucleus = soft_dice(probability[:, 2], (target == 2).float())
    cell = soft_dice(1 - probability[:, 0], (target > 0).float())
    return entropy + (1 - nucleus) + (1 - cell)


def soft_dice(probability: Tensor, truth: Tensor) -> Tensor:
    """Mean over the batch of 2 |A B| / (|A|^2 + |B|^2), shapes (n, H, W)."""
    overlap = (probability * truth).sum(dim=(1, 2))
    total = probability.square().sum(dim=(1, 2)) + truth.square().sum(dim=(1, 2))
    return ((2 * overlap + 1) / (total + 1)).mean()
