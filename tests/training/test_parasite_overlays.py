import numpy as np
import pytest

from cytovox.training.parasite_overlays import FORMS, MISTAKEN, Drawing, drawn, howell_jolly_body, ring

UM = 0.1
ALL = [drawing for drawing, _ in (*FORMS, *MISTAKEN)]


@pytest.mark.parametrize("drawing", ALL, ids=lambda drawing: drawing.__name__)
def test_what_is_drawn_ends_within_its_patch(drawing: Drawing) -> None:
    for seed in range(10):
        added = drawing(UM, np.random.default_rng(seed))
        assert added.dtype == np.float32
        assert added.shape == (added.shape[0], added.shape[0], 3)
        frame = np.concatenate([added[0], added[-1], added[:, 0], added[:, -1]])
        assert np.abs(frame).max() < 0.1 * np.abs(added).max()


def test_a_ring_is_paler_in_its_middle_than_on_its_band() -> None:
    differences = []
    for seed in range(40):
        added = ring(UM, np.random.default_rng(seed))[..., 0]
        middle = added.shape[0] // 2
        differences.append(added.max() - added[middle - 1 : middle + 1, middle - 1 : middle + 1].mean())
    assert np.min(differences) > 0.1


def test_a_howell_jolly_body_is_small() -> None:
    for seed in range(20):
        added = howell_jolly_body(UM, np.random.default_rng(seed))[..., 1]
        area_um2 = (added > 0.3).sum() * UM**2
        assert area_um2 < 2 * np.pi * 0.75**2


def test_shares_add_to_one_and_every_choice_is_drawn() -> None:
    for choices in (FORMS, MISTAKEN):
        assert sum(share for _, share in choices) == pytest.approx(1)
    random = np.random.default_rng(0)
    sides = {drawn(MISTAKEN, UM, random).shape[0] for _ in range(60)}
    assert len(sides) > 5
