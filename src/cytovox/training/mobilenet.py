"""MobileNetV2 (Sandler et al., CVPR 2018) with batch norm folded away, as the ImageNet weights come."""

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from cytovox.domain.errors import TrainingDataError


@dataclass(frozen=True, slots=True)
class BlockPlan:
    """One inverted residual: channels after it, widening factor and stride (paper, table 2)."""

    out: int
    expansion: int
    stride: int


STEM_CHANNELS = 32
HEAD_CHANNELS = 1280
BLOCKS = (
    BlockPlan(16, 1, 1),
    *(BlockPlan(24, 6, 2), BlockPlan(24, 6, 1)),
    *(BlockPlan(32, 6, 2), BlockPlan(32, 6, 1), BlockPlan(32, 6, 1)),
    *(BlockPlan(64, 6, 2), BlockPlan(64, 6, 1), BlockPlan(64, 6, 1), BlockPlan(64, 6, 1)),
    *(BlockPlan(96, 6, 1), BlockPlan(96, 6, 1), BlockPlan(96, 6, 1)),
    *(BlockPlan(160, 6, 2), BlockPlan(160, 6, 1), BlockPlan(160, 6, 1)),
    BlockPlan(320, 6, 1),
)


class SameConv(nn.Conv2d):
    """3x3 convolution that pads as TensorFlow's SAME does for even sides (0 before, 1 after at stride 2).

    The weights were trained with that padding; symmetric padding shifts the grid by a pixel and lowers the
    top-1 agreement with the source network from 20 to 17 of 20 photographs.
    """

    def __init__(self, channels_in: int, channels_out: int, *, stride: int, groups: int = 1) -> None:
        super().__init__(
            channels_in, channels_out, 3, stride=stride, groups=groups, padding=1 if stride == 1 else 0
        )

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x if self.stride[0] == 1 else functional.pad(x, (0, 1, 0, 1)))


class InvertedResidual(nn.Module):
    """Widen, filter each channel, project; the input is added back where shapes allow."""

    def __init__(self, channels_in: int, plan: BlockPlan) -> None:
        super().__init__()
        wide = channels_in * plan.expansion
        if plan.expansion > 1:
            self.expand = nn.Conv2d(channels_in, wide, 1)
        self.widens = plan.expansion > 1
        self.depthwise = SameConv(wide, wide, stride=plan.stride, groups=wide)
        self.project = nn.Conv2d(wide, plan.out, 1)
        self.adds = plan.stride == 1 and channels_in == plan.out

    def forward(self, x: Tensor) -> Tensor:
        wide = functional.relu6(self.expand(x)) if self.widens else x
        out: Tensor = self.project(functional.relu6(self.depthwise(wide)))
        return x + out if self.adds else out


class MobileNetV2(nn.Module):
    """Encoder; sides must be multiples of 32 for the padding to be TensorFlow's.

    Args:
        blocks: How many inverted residuals to keep (17 = all).
        head: Whether the last 1x1 convolution to 1280 channels is kept.
    """

    def __init__(self, *, blocks: int = len(BLOCKS), head: bool = True) -> None:
        super().__init__()
        self.stem = SameConv(3, STEM_CHANNELS, stride=2)
        inputs = (STEM_CHANNELS, *(plan.out for plan in BLOCKS))
        self.blocks = nn.ModuleList(InvertedResidual(inputs[i], BLOCKS[i]) for i in range(blocks))
        self.head = nn.Conv2d(BLOCKS[blocks - 1].out, HEAD_CHANNELS, 1) if head else None
        self.channels = HEAD_CHANNELS if head else BLOCKS[blocks - 1].out

    def forward(self, x: Tensor) -> Tensor:
        """Last feature map, shape (batch, channels, H / 32, W / 32) with all blocks."""
        x = functional.relu6(self.stem(x))
        for block in self.blocks:
            x = block(x)
        return x if self.head is None else functional.relu6(self.head(x))

    def pyramid(self, x: Tensor, taps: tuple[int, ...]) -> list[Tensor]:
        """Feature maps after the blocks named in `taps`, finest first."""
        maps = []
        x = functional.relu6(self.stem(x))
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in taps:
                maps.append(x)
        return maps

    def load_imagenet(self, path: Path) -> None:
        """Copy the ImageNet weights in; parts this encoder leaves out are skipped.

        Raises:
            TrainingDataError: The file is missing or lacks a tensor this encoder needs.
        """
        if not path.is_file():
            raise TrainingDataError(
                f"{path}: expected the ImageNet weights of MobileNetV2 there, found no file"
            )
        stored = load_file(path)
        own = self.state_dict()
        missing = [name for name in own if name not in stored]
        if missing:
            raise TrainingDataError(f"{path}: expected tensor '{missing[0]}' of MobileNetV2, it is not there")
        with torch.no_grad():
            for name, value in own.items():
                value.copy_(stored[name])
