"""MobileNetV3 (Howard et al., ICCV 2019), tables 1 and 2, up to the last convolution before pooling."""

from collections.abc import Sequence

from torch import Tensor, nn

from cytovox.training.backbones.inverted_residual import (
    BlockPlan,
    InvertedResidual,
    conv_norm,
    start_convolutions,
)

STEM_CHANNELS = 16
_GATE = (nn.ReLU, nn.Hardsigmoid)

# Kernel, widened channels, channels after, gate, activation, stride: the columns of the paper's tables.
_Row = tuple[int, int, int, bool, type[nn.Module], int]
_RE, _HS = nn.ReLU, nn.Hardswish
SMALL: tuple[_Row, ...] = (
    (3, 16, 16, True, _RE, 2),
    (3, 72, 24, False, _RE, 2),
    (3, 88, 24, False, _RE, 1),
    (5, 96, 40, True, _HS, 2),
    (5, 240, 40, True, _HS, 1),
    (5, 240, 40, True, _HS, 1),
    (5, 120, 48, True, _HS, 1),
    (5, 144, 48, True, _HS, 1),
    (5, 288, 96, True, _HS, 2),
    (5, 576, 96, True, _HS, 1),
    (5, 576, 96, True, _HS, 1),
)
LARGE: tuple[_Row, ...] = (
    (3, 16, 16, False, _RE, 1),
    (3, 64, 24, False, _RE, 2),
    (3, 72, 24, False, _RE, 1),
    (5, 72, 40, True, _RE, 2),
    (5, 120, 40, True, _RE, 1),
    (5, 120, 40, True, _RE, 1),
    (3, 240, 80, False, _HS, 2),
    (3, 200, 80, False, _HS, 1),
    (3, 184, 80, False, _HS, 1),
    (3, 184, 80, False, _HS, 1),
    (3, 480, 112, True, _HS, 1),
    (3, 672, 112, True, _HS, 1),
    (5, 672, 160, True, _HS, 2),
    (5, 960, 160, True, _HS, 1),
    (5, 960, 160, True, _HS, 1),
)


def gate_channels(wide: int) -> int:
    """A quarter of the channels, rounded to a multiple of 8 (section 5.3; rounding of MobileNetV1's code)."""
    rounded = max(8, int(wide / 4 + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * wide / 4 else rounded


class MobileNetV3(nn.Module):
    """Encoder of stride 32.

    Args:
        rows: SMALL or LARGE.
    """

    def __init__(self, rows: Sequence[_Row]) -> None:
        super().__init__()
        plans = [
            BlockPlan(kernel, wide, out, stride, gate_channels(wide) if gated else 0, activation)
            for kernel, wide, out, gated, activation, stride in rows
        ]
        inputs = (STEM_CHANNELS, *(plan.out for plan in plans))
        self.channels = 6 * plans[-1].out
        self.stem = conv_norm(3, STEM_CHANNELS, 3, stride=2, activation=nn.Hardswish)
        self.blocks = nn.Sequential(
            *(InvertedResidual(before, plan, _GATE) for before, plan in zip(inputs, plans, strict=False))
        )
        self.head = conv_norm(plans[-1].out, self.channels, activation=nn.Hardswish)
        start_convolutions(self)

    def forward(self, x: Tensor) -> Tensor:
        """Last feature map, shape (batch, channels, H / 32, W / 32)."""
        out: Tensor = self.head(self.blocks(self.stem(x)))
        return out
