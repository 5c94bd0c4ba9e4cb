"""The smear network: cells' centres, coarse classes and borders, and the ten-class map, in one pass.

A star-convex-polygon network (StarDist, Schmidt et al., MICCAI 2018) read out at centre points (CenterNet,
Zhou et al., arXiv 1904.07850): overlapping cells each keep a whole outline, which no label map can give
them. A third head gives each pixel one of the smear map's ten classes (U-Net, Ronneberger et al., MICCAI
2015).
"""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from cytovox.analysis.bundles import FIND_CELLS
from cytovox.domain.errors import TrainingDataError
from cytovox.training.bundle_weights import bundle_folder, bundle_weights
from cytovox.training.mobilenet import MobileNetV2

RAYS = 32
CENTRE_STRIDE = 2
SHAPE_STRIDE = 4
RADIUS_UNIT_PX = 16.0
"""Radii are predicted in units of about a red cell's radius at the network's scale."""

_TAPS = (0, 2, 5, 12)
_TAP_CHANNELS = (16, 24, 32, 96)


class Blend(nn.Module):
    """Doubles the side of a coarse map, adds the finer encoder map and smooths the sum."""

    def __init__(self, coarse: int, fine: int, out: int) -> None:
        super().__init__()
        self.from_coarse = nn.Conv2d(coarse, out, 1)
        self.from_fine = nn.Conv2d(fine, out, 1)
        # No norms, as in the encoder: weights of an exported network can then be trained on.
        self.smooth = nn.Sequential(
            nn.Conv2d(out, out, 5, padding=2, groups=out), nn.Conv2d(out, out, 1), nn.ReLU()
        )

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        grown = functional.interpolate(self.from_coarse(coarse), scale_factor=2.0, mode="nearest")
        out: Tensor = self.smooth(grown + self.from_fine(fine))
        return out


class CellFinder(nn.Module):
    """MobileNetV2 to stride 16, a light pyramid back to stride 2, three heads. Sides are multiples of 16.

    Args:
        classes: Number of coarse classes.
        map_classes: Number of classes of the map.
    """

    def __init__(self, classes: int = 3, map_classes: int = 10) -> None:
        super().__init__()
        self.encoder = MobileNetV2(blocks=_TAPS[-1] + 1, head=False)
        self.to_eighth = Blend(_TAP_CHANNELS[3], _TAP_CHANNELS[2], 96)
        self.to_quarter = Blend(96, _TAP_CHANNELS[1], 64)
        self.to_half = Blend(64, _TAP_CHANNELS[0], 32)
        self.centre_head = nn.Sequential(
            nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, classes, 1)
        )
        self.shape_head = nn.Sequential(
            nn.Conv2d(64, 96, 3, padding=1), nn.ReLU(), nn.Conv2d(96, 2 + RAYS, 1)
        )
        self.map_head = nn.Sequential(
            nn.Conv2d(32, 32, 5, padding=2, groups=32),
            nn.Conv2d(32, 64, 1),
            nn.ReLU(),
            nn.Conv2d(64, map_classes, 1),
        )
        # Centres are rare: start near a probability of 0.01 (RetinaNet, Lin et al. 2017, section 3.3).
        nn.init.constant_(self.centre_head[-1].get_parameter("bias"), -4.6)

    def start_from(self, root: Path, weights: str) -> None:
        """Load weights to begin with.

        Args:
            root: Folder that `weights` is relative to.
            weights: ImageNet's for the encoder (`.safetensors`), a finder bundle's folder, or "bundle:NAME"
                for an installed one; heads that it lacks begin by chance.

        Raises:
            TrainingDataError: They are missing or fit another network.
            BundleError: There is no such bundle.
        """
        folder = bundle_folder(root, weights, FIND_CELLS)
        if folder is None:
            self.encoder.load_imagenet(root / weights)
        else:
            self._copy(bundle_weights(folder, "finder."))

    def _copy(self, stored: Mapping[str, Tensor]) -> None:
        own = self.state_dict()
        for name, value in own.items():
            known = name in stored and stored[name].shape == value.shape
            if not known and not name.startswith("map_head"):
                raise TrainingDataError(f"bundle: expected tensor '{name}' of this network, it is not there")
            if known:
                with torch.no_grad():
                    value.copy_(stored[name])

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Maps of a batch (n, 3, H, W).

        Returns:
            Centre logits (n, classes, H / 2, W / 2); shapes (n, 2 + 32, H / 4, W / 4): offset (x, y)
            of the centre from the middle of the map pixel and log radii, in units of `RADIUS_UNIT_PX`; logits
            of the ten-class map (n, map_classes, H / 2, W / 2).
        """
        half, quarter, eighth, sixteenth = self.encoder.pyramid(x, _TAPS)
        at_eighth = self.to_eighth(sixteenth, eighth)
        at_quarter = self.to_quarter(at_eighth, quarter)
        at_half = self.to_half(at_quarter, half)
        return self.centre_head(at_half), self.shape_head(at_quarter), self.map_head(at_half)


class ExportedFinder(nn.Module):
    """What the bundle holds: centre scores in 0..1, offsets and radii in input pixels, logits of the map."""

    def __init__(self, finder: CellFinder) -> None:
        super().__init__()
        self.finder = finder

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        centres, shapes, classes = self.finder(x)
        offsets, log_radii = shapes[:, :2], shapes[:, 2:]
        pixels = torch.cat([offsets, torch.exp(log_radii)], dim=1) * RADIUS_UNIT_PX
        return torch.sigmoid(centres), pixels, classes
