from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cytovox.analysis.activation import class_activation, class_evidence, scaled_to_one
from cytovox.analysis.bundles import CLASSIFY_CELLS
from cytovox.analysis.explain import explain_cell
from cytovox.domain.image import SmearImage
from cytovox.imaging.normalise import normalise
from cytovox.training.export import BundleDraft, write_bundle

CLASSES = ("neutrophil", "lymphocyte", "monocyte")
SIDE = 48


def test_what_speaks_against_a_class_is_left_out() -> None:
    raw = np.array([[-2, 0.5], [4, -0.1]], np.float32)
    assert class_activation(raw).tolist() == [[0, 0.5], [4, 0]]
    assert scaled_to_one(class_activation(raw)).tolist() == [[0, 0.125], [1, 0]]
    assert scaled_to_one(class_activation(-np.abs(raw))).tolist() == [[0, 0], [0, 0]]


def test_the_map_lies_over_the_crop_with_its_largest_value_1() -> None:
    raw = np.zeros((4, 4), np.float32)
    raw[1, 2] = 3.0
    evidence = class_evidence("neutrophil", 0.5, raw, 64)
    assert evidence.peak == 3.0
    assert evidence.over_crop.shape == (64, 64)
    assert evidence.over_crop.max() == 1.0
    rows, columns = np.nonzero(evidence.over_crop > 0.99)
    # Block (1, 2) of four covers rows 16..32 and columns 32..48 of the crop.
    assert (rows.mean() + 0.5, columns.mean() + 0.5) == (24, 40)


class SmallNetwork(nn.Module):
    """Convolutions, pooled features, one linear layer: the shape of every classifier here."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(3, 8, 3, stride=4, padding=1),
            nn.ReLU(),
            nn.Conv2d(8, 6, 3, stride=2, padding=1),
            nn.SiLU(),
        )
        self.linear = nn.Linear(6, len(CLASSES))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        features = self.encoder(x)
        maps = torch.nn.functional.conv2d(features, self.linear.weight[:, :, None, None])
        logits = self.linear(features.mean(dim=(2, 3)))
        return logits, features, maps, logits.amax(dim=1)


def grad_cam(network: SmallNetwork, pixels: np.ndarray, column: int) -> np.ndarray:
    """Selvaraju et al., ICCV 2017, equations 1 and 2, by automatic differentiation."""
    features = network.encoder(torch.from_numpy(normalise(pixels[None]))).detach().requires_grad_()
    network.linear(features.mean(dim=(2, 3)))[0, column].backward()
    assert features.grad is not None
    alpha = features.grad.mean(dim=(2, 3), keepdim=True)
    return torch.relu((alpha * features).sum(dim=1))[0].detach().numpy()


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[SmallNetwork, Path]:
    torch.manual_seed(3)
    network = SmallNetwork().eval()
    nn.init.normal_(network.linear.weight)
    folder = tmp_path_factory.mktemp("small")
    described = {"um_per_px": 0.2, "size_px": SIDE, "normalisation": "x / 127.5 - 1"}
    settings = {"extra_turns_below": 0.0}
    write_bundle(
        network,
        torch.randn(2, 3, SIDE, SIDE),
        BundleDraft("small", "1", CLASSIFY_CELLS, "blood", CLASSES, described, {}, [], settings),
        folder,
        outputs=("logits", "features", "maps", "unfamiliarity"),
        any_size=False,
    )
    return network, folder


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")  # of torch's exporter
def test_activation_maps_are_grad_cam(exported: tuple[SmallNetwork, Path]) -> None:
    network, folder = exported
    rng = np.random.default_rng(7)
    for _ in range(3):
        pixels = rng.integers(0, 256, (SIDE, SIDE, 3)).astype(np.uint8)
        explanation = explain_cell(SmearImage(pixels, 0.2), str(folder), top=3)
        assert np.array_equal(explanation.crop, pixels)
        assert {evidence.key for evidence in explanation.classes} == set(CLASSES)
        for evidence in explanation.classes:
            expected = grad_cam(network, pixels, CLASSES.index(evidence.key))
            # The gradient of a mean over n places is 1 / n at each; the factor goes when maps are scaled.
            assert evidence.activation / expected.size == pytest.approx(expected, rel=1e-3, abs=1e-5)
            assert scaled_to_one(evidence.activation) == pytest.approx(scaled_to_one(expected), abs=1e-3)
            assert expected.max() > 0
