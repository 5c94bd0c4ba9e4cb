import pytest
import torch

from cytovox.training.likelihood import confident_targets, label_loss

LOGITS = torch.log(torch.tensor([[0.5, 0.3, 0.2]]))


@pytest.mark.parametrize(
    ("allowed", "likelihood"),
    [((1, 0, 0), 0.5), ((0, 1, 0), 0.3), ((1, 1, 0), 0.8), ((0, 0, 1), 0.2), ((1, 1, 1), 1.0)],
)
def test_the_likelihood_of_a_label_is_the_sum_of_its_classes(
    allowed: tuple[int, ...], likelihood: float
) -> None:
    loss = label_loss(LOGITS, torch.tensor([allowed], dtype=torch.float32))
    assert torch.exp(-loss).item() == pytest.approx(likelihood, rel=1e-5)


def test_smoothing_is_cross_entropy_with_smoothed_labels() -> None:
    logits, labels = torch.randn(8, 5), torch.arange(8) % 5
    expected = torch.nn.functional.cross_entropy(logits, labels, label_smoothing=0.1)
    ours = label_loss(logits, torch.nn.functional.one_hot(labels, 5).float(), smoothing=0.1)
    assert ours.item() == pytest.approx(expected.item(), rel=1e-5)


def test_smoothing_leaves_broad_labels_alone() -> None:
    broad = torch.tensor([[1.0, 1.0, 0.0]])
    assert label_loss(LOGITS, broad, smoothing=0.2) == label_loss(LOGITS, broad)


def test_only_sure_cells_get_a_class() -> None:
    probabilities = torch.tensor([[0.95, 0.03, 0.02], [0.6, 0.3, 0.1], [0.02, 0.03, 0.95]])
    assert confident_targets(probabilities, 0.9).tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 0]]
