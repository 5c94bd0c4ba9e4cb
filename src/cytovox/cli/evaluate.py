"""`cytovox evaluate`: measure an installed or a newly trained network on labelled data."""

from pathlib import Path
from typing import Annotated

import typer

from cytovox.cli.console import print_json
from cytovox.cli.extras import extra_needed

evaluate = typer.Typer(
    name="evaluate", no_args_is_help=True, help="Measure a network on labelled data (extra 'evaluate')."
)

Data = Annotated[Path, typer.Option(metavar="DIR", envvar="CYTOVOX_DATA", help="Data folder.")]
Output = Annotated[
    Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for figures, tables and plots.")
]
BundleFolder = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Bundle to measure.", show_default="the installed one")
]


@evaluate.command()
def finder(data: Data, output: Output = Path("runs/evaluate-finder"), bundle: BundleFolder = None) -> None:
    """Measure the network that finds and outlines cells."""
    with extra_needed("evaluate", "evaluation"):
        from cytovox.evaluation.detection import evaluate_finder  # noqa: PLC0415 - needs an extra

    print_json(evaluate_finder(data, output, bundle))


@evaluate.command()
def classifier(
    data: Data, output: Output = Path("runs/evaluate-classifier"), bundle: BundleFolder = None
) -> None:
    """Measure the network that names white cells."""
    with extra_needed("evaluate", "evaluation"):
        from cytovox.evaluation.classification import evaluate_classifier  # noqa: PLC0415 - needs an extra

    print_json(evaluate_classifier(data, output, bundle))
