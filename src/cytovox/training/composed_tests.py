"""Composed test smears: cut-outs that no network has seen, and the truth of every pixel and border."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from cytovox.evaluation.smear_maps import LabelledSmear
from cytovox.synth.compose_options import ComposeOptions, varied_options
from cytovox.synth.composed import compose_smear
from cytovox.synth.cut_outs import CutOutBank
from cytovox.training.cut_out_bank import build_bank

SIDE_PX, MPP_UM = 224, 0.2
OVERLAP_SIDE_PX = 448
_FIRST_SEED = 1_000_000
"""Far from the seeds of training fields: the cut-outs differ anyway, the options should too."""


def composed_tests(data_root: Path, fields: int) -> Iterator[tuple[str, list[LabelledSmear]]]:
    """Test sets by name, each of that many fields of 224 x 224 px at 0.2 um.

    "smear" has tinted, unevenly lit ground, "white" plain white ground, half of it with hard cut edges, and
    "overlaps" fields of four times the area, a quarter as many, in which half the red cells overlap another
    one by up to 30 % of their area.

    Args:
        data_root: The data folder.
        fields: Fields of each set.
    """
    bank = build_bank(data_root, "test")
    yield "smear", [_smear(bank, seed, SIDE_PX, _drawn(seed, "smear")) for seed in _seeds(fields)]
    yield "white", [_smear(bank, seed, SIDE_PX, _drawn(seed, "white")) for seed in _seeds(fields)]
    seeds = _seeds(max(fields // 4, 1))
    yield "overlaps", [_smear(bank, seed, OVERLAP_SIDE_PX, _crowded(_drawn(seed, "smear"))) for seed in seeds]


def _crowded(options: ComposeOptions) -> ComposeOptions:
    return replace(options, overlap_fraction=0.5, deepest_overlap=0.3, red_cells_per_1000_um2=8.0)


def _seeds(fields: int) -> range:
    return range(_FIRST_SEED, _FIRST_SEED + fields)


def _drawn(seed: int, ground: str) -> ComposeOptions:
    return varied_options(np.random.default_rng((seed, 1)), ground=ground)


def _smear(bank: CutOutBank, seed: int, side_px: int, options: ComposeOptions) -> LabelledSmear:
    smear = compose_smear(bank, options=options, width=side_px, height=side_px, mpp_um=MPP_UM, seed=seed)
    return LabelledSmear(smear.image, smear.class_map(), smear.outlines, smear.labels)
