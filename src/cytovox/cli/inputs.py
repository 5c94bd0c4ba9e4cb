"""Which pictures a command line names, and what to call their results."""

import glob
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PICTURE_EXTENSIONS = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp"})
"""What is taken from a folder; a file named by itself may be called anything."""


@dataclass(frozen=True, slots=True)
class Input:
    """Something that a command line names.

    Attributes:
        path: A file, or an argument that led to none.
        error: Why it led to none, or None.
    """

    path: Path
    error: str | None = None


def find_pictures(arguments: Sequence[str], *, leave_out: Path | None = None) -> list[Input]:
    """Every picture that files, folders and glob patterns name, each once, folders in sorted order.

    Args:
        arguments: Files, folders (searched all the way down for `PICTURE_EXTENSIONS`) and patterns (`*`, `?`,
            `[..]` and `**`).
        leave_out: A folder whose pictures are not inputs: where results go.
    """
    found: dict[Path, Input] = {}
    for argument in arguments:
        for picture in _named_by(argument, leave_out):
            found.setdefault(picture.path.resolve(), picture)
    return list(found.values())


def result_names(paths: Sequence[Path]) -> list[str]:
    """A name for the results of each path, unlike any other whatever the case of letters.

    The stem where that is enough ("smear"), else the whole name ("smear.png"), else with its folders
    ("monday_smear.png").
    """
    shared = _shared_folder(paths)
    candidates = [
        (path.stem, path.name, "_".join(path.resolve().relative_to(shared).parts)) for path in paths
    ]
    counts = [Counter(names[level].casefold() for names in candidates) for level in range(3)]
    taken: set[str] = set()
    names = []
    for choices in candidates:
        level = next((i for i in range(3) if counts[i][choices[i].casefold()] == 1), 2)
        names.append(_untaken(choices[level], taken))
        taken.add(names[-1].casefold())
    return names


def _named_by(argument: str, leave_out: Path | None) -> Iterator[Input]:
    path = Path(argument)
    if path.is_dir():
        yield from _pictures_below(path, leave_out)
    elif path.exists() or not glob.has_magic(argument):
        yield Input(path)
    elif matches := sorted(glob.glob(argument, recursive=True)):  # noqa: PTH207 - Path.glob takes no absolute pattern
        for match in matches:
            yield from (
                _pictures_below(Path(match), leave_out) if Path(match).is_dir() else [Input(Path(match))]
            )
    else:
        yield Input(path, f"{argument}: no file matches this pattern")


def _pictures_below(folder: Path, leave_out: Path | None) -> Iterator[Input]:
    excluded = leave_out.resolve() if leave_out is not None else None
    pictures = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in PICTURE_EXTENSIONS
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
        and not (excluded is not None and path.resolve().is_relative_to(excluded))
    ]
    yield from map(Input, pictures)
    if not pictures:
        known = ", ".join(sorted(PICTURE_EXTENSIONS))
        yield Input(folder, f"{folder}: expected a folder with pictures ({known}), found none")


def _shared_folder(paths: Sequence[Path]) -> Path:
    parents = [path.resolve().parent for path in paths]
    shared = parents[0] if parents else Path()
    while not all(parent.is_relative_to(shared) for parent in parents):
        shared = shared.parent
    return shared


def _untaken(name: str, taken: set[str]) -> str:
    number, candidate = 1, name
    while candidate.casefold() in taken:
        number += 1
        candidate = f"{name}-{number}"
    return candidate
