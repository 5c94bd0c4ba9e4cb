"""Index files of pictures that show labelled cells: one centred cell each, or fields with boxes."""

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from cytovox.domain.errors import TrainingDataError
from cytovox.domain.geometry import FloatArray
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.io.labelled_fields import read_boxes

NO_CELL = "no_cell"
"""Label of a place that shows none of the classes: a red cell, empty ground."""
ANY_CELL = "any_cell"
"""Label of a cell of unknown class."""
GROUND = "ground"
"""As `cell_box`: places of a field that lie in no box of a white cell or platelet."""

_GROUND_PLACES = 3
_GROUND_MARGIN_PX = 12


@dataclass(frozen=True, slots=True)
class CellPictureSource:
    """One index file of labelled cell pictures.

    Attributes:
        index: CSV with the columns `file_column` (relative to it), `split` and `label_column`.
        label_column: Which column holds the label; "" where the box's own label is it.
        um_per_px: Micrometres per pixel of the stored pictures, or None when unknown.
        licence: Licence of the pictures.
        labels: Class key, NO_CELL or ANY_CELL for a label that is not itself one; "" leaves the label out.
        where: Column values that a row must have.
        draws: Expected number of draws an epoch; None for one a picture.
        file_column: Column with the picture's file.
        folder: Folder of the files, relative to the index.
        boxes: CSV of boxes where the pictures are fields, relative to the index.
        cell_box: Label of the boxes that are the cells. With a `label_column`, only fields with one
            such box and one label are used ("neutrophil;eosinophil" are two).
    """

    index: Path
    label_column: str
    um_per_px: float | None = None
    licence: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    draws: float | None = None
    file_column: str = "file"
    folder: str = ""
    boxes: str = ""
    cell_box: str = ""


@dataclass(frozen=True, slots=True)
class CellPicture:
    """A labelled cell of a picture file.

    Attributes:
        path: The file.
        targets: Indices of the classes that the label allows: one for a class asked for, several for a
            broader class, all for a cell of unknown class, none for a place that shows no such cell.
        group: Pictures of one cell, patient or slide share it; the file name where nothing is known.
        um_per_px: Micrometres per pixel, or None when unknown.
        centre_xy: Where the cell is (x, y) in pixels; None for the picture's middle.
        label: The label as the class key that it stands for, NO_CELL or ANY_CELL.
    """

    path: Path
    targets: tuple[int, ...]
    group: str
    um_per_px: float | None
    centre_xy: tuple[float, float] | None = None
    label: str = ""

    @property
    def class_index(self) -> int:
        """The class of a finely labelled picture.

        Raises:
            TrainingDataError: The label allows several classes or none.
        """
        if len(self.targets) != 1:
            raise TrainingDataError(f"{self.path.name}: expected a label of one class, got '{self.label}'")
        return self.targets[0]


def read_cell_pictures(
    source: CellPictureSource, classes: Sequence[str], split: str | None, *, taxonomy: str = "blood"
) -> list[CellPicture]:
    """The labelled cells of one split of a source (all splits for None), in the order of the index.

    Args:
        source: The index.
        classes: Class keys that `targets` counts in. A label that is a broader class of the taxonomy allows
            all of the classes under it.
        split: Value of the column `split`, or None.
        taxonomy: Key of the taxonomy that knows which class is broader than which.

    Raises:
        TrainingDataError: The index is missing, lacks a column, or holds a label that is no class.
    """
    rows = _read_rows(source)
    if split is not None:
        rows = [row for row in rows if row["split"] == split]
    cells = _boxed_cells(source, rows) if source.boxes else _whole_pictures(source, rows)
    allowed = _Targets(source, classes, taxonomy)
    pictures = []
    for row, label, centre in cells:
        key = source.labels.get(label, label)
        if key == "":
            continue
        path = source.index.parent / source.folder / row[source.file_column]
        group = row.get("group") or path.name
        pictures.append(CellPicture(path, allowed.of(key), group, source.um_per_px, centre, key))
    return pictures


_Cell = tuple[Mapping[str, str], str, tuple[float, float] | None]


def _read_rows(source: CellPictureSource) -> list[dict[str, str]]:
    if not source.index.is_file():
        raise TrainingDataError(f"{source.index}: expected an index CSV of cell pictures, found no file")
    with source.index.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if all(row.get(k) == v for k, v in source.where.items())]
    needed = {source.file_column, "split", source.label_column} - {""}
    if rows and (missing := needed - rows[0].keys()):
        raise TrainingDataError(
            f"{source.index}: expected a column '{min(missing)}', found {', '.join(rows[0])}"
        )
    return rows


def _whole_pictures(source: CellPictureSource, rows: Iterable[Mapping[str, str]]) -> Iterator[_Cell]:
    return ((row, row[source.label_column] if source.label_column else ANY_CELL, None) for row in rows)


def _boxed_cells(source: CellPictureSource, rows: Iterable[Mapping[str, str]]) -> Iterator[_Cell]:
    by_image = read_boxes(source.index.parent / source.boxes)
    for row in rows:
        name = Path(row[source.file_column]).name
        boxes = by_image.get(name, [])
        if source.cell_box == GROUND:
            for centre in ground_places(name, [(box, label) for box, label in boxes]):
                yield row, GROUND, centre
            continue
        centres = [_middle(box) for box, label in boxes if label == source.cell_box]
        several = source.label_column and (len(centres) != 1 or ";" in row[source.label_column])
        if several:
            continue
        for centre in centres:
            yield row, row[source.label_column] if source.label_column else source.cell_box, centre


def ground_places(name: str, boxes: Sequence[tuple[tuple[float, ...], str]]) -> Iterator[tuple[float, float]]:
    """A few points of a field that lie in no box of a white cell or platelet, the same for each run.

    Args:
        name: Name of the field's file; it seeds the choice.
        boxes: Its boxes with their labels; the extent of all is taken for the field's.
    """
    if not boxes:
        return
    random = np.random.default_rng(int(hashlib.sha256(name.encode()).hexdigest()[:8], 16))
    edges = np.array([box for box, _ in boxes], np.float64)
    taken = np.array([box for box, label in boxes if label.upper() != "RBC"], np.float64).reshape(-1, 4)
    taken = taken + np.array([-1, -1, 1, 1]) * _GROUND_MARGIN_PX
    low, high = edges[:, :2].min(axis=0), edges[:, 2:].max(axis=0)
    places = 0
    for x, y in random.uniform(low, high, (30, 2)):
        inside = (taken[:, 0] < x) & (x < taken[:, 2]) & (taken[:, 1] < y) & (y < taken[:, 3])
        if not inside.any():
            yield float(x), float(y)
            places += 1
        if places == _GROUND_PLACES:
            return


def _middle(box: tuple[float, ...]) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


class _Targets:
    """Which classes a label allows."""

    def __init__(self, source: CellPictureSource, classes: Sequence[str], taxonomy: str) -> None:
        self.source, self.classes = source, classes
        self.taxonomy = load_taxonomy(taxonomy) if taxonomy else None
        self._known: dict[str, tuple[int, ...]] = {
            NO_CELL: (),
            ANY_CELL: tuple(range(len(classes))),
        }

    def of(self, key: str) -> tuple[int, ...]:
        if key not in self._known:
            self._known[key] = self._find(key)
        return self._known[key]

    def _find(self, key: str) -> tuple[int, ...]:
        found = tuple(i for i, name in enumerate(self.classes) if key == name or key in self._lineage(name))
        if not found:
            raise TrainingDataError(
                f"{self.source.index}: label '{key}' is none of the classes {', '.join(self.classes)}"
            )
        return found

    def _lineage(self, name: str) -> tuple[str, ...]:
        if self.taxonomy is None or name not in self.taxonomy:
            return ()
        return self.taxonomy.lineage(name)


def share_of_draws(pictures: Sequence[CellPicture], draws: float | None, evenness: float) -> FloatArray:
    """Expected draws an epoch of each picture of a source.

    Args:
        pictures: The source's pictures.
        draws: Their sum; None for one a picture.
        evenness: 0 draws each picture alike, 1 each label alike; between, a label with n pictures weighs
            n ** (1 - evenness).
    """
    labels, which = np.unique([picture.label for picture in pictures], return_inverse=True)
    size = np.bincount(which, minlength=len(labels)).astype(np.float64)
    weight = (size**-evenness)[which]
    total = float(len(pictures)) if draws is None else draws
    return np.asarray(weight * total / max(weight.sum(), 1e-12))
