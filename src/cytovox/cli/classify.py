"""`cytovox classify`: pictures of one centred cell each in; names, percentages and explanations out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from cytovox.cli.analyze import REFUSE_RATE_HELP, SOME_FAILED
from cytovox.cli.batch import make_folder, reason
from cytovox.cli.cell_differential import (
    check_ending,
    differential_of_pictures,
    print_differential,
    write_differential,
)
from cytovox.cli.console import print_error, print_json, progress_bar
from cytovox.cli.inputs import Input, find_pictures, result_names
from cytovox.cli.named_cells import NamedCell, named_cells_to_dict, print_named_cells
from cytovox.domain.errors import BundleError, InputError
from cytovox.domain.image import SmearImage
from cytovox.domain.predictions import CellPredictions
from cytovox.report.explanation_png import write_explanation

PICTURES_AT_ONCE = 128
"""Bounds the memory of a run over many pictures."""
EXPLANATION_SUFFIX = ".explanation.png"


@dataclass(frozen=True, slots=True)
class ClassifyRequest:
    """What a run was asked to do.

    Attributes:
        model: Name or folder of a classifier.
        top: How many classes to give for each picture.
        refuse_rate: Share of true cells that may be called "unidentified", or None for the model's own.
        explain: Folder for explanations, or None for none.
    """

    model: str
    top: int
    refuse_rate: float | None
    explain: Path | None


def classify(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Pictures of one centred cell each, folders, patterns."),
    ],
    model: Annotated[str, typer.Option(help="Model to ask; `cytovox models` lists them.")] = "blood",
    top: Annotated[int, typer.Option(min=1, help="How many classes to give for each picture.")] = 3,
    refuse_rate: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, help=REFUSE_RATE_HELP, show_default="the model's own"),
    ] = None,
    explain: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for a picture a cell of what speaks for the top classes."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    differential: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also count the cells as one differential: .json or .csv."),
    ] = None,
) -> None:
    """Name the cell in pictures of one centred cell each.

    The exit status is 1 when some inputs failed (the rest are done) and 2 when the run could not start.
    """
    request = ClassifyRequest(model, top, refuse_rate, explain)
    if differential is not None:
        check_ending(differential)
    inputs = find_pictures(paths)
    if explain is not None:
        make_folder(explain)
    named: list[NamedCell] = []
    outputs = result_names([item.path for item in inputs])
    with progress_bar(quiet=as_json) as bar:
        task = bar.add_task(model, total=len(inputs))
        for start in range(0, len(inputs), PICTURES_AT_ONCE):
            part = slice(start, start + PICTURES_AT_ONCE)
            named += name_cells(inputs[part], outputs[part], request)
            bar.update(task, completed=len(named))
    counted = None if differential is None else differential_of_pictures(named)
    if differential is not None and counted is not None:
        make_folder(differential.parent)
        write_differential(counted, differential)
    if as_json:
        print_json(named_cells_to_dict(named, model))
    elif counted is not None:
        print_differential(counted)
    else:
        print_named_cells(named)
    failed = [cell for cell in named if cell.error is not None]
    for cell in failed:
        print_error(str(cell.error))
    if failed:
        raise typer.Exit(SOME_FAILED)


def name_cells(inputs: Sequence[Input], outputs: Sequence[str], request: ClassifyRequest) -> list[NamedCell]:
    """What the cells in some pictures are, in input order; a failing input does not stop the rest.

    Args:
        inputs: The pictures.
        outputs: A name for the explanation of each.
        request: How to name them.
    """
    opened = [_opened(item) for item in inputs]
    images = [image for image in opened if isinstance(image, SmearImage)]
    names = [name for name, image in zip(outputs, opened, strict=True) if isinstance(image, SmearImage)]
    cells = iter(_named(images, request) if request.explain is None else _explained(images, names, request))
    return [
        replace(next(cells), path=str(item.path))
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


def _named(images: Sequence[SmearImage], request: ClassifyRequest) -> list[NamedCell]:
    from cytovox.analysis.classify import classify_cells  # noqa: PLC0415 - loads the networks' runtime

    predictions = classify_cells(images, request.model, refuse_rate=request.refuse_rate)
    return [_named_cell(predictions, row, request.top) for row in range(len(predictions))]


def _explained(
    images: Sequence[SmearImage], outputs: Sequence[str], request: ClassifyRequest
) -> list[NamedCell]:
    from cytovox.analysis.explain import explain_cell  # noqa: PLC0415 - as above

    cells = []
    for image, name in zip(images, outputs, strict=True):
        explanation = explain_cell(image, request.model, top=request.top, refuse_rate=request.refuse_rate)
        if not explanation.classes:
            raise BundleError(
                f"--explain: the model '{explanation.model.name}' {explanation.model.version} has no "
                "activation maps; leave --explain out, or take a model that has"
            )
        path = (request.explain or Path()) / f"{name}{EXPLANATION_SUFFIX}"
        write_explanation(explanation, path)
        cells.append(replace(_named_cell(explanation.predictions, 0, request.top), explanation=str(path)))
    return cells


def _named_cell(predictions: CellPredictions, row: int, top: int) -> NamedCell:
    return NamedCell("", predictions[row : row + 1], top=top)
