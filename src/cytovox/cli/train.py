"""`cytovox train`: the shipped networks, again or on data of one's own."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from cytovox.cli.console import remarks
from cytovox.cli.extras import extra_needed

train = typer.Typer(
    name="train",
    no_args_is_help=True,
    help="Train a network and export its bundle (needs the extra 'train').",
)

Data = Annotated[Path, typer.Option(metavar="DIR", envvar="CYTOVOX_DATA", help="Data folder.")]
Output = Annotated[
    Path,
    typer.Option("--output", "-o", metavar="DIR", help="Folder of the run: checkpoints, logs, the bundle."),
]
Recipe = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Recipe in TOML.", show_default="the shipped one")
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint in the run's folder.")]


@train.command()
def finder(
    data: Data, output: Output = Path("runs/finder"), recipe: Recipe = None, resume: Resume = False
) -> None:
    """Train the network that finds and outlines every cell."""
    with extra_needed("train", "training"):
        from cytovox.training.making import train_finder  # noqa: PLC0415 - torch is an extra

    remarks().print(Text(f"bundle: {train_finder(data, output, recipe, resume)}"))


@train.command()
def classifier(
    data: Data, output: Output = Path("runs/classifier"), recipe: Recipe = None, resume: Resume = False
) -> None:
    """Train the network that names white cells."""
    with extra_needed("train", "training"):
        from cytovox.training.making import train_classifier  # noqa: PLC0415 - torch is an extra

    remarks().print(Text(f"bundle: {train_classifier(data, output, recipe, resume)}"))
