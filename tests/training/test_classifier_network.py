from pathlib import Path

import pytest
import torch

from cytovox.domain.errors import TrainingDataError
from cytovox.training.classifier_network import CellClassifier


@pytest.mark.parametrize("backbone", ["mobilenet_v2", "vgg_small"])
def test_a_network_starts_from_the_weights_of_an_earlier_run(tmp_path: Path, backbone: str) -> None:
    torch.manual_seed(0)
    earlier = CellClassifier(2, 0.0, backbone, 32)
    earlier.save(tmp_path / "network.safetensors")
    later = CellClassifier(5, 0.0, backbone, 32)
    later.start_from(tmp_path, "network.safetensors")
    for name, value in earlier.encoder.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            assert torch.equal(value, later.encoder.state_dict()[name]), name


def test_nothing_to_start_from_leaves_the_network_as_it_is(tmp_path: Path) -> None:
    network = CellClassifier(2, 0.0, "vgg_small", 32)
    before = [p.clone() for p in network.parameters()]
    network.start_from(tmp_path, "")
    assert all(torch.equal(a, b) for a, b in zip(before, network.parameters(), strict=True))


def test_weights_of_another_network_are_refused_and_nothing_is_copied(tmp_path: Path) -> None:
    CellClassifier(2, 0.0, "vgg_small", 32).save(tmp_path / "network.safetensors")
    network = CellClassifier(2, 0.0, "mobilenet_v2", 32)
    before = [p.clone() for p in network.parameters()]
    with pytest.raises(TrainingDataError, match=r"expected tensor 'stem\.weight' of this backbone"):
        network.start_from(tmp_path, "network.safetensors")
    assert all(torch.equal(a, b) for a, b in zip(before, network.parameters(), strict=True))
    (tmp_path / "text.safetensors").write_text("no weights")
    with pytest.raises(TrainingDataError, match="expected a file of weights"):
        network.start_from(tmp_path, "text.safetensors")
    with pytest.raises(TrainingDataError, match="expected a file of weights"):
        network.start_from(tmp_path, "nothing.safetensors")
