"""The program `cytovox`: its commands, and how errors reach a person."""

import os
import sys
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cytovox.cli.accounts import accounts
from cytovox.cli.analyze import analyze
from cytovox.cli.atlas import atlas
from cytovox.cli.classify import classify
from cytovox.cli.compose import compose
from cytovox.cli.console import print_error
from cytovox.cli.corrections import corrections
from cytovox.cli.evaluate import evaluate
from cytovox.cli.models import models
from cytovox.cli.report import report
from cytovox.cli.sculpt import sculpt
from cytovox.cli.serve import serve
from cytovox.cli.train import train
from cytovox.cli.volume import volume
from cytovox.domain.errors import CytovoxError

UNUSABLE = 2
"""Exit status when the run as a whole could not be done."""
INTERNAL_ERROR = 70
"""Exit status of a defect in Cytovox itself (EX_SOFTWARE of sysexits.h)."""
DEBUG_VARIABLE = "CYTOVOX_DEBUG"


class ReportingGroup(TyperGroup):
    """Commands whose errors become one line on standard error and an exit status."""

    def invoke(self, ctx: Any) -> Any:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except CytovoxError as error:
            print_error(str(error))
            raise typer.Exit(UNUSABLE) from error


program = typer.Typer(
    cls=ReportingGroup,
    name="cytovox",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
program.command()(analyze)
program.command()(classify)
program.command()(compose)
program.command()(sculpt)
program.command()(volume)
program.command()(report)
program.command()(atlas)
program.command()(serve)
program.command()(models)
program.add_typer(accounts)
program.add_typer(corrections)
program.add_typer(train)
program.add_typer(evaluate)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cytovox {version('cytovox')}")
        raise typer.Exit


@program.callback()
def main(
    _: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and leave."),
    ] = False,
) -> None:
    """Stained smears to cells and CT or MR stacks to organs: found, named, measured, in three dimensions.

    Research and education use only; not a medical device.
    """


def run() -> None:
    """Run the program on the process's arguments; no error shows a traceback unless CYTOVOX_DEBUG is 1."""
    try:
        program()
    except Exception as error:
        if os.environ.get(DEBUG_VARIABLE) == "1":
            raise
        what = f"{type(error).__name__}: {error}"
        print_error(f"{what} (a defect in Cytovox; {DEBUG_VARIABLE}=1 shows where, please report it)")
        sys.exit(INTERNAL_ERROR)
