"""Index files of pictures that each show one labelled cell."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cytovox.domain.errors import TrainingDataError


@dataclass(frozen=True, slots=True)
class CellPictureSource:
    """One index file of labelled cell pictures.

    Attributes:
        index: CSV with columns `file` (relative to it), `split` and `label_column`.
        label_column: Which column holds the label.
        um_per_px: Micrometres per pixel of the stored pictures, or None when unknown.
        licence: Licence of the pictures.
        labels: Class key for a label that is not itself one; "" leaves the label out.
        where: Column values that a row must have.
        keep: Share of an epoch's draws relative to the number of pictures.
    """

    index: Path
    label_column: str
    um_per_px: float | None = None
    licence: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    keep: float = 1.0


@dataclass(frozen=True, slots=True)
class CellPicture:
    """A labelled picture file.

    Attributes:
        path: The file.
        class_index: Index into the classes asked for.
        group: Pictures of one cell, patient or slide share it; the file name where nothing is known.
        um_per_px: Micrometres per pixel, or None when unknown.
        weight: Share of an epoch's draws.
    """

    path: Path
    class_index: int
    group: str
    um_per_px: float | None
    weight: float = 1.0


def read_cell_pictures(
    source: CellPictureSource, classes: Sequence[str], split: str | None
) -> list[CellPicture]:
    """The labelled pictures of one split of a source (all splits for None), in the order of the index.

    Raises:
        TrainingDataError: The index is missing, lacks a column, or holds a label that is no class.
    """
    if not source.index.is_file():
        raise TrainingDataError(f"{source.index}: expected an index CSV of cell pictures, found no file")
    with source.index.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if all(row.get(k) == v for k, v in source.where.items())]
    if rows and (missing := {"file", "split", source.label_column} - rows[0].keys()):
        raise TrainingDataError(
            f"{source.index}: expected a column '{min(missing)}', found {', '.join(rows[0])}"
        )
    pictures = []
    for row in rows:
        label = row[source.label_column]
        key = source.labels.get(label, label)
        if key == "" or (split is not None and row["split"] != split):
            continue
        if key not in classes:
            raise TrainingDataError(
                f"{source.index}: label '{label}' is none of the classes {', '.join(classes)}"
            )
        path = source.index.parent / row["file"]
        group = row.get("group") or path.name
        pictures.append(CellPicture(path, classes.index(key), group, source.um_per_px, source.keep))
    return pictures
