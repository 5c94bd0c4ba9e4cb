"""Index CSV files of the data folder."""

import csv
from pathlib import Path

from cytovox.domain.errors import TrainingDataError


def read_index(index: Path) -> list[dict[str, str]]:
    """The rows of an index by the names of its columns.

    Raises:
        TrainingDataError: There is no such file.
    """
    if not index.is_file():
        raise TrainingDataError(f"{index}: expected an index CSV, found no file")
    with index.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
