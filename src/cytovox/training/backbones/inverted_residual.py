"""The block that MobileNetV3 and EfficientNet are built of: widen, filter each channel, gate, project."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class BlockPlan:
    """One block.

    Attributes:
        kernel: Side of the depthwise filter.
        wide: Channels between widening and projection.
        out: Channels after it.
        stride: Of the depthwise filter.
        squeezed: Channels of the gate's bottleneck; 0 for no gate.
        activation: Class of the non-linearity.
    """

    kernel: int
    wide: int
    out: int
    stride: int
    squeezed: int
    activation: type[nn.Module]


def conv_norm(  # noqa: PLR0913 - the figures of one convolution
    channels_in: int,
    channels_out: int,
    kernel: int = 1,
    *,
    stride: int = 1,
    groups: int = 1,
    activation: type[nn.Module] = nn.Identity,
    eps: float = 1e-3,
    momentum: float = 0.01,
) -> nn.Sequential:
    """Convolution, batch norm and activation; sides are kept at stride 1."""
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, kernel, stride, padding=kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(channels_out, eps=eps, momentum=momentum),
        activation(),
    )


class Gate(nn.Module):
    """Squeeze and excitation (Hu et al., CVPR 2018): each channel is weighed by what the whole map holds."""

    def __init__(
        self, channels: int, squeezed: int, activation: type[nn.Module], gate: type[nn.Module]
    ) -> None:
        super().__init__()
        self.down = nn.Conv2d(channels, squeezed, 1)
        self.activation = activation()
        self.up = nn.Conv2d(squeezed, channels, 1)
        self.gate = gate()

    def forward(self, x: Tensor) -> Tensor:
        pooled = x.mean(dim=(2, 3), keepdim=True)
        weight: Tensor = self.gate(self.up(self.activation(self.down(pooled))))
        return x * weight


class InvertedResidual(nn.Module):
    """Widen, filter, gate, project; the input is added back where shapes allow (MobileNetV2, figure 4).

    Args:
        channels_in: Channels before it.
        plan: The block's figures.
        gate: Activations inside and at the end of the gate.
        drop_path: Share of examples for which the block is skipped in training (Huang et al., ECCV 2016).
    """

    def __init__(
        self,
        channels_in: int,
        plan: BlockPlan,
        gate: tuple[type[nn.Module], type[nn.Module]],
        drop_path: float = 0.0,
    ) -> None:
        super().__init__()
        parts: list[nn.Module] = []
        if plan.wide != channels_in:
            parts.append(conv_norm(channels_in, plan.wide, activation=plan.activation))
        parts.append(
            conv_norm(
                plan.wide,
                plan.wide,
                plan.kernel,
                stride=plan.stride,
                groups=plan.wide,
                activation=plan.activation,
            )
        )
        if plan.squeezed:
            parts.append(Gate(plan.wide, plan.squeezed, *gate))
        parts.append(conv_norm(plan.wide, plan.out))
        self.parts = nn.Sequential(*parts)
        self.adds = plan.stride == 1 and channels_in == plan.out
        self.drop_path = DropPath(drop_path)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.parts(x)
        return x + self.drop_path(out) if self.adds else out


class DropPath(nn.Module):
    """Stochastic depth: a branch is left out for some examples in training (Huang et al., ECCV 2016).

    Args:
        share: Share of examples without the branch.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.share == 0.0:
            return x
        shape = (len(x),) + (1,) * (x.ndim - 1)
        kept = torch.empty(shape, device=x.device, dtype=x.dtype).bernoulli_(1.0 - self.share)
        return x * kept / (1.0 - self.share)


def start_convolutions(network: nn.Module) -> None:
    """Give convolutions the He initialisation over outputs and norms the identity (He et al., ICCV 2015)."""
    for part in network.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.kaiming_normal_(part.weight, mode="fan_out", nonlinearity="relu")
            if part.bias is not None:
                nn.init.zeros_(part.bias)
