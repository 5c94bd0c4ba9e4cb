"""`cytovox atlas`: textbook models of cell classes, listed or written to files."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from cytovox.cli.batch import make_folder
from cytovox.cli.console import progress_bar, results
from cytovox.cli.sculpt import WRITERS
from cytovox.domain.errors import InputError
from cytovox.domain.surface import PlacedSurface
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.report import NOTICE


def atlas(
    classes: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CLASS]...", help="Keys of classes; all without any.", show_default=False),
    ] = None,
    taxonomy: Annotated[str, typer.Option(help="blood or marrow.")] = "blood",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FOLDER", help="Folder for the models.", show_default="list them"
        ),
    ] = None,
    form: Annotated[str, typer.Option("--format", help=f"{', '.join(WRITERS)}.")] = "glb",
) -> None:
    """Write textbook models of cell classes, or list them.

    A textbook model has the shape and size that are typical of a class; it is no measured cell.
    """
    from cytovox.sculpt.atlas import atlas_labels  # noqa: PLC0415 - loads the mesher

    known = atlas_labels(taxonomy)
    chosen = tuple(dict.fromkeys(classes or known))
    if strange := [label for label in chosen if label not in known]:
        raise InputError(f"atlas: expected classes of {', '.join(known)}; got {', '.join(strange)}")
    if form.lower() not in WRITERS:
        raise InputError(f"--format: expected one of {', '.join(WRITERS)}, got '{form}'")
    if output is None:
        _list(taxonomy, chosen)
    else:
        _write(taxonomy, chosen, output, form.lower())


def _list(taxonomy: str, chosen: tuple[str, ...]) -> None:
    from cytovox.sculpt.atlas import described  # noqa: PLC0415

    table = Table("class", "name", "um", "what to look at", box=None, header_style="dim")
    table.columns[0].no_wrap = True
    table.columns[2].justify = "right"
    for label in chosen:
        spec = described(taxonomy, label)
        table.add_row(
            label, load_taxonomy(taxonomy).name_of(label), f"{spec.body.diameter_um.value:g}", spec.what
        )
    results().print(table)


def _write(taxonomy: str, chosen: tuple[str, ...], output: Path, form: str) -> None:
    from cytovox.sculpt.atlas import textbook_cell  # noqa: PLC0415

    make_folder(output)
    with progress_bar(quiet=False) as bar:
        for label in bar.track(chosen, description="making models"):
            surface = textbook_cell(taxonomy, label)
            WRITERS[form]((PlacedSurface(surface),), output / f"{label}.{form}")
    results().print(Text(f"{len(chosen)} models in {output}: {surface.notice}"))
    results().print(Text(NOTICE, style="dim"))
