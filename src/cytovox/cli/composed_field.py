"""One composed field as files: picture, class index, colour map, instances, and the record of its cells."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.colour import rgb
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.io.atomic import write_whole
from cytovox.io.palette_png import palette_png
from cytovox.io.plain_png import plain_png
from cytovox.synth.compose_options import varied_options
from cytovox.synth.composed import compose_smear
from cytovox.synth.cut_outs import CutOutBank
from cytovox.synth.rendered import render_smear
from cytovox.synth.rendered_fields import rendered_options
from cytovox.synth.truth import SyntheticSmear

FOLDERS = ("pictures", "masks", "maps", "instances", "records")
_SCALES_UM = (0.12, 0.28)
"""Micrometres per pixel that fields are drawn from where none is asked for."""


@dataclass(frozen=True, slots=True)
class FieldRequest:
    """What the fields of a set have in common; with a field's number it gives the field.

    Attributes:
        seed: Of the set.
        width: Columns of each picture.
        height: Rows of each picture.
        um_per_px: Micrometres per pixel; None draws it for each field.
        background: One of the composer's backgrounds; None draws it for each field.
        ground: One of the composer's grounds; None draws it for each field.
    """

    seed: int
    width: int
    height: int
    um_per_px: float | None = None
    background: str | None = None
    ground: str | None = None


def field_name(number: int) -> str:
    """Name of a field's files, without suffix."""
    return f"smear-{number:06d}"


def make_field(request: FieldRequest, bank: CutOutBank | None, number: int) -> SyntheticSmear:
    """The field of that number: composed of the bank's cut-outs, or rendered where there is no bank."""
    drawing = np.random.default_rng((request.seed, number))
    um_per_px = request.um_per_px or float(drawing.uniform(*_SCALES_UM))
    ground = request.ground if bank is not None else (request.ground or "smear")
    options = varied_options(drawing, background=request.background, ground=ground)
    seed = int(drawing.integers(2**62))
    size = {"width": request.width, "height": request.height}
    if bank is not None:
        return compose_smear(bank, options=options, mpp_um=um_per_px, seed=seed, **size)
    area_um2 = request.width * request.height * um_per_px**2
    rendered = rendered_options(options, area_um2, drawing)
    return render_smear(options=rendered, mpp_um=um_per_px, seed=seed, **size)


def write_field(folder: Path, number: int, smear: SyntheticSmear) -> None:
    """Write a field's files; its record comes last, so that a field with a record is whole."""
    name, classes = field_name(number), smear.class_map()
    write_whole(folder / "pictures" / f"{name}.png", plain_png(smear.image.pixels))
    write_whole(folder / "masks" / f"{name}.png", plain_png(classes))
    write_whole(folder / "maps" / f"{name}.png", palette_png(classes, map_colours()))
    write_whole(folder / "instances" / f"{name}.png", plain_png(topmost_cells(smear)))
    record = {
        "file_name": f"{name}.png",
        "width": smear.image.width,
        "height": smear.image.height,
        "um_per_px": smear.image.mpp_um,
        "cells": list(cell_records(smear)),
    }
    write_whole(folder / "records" / f"{name}.json", json.dumps(record, separators=(",", ":")).encode())


def topmost_cells(smear: SyntheticSmear) -> NDArray[np.uint16]:
    """Number of the topmost cell at each pixel, from 1 in the order of the truth; 0 for none."""
    numbers = np.zeros((smear.image.height, smear.image.width), np.uint16)
    for i in range(len(smear)):
        left, top, right, bottom = (int(v) for v in smear.boxes[i])
        window = np.s_[top:bottom, left:right]
        numbers[window][smear.cropped_mask(i)] = i + 1
    return numbers


def cell_records(smear: SyntheticSmear) -> Iterator[dict[str, Any]]:
    """Label, box, exact mask and outline of each cell as plain values; whole, whatever lies on it."""
    for i, label in enumerate(smear.labels):
        left, top, right, bottom = (int(v) for v in smear.boxes[i])
        mask = smear.cropped_mask(i)
        yield {
            "number": i + 1,
            "label": label,
            "box": [left, top, right, bottom],
            "area": int(mask.sum()),
            "visible_fraction": round(float(smear.visible_fraction[i]), 4),
            "outline": np.round(smear.outlines[i].astype(np.float64), 1).ravel().tolist(),
            "runs": run_lengths(smear.mask(i)),
        }


def run_lengths(mask: NDArray[np.bool_]) -> list[int]:
    """Lengths of the runs of 0, 1, 0, ... down the columns, as COCO counts them (pycocotools, maskApi.c)."""
    flat = np.concatenate([[False], mask.ravel(order="F"), [False]])
    changes = np.flatnonzero(flat[1:] != flat[:-1])
    runs: list[int] = np.diff(np.concatenate([[0], changes, [mask.size]])).tolist()
    return runs if runs[-1] else runs[:-1]


@lru_cache(maxsize=1)
def map_colours() -> tuple[tuple[int, int, int], ...]:
    """The ten fixed colours, in class order."""
    return tuple(rgb(entry.colour) for entry in load_taxonomy("smear_map").classes)
