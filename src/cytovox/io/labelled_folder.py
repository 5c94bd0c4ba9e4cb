"""A user's own labelled pictures: a folder of class-named subfolders, or an index CSV."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cytovox.domain.errors import TrainingDataError
from cytovox.domain.taxonomy import Taxonomy

PICTURE_SUFFIXES = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
"""Endings of picture files, lower case."""
LABEL_COLUMNS = ("label", "class")
GROUP_COLUMNS = ("group", "patient", "slide", "case")
"""Columns that say which pictures belong together; the first one found is used."""


@dataclass(frozen=True, slots=True)
class LabelledPicture:
    """One picture with its label.

    Attributes:
        path: The file.
        label: Its class key.
        group: Patient, slide or cell that it belongs to; its own path where nothing is known.
        split: "train", "val" or "calibration", or "" where it is still to be chosen.
    """

    path: Path
    label: str
    group: str
    split: str = ""


@dataclass(frozen=True, slots=True)
class LabelledPictures:
    """A set of labelled pictures.

    Attributes:
        pictures: In the order of the index, or by class and name.
        classes: Class keys in output order.
        left_out: Names of files and labels that are not used, each with the reason.
    """

    pictures: tuple[LabelledPicture, ...]
    classes: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Pictures of each class, in output order."""
        found = Counter(picture.label for picture in self.pictures)
        return {name: found[name] for name in self.classes}


@dataclass(frozen=True, slots=True)
class LabelOptions:
    """How labels and columns of a user's pictures are read.

    Attributes:
        classes: Class keys to use, in output order; empty for all that are there.
        taxonomy: Where labels are looked up by key, name, abbreviation and alias; None takes them as they
            are.
        label_column: Column of an index with the label; "" for the first of LABEL_COLUMNS.
        split_column: Column of an index with the split.
        group_column: Column of an index with the patient or slide; "" for the first of GROUP_COLUMNS.
    """

    classes: tuple[str, ...] = ()
    taxonomy: Taxonomy | None = None
    label_column: str = ""
    split_column: str = "split"
    group_column: str = ""


def read_labelled_pictures(path: Path, options: LabelOptions = LabelOptions()) -> LabelledPictures:
    """The labelled pictures of a folder of class-named subfolders, or of an index CSV.

    An index has the columns `file` (relative to the index), a label and, where there are any, a split and a
    group. Files are not decoded here.

    Args:
        path: Folder or CSV.
        options: How labels and columns are read.

    Raises:
        TrainingDataError: There is nothing there, a column or file is missing, or a class asked for has no
            pictures.
    """
    if path.is_dir():
        index = path / "index.csv"
        found = list(_from_index(index, options) if index.is_file() else _from_folders(path))
    elif path.is_file():
        found = list(_from_index(path, options))
    else:
        raise TrainingDataError(
            f"{path}: expected a folder of class-named folders or an index CSV, it is not there"
        )
    if not found:
        raise TrainingDataError(
            f"{path}: expected pictures in class-named folders ({', '.join(PICTURE_SUFFIXES)}), found none"
        )
    return _labelled(path, found, options)


def class_key(label: str, taxonomy: Taxonomy | None) -> str:
    """The taxonomy's key for a label: by key, name, abbreviation or alias, whatever its case; else the label.

    Args:
        label: As a person wrote it ("Segmented Neutrophil", "NGS").
        taxonomy: Where to look; None gives the label itself.
    """
    if taxonomy is None:
        return label.strip()
    wanted = _plain(label)
    for names in (
        lambda c: (c.key,),
        lambda c: (c.name,),
        lambda c: (c.short,),
        lambda c: c.aliases,
    ):
        for cell_class in taxonomy:
            if wanted in map(_plain, names(cell_class)):
                return cell_class.key
    return label.strip()


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())


def _from_folders(root: Path) -> Iterator[LabelledPicture]:
    for folder in sorted(p for p in root.iterdir() if p.is_dir() and not p.name.startswith(".")):
        for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in PICTURE_SUFFIXES):
            if path.is_file() and not path.name.startswith("."):
                yield LabelledPicture(path, folder.name, path.relative_to(root).as_posix())


def _from_index(index: Path, options: LabelOptions) -> Iterator[LabelledPicture]:
    rows = _rows(index)
    columns = tuple(rows[0]) if rows else ()
    label = _column(index, columns, options.label_column, LABEL_COLUMNS)
    group = _column(index, columns, options.group_column, GROUP_COLUMNS, needed=bool(options.group_column))
    if "file" not in columns:
        raise TrainingDataError(f"{index}: expected a column 'file', found {', '.join(columns) or 'nothing'}")
    for row in rows:
        name = row["file"]
        split = (row.get(options.split_column) or "").strip().lower()
        together = (row.get(group) or "").strip() if group else ""
        yield LabelledPicture(index.parent / name, row[label] or "", together or name, _split(index, split))


def _rows(index: Path) -> list[dict[str, str]]:
    try:
        with index.open(newline="", encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TrainingDataError(f"{index}: expected an index CSV in UTF-8, {error}") from error


def _column(
    index: Path, columns: Sequence[str], wanted: str, known: Sequence[str], *, needed: bool = True
) -> str:
    candidates = (wanted,) if wanted else known
    found = next((name for name in candidates if name in columns), "")
    if not found and needed:
        raise TrainingDataError(
            f"{index}: expected a column '{candidates[0]}', found {', '.join(columns) or 'nothing'}"
        )
    return found


_SPLITS: Mapping[str, str] = {
    "": "",
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "val",
    "calibration": "calibration",
}


def _split(index: Path, name: str) -> str:
    if name not in _SPLITS:
        raise TrainingDataError(f"{index}: split '{name}'; expected train, val, calibration or nothing")
    return _SPLITS[name]


def _labelled(path: Path, found: Iterable[LabelledPicture], options: LabelOptions) -> LabelledPictures:
    wanted = tuple(class_key(name, options.taxonomy) for name in options.classes)
    pictures, left_out, keys = [], Counter[str](), dict[str, str]()
    for picture in found:
        key = keys.setdefault(picture.label, class_key(picture.label, options.taxonomy))
        if not key:
            left_out["(no label)"] += 1
        elif wanted and key not in wanted:
            left_out[key] += 1
        else:
            pictures.append(LabelledPicture(picture.path, key, picture.group, picture.split))
    classes = wanted or _ordered({picture.label for picture in pictures}, options.taxonomy)
    reasons = tuple(f"{name}: {n} pictures of a class not asked for" for name, n in sorted(left_out.items()))
    result = LabelledPictures(tuple(pictures), classes, reasons)
    _check(path, result)
    return result


def _ordered(keys: set[str], taxonomy: Taxonomy | None) -> tuple[str, ...]:
    known = [key for key in taxonomy.keys if key in keys] if taxonomy else []
    return (*known, *sorted(keys - set(known)))


def _check(path: Path, result: LabelledPictures) -> None:
    if len(set(result.classes)) != len(result.classes):
        raise TrainingDataError(f"{path}: a class stands twice among {', '.join(result.classes)}")
    empty = [name for name, n in result.counts.items() if n == 0]
    if empty:
        there = ", ".join(line.partition(":")[0] for line in result.left_out) or "none"
        raise TrainingDataError(
            f"{path}: no pictures of the class '{empty[0]}'; labels there that are not used: {there}"
        )
    if len(result.classes) < 2:
        raise TrainingDataError(f"{path}: expected at least two classes, found {', '.join(result.classes)}")
    missing = [picture.path for picture in result.pictures if not picture.path.is_file()]
    if missing:
        raise TrainingDataError(
            f"{path}: {len(missing)} files of the index are not there, the first is {missing[0].name}"
        )
