from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from cytovox.domain.errors import InputError
from cytovox.domain.geometry import polygon_area
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.synth.camera import Camera
from cytovox.synth.compose_options import BACKGROUNDS, ComposeOptions, varied_options
from cytovox.synth.composed import compose_smear
from cytovox.synth.cut_outs import CutOutBank
from cytovox.synth.optics import linear_light

PLAIN = ComposeOptions(
    white_cells=("basophil", "monocyte"),
    platelets_per_1000_um2=2.0,
    clumps_per_1000_um2=0.4,
    overlap_fraction=0.5,
    camera=Camera(blur_um=0.0, noise=0.0, illumination_gradient=0.0, vignetting=0.0),
)


def test_the_same_seed_gives_the_same_field(bank: CutOutBank) -> None:
    first, again, other = (compose_smear(bank, options=PLAIN, seed=seed) for seed in (4, 4, 5))
    assert np.array_equal(first.image.pixels, again.image.pixels)
    assert np.array_equal(first.class_map(), again.class_map())
    assert not np.array_equal(first.image.pixels, other.image.pixels)


def test_cells_are_where_the_truth_says(bank: CutOutBank) -> None:
    smear = compose_smear(bank, options=replace(PLAIN, infected_share=0.5, background="mixed"), seed=2)
    density = -np.log10(np.maximum(linear_light(smear.image.pixels), 1e-3)).sum(axis=2)
    ground = np.median(density[smear.class_map() == 0])
    for i in range(len(smear)):
        if smear.visible_fraction[i] > 0.5:
            assert np.median(density[smear.mask(i)]) > ground + 0.05
            assert polygon_area(smear.outlines[i]) == pytest.approx(smear.masks[i].patch.sum(), rel=0.12)
    covered = np.any([smear.mask(i) for i in range(len(smear))], axis=0)
    assert np.percentile(density[~covered], 99) < ground + 0.5


def test_the_map_holds_what_was_laid_down(bank: CutOutBank) -> None:
    smear = compose_smear(bank, options=PLAIN, width=400, height=300, seed=1)
    keys = load_taxonomy("smear_map").keys
    shown = {keys[i] for i in np.unique(smear.class_map())}
    assert shown == {"background", "red_cell", "platelet", "platelet_clump", "basophil", "monocyte"}
    assert smear.class_map().shape == (300, 400)


@pytest.mark.parametrize("background", BACKGROUNDS)
def test_background_decides_on_infection(bank: CutOutBank, background: str) -> None:
    options = replace(PLAIN, background=background, infected_share=0.5)
    counts = compose_smear(bank, options=options, width=400, height=400, seed=3).counts
    assert ("red_cell" in counts) == (background != "infected")
    assert ("infected_red_cell" in counts) == (background != "healthy")


def test_overlaps_are_no_deeper_than_asked_and_darker_than_the_cells(bank: CutOutBank) -> None:
    options = replace(PLAIN, white_cells=(), platelets_per_1000_um2=0.0, clumps_per_1000_um2=0.0)
    smear = compose_smear(bank, options=replace(options, overlap_fraction=1.0), width=400, height=400, seed=0)
    density = -np.log10(np.maximum(linear_light(smear.image.pixels), 1e-3)).sum(axis=2)
    ground = np.median(density[smear.class_map() == 0])
    darker = []
    for i, j in smear.overlaps():
        first, second = smear.mask(i), smear.mask(j)
        patches = smear.masks[i].patch.sum(), smear.masks[j].patch.sum()
        assert (first & second).sum() <= 0.31 * min(patches)
        both, one = density[first & second].mean() - ground, density[first ^ second].mean() - ground
        darker.append(both / one)
    assert len(darker) > 5
    assert np.median(darker) > 1.4


def test_white_ground_is_white(bank: CutOutBank) -> None:
    for edges in ("soft", "hard"):
        smear = compose_smear(bank, options=replace(PLAIN, ground="white", edges=edges), seed=11)
        empty = smear.image.pixels[smear.class_map() == 0]
        assert np.median(empty) >= 247


def test_scissors_hide_what_lies_under(bank: CutOutBank) -> None:
    options = replace(PLAIN, ground="white", white_cells=(), overlap_fraction=1.0)
    soft, hard = (
        compose_smear(bank, options=replace(options, edges=edges), seed=7) for edges in ("soft", "hard")
    )
    pairs = soft.overlaps()
    both = np.any([soft.mask(i) & soft.mask(j) for i, j in pairs], axis=0)
    assert soft.image.pixels[both].mean() < hard.image.pixels[both].mean()


def test_the_field_takes_its_stain_from_one_laboratory(bank: CutOutBank) -> None:
    colours = [
        np.median(
            compose_smear(bank, options=replace(PLAIN, stain_spread=0.3), seed=s).image.pixels, axis=(0, 1)
        )
        for s in range(6)
    ]
    assert np.ptp(np.array(colours), axis=0).max() > 5


def test_a_label_that_the_bank_lacks_is_said(bank_of: Callable[..., CutOutBank]) -> None:
    with pytest.raises(InputError, match="no 'platelet"):
        compose_smear(bank_of("red_cell", "basophil", "monocyte"), options=PLAIN, width=400, height=400)


def test_varied_options_are_valid_and_vary() -> None:
    rng = np.random.default_rng(0)
    drawn = [varied_options(rng) for _ in range(200)]
    assert {options.background for options in drawn} == set(BACKGROUNDS)
    assert {(options.ground, options.edges) for options in drawn} == {
        ("smear", "soft"), ("white", "soft"), ("white", "hard")
    }  # fmt: skip
    assert {varied_options(rng, background="mixed", ground="white").ground for _ in range(20)} == {"white"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"background": "ill"}, "background: expected one of healthy"),
        ({"ground": "black"}, "ground: expected one of smear"),
        ({"overlap_fraction": 1.5}, "overlap_fraction: expected 0.0 to 1.0"),
        ({"jpeg_quality": 5}, "jpeg_quality"),
        ({"white_cells": ("blast",)}, "expected types among"),
        ({"white_cell_mix": {"basophil": 0.0}}, "white_cell_mix"),
    ],
)
def test_impossible_options_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        replace(ComposeOptions(), **change)


def test_a_bank_holds_one_split(bank: CutOutBank) -> None:
    with pytest.raises(InputError, match="'val' alone"):
        CutOutBank(bank.cut_outs, "val", {})
    assert bank.digest != CutOutBank(bank.cut_outs[1:], "train", {}).digest
    assert bank.counts["platelet_clump"] == 5
