"""ResNet-18 and -34 (He et al., CVPR 2016), table 1, up to the pooling."""

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional

from cytovox.training.backbones.inverted_residual import start_convolutions

RESNET18, RESNET34 = (2, 2, 2, 2), (3, 4, 6, 3)
_WIDTHS = (64, 128, 256, 512)


class BasicBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut, which is a 1x1 convolution where shapes change (option B)."""

    def __init__(self, channels_in: int, channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels, 3, stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)
        same = stride == 1 and channels_in == channels
        self.shortcut = (
            nn.Identity()
            if same
            else nn.Sequential(
                nn.Conv2d(channels_in, channels, 1, stride, bias=False), nn.BatchNorm2d(channels)
            )
        )

    def forward(self, x: Tensor) -> Tensor:
        out = functional.relu(self.norm1(self.conv1(x)))
        return functional.relu(self.norm2(self.conv2(out)) + self.shortcut(x))


class ResNet(nn.Module):
    """Encoder of stride 32.

    Args:
        repeats: Blocks in each of the four stages, RESNET18 or RESNET34.
    """

    def __init__(self, repeats: Sequence[int]) -> None:
        super().__init__()
        self.channels = _WIDTHS[-1]
        self.stem = nn.Sequential(
            nn.Conv2d(3, _WIDTHS[0], 7, 2, padding=3, bias=False),
            nn.BatchNorm2d(_WIDTHS[0]),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, padding=1),
        )
        blocks, before = [], _WIDTHS[0]
        for stage, (width, count) in enumerate(zip(_WIDTHS, repeats, strict=True)):
            for block in range(count):
                blocks.append(BasicBlock(before, width, 2 if stage and block == 0 else 1))
                before = width
        self.blocks = nn.Sequential(*blocks)
        start_convolutions(self)

    def forward(self, x: Tensor) -> Tensor:
        """Last feature map, shape (batch, 512, H / 32, W / 32)."""
        out: Tensor = self.blocks(self.stem(x))
        return out
