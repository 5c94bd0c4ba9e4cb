import numpy as np
import pytest

from cytovox.training.new_head import Examples, Head, choose_price, even_weights, fit_head

pytestmark = pytest.mark.filterwarnings("ignore")

CLASSES, CHANNELS = 3, 8


def cells(number: int, seed: int, turn: float = 0.0, groups: int = 10) -> tuple[Examples, np.ndarray]:
    """Cells of three classes about three axes; `turn` moves the first class towards the second's axis."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, CLASSES, number)
    centres = np.eye(CLASSES, CHANNELS) * 3
    centres[0] = 3 * np.array([np.cos(turn), np.sin(turn), *np.zeros(CHANNELS - 2)]) + 0.5
    features = centres[truth][:, None] + rng.normal(0, 0.6, (number, 2, CHANNELS))
    allowed = np.arange(CLASSES) == truth[:, None]
    names = tuple(f"g{i % groups}" for i in range(number))
    return Examples(features.astype(np.float32), allowed, even_weights([str(t) for t in truth]), names), truth


def plain_head() -> Head:
    """Names a cell by the axis that it lies nearest to; its last output is "none of these"."""
    weight = np.zeros((CLASSES + 1, CHANNELS), np.float32)
    weight[:CLASSES] = np.eye(CLASSES, CHANNELS)
    return Head(weight, np.array([0, 0, 0, -2], np.float32))


def right(head: Head, examples: Examples, truth: np.ndarray) -> float:
    return float((head.logits(examples.features[:, 0]).argmax(axis=1) == truth).mean())


def test_a_shifted_class_is_learned_and_the_others_stay() -> None:
    shifted, _ = cells(120, 0, turn=0.9)
    others, of_others = cells(400, 1, turn=0.9)
    old = plain_head()
    choice = choose_price(old, shifted)
    assert choice.price is not None
    new = fit_head(old, shifted, choice.price)
    assert right(new, others, of_others) > right(old, others, of_others) + 0.05
    # "None of these" is not for corrected cells to say.
    np.testing.assert_array_equal(new.weight[-1], old.weight[-1])
    assert new.bias[-1] == old.bias[-1]


def test_where_the_old_layer_is_as_good_as_any_it_stays() -> None:
    rng = np.random.default_rng(0)
    examples, _ = cells(60, 3)
    nonsense = Examples(
        rng.normal(0, 0.01, examples.features.shape).astype(np.float32),
        examples.allowed,
        examples.weights,
        examples.groups,
    )
    assert choose_price(plain_head(), nonsense).price is None


def test_one_group_is_left_out_cell_by_cell() -> None:
    shifted, truth = cells(120, 0, turn=0.9, groups=1)
    choice = choose_price(plain_head(), shifted)
    assert choice.price is not None
    assert (choice.logits.argmax(axis=1) == truth).mean() > right(plain_head(), shifted, truth)


def test_a_dear_price_changes_nothing_and_a_cheap_one_all() -> None:
    shifted, _ = cells(120, 0, turn=0.9)
    old = plain_head()
    steps = [np.abs(fit_head(old, shifted, price).weight - old.weight).max() for price in (1e6, 1.0, 0.001)]
    assert steps[0] < 1e-4 < steps[1] < steps[2]


def test_a_broader_label_allows_each_of_its_classes() -> None:
    """Cells that are either of the last two classes do not pull them together."""
    examples, truth = cells(200, 5)
    either = examples.allowed.copy()
    either[truth > 0, 1:] = True
    loose = Examples(examples.features, either, examples.weights, examples.groups)
    new = fit_head(plain_head(), loose, 0.01)
    assert right(new, examples, truth) > 0.9


def test_replayed_cells_keep_what_was_known() -> None:
    shifted, _ = cells(120, 0, turn=1.4)
    home, of_home = cells(400, 7)
    old = plain_head()
    alone = fit_head(old, shifted, 0.001)
    both = fit_head(old, shifted.and_also(cells(200, 8)[0]), 0.001)
    assert right(both, home, of_home) > right(alone, home, of_home)


def test_weights_lie_between_all_cells_alike_and_all_classes_alike() -> None:
    weights = even_weights(["a"] * 16 + ["b"] * 4)
    assert weights.sum() == pytest.approx(1)
    assert weights[:16].sum() / weights[16:].sum() == pytest.approx(2)
