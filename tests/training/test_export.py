import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cytovox.analysis.bundles import CLASSIFY_CELLS, FIND_CELLS, load_bundle
from cytovox.domain.errors import BundleError
from cytovox.training.classifier_network import CellClassifier, ExportedClassifier
from cytovox.training.export import BundleDraft, write_bundle
from cytovox.training.familiarity import Familiarity
from cytovox.training.finder_network import CellFinder, ExportedFinder
from cytovox.training.making import CLASSIFIER_OUTPUTS

# torch's exporter warns of its own deprecated calls.
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")


def draft(task: str, classes: tuple[str, ...]) -> BundleDraft:
    described = {"um_per_px": 0.2, "size_px": 64, "normalisation": "x / 127.5 - 1", "outside_grey": 127}
    return BundleDraft("test", "1", task, "blood", classes, described, recipe={}, data=[])


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> tuple[CellClassifier, Path]:
    torch.manual_seed(0)
    network = CellClassifier(3, dropout=0.4).eval()
    nn.init.normal_(network.linear.weight)
    folder = tmp_path_factory.mktemp("bundle")
    classes = ("neutrophil", "lymphocyte", "monocyte")
    familiarity = Familiarity(np.eye(1280, 4), np.zeros((3, 4)), np.array([[0, 0], [1, 1]]))
    write_bundle(
        ExportedClassifier(network, familiarity),
        torch.randn(2, 3, 64, 64),
        draft(CLASSIFY_CELLS, classes),
        folder,
        outputs=CLASSIFIER_OUTPUTS,
        any_size=False,
    )
    return network, folder


def test_a_classifier_bundle_agrees_with_pytorch_for_any_batch(
    classifier: tuple[CellClassifier, Path],
) -> None:
    network, folder = classifier
    session = load_bundle(folder).session()
    for batch in (1, 5):
        pictures = torch.randn(batch, 3, 64, 64)
        logits, features, maps, unfamiliarity = session.run(None, {"pixels": pictures.numpy()})
        with torch.inference_mode():
            expected = network(pictures).numpy()
        assert logits == pytest.approx(expected[:, :3], rel=1e-3, abs=1e-3)
        assert features.shape == (batch, 1280, 2, 2)
        bias = network.linear.bias.detach().numpy()[:3]
        assert maps.mean(axis=(2, 3)) + bias == pytest.approx(logits, rel=1e-3, abs=1e-3)
        assert unfamiliarity.shape == (batch,)


def test_a_bundle_names_no_path_of_the_machine(classifier: tuple[CellClassifier, Path]) -> None:
    content = (classifier[1] / "model.onnx").read_bytes()
    assert b".py" not in content
    assert str(Path(__file__).parents[2]).encode() not in content


def test_class_activation_map_of_the_exported_features_is_grad_cam(
    classifier: tuple[CellClassifier, Path],
) -> None:
    """Grad-CAM weighs maps by the pooled gradient of a logit: with pooling and one linear layer, w / n."""
    network, folder = classifier
    picture = torch.randn(1, 3, 64, 64)
    features = network.encoder(picture).detach().requires_grad_()
    network.linear(features.mean(dim=(2, 3)))[0, 1].backward()
    assert features.grad is not None
    weights = features.grad.mean(dim=(2, 3), keepdim=True)
    grad_cam = (weights * features).sum(dim=1)[0].detach().numpy()
    (maps,) = load_bundle(folder).session().run(["maps"], {"pixels": picture.numpy()})
    from_bundle = maps[0, 1] / maps[0, 1].size
    assert from_bundle == pytest.approx(grad_cam, rel=1e-3, abs=1e-4)


def test_a_finder_bundle_takes_any_size(tmp_path: Path) -> None:
    torch.manual_seed(0)
    finder = ExportedFinder(CellFinder().eval())
    write_bundle(
        finder,
        torch.randn(2, 3, 64, 96),
        draft(FIND_CELLS, ("red_cell", "white_cell", "platelet")),
        tmp_path,
        outputs=("centres", "shapes", "map"),
        any_size=True,
    )
    session = load_bundle(tmp_path).session()
    pictures = torch.randn(1, 3, 112, 80)
    centres, shapes, classes = session.run(None, {"pixels": pictures.numpy()})
    with torch.inference_mode():
        expected = finder(pictures)
    assert centres.shape == (1, 3, 56, 40)
    assert shapes.shape == (1, 34, 28, 20)
    assert centres == pytest.approx(expected[0].numpy(), abs=1e-3)
    assert classes.shape == (1, 10, 56, 40)
    assert shapes == pytest.approx(expected[1].numpy(), rel=1e-2, abs=1e-2)


class Unfaithful(nn.Module):
    """Gives something else each time it is called, as a network with active dropout would."""

    def forward(self, x: Tensor) -> tuple[Tensor]:
        return (torch.nn.functional.dropout(x, 0.5, training=True),)


def test_outputs_that_differ_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="differs from PyTorch"):
        write_bundle(
            Unfaithful(),
            torch.randn(2, 3, 16, 16),
            draft(CLASSIFY_CELLS, ("neutrophil",)),
            tmp_path,
            outputs=("logits",),
            any_size=False,
        )
    assert list(tmp_path.iterdir()) == []


def test_a_changed_model_is_noticed(classifier: tuple[CellClassifier, Path], tmp_path: Path) -> None:
    _, folder = classifier
    (tmp_path / "bundle.json").write_bytes((folder / "bundle.json").read_bytes())
    (tmp_path / "model.onnx").write_bytes((folder / "model.onnx").read_bytes() + b"x")
    with pytest.raises(BundleError, match=r"not the file that bundle\.json describes"):
        load_bundle(tmp_path)
    (tmp_path / "bundle.json").write_text(json.dumps({"schema": "other"}))
    with pytest.raises(BundleError, match=r"expected a bundle\.json of schema"):
        load_bundle(tmp_path)
