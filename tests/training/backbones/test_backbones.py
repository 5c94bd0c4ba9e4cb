"""One inherited tester for every encoder: what a classifier needs of it."""

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn

from cytovox.domain.errors import TrainingDataError
from cytovox.training.backbones.catalogue import BACKBONES, channels_of, make_encoder, pooled_features
from cytovox.training.backbones.inverted_residual import DropPath
from cytovox.training.export import _to_onnx

SIDE = 64


def parameters(encoder: nn.Module) -> int:
    return sum(p.numel() for p in encoder.parameters())


class BackboneTests:
    """Tests of one encoder; subclasses name it.

    `published` counts the weights of the whole ImageNet network with its head of 1000 classes.
    """

    name: str
    channels: int
    stride = 32
    published: int
    head: int
    input_px = 224  # for the count: only a transformer's positions depend on it
    exported = True

    @pytest.fixture
    def encoder(self) -> nn.Module:
        torch.manual_seed(0)
        return make_encoder(self.name, SIDE)

    def test_feature_map_has_the_documented_shape(self, encoder: nn.Module) -> None:
        with torch.inference_mode():
            features = encoder.eval()(torch.randn(2, 3, SIDE, SIDE))
        assert features.shape == (2, self.channels, SIDE // self.stride, SIDE // self.stride)
        assert channels_of(encoder) == self.channels

    def test_gradient_reaches_every_weight(self, encoder: nn.Module) -> None:
        # Evaluation mode: stochastic depth must not leave a block out.
        encoder.eval().zero_grad()
        (pooled_features(encoder, torch.randn(2, 3, SIDE, SIDE)) ** 2).sum().backward()
        idle = [n for n, p in encoder.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
        assert idle == []

    def test_starts_with_features_of_a_sane_size(self, encoder: nn.Module) -> None:
        with torch.inference_mode():
            pooled = pooled_features(encoder.train(), torch.rand(8, 3, SIDE, SIDE) * 2 - 1)
        assert torch.isfinite(pooled).all()
        assert 1e-4 < pooled.std() < 30

    def test_has_the_published_number_of_weights(self) -> None:
        encoder = make_encoder(self.name, self.input_px)
        assert parameters(encoder) + self.head == pytest.approx(self.published, rel=0.001)

    @pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
    def test_onnx_gives_the_same_for_any_batch(self, encoder: nn.Module) -> None:
        if not self.exported:
            pytest.skip("exported by its smaller sibling")
        model = _to_onnx(encoder.eval(), torch.randn(2, 3, SIDE, SIDE), ["features"], any_size=False)
        session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        for batch in (1, 3):
            x = torch.rand(batch, 3, SIDE, SIDE) * 2 - 1
            with torch.inference_mode():
                expected = encoder(x).numpy()
            (found,) = session.run(None, {"pixels": x.numpy()})
            assert found.shape == expected.shape
            assert np.abs(found - expected).max() < 1e-3 * max(np.ptp(expected), 1e-3)


class TestMobileNetV2(BackboneTests):
    # Batch norm is folded away: 17,056 normalised channels have one bias where the paper has scale and shift.
    name, channels, published, head = "mobilenet_v2", 1280, 3_504_872 - 17_056, 1280 * 1000 + 1000


class TestMobileNetV3Small(BackboneTests):
    name, channels, published, head = "mobilenet_v3_small", 576, 2_542_856, 577 * 1024 + 1025 * 1000


class TestMobileNetV3Large(BackboneTests):
    name, channels, published, head = "mobilenet_v3_large", 960, 5_483_032, 961 * 1280 + 1281 * 1000
    exported = False


class TestEfficientNetB0(BackboneTests):
    name, channels, published, head = "efficientnet_b0", 1280, 5_288_548, 1281 * 1000


class TestResNet18(BackboneTests):
    name, channels, published, head = "resnet18", 512, 11_689_512, 513 * 1000


class TestResNet34(BackboneTests):
    name, channels, published, head = "resnet34", 512, 21_797_672, 513 * 1000
    exported = False


class TestVgg11(BackboneTests):
    # Its convolutions have a norm's scale and shift for each of 2752 biases; the head is left out.
    name, channels, stride, published, head = "vgg11", 512, 16, 9_220_480 + 2752, 0
    exported = False


class TestConvNextTiny(BackboneTests):
    name, channels, published, head = "convnext_tiny", 768, 28_589_128, 769 * 1000
    exported = False


class TestConvNextAtto(BackboneTests):
    name, channels, published, head = "convnext_atto", 320, 3_695_120, 321 * 1000


class TestVitTiny16(BackboneTests):
    # Less the class token and its position.
    name, channels, stride, published, head = "vit_tiny_16", 192, 16, 5_717_416 - 2 * 192, 193 * 1000


def test_the_other_encoders_have_their_shape() -> None:
    x = torch.zeros(1, 3, SIDE, SIDE)
    with torch.inference_mode():
        assert make_encoder("vit_tiny_8", SIDE).eval()(x).shape == (1, 192, 8, 8)
        assert make_encoder("vgg_small", SIDE).eval()(x).shape == (1, 256, 8, 8)


def test_every_backbone_is_tested() -> None:
    tested = {cls.name for cls in BackboneTests.__subclasses__()} | {"vit_tiny_8", "vgg_small"}
    assert tested == set(BACKBONES)


def test_a_transformer_takes_another_size_than_it_was_made_for() -> None:
    encoder = make_encoder("vit_tiny_16", 64).eval()
    with torch.inference_mode():
        assert encoder(torch.zeros(1, 3, 96, 96)).shape == (1, 192, 6, 6)


def test_an_unknown_name_or_size_is_explained() -> None:
    with pytest.raises(TrainingDataError, match="no backbone 'alexnet'; expected one of mobilenet_v2"):
        make_encoder("alexnet", 64)
    with pytest.raises(TrainingDataError, match="multiple of 32 px, got 100"):
        make_encoder("resnet18", 100)


def test_dropped_paths_keep_the_mean() -> None:
    torch.manual_seed(0)
    branch = DropPath(0.25).train()
    out = branch(torch.ones(20_000, 1, 1, 1))
    assert out.mean() == pytest.approx(1.0, abs=0.02)
    assert out.unique().tolist() == pytest.approx([0.0, 4 / 3])
    assert torch.equal(branch.eval()(torch.ones(3, 1)), torch.ones(3, 1))
