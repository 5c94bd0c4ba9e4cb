import cv2
import numpy as np
import pytest

from cytovox.domain.taxonomies import load_taxonomy
from cytovox.synth.film import Layers
from cytovox.synth.palettes import Dye
from cytovox.synth.shapes import CellGrid
from cytovox.synth.white_cells import WHITE_CELL_TYPES, paint_white_cell, white_cell_outline

MPP_UM = 0.1


def painted(key: str, seed: int) -> tuple[CellGrid, Layers]:
    rng = np.random.default_rng(seed)
    outline = white_cell_outline(key, rng).moved_to(20.0, 20.0)
    grid = CellGrid.around(outline, MPP_UM)
    return grid, paint_white_cell(key, outline, grid, rng)


def nucleus(layers: Layers) -> np.ndarray:
    return layers.dyes[..., Dye.CHROMATIN] > 0.3


def mean_dye(key: str, dye: Dye, *, of_cytoplasm: bool = True) -> float:
    means = []
    for seed in range(6):
        grid, layers = painted(key, seed)
        where = grid.inside & (~nucleus(layers) if of_cytoplasm else True)
        means.append(layers.dyes[..., dye][where].mean())
    return float(np.mean(means))


def lobes(key: str, seed: int) -> int:
    """Parts of the nucleus that remain when threads thinner than 1.2 um are cut."""
    _, layers = painted(key, seed)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (13, 13))
    opened = cv2.morphologyEx(nucleus(layers).astype(np.uint8), cv2.MORPH_OPEN, kernel)
    return cv2.connectedComponents(opened)[0] - 1


def test_every_type_is_a_white_cell_of_the_taxonomy() -> None:
    blood = load_taxonomy("blood")
    assert all("white_cell" in blood.lineage(key) for key in WHITE_CELL_TYPES)


@pytest.mark.parametrize("key", WHITE_CELL_TYPES)
def test_sizes_are_true_to_type(key: str) -> None:
    rng = np.random.default_rng(1)
    diameter = [2 * np.sqrt(white_cell_outline(key, rng).area_um2 / np.pi) for _ in range(100)]
    low, high = WHITE_CELL_TYPES[key].diameter_um
    assert low - 1e-6 <= min(diameter) <= low + 0.3 * (high - low)
    assert high - 0.3 * (high - low) <= max(diameter) <= high + 1e-6


def test_lymphocytes_are_smallest_and_monocytes_largest() -> None:
    rng = np.random.default_rng(1)
    area = {k: np.mean([white_cell_outline(k, rng).area_um2 for _ in range(50)]) for k in WHITE_CELL_TYPES}
    assert min(area, key=area.__getitem__) == "lymphocyte"
    assert max(area, key=area.__getitem__) == "monocyte"


@pytest.mark.parametrize("key", WHITE_CELL_TYPES)
def test_paint_stays_inside_the_outline(key: str) -> None:
    for seed in range(4):
        grid, layers = painted(key, seed)
        assert not layers.dyes[grid.border_um < -0.3].any()
        assert layers.dyes.min() > -0.1
        assert np.isfinite(layers.dyes).all()


@pytest.mark.parametrize(
    ("key", "low", "high"),
    [
        ("neutrophil_segmented", 0.2, 0.5),
        ("neutrophil_band", 0.2, 0.5),
        ("eosinophil", 0.25, 0.55),
        ("lymphocyte", 0.4, 0.9),
        ("monocyte", 0.3, 0.65),
    ],
)
def test_nucleus_takes_its_share_of_the_cell(key: str, low: float, high: float) -> None:
    for seed in range(8):
        grid, layers = painted(key, seed)
        assert low < nucleus(layers)[grid.inside].mean() < high


def test_band_nuclei_are_one_piece_and_segmented_nuclei_are_several() -> None:
    assert [lobes("neutrophil_band", seed) for seed in range(12)] == [1] * 12
    assert np.mean([lobes("neutrophil_segmented", seed) for seed in range(12)]) > 1.8
    assert np.mean([lobes("monocyte", seed) for seed in range(12)]) < 1.3


def test_granules_take_the_dye_of_their_type() -> None:
    eosin = {key: mean_dye(key, Dye.EOSIN) for key in WHITE_CELL_TYPES}
    assert eosin["eosinophil"] > 0.4
    assert all(amount == 0 for key, amount in eosin.items() if key != "eosinophil")
    dark = {key: mean_dye(key, Dye.CHROMATIN, of_cytoplasm=False) for key in WHITE_CELL_TYPES}
    assert dark["basophil"] > 0.4
    blue = {key: mean_dye(key, Dye.BASOPHILIC) for key in WHITE_CELL_TYPES}
    assert sorted(blue, key=blue.__getitem__)[-2:] in (["monocyte", "lymphocyte"], ["lymphocyte", "monocyte"])


@pytest.mark.parametrize("key", WHITE_CELL_TYPES)
def test_types_can_be_painted_at_low_magnification(key: str) -> None:
    rng = np.random.default_rng(0)
    outline = white_cell_outline(key, rng).moved_to(20.0, 20.0)
    layers = paint_white_cell(key, outline, CellGrid.around(outline, 1.0), rng)
    assert np.isfinite(layers.dyes).all()
    assert layers.dyes[..., Dye.CHROMATIN].max() > 0.2
