"""Plain stacks of 3x3 convolutions (Simonyan and Zisserman, ICLR 2015) with batch norm, for small data."""

from collections.abc import Sequence

from torch import Tensor, nn

from cytovox.training.backbones.inverted_residual import start_convolutions

VGG11 = ((64,), (128,), (256, 256), (512, 512), (512, 512))
"""Configuration A of the paper's table 1."""
VGG_SMALL = ((32, 32), (64, 64), (128, 128), (256, 256))
"""A quarter of its channels in four stages: learns from a few thousand pictures."""


class Vgg(nn.Module):
    """Encoder; its stride is 2 to the power of the number of stages less one.

    There is no pooling after the last stage: activation maps keep twice the resolution.

    Args:
        stages: Channels of each convolution, by stage.
    """

    def __init__(self, stages: Sequence[Sequence[int]]) -> None:
        super().__init__()
        self.channels = stages[-1][-1]
        parts: list[nn.Module] = []
        before = 3
        for number, stage in enumerate(stages):
            if number:
                parts.append(nn.MaxPool2d(2))
            for channels in stage:
                conv = nn.Conv2d(before, channels, 3, padding=1, bias=False)
                parts += [conv, nn.BatchNorm2d(channels), nn.ReLU()]
                before = channels
        self.layers = nn.Sequential(*parts)
        start_convolutions(self)

    def forward(self, x: Tensor) -> Tensor:
        """Last feature map, shape (batch, channels, H / stride, W / stride)."""
        out: Tensor = self.layers(x)
        return out
