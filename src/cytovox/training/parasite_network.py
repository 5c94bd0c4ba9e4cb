"""The network that looks at one red cell: does it hold a parasite?"""

from typing import cast

import torch
from torch import Tensor, nn

_WIDTHS = (16, 32, 64, 96)
_DEPTHS = (1, 1, 2, 1)


def _conv_norm(channels_in: int, channels_out: int, *, stride: int = 1, kernel: int = 3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, kernel, stride, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(channels_out),
    )


class Residual(nn.Module):
    """Two convolutions beside a short cut (He et al., CVPR 2016)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(_conv_norm(channels, channels), nn.ReLU(), _conv_norm(channels, channels))

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + cast(Tensor, self.body(x)))


class ParasiteNetwork(nn.Module):
    """A small residual network; 60 million multiplications a cell at 96 px.

    It gets the distance from the middle as a fourth channel (CoordConv, Liu et al., NeurIPS 2018): a parasite
    in the neighbour says nothing of the cell in the middle. Its features are pooled by mean and by maximum:
    a parasite fills a twentieth of the cell, and a mean alone would thin it out.

    Args:
        side_px: Side of the square input.
    """

    distance: Tensor

    def __init__(self, side_px: int = 96) -> None:
        super().__init__()
        place = (torch.arange(side_px) + 0.5) * (2 / side_px) - 1
        distance = torch.hypot(place[:, None], place[None, :])
        self.register_buffer("distance", distance[None, None], persistent=False)
        layers: list[nn.Module] = [_conv_norm(4, _WIDTHS[0], stride=2, kernel=5), nn.ReLU()]
        for stage, (width, depth) in enumerate(zip(_WIDTHS, _DEPTHS, strict=True)):
            if stage:
                layers += [_conv_norm(_WIDTHS[stage - 1], width, stride=2), nn.ReLU()]
            layers += [Residual(width) for _ in range(depth)]
        self.features = nn.Sequential(*layers)
        self.dropout = nn.Dropout(0.2)
        self.answer = nn.Linear(2 * _WIDTHS[-1], 1)

    def forward(self, x: Tensor) -> tuple[Tensor]:
        """Logits (n,) that the cell in the middle is infected, of a batch (n, 3, side, side)."""
        distance = self.distance.expand(x.shape[0], -1, -1, -1).to(x.dtype)
        maps = self.features(torch.cat([x, distance], dim=1))
        pooled = torch.cat([maps.mean(dim=(2, 3)), maps.amax(dim=(2, 3))], dim=1)
        return (self.answer(self.dropout(pooled))[:, 0],)
