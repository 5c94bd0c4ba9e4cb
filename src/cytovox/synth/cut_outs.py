"""Real cells cut out of their pictures, as density over the empty slide, and the bank that holds them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import InputError
from cytovox.domain.geometry import FloatArray

RED_LABELS = ("red_cell", "infected_red_cell")
PLATELET_LABELS = ("platelet", "platelet_clump")


@dataclass(frozen=True, slots=True)
class CutOut:
    """One cell without its surroundings.

    Densities are decadic, of linear light: a picture shows the cell again as light times 10 to the minus
    density (Beer-Lambert law), so that edges vanish where the density goes to 0 and cells that overlap darken
    each other.

    Attributes:
        density: Density above the empty slide around the cell, faded to 0 outside it, shape (h, w, 3).
        mask: The cell's pixels, shape (h, w).
        outline: The border of `mask`, points (n, 2) of (x, y) in pixels of the patch; 0 is its left border.
        label: Key of the blood taxonomy.
        um_per_px: Micrometres per pixel of the patch.
        reference: Density, shape (3,), that a field's own stain replaces: haemoglobin of red cells, chromatin
            of the others.
        light: Linear light of the empty slide around the cell, shape (3,).
        source: Data set.
        picture: Picture of the data set, the same for all copies of it.
        split: "train", "val" or "test".
        foreign: Share of the density that is not haemoglobin (parasites), 0 to 255, shape (h, w); or None.
        nucleus: The nucleus's pixels, shape (h, w); None where unknown.
    """

    density: NDArray[np.float16]
    mask: NDArray[np.bool_]
    outline: FloatArray
    label: str
    um_per_px: float
    reference: FloatArray
    light: FloatArray
    source: str
    picture: str
    split: str
    foreign: NDArray[np.uint8] | None = None
    nucleus: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        if self.density.shape != (*self.mask.shape, 3) or not self.mask.any():
            raise InputError(
                f"cut-out: expected density (h, w, 3) and a mask (h, w) that is not empty, "
                f"got {self.density.shape} and {self.mask.shape}"
            )

    @property
    def is_red(self) -> bool:
        """Whether its colour is that of haemoglobin."""
        return self.label in RED_LABELS

    @property
    def area_um2(self) -> float:
        """Area of the mask."""
        return float(self.mask.sum()) * self.um_per_px**2


@dataclass(frozen=True)
class CutOutBank:
    """Cut-outs of one split, with what is asked of them for every field kept at hand.

    Attributes:
        cut_outs: In a fixed order.
        split: "train", "val" or "test".
        licences: Licence of each source.
    """

    cut_outs: tuple[CutOut, ...]
    split: str
    licences: dict[str, str]

    def __post_init__(self) -> None:
        others = {cut_out.split for cut_out in self.cut_outs} - {self.split}
        if others:
            raise InputError(f"bank: expected cut-outs of '{self.split}' alone, got some of {sorted(others)}")

    @cached_property
    def by_label(self) -> dict[str, tuple[CutOut, ...]]:
        """Cut-outs of each label that occurs."""
        return _grouped(self.cut_outs, "label")

    @cached_property
    def by_source(self) -> dict[str, dict[str, tuple[CutOut, ...]]]:
        """Cut-outs of each label and source."""
        return {label: _grouped(members, "source") for label, members in self.by_label.items()}

    @cached_property
    def lights(self) -> dict[str, FloatArray]:
        """Median light of the empty slide of each source, shape (3,)."""
        return {
            source: np.median([cut_out.light for cut_out in members], axis=0).astype(np.float32)
            for source, members in _grouped(self.cut_outs, "source").items()
        }

    @cached_property
    def haemoglobin(self) -> dict[str, FloatArray]:
        """Median density of the red cells of each source, shape (3,)."""
        return _references(cut_out for cut_out in self.cut_outs if cut_out.is_red)

    @cached_property
    def chromatin(self) -> dict[str, FloatArray]:
        """Median density of the nuclei of each source, shape (3,)."""
        return _references(
            cut_out
            for cut_out in self.cut_outs
            if not cut_out.is_red and cut_out.label not in PLATELET_LABELS
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all cut-outs: banks of one digest compose the same fields."""
        total = hashlib.sha256(self.split.encode())
        for cut_out in self.cut_outs:
            total.update(f"{cut_out.label}/{cut_out.source}/{cut_out.picture}/{cut_out.um_per_px}".encode())
            for array in (cut_out.density, cut_out.mask, cut_out.reference, cut_out.light):
                total.update(np.ascontiguousarray(array).tobytes())
        return total.hexdigest()

    @property
    def counts(self) -> dict[str, int]:
        """Number of cut-outs of each label."""
        return {label: len(members) for label, members in self.by_label.items()}


def _grouped(cut_outs: Iterable[CutOut], by: str) -> dict[str, tuple[CutOut, ...]]:
    groups: dict[str, list[CutOut]] = {}
    for cut_out in cut_outs:
        groups.setdefault(getattr(cut_out, by), []).append(cut_out)
    return {key: tuple(groups[key]) for key in sorted(groups)}


def _references(cut_outs: Iterable[CutOut]) -> dict[str, FloatArray]:
    return {
        source: np.median([cut_out.reference for cut_out in members], axis=0).astype(np.float32)
        for source, members in _grouped(cut_outs, "source").items()
    }
