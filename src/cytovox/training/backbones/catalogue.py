"""The encoders that a recipe can name."""

from collections.abc import Callable

from torch import Tensor, nn

from cytovox.domain.errors import TrainingDataError
from cytovox.training.backbones.convnext import ATTO, TINY, ConvNext
from cytovox.training.backbones.efficientnet import EfficientNetB0
from cytovox.training.backbones.mobilenet_v3 import LARGE, SMALL, MobileNetV3
from cytovox.training.backbones.resnet import RESNET18, RESNET34, ResNet
from cytovox.training.backbones.vgg import VGG11, VGG_SMALL, Vgg
from cytovox.training.backbones.vit import VisionTransformer
from cytovox.training.mobilenet import MobileNetV2

DEFAULT_BACKBONE = "mobilenet_v2"

_MAKERS: dict[str, Callable[[int], nn.Module]] = {
    DEFAULT_BACKBONE: lambda _: MobileNetV2(),
    "mobilenet_v3_small": lambda _: MobileNetV3(SMALL),
    "mobilenet_v3_large": lambda _: MobileNetV3(LARGE),
    "efficientnet_b0": lambda _: EfficientNetB0(),
    "resnet18": lambda _: ResNet(RESNET18),
    "resnet34": lambda _: ResNet(RESNET34),
    "vgg_small": lambda _: Vgg(VGG_SMALL),
    "vgg11": lambda _: Vgg(VGG11),
    "convnext_atto": lambda _: ConvNext(ATTO),
    "convnext_tiny": lambda _: ConvNext(TINY),
    "vit_tiny_16": lambda input_px: VisionTransformer(input_px, 16),
    "vit_tiny_8": lambda input_px: VisionTransformer(input_px, 8),
}
BACKBONES = tuple(_MAKERS)
"""Names that `make_encoder` knows."""

_STRIDE_PX = 32


def make_encoder(name: str, input_px: int) -> nn.Module:
    """A new encoder: `encoder(x)` is the last feature map (n, c, h, w), `encoder.channels` its c.

    Args:
        name: One of BACKBONES.
        input_px: Side of its square input; a multiple of 32.

    Raises:
        TrainingDataError: The name or the size is not one that is known.
    """
    check_encoder(name, input_px)
    return _MAKERS[name](input_px)


def check_encoder(name: str, input_px: int) -> None:
    """Say what is wrong with a name or size that `make_encoder` would not take.

    Raises:
        TrainingDataError: The name or the size is not one that is known.
    """
    if name not in _MAKERS:
        raise TrainingDataError(f"no backbone '{name}'; expected one of {', '.join(BACKBONES)}")
    if input_px < _STRIDE_PX or input_px % _STRIDE_PX:
        raise TrainingDataError(f"input size: expected a multiple of {_STRIDE_PX} px, got {input_px}")


def channels_of(encoder: nn.Module) -> int:
    """Channels of an encoder's last feature map."""
    return int(encoder.channels)  # type: ignore[arg-type]  # a plain number on every encoder


def pooled_features(encoder: nn.Module, x: Tensor) -> Tensor:
    """Mean of the last feature map over its positions, shape (n, channels)."""
    features: Tensor = encoder(x)
    return features.mean(dim=(2, 3))
