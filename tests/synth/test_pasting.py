import numpy as np
import pytest

from cytovox.domain.geometry import polygon_area
from cytovox.synth.cut_outs import CutOut, CutOutBank
from cytovox.synth.optics import linear_light
from cytovox.synth.pasting import Turn, add_density, draw_turn, turned
from cytovox.synth.truth import InstanceMask, SyntheticSmear


def first(bank: CutOutBank, label: str) -> CutOut:
    return bank.by_label[label][0]


@pytest.mark.parametrize("label", ["red_cell", "neutrophil", "platelet", "platelet_clump"])
@pytest.mark.parametrize("mpp_um", [0.08, 0.1, 0.2, 0.31])
def test_area_and_dye_are_kept_under_any_turn(bank: CutOutBank, label: str, mpp_um: float) -> None:
    cell = first(bank, label)
    patch = turned(cell, Turn(angle=0.7, mirrored=True), mpp_um)
    assert patch.mask.sum() * mpp_um**2 == pytest.approx(cell.area_um2, rel=0.06)
    assert polygon_area(patch.outline) * mpp_um**2 == pytest.approx(cell.area_um2, rel=0.05)
    dye = cell.density.astype(np.float64).sum(axis=(0, 1)) * cell.um_per_px**2
    assert patch.density.sum(axis=(0, 1)) * mpp_um**2 == pytest.approx(dye, rel=0.03)


def test_the_outline_fits_the_mask(bank: CutOutBank) -> None:
    for turn in (Turn(0.0), Turn(1.1, mirrored=True), Turn(4.0, scale=1.3)):
        patch = turned(first(bank, "monocyte"), turn, 0.13)
        ys, xs = np.nonzero(patch.mask)
        low, high = patch.outline.min(axis=0), patch.outline.max(axis=0)
        assert low == pytest.approx([xs.min(), ys.min()], abs=1.0)
        assert high == pytest.approx([xs.max() + 1, ys.max() + 1], abs=1.0)


def test_an_unturned_cell_stays_as_it_was(bank: CutOutBank) -> None:
    cell = first(bank, "red_cell")
    patch = turned(cell, Turn(), cell.um_per_px)
    height, width = cell.mask.shape
    top, left = (np.array(patch.mask.shape) - 0) // 2 - np.array([height, width]) // 2
    canvas = np.zeros((200, 200, 3), np.float32)
    add_density(canvas, patch.at(40, 40))
    ys, xs = np.nonzero(cell.mask)
    py, px = np.nonzero(patch.mask)
    shift = np.array([py.min() - ys.min() + 40, px.min() - xs.min() + 40])
    window = canvas[shift[0] : shift[0] + height, shift[1] : shift[1] + width]
    assert np.abs(window - cell.density.astype(np.float32)).max() < 1e-3
    assert top is not None
    assert left is not None


def test_gain_is_that_of_haemoglobin_and_parasites_keep_their_hue(bank: CutOutBank) -> None:
    cell = first(bank, "infected_red_cell")
    plain, stained = (
        turned(cell, Turn(), 0.1, gain) for gain in (np.ones(3, np.float32), np.array([2, 1, 1], np.float32))
    )
    change = stained.density[..., 0] / np.maximum(plain.density[..., 0], 1e-3)
    parasite = plain.density.sum(axis=2) > 1.8 * np.median(plain.density[plain.mask].sum(axis=1))
    assert np.median(change[plain.mask]) == pytest.approx(2.0, abs=0.05)
    assert change[parasite & plain.mask].mean() < 1.9


def test_draws_of_turns_keep_to_the_spread() -> None:
    rng = np.random.default_rng(0)
    scales = np.log([draw_turn(rng, 0.1).scale for _ in range(500)])
    assert np.std(scales) == pytest.approx(0.09, abs=0.02)
    assert draw_turn(rng, 0.0).scale == 1.0


def test_no_halo(bank: CutOutBank, photographed: SyntheticSmear) -> None:
    """A pasted cell's border is as steep as the same cell's in its own picture, within and outside it."""
    light = linear_light(photographed.image.pixels)
    density = -np.log10(np.maximum(light[..., 1] / np.median(light[..., 1]), 1e-3))
    by_picture = {cell.picture: cell for cell in bank.cut_outs}
    real, pasted = [], []
    for i, mask in enumerate(photographed.masks):
        cell = by_picture.get(f"{photographed.image.source}/{i}")
        if cell is None:
            continue
        real.append(_border_gradient(density, mask))
        patch = turned(cell, Turn(), cell.um_per_px)
        canvas = np.zeros((*patch.mask.shape, 3), np.float32)
        add_density(canvas, patch)
        pasted.append(_border_gradient(canvas[..., 1], InstanceMask(0, 0, patch.mask)))
    assert len(real) > 30
    ratio = np.array(pasted).sum(axis=0) / np.array(real).sum(axis=0)
    assert ratio == pytest.approx([1.0, 1.0], abs=0.08)


def _border_gradient(density: np.ndarray, mask: InstanceMask) -> tuple[float, float]:
    """Mean steepness of a density within 2 px on either side of a border."""
    import cv2

    window = density[
        max(mask.top - 6, 0) : mask.top + mask.patch.shape[0] + 6,
        max(mask.left - 6, 0) : mask.left + mask.patch.shape[1] + 6,
    ]
    inside = InstanceMask(min(mask.top, 6), min(mask.left, 6), mask.patch).on(*window.shape)
    steepness = np.hypot(*np.gradient(window))
    within = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 3)
    without = cv2.distanceTransform((~inside).astype(np.uint8), cv2.DIST_L2, 3)
    return (
        float(steepness[(within > 0) & (within <= 2)].mean()),
        float(steepness[(without > 0) & (without <= 2)].mean()),
    )
