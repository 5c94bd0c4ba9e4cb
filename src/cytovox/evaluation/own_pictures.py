"""A user's own labelled pictures: a folder of class-named folders, or an index, with its own class names."""

import csv
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cytovox.domain.errors import TrainingDataError
from cytovox.domain.taxonomy import Taxonomy
from cytovox.evaluation.label_levels import Level
from cytovox.evaluation.labelled_sets import EXTERNAL, LabelledCell, LabelledSet, View
from cytovox.io.labelled_folder import GROUP_COLUMNS, PICTURE_SUFFIXES, class_key

_NOTE = "Given by the user. Whether the network was trained on it is not known here."


@dataclass(frozen=True, slots=True)
class OwnPictures:
    """Where labelled pictures are, and how to read them.

    Attributes:
        path: Folder with one folder of pictures a class, or an index CSV.
        label_column: Column of the index with the label.
        split: Value of the index's column `split`; None for all rows.
        mapping: Class key for each of their labels; "" leaves a label out. Labels that are not in it must
            be classes already.
        um_per_px: Micrometres per pixel of all pictures; None to take it from each picture.
        level: At which level figures are taken.
    """

    path: Path
    label_column: str = "label"
    split: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    um_per_px: float | None = None
    level: Level = Level.FINE


def read_mapping(path: Path) -> dict[str, str]:
    """Class keys by label, from a TOML file with one line a label: `"Segmented" = "neutrophil_segmented"`.

    Raises:
        TrainingDataError: The file is missing, is no TOML, or holds something else than text.
    """
    try:
        mapping = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingDataError(
            f'{path}: expected a TOML file with lines like "Band" = "neutrophil_band", but: {error}'
        ) from error
    if wrong := [key for key, value in mapping.items() if not isinstance(value, str)]:
        raise TrainingDataError(
            f"{path}: expected a class key in quotes for '{wrong[0]}'; \"\" leaves it out"
        )
    return mapping


def read_own_pictures(own: OwnPictures, taxonomy: Taxonomy) -> LabelledSet:
    """The labelled pictures as a set.

    Args:
        own: Where they are.
        taxonomy: Labels may be its keys, names, abbreviations or aliases, in any case of letters.

    Raises:
        TrainingDataError: There are none, a column is missing, or a label is no class.
    """
    rows = _rows_of_folder(own.path) if own.path.is_dir() else _rows_of_index(own)
    cells, unknown = [], set()
    for path, label, group in rows:
        key = own.mapping.get(label, class_key(label, taxonomy))
        if key and key not in taxonomy:
            unknown.add(label if key == label else f"{label} (mapped to {key})")
        elif key:
            cells.append(LabelledCell(path, key, group))
    if unknown:
        raise TrainingDataError(
            f"{own.path}: expected labels of taxonomy '{taxonomy.key}', found {', '.join(sorted(unknown))}; "
            'name their classes in a mapping file, with "" for labels to leave out'
        )
    if not cells:
        raise TrainingDataError(
            f"{own.path}: expected labelled pictures (a folder a class, or an index), found none"
        )
    name = own.path.name + (f" {own.split}" if own.split else "")
    return LabelledSet(name, EXTERNAL, tuple(cells), (View("", own.level),), _NOTE, own.um_per_px)


def _rows_of_folder(folder: Path) -> Iterable[tuple[Path, str, str]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in PICTURE_SUFFIXES and path.is_file():
            inner = path.relative_to(folder)
            if len(inner.parts) > 1:
                yield path, inner.parts[0], inner.as_posix()


def _rows_of_index(own: OwnPictures) -> Iterable[tuple[Path, str, str]]:
    try:
        with own.path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            rows, columns = list(reader), set(reader.fieldnames or ())
    except (OSError, ValueError) as error:
        raise TrainingDataError(f"{own.path}: expected a folder or an index CSV, but: {error}") from error
    needed = {"file", own.label_column} | ({"split"} if own.split else set())
    if missing := needed - columns:
        found = ", ".join(sorted(columns)) or "nothing"
        raise TrainingDataError(f"{own.path}: expected a column '{min(missing)}', found {found}")
    group_column = next((name for name in GROUP_COLUMNS if name in columns), "file")
    for row in rows:
        if own.split in (None, row.get("split")):
            yield own.path.parent / row["file"], row[own.label_column], row[group_column] or row["file"]
