"""ConvNeXt (Liu et al., CVPR 2022), section 2, up to the pooling.

The paper pools and then normalises; here each position is normalised before the pooling, so that the class
scores stay a sum over positions and activation maps stay exact.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from cytovox.training.backbones.inverted_residual import DropPath

TINY = ((3, 3, 9, 3), (96, 192, 384, 768))
ATTO = ((2, 2, 6, 2), (40, 80, 160, 320))
"""The smallest size of ConvNeXt V2 (Woo et al., CVPR 2023, appendix A.1); blocks of the first version."""
_DROP_PATH = 0.1  # ConvNeXt-T, table 5


class ChannelNorm(nn.LayerNorm):
    """Layer norm over the channels of each position of a map (n, c, h, w)."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels, eps=1e-6)

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Block(nn.Module):
    """7x7 depthwise filter, norm, two 1x1 layers with four times the channels between, scaled, added back."""

    def __init__(self, channels: int, drop_path: float) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.widen = nn.Linear(channels, 4 * channels)
        self.narrow = nn.Linear(4 * channels, channels)
        self.scale = nn.Parameter(torch.full((channels,), 1e-6))
        self.drop_path = DropPath(drop_path)

    def forward(self, x: Tensor) -> Tensor:
        out = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
        out = self.narrow(nn.functional.gelu(self.widen(out))) * self.scale
        branch: Tensor = self.drop_path(out.permute(0, 3, 1, 2))
        return x + branch


class ConvNext(nn.Module):
    """Encoder of stride 32.

    Args:
        size: Blocks and channels of the four stages, TINY or ATTO.
    """

    def __init__(self, size: tuple[Sequence[int], Sequence[int]]) -> None:
        super().__init__()
        repeats, widths = size
        self.channels = widths[-1]
        parts: list[nn.Module] = [nn.Conv2d(3, widths[0], 4, 4), ChannelNorm(widths[0])]
        done = 0
        for stage, (count, width) in enumerate(zip(repeats, widths, strict=True)):
            if stage:
                parts += [ChannelNorm(widths[stage - 1]), nn.Conv2d(widths[stage - 1], width, 2, 2)]
            for _ in range(count):
                parts.append(Block(width, _DROP_PATH * done / (sum(repeats) - 1)))
                done += 1
        self.layers = nn.Sequential(*parts, ChannelNorm(widths[-1]))
        for part in self.modules():
            if isinstance(part, nn.Conv2d | nn.Linear):
                nn.init.trunc_normal_(part.weight, std=0.02)
                if part.bias is not None:
                    nn.init.zeros_(part.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Last feature map, shape (batch, channels, H / 32, W / 32)."""
        out: Tensor = self.layers(x)
        return out
