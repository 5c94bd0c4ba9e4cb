"""`cytovox classify`: pictures of one centred cell each in, names and confidences out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.table import Table
from rich.text import Text

from cytovox.cli.analyze import SOME_FAILED
from cytovox.cli.batch import reason
from cytovox.cli.console import print_error, print_json, progress_bar, results
from cytovox.cli.inputs import Input, find_pictures
from cytovox.domain.errors import InputError
from cytovox.domain.findings import CellPredictions
from cytovox.domain.image import SmearImage
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.report import NOTICE

PICTURES_AT_ONCE = 128
"""Bounds the memory of a run over many pictures."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A class that a cell may belong to.

    Attributes:
        key: Taxonomy key.
        probability: Between 0 and 1.
    """

    key: str
    probability: float


@dataclass(frozen=True, slots=True)
class NamedCell:
    """A picture and what its cell is.

    Attributes:
        path: The picture as the user named it.
        candidates: Most probable classes first; empty where it failed.
        error: Why it failed, or None.
    """

    path: str
    candidates: tuple[Candidate, ...] = ()
    error: str | None = None


def classify(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Pictures of one centred cell each, folders, patterns."),
    ],
    model: Annotated[str, typer.Option(help="Model to ask; `cytovox models` lists them.")] = "blood",
    top: Annotated[int, typer.Option(min=1, help="How many classes to give for each picture.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Name the cell in pictures of one centred cell each.

    The exit status is 1 when some inputs failed (the rest are done) and 2 when the run could not start.
    """
    inputs = find_pictures(paths)
    named: list[NamedCell] = []
    with progress_bar(quiet=as_json) as bar:
        task = bar.add_task(model, total=len(inputs))
        for start in range(0, len(inputs), PICTURES_AT_ONCE):
            named += name_cells(inputs[start : start + PICTURES_AT_ONCE], model, top)
            bar.update(task, completed=len(named))
    if as_json:
        print_json(_as_dict(named, model))
    else:
        _print_table(named)
    failed = [cell for cell in named if cell.error is not None]
    for cell in failed:
        print_error(str(cell.error))
    if failed:
        raise typer.Exit(SOME_FAILED)


def name_cells(inputs: Sequence[Input], model: str, top: int) -> list[NamedCell]:
    """What the cells in some pictures are, in input order; a failing input does not stop the rest."""
    from cytovox.analysis.classify import classify_cells  # noqa: PLC0415 - loads the networks' runtime

    opened = [_opened(item) for item in inputs]
    predictions = classify_cells([image for image in opened if isinstance(image, SmearImage)], model)
    rows = iter(range(len(predictions)))
    return [
        NamedCell(str(item.path), _candidates(predictions, next(rows), top))
        if isinstance(image, SmearImage)
        else NamedCell(str(item.path), error=image)
        for item, image in zip(inputs, opened, strict=True)
    ]


def _opened(item: Input) -> SmearImage | str:
    from cytovox.io.smear import open_smear  # noqa: PLC0415

    try:
        if item.error is not None:
            raise InputError(item.error)
        return open_smear(item.path)
    except Exception as error:  # noqa: BLE001 - one odd picture must not stop ten thousand others
        return reason(error)


def _candidates(predictions: CellPredictions, row: int, top: int) -> tuple[Candidate, ...]:
    probabilities = predictions.probabilities[row]
    order = np.argsort(-probabilities, kind="stable")[:top]
    return tuple(Candidate(predictions.classes[i], float(probabilities[i])) for i in order)


def _as_dict(named: Sequence[NamedCell], model: str) -> dict[str, Any]:
    return {
        "schema": "cytovox.cell-predictions/1",
        "model": model,
        "results": [
            {
                "path": cell.path,
                "label": cell.candidates[0].key if cell.candidates else None,
                "confidence": round(cell.candidates[0].probability, 4) if cell.candidates else None,
                "top": [{"key": c.key, "probability": round(c.probability, 4)} for c in cell.candidates],
                "error": cell.error,
            }
            for cell in named
        ],
        "notice": NOTICE,
    }


def _print_table(named: Sequence[NamedCell]) -> None:
    console, taxonomy = results(), load_taxonomy("blood")
    table = Table("picture", "cell", "confidence", "else", box=None, header_style="bold")
    table.columns[2].justify = "right"
    for cell in named:
        if not cell.candidates:
            continue
        names = [taxonomy[c.key].name if c.key in taxonomy else c.key for c in cell.candidates]
        shares = [f"{c.probability:.1%}" for c in cell.candidates]
        runners_up = ", ".join(f"{name} {share}" for name, share in zip(names[1:], shares[1:], strict=True))
        table.add_row(Text(Path(cell.path).name), names[0], shares[0], runners_up)
    console.print(table)
    console.print(Text(NOTICE, style="dim"))
