"""EfficientNet-B0 (Tan and Le, ICML 2019), table 1, up to the last convolution before pooling."""

from torch import Tensor, nn

from cytovox.training.backbones.inverted_residual import (
    BlockPlan,
    InvertedResidual,
    conv_norm,
    start_convolutions,
)

STEM_CHANNELS, HEAD_CHANNELS = 32, 1280
# Widening factor, kernel, stride of the first, channels, blocks: the stages of table 1.
STAGES = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)
_GATE = (nn.SiLU, nn.Sigmoid)
_DROP_PATH = 0.2  # at the last block, rising linearly from 0 (section 5.2)


class EfficientNetB0(nn.Module):
    """Encoder of stride 32."""

    def __init__(self) -> None:
        super().__init__()
        self.channels = HEAD_CHANNELS
        self.stem = conv_norm(3, STEM_CHANNELS, 3, stride=2, activation=nn.SiLU)
        self.blocks = nn.Sequential(*_blocks())
        self.head = conv_norm(STAGES[-1][3], HEAD_CHANNELS, activation=nn.SiLU)
        start_convolutions(self)

    def forward(self, x: Tensor) -> Tensor:
        """Last feature map, shape (batch, channels, H / 32, W / 32)."""
        out: Tensor = self.head(self.blocks(self.stem(x)))
        return out


def _blocks() -> list[InvertedResidual]:
    total, before = sum(stage[-1] for stage in STAGES), STEM_CHANNELS
    blocks: list[InvertedResidual] = []
    for widening, kernel, stride, out, repeats in STAGES:
        for repeat in range(repeats):
            # The gate's bottleneck is a quarter of the block's input, as in the authors' code.
            plan = BlockPlan(
                kernel, before * widening, out, stride if repeat == 0 else 1, max(1, before // 4), nn.SiLU
            )
            blocks.append(InvertedResidual(before, plan, _GATE, _DROP_PATH * len(blocks) / total))
            before = out
    return blocks
