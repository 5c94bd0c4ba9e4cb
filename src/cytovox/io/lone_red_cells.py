"""Indexes of pictures that show one red cell each, infected or not."""

from dataclasses import dataclass
from pathlib import Path

from cytovox.domain.errors import TrainingDataError
from cytovox.io.index_csv import read_index

LABELS = {"parasitized": True, "uninfected": False}


@dataclass(frozen=True, slots=True)
class LoneRedCell:
    """A picture of one red cell.

    Attributes:
        path: The file.
        infected: Whether it holds a parasite.
        group: Of its patient, slide or field: cells that resemble each other for that reason share it.
    """

    path: Path
    infected: bool
    group: str


def read_lone_cells(index: Path, split: str, group_column: str = "file") -> list[LoneRedCell]:
    """The cells of one split, in the order of the index.

    Args:
        index: CSV with the columns file (relative to it), label (parasitized, uninfected) and split.
        split: Value of the column `split`.
        group_column: Column of `LoneRedCell.group`.

    Raises:
        TrainingDataError: The index is missing, lacks a column, or holds another label.
    """
    try:
        return [
            LoneRedCell(index.parent / row["file"], LABELS[row["label"]], row[group_column])
            for row in read_index(index)
            if row["split"] == split
        ]
    except KeyError as error:
        raise TrainingDataError(
            f"{index}: expected the columns file, split and {group_column}, and label with "
            f"{' or '.join(LABELS)}; got no {error}"
        ) from error
