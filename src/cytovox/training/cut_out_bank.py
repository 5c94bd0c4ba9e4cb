"""The bank of cut-outs that smears are composed from, built from the data folder."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cytovox.analysis.white_cell_parts import WhiteCellParts
from cytovox.domain.errors import TrainingDataError
from cytovox.domain.image import RgbPixels
from cytovox.imaging.regions import Mask
from cytovox.io.cut_outs import (
    BLACK_OUTSIDE,
    LICENCES,
    LONE,
    MASKED,
    CutOutPicture,
    cut_out_pictures,
    read_mask,
    read_picture,
)
from cytovox.synth.clumps import make_clumps
from cytovox.synth.compose_options import WHITE_CELL_KINDS
from cytovox.synth.cut_outs import CutOut, CutOutBank
from cytovox.synth.cutting import (
    INFECTED_RED_CELL,
    LONE_RED_CELL,
    PLATELET,
    WHITE_CELL,
    Origin,
    cell_on_black,
    largest_region,
    lone_cells,
    masked_cell,
    middle_cell,
    open_slide,
)
from cytovox.training.cut_out_file import load_bank, save_bank

_NUCLEUS = 2
"""Of the masks."""
_VERSION = 4
"""Raised when the same pictures would give other cut-outs, so that kept banks are built anew."""
_MOST_PER_PICTURE = 6
_FITNESS = {"platelet": PLATELET, "infected_red_cell": INFECTED_RED_CELL, "red_cell": LONE_RED_CELL}


@dataclass(frozen=True, slots=True)
class BankLimits:
    """How many cut-outs are taken at most.

    Attributes:
        white_cells: Of each white-cell type, from each source.
        platelets: Platelets.
        red_cells: Healthy red cells from each source.
        infected: Infected red cells from each source.
        clumps: Platelet clumps, made of the platelets.
    """

    white_cells: int = 200
    platelets: int = 400
    red_cells: int = 400
    infected: int = 600
    clumps: int = 200

    def of(self, label: str) -> int:
        """Most cut-outs of a label from one source."""
        named = {"platelet": self.platelets, "red_cell": self.red_cells, "infected_red_cell": self.infected}
        return named.get(label, self.white_cells)


def build_bank(
    data_root: Path, split: str, *, limits: BankLimits = BankLimits(), parts: WhiteCellParts | None = None
) -> CutOutBank:
    """Cut-outs of white cells by type, platelets, clumps and red cells, healthy and infected.

    The same data folder gives the same bank. It takes about half a minute.

    Args:
        data_root: The data folder.
        split: "train", "val" or "test": no picture, patient or field is in two of them.
        limits: How many of each.
        parts: Network that outlines white cells where no mask is given; the shipped one for None.

    Raises:
        TrainingDataError: An index or picture is missing, or a class came out empty.
    """
    parts = parts or WhiteCellParts.load()
    taken: Counter[tuple[str, str]] = Counter()
    cut_outs: list[CutOut] = []
    for picture in cut_out_pictures(data_root, split):
        room = limits.of(picture.label) - taken[picture.label, picture.source]
        if room > 0:
            found = list(_cells_of(picture, parts))[: min(room, _MOST_PER_PICTURE)]
            taken[picture.label, picture.source] += len(found)
            cut_outs += found
    cut_outs.sort(key=lambda cut_out: (cut_out.label, cut_out.source))
    platelets = tuple(cut_out for cut_out in cut_outs if cut_out.label == "platelet")
    if len(platelets) < 2:
        raise TrainingDataError(f"{data_root}: expected platelets to cut out for '{split}', found none fit")
    clumps = make_clumps(platelets, limits.clumps, np.random.default_rng(0))
    sources = {cut_out.source for cut_out in cut_outs}
    return CutOutBank((*cut_outs, *clumps), split, {key: LICENCES[key] for key in sorted(sources)})


def cached_bank(
    data_root: Path, split: str, folder: Path, *, limits: BankLimits = BankLimits()
) -> CutOutBank:
    """The bank that `build_bank` gives, kept in a folder: built at the first call, read at the next ones.

    Args:
        data_root: The data folder.
        split: "train", "val" or "test".
        folder: Where the file lies; made where it is missing.
        limits: How many of each.

    Raises:
        TrainingDataError: See `build_bank`.
        InputError: The file could not be written.
    """
    return load_bank(bank_file(data_root, split, folder, limits=limits))


def bank_file(data_root: Path, split: str, folder: Path, *, limits: BankLimits = BankLimits()) -> Path:
    """The file in which `cached_bank` keeps that bank; built where it is missing.

    Raises:
        TrainingDataError: See `build_bank`.
        InputError: The file could not be written.
    """
    asked = f"{_VERSION}/{split}/{limits}/{data_root.resolve()}"
    path = folder / f"cut-outs-{split}-{hashlib.sha256(asked.encode()).hexdigest()[:12]}.npz"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        save_bank(build_bank(data_root, split, limits=limits), path)
    return path


def _cells_of(picture: CutOutPicture, parts: WhiteCellParts) -> Iterator[CutOut]:
    pixels = read_picture(picture.path)
    origin = Origin(picture.source, picture.key, picture.split, picture.label)
    if picture.finding == BLACK_OUTSIDE:
        found = cell_on_black(pixels, picture.um_per_px, origin)
        yield from () if found is None else (found,)
        return
    slide = open_slide(pixels, picture.um_per_px)
    fitness = _FITNESS.get(picture.label, WHITE_CELL)
    if picture.finding == LONE:
        boxes = picture.boxes
        if boxes is not None:
            boxes = boxes * np.float32(picture.um_per_px / slide.um_per_px)
        yield from lone_cells(slide, origin, fitness, boxes)
        return
    if picture.finding == MASKED and picture.mask is not None:
        mask = read_mask(picture.mask)
        cell = largest_region(mask > 0)
        found = masked_cell(slide, cell, (mask == _NUCLEUS) & cell, origin)
    elif picture.label in WHITE_CELL_KINDS:
        found = masked_cell(slide, *_parts_of_middle_cell(parts, pixels, picture.um_per_px), origin)
    else:
        found = middle_cell(slide, origin, fitness)
    yield from () if found is None else (found,)


def _parts_of_middle_cell(parts: WhiteCellParts, pixels: RgbPixels, um_per_px: float) -> tuple[Mask, Mask]:
    """Pixels of the white cell in the middle of a picture, and of its nucleus, each of shape (H, W)."""
    height, width = pixels.shape[:2]
    found = parts.segment(pixels, [(width / 2, height / 2)], um_per_px)[0]
    cell, nucleus = np.zeros((height, width), np.bool_), np.zeros((height, width), np.bool_)
    rows, columns = found.cell.shape
    window = np.s_[found.top : found.top + rows, found.left : found.left + columns]
    cell[window], nucleus[window] = found.cell, found.nucleus
    return cell, nucleus
