import os
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch.nn import functional

from cytovox.domain.errors import TrainingDataError
from cytovox.training.mobilenet import MobileNetV2, SameConv


def test_same_convolution_pads_as_tensorflow() -> None:
    """Output pixel i of a stride-2 SAME convolution of an even side looks at inputs 2i, 2i + 1, 2i + 2."""
    conv = SameConv(1, 1, stride=2)
    torch.nn.init.zeros_(conv.weight)
    torch.nn.init.zeros_(conv.bias)
    with torch.no_grad():
        conv.weight[0, 0, 0, 0] = 1.0  # the tap at the upper left
        grid = torch.arange(36.0).reshape(1, 1, 6, 6)
        assert conv(grid)[0, 0].tolist() == grid[0, 0, ::2, ::2].tolist()


def test_feature_maps_have_the_documented_strides_and_channels() -> None:
    network = MobileNetV2().eval()
    picture = torch.zeros(1, 3, 64, 96)
    with torch.inference_mode():
        shapes = [tuple(m.shape[1:]) for m in network.pyramid(picture, (0, 2, 5, 12, 16))]
        last = network(picture)
    assert shapes == [(16, 32, 48), (24, 16, 24), (32, 8, 12), (96, 4, 6), (320, 2, 3)]
    assert tuple(last.shape) == (1, 1280, 2, 3)


def test_a_file_without_a_needed_tensor_is_refused(tmp_path: Path) -> None:
    save_file({"stem.weight": torch.zeros(1)}, tmp_path / "weights.safetensors")
    with pytest.raises(TrainingDataError, match=r"expected tensor 'stem\.bias'"):
        MobileNetV2().load_imagenet(tmp_path / "weights.safetensors")
    with pytest.raises(TrainingDataError, match="found no file"):
        MobileNetV2().load_imagenet(tmp_path / "nothing")


@pytest.mark.skipif("CYTOVOX_DATA" not in os.environ, reason="CYTOVOX_DATA names no data folder")
def test_imagenet_weights_give_features_that_tell_pictures_apart() -> None:
    """Dead or shifted weights give the same pooled features for everything."""
    network = MobileNetV2().eval()
    network.load_imagenet(Path(os.environ["CYTOVOX_DATA"]) / "weights/mobilenet_v2_imagenet.safetensors")
    generator = torch.Generator().manual_seed(0)
    smooth = (
        functional.interpolate(torch.rand(4, 3, 8, 8, generator=generator), size=128, mode="bilinear") * 2 - 1
    )
    with torch.inference_mode():
        pooled = network(smooth).mean(dim=(2, 3))
    similarity = torch.corrcoef(pooled)
    assert pooled.std() > 0.05
    assert similarity[~torch.eye(4, dtype=torch.bool)].max() < 0.98
