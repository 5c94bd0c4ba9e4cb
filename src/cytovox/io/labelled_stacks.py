"""Stacks whose organs somebody drew, in the layouts of public data sets."""

import csv
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cytovox.domain.errors import TrainingDataError
from cytovox.domain.volume import Modality, Volume, VolumeGrid
from cytovox.io.chosen_files import chosen_files
from cytovox.io.label_maps import open_label_map
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.uw_madison import CLASSES as UW_CLASSES
from cytovox.io.uw_madison import Runs, UwScan, read_runs, read_uw_scan, uw_labels, uw_scans
from cytovox.io.volume import open_volume

COMPETITION, LONE_SLICES, STACK = "competition", "lone_slices", "stack"
LAYOUTS = (COMPETITION, LONE_SLICES, STACK)


@dataclass(frozen=True, slots=True)
class StackSource:
    """Where labelled stacks lie; one table `[[sources]]` of a recipe.

    Attributes:
        layout: "competition": the folder of the UW-Madison competition with `train.csv`. "lone_slices": a
            folder with `index.csv`, `images/` and index PNGs in `masks/`, of slices without a pixel size.
            "stack": one stack with a label map.
        path: That folder or stack.
        labels: The label map of a "stack".
        names: JSON file: name of each of its labels.
        organs: For each class the names (with * and ?) of the labels that belong to it; by default the three
            of UW-Madison.
        modality: "CT" or "MR" of a "stack" whose file does not say.
        case: Whose "stack" it is.
        pretraining: Whether networks see it before all else.
        measure_only: Whether it is never trained on, only measured on.
        licence: Terms of the data.
        weight: How often its slices are drawn, all together, relative to other sources.
        variation: Entries of the recipe's `[variation]` that differ for this source.
    """

    layout: str
    path: Path
    labels: Path | None = None
    names: Path | None = None
    organs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    modality: str = ""
    case: str = ""
    pretraining: bool = False
    measure_only: bool = False
    licence: str = ""
    weight: float = 1.0
    variation: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.layout not in LAYOUTS:
            raise TrainingDataError(f"layout: expected one of {', '.join(LAYOUTS)}, got '{self.layout}'")
        if self.layout == STACK and (self.labels is None or not self.organs or not self.case):
            raise TrainingDataError(f"{self.path.name}: a stack needs labels, organs and case in the recipe")

    @property
    def index(self) -> Path:
        """The file whose hash identifies the data."""
        table = {COMPETITION: "train.csv", LONE_SLICES: "index.csv"}.get(self.layout)
        return self.path / table if table else self.labels or self.path


@dataclass(frozen=True, slots=True)
class LabelledStack:
    """A stack and what was drawn on it.

    Attributes:
        volume: The stack.
        labels: Place in `drawn` counted from 1, 0 for nothing; shape (slice, row, column), uint8.
        drawn: Class of each label; a class may stand there twice.
        case: Whose it is.
        weight: How often its slices are drawn, all together.
        spacing_known: Whether the size of its pixels is known.
        pretraining: Whether its source is marked so.
    """

    volume: Volume
    labels: NDArray[np.uint8]
    drawn: tuple[str, ...]
    case: str
    weight: float
    spacing_known: bool = True
    pretraining: bool = False


def read_labelled_stacks(
    source: StackSource, *, cases: Collection[str] | None = None
) -> Iterator[LabelledStack]:
    """The stacks of a source, one after the other, so that a large data set need not fit at once.

    Args:
        source: Where they lie.
        cases: Whose stacks are wanted; None for everybody's.

    Raises:
        TrainingDataError: A file that the layout needs is missing.
        ImageFileError: A file is damaged.
    """
    if not source.index.is_file() or not source.path.exists():
        raise TrainingDataError(f"{source.path.name}: expected {source.index.name} there, found no such file")
    read = {COMPETITION: _competition, LONE_SLICES: _lone_slices, STACK: _stack}[source.layout]
    yield from read(source, lambda case: cases is None or case in cases)


def case_names(source: StackSource) -> tuple[str, ...]:
    """The cases of a source, without reading pixels."""
    if source.layout == STACK:
        return (source.case,)
    if source.layout == LONE_SLICES:
        return tuple(dict.fromkeys(row["file"].split("_")[0] for row in _index(source)))
    with chosen_files(source.path, _all_of_it()) as files:
        return tuple(dict.fromkeys(scan.subject or scan.name for scan in uw_scans(files)))


def _all_of_it() -> ReadingOptions:
    """Bounds wide enough for the whole competition: 38,496 slices."""
    return ReadingOptions(max_files=1_000_000)


def _competition(source: StackSource, wanted: Callable[[str], bool]) -> Iterator[LabelledStack]:
    runs = read_runs(source.index.read_bytes(), source.index.name)
    with chosen_files(source.path, _all_of_it()) as files:
        scans = uw_scans(files)
        if not scans:
            raise TrainingDataError(
                f"{source.path.name}: expected slices called slice_NNNN_W_H_x_y.png below it, found none"
            )
        for scan in filter(lambda one: wanted(one.subject or one.name), scans):
            yield _uw_stack(scan, runs, source.weight / len(scans))


def _uw_stack(scan: UwScan, runs: Runs, weight: float) -> LabelledStack:
    labels, _ = uw_labels(scan, runs)
    return LabelledStack(
        read_uw_scan(scan), labels.astype(np.uint8), UW_CLASSES, scan.subject or scan.name, weight
    )


def _lone_slices(source: StackSource, wanted: Callable[[str], bool]) -> Iterator[LabelledStack]:
    rows = _index(source)
    for row in rows:
        if not wanted(row["file"].split("_")[0]):
            continue
        name = row["file"]
        pixels = np.asarray(Image.open(source.path / "images" / name).convert("L"))[None]
        labels = np.asarray(Image.open(source.path / "masks" / name))[None]
        grid = VolumeGrid((1, labels.shape[1], labels.shape[2]), np.eye(4)[[2, 1, 0, 3]])
        yield LabelledStack(
            Volume(pixels, grid, Modality.MR, name),
            labels.astype(np.uint8),
            UW_CLASSES,
            name.split("_")[0],
            source.weight / len(rows),
            spacing_known=False,
        )


def _index(source: StackSource) -> list[dict[str, str]]:
    with source.index.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _stack(source: StackSource, wanted: Callable[[str], bool]) -> Iterator[LabelledStack]:
    if not wanted(source.case):
        return
    modality = Modality(source.modality) if source.modality else None
    volume = open_volume(source.path, options=ReadingOptions(modality=modality))
    drawn_as = open_label_map(source.labels or source.path, like=volume.grid).labels
    names = json.loads(source.names.read_text("utf-8")) if source.names else {}
    drawn: list[str] = []
    labels = np.zeros(drawn_as.shape, np.uint8)
    for label, name in names.items():
        for key, patterns in source.organs.items():
            if any(fnmatchcase(name, pattern) for pattern in patterns):
                drawn.append(key)
                labels[drawn_as == int(label)] = len(drawn)
    yield LabelledStack(
        volume, labels, tuple(drawn), source.case, source.weight, pretraining=source.pretraining
    )
