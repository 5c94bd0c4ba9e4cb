"""Composed smears as training fields: the only ones on which every pixel and every hidden border is known."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from cytovox.domain.geometry import FloatArray
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.io.labelled_fields import COARSE_CLASSES
from cytovox.synth.compose_options import varied_options
from cytovox.synth.composed import compose_smear
from cytovox.synth.cut_outs import CutOutBank
from cytovox.synth.truth import SyntheticSmear
from cytovox.training.cut_out_bank import cached_bank
from cytovox.training.export import describe_source
from cytovox.training.outlines import ANGLES, star_outline
from cytovox.training.smear_fields import OutlinedField

_LEAST_UM_PER_PX, _MOST_UM_PER_PX = 0.12, 0.2


@dataclass(frozen=True, slots=True)
class ComposedSource:
    """Training fields composed from the cut-outs of the data folder's training parts.

    Attributes:
        fields: How many are composed; each is cropped, turned and stained anew whenever it is drawn.
        side_px: Side of a field at about 0.16 um per pixel.
        weight: Share of an epoch's draws that a field has.
        seed: Of the first field; the others follow.
    """

    fields: int = 0
    side_px: int = 320
    weight: float = 1.0
    seed: int = 0


def composed_fields(source: ComposedSource, data_root: Path, folder: Path) -> list[OutlinedField]:
    """The fields of a source, composed in as many processes as there are cores.

    Args:
        source: How many, and how large.
        data_root: The data folder.
        folder: Where the cut-outs are kept for the next time.
    """
    if source.fields == 0:
        return []
    bank = cached_bank(data_root, "train", folder)
    seeds = range(source.seed, source.seed + source.fields)
    workers = max(1, min(os.cpu_count() or 1, 8))
    shares = [seeds[start::workers] for start in range(workers)]
    with ProcessPoolExecutor(workers) as pool:
        parts = list(pool.map(partial(_compose_all, bank, source), shares))
    return [field for part in parts for field in part]


def cut_out_sources(data_root: Path, folder: Path) -> list[dict[str, Any]]:
    """Data-set entries of a bundle for the pictures that composed fields were cut from.

    Args:
        data_root: The data folder.
        folder: As in `composed_fields`.
    """
    bank = cached_bank(data_root, "train", folder)
    pictures = {source: set[str]() for source in bank.licences}
    for cut_out in bank.cut_outs:
        pictures.setdefault(cut_out.source, set()).add(cut_out.picture)
    return [
        describe_source(_index(data_root, source), licence, len(pictures[source]), data_root)
        | {"use": f"cut-outs of {source}"}
        for source, licence in bank.licences.items()
    ]


def _index(data_root: Path, source: str) -> Path:
    own = data_root / source / "index.csv"
    return own if own.is_file() else own.parent.parent / "index.csv"


def _compose_all(bank: CutOutBank, source: ComposedSource, seeds: range) -> list[OutlinedField]:
    return [_field(bank, source, seed) for seed in seeds]


def _field(bank: CutOutBank, source: ComposedSource, seed: int) -> OutlinedField:
    rng = np.random.default_rng((seed, 1))
    mpp_um = float(rng.uniform(_LEAST_UM_PER_PX, _MOST_UM_PER_PX))
    side = source.side_px
    options = varied_options(rng)
    smear = compose_smear(bank, options=options, width=side, height=side, mpp_um=mpp_um, seed=seed)
    stars = list(_stars(smear))
    return OutlinedField(
        smear.image.pixels,
        mpp_um,
        np.array([outline for outline, _ in stars], np.float32).reshape(-1, ANGLES, 2),
        np.array([kind for _, kind in stars], np.int64),
        weight=source.weight,
        classes=smear.class_map(),
    )


def _stars(smear: SyntheticSmear) -> Iterator[tuple[FloatArray, int]]:
    """Outlines at even angles about the middles of their boxes, and their coarse classes."""
    taxonomy = load_taxonomy("blood")
    for outline, label in zip(smear.outlines, smear.labels, strict=True):
        yield star_outline(outline), COARSE_CLASSES.index(taxonomy.lineage(label)[-1])
