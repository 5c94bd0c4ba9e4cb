"""The two networks of the volume lane: which slices hold an organ, and where it is."""

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import SegformerConfig, SegformerDecodeHead, SegformerModel

from cytovox.domain.errors import TrainingDataError
from cytovox.training.mobilenet import MobileNetV2

ORGANS = ("stomach", "small_bowel", "large_bowel")
"""What both networks answer for, in order."""


class SliceClassifier(nn.Module):
    """Model A: MobileNetV2, pooled, one linear layer.

    Args:
        dropout: Share of pooled features dropped.
    """

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.encoder = MobileNetV2(head=False)
        self.dropout = nn.Dropout(dropout)
        self.answer = nn.Linear(self.encoder.channels, len(ORGANS))

    def start_from(self, root: Path, weights: str) -> None:
        """Load ImageNet weights into the encoder; none for ""."""
        if weights:
            self.encoder.load_imagenet(root / weights)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (n, 3) of `ORGANS` from views (n, 3, H, W) in -1..1."""
        features: Tensor = self.encoder(x)
        logits: Tensor = self.answer(self.dropout(features.mean(dim=(2, 3))))
        return logits


class ExportedSliceClassifier(nn.Module):
    """What the bundle holds: chances of `ORGANS`, each by itself."""

    def __init__(self, network: SliceClassifier) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> tuple[Tensor]:
        return (torch.sigmoid(self.network(x)),)


class MixTransformer(nn.Module):
    """The encoder of SegFormer, of the size of MiT-B0, from chance.

    Its published weights may not be used commercially, so none are loaded.
    """

    channels = (32, 64, 160, 256)

    def __init__(self) -> None:
        super().__init__()
        self.stages = SegformerModel(SegformerConfig(hidden_sizes=list(self.channels)))

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """Maps at a quarter, an eighth, a sixteenth and a thirty-second of the side."""
        maps: tuple[Tensor, ...] = self.stages(x, output_hidden_states=True).hidden_states
        return maps


class ConvolutionalStart(nn.Module):
    """SegFormer's last two stages on the trunk of MobileNetV2, which comes with ImageNet weights.

    Attention has to learn from data what convolutions bring along, and convolutions can be had trained: from
    few slices this learns in a fraction of the time (docs/concepts/organ-models.md has the figures).
    """

    channels = (24, 32, 96, 160, 256)
    _taps = (2, 5, 12)

    def __init__(self) -> None:
        super().__init__()
        self.trunk = MobileNetV2(blocks=self._taps[-1] + 1, head=False)
        self.stages = SegformerModel(
            SegformerConfig(
                num_channels=self.channels[2],
                num_encoder_blocks=2,
                depths=[2, 2],
                hidden_sizes=list(self.channels[3:]),
                patch_sizes=[3, 3],
                strides=[1, 2],
                sr_ratios=[2, 1],
                num_attention_heads=[5, 8],
                mlp_ratios=[4, 4],
            )
        )

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """Maps at a quarter, an eighth, twice a sixteenth and a thirty-second of the side."""
        early = self.trunk.pyramid(x, self._taps)
        late: tuple[Tensor, ...] = self.stages(early[-1], output_hidden_states=True).hidden_states
        return (*early, *late)


ENCODERS: dict[str, Callable[[], MixTransformer | ConvolutionalStart]] = {
    "mit_b0": MixTransformer,
    "mobilenet_v2": ConvolutionalStart,
}
"""Encoders of model B, by the names that recipes use."""


class OrganSegmenter(nn.Module):
    """Model B: SegFormer (Xie et al., NeurIPS 2021), its decoder on one of ENCODERS.

    Args:
        classes: Background first, `ORGANS`, then structures that help in training only.
        encoder: One of ENCODERS.
        head_channels: Of the decoder; 256 in the paper.
    """

    def __init__(self, classes: int, encoder: str = "mit_b0", head_channels: int = 96) -> None:
        super().__init__()
        self.encoder = ENCODERS[encoder]()
        channels = list(self.encoder.channels)
        config = SegformerConfig(
            num_encoder_blocks=len(channels), hidden_sizes=channels, decoder_hidden_size=head_channels
        )
        config.num_labels = classes
        self.decoder = SegformerDecodeHead(config)  # type: ignore[no-untyped-call]

    def start_from(self, root: Path, weights: str) -> None:
        """Load ImageNet weights into the convolutional trunk; none for "".

        Raises:
            TrainingDataError: The encoder has no such trunk, or the weights are missing.
        """
        if not weights:
            return
        if not isinstance(self.encoder, ConvolutionalStart):
            raise TrainingDataError(f"weights: only the encoder mobilenet_v2 takes any, got '{weights}'")
        self.encoder.trunk.load_imagenet(root / weights)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (n, classes, H, W) from views (n, 3, H, W) in -1..1, H and W multiples of 32."""
        coarse = self.decoder(self.encoder(x))
        return functional.interpolate(coarse, scale_factor=4, mode="bilinear", align_corners=False)


class ExportedOrgans(nn.Module):
    """What the bundle holds: probabilities of background and `ORGANS`; all other classes are background."""

    def __init__(self, network: OrganSegmenter) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> tuple[Tensor]:
        organs = torch.softmax(self.network(x), dim=1)[:, 1 : 1 + len(ORGANS)]
        return (torch.cat([1 - organs.sum(dim=1, keepdim=True), organs], dim=1),)


def presence_loss(logits: Tensor, present: Tensor) -> Tensor:
    """Binary cross-entropy over the organs that somebody looked for.

    Args:
        logits: Shape (n, organs).
        present: 1, 0, or below 0 where nobody looked.
    """
    looked = (present >= 0).float()
    each = functional.binary_cross_entropy_with_logits(logits, present.clamp(min=0).float(), reduction="none")
    return (each * looked).sum() / looked.sum().clamp(min=1)


def partial_loss(logits: Tensor, allowed: Tensor) -> Tensor:
    """Cross-entropy where a pixel may be of one of several classes, plus soft Dice of the organs.

    The first is the negative logarithm of the summed probability of the classes allowed, so that stacks with
    few and with many drawn organs train one network (Fang and Yan, IEEE TMI 39 (2020) 3619; Shi et al.,
    Medical Image Analysis 70 (2021) 101979). Dice is taken over the whole batch, of pixels where the organ
    is surely there or surely not.

    Args:
        logits: Shape (n, classes, H, W).
        allowed: One bit for each class allowed, shape (n, H, W), int32.
    """
    bits = 1 << torch.arange(logits.shape[1], device=logits.device, dtype=torch.int32)
    may_be = (allowed[:, None] & bits[None, :, None, None]) != 0
    log_probability = torch.log_softmax(logits, dim=1)
    entropy = -torch.logsumexp(log_probability.masked_fill(~may_be, -30.0), dim=1).mean()
    organs = slice(1, 1 + len(ORGANS))
    probability = log_probability[:, organs].exp()
    truth = (allowed[:, None] == bits[None, organs, None, None]).float()
    sure = torch.maximum(truth, (~may_be[:, organs]).float())
    overlap = (probability * truth).sum(dim=(0, 2, 3))
    total = (probability * sure).sum(dim=(0, 2, 3)) + truth.sum(dim=(0, 2, 3))
    dice = ((2 * overlap + 50) / (total + 50)).mean()
    return entropy + (1 - dice)
