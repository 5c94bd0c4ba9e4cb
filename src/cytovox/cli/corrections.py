"""`cytovox corrections`: what reviewers corrected in the web application, as training data."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from cytovox.cli.console import remarks
from cytovox.domain.errors import InputError
from cytovox.domain.material import Material

corrections = typer.Typer(
    name="corrections", no_args_is_help=True, help="Take corrections out of the web application's archive."
)


@corrections.callback()
def _group() -> None:
    """A group, so that further commands can join."""


@corrections.command()
def export(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Folder to write; must not be there yet.")
    ],
    data_folder: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="The application's data folder.", show_default="CYTOVOX_DATA_FOLDER"
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="TOML file with settings.", show_default="CYTOVOX_CONFIG, else none"
        ),
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option(metavar="TAG", help="Tag that a case must have; repeatable.")
    ] = None,
    specimen: Annotated[
        str | None, typer.Option(metavar="NAME", help="Smear.", show_default="all smears")
    ] = None,
    material: Annotated[Material, typer.Option(help="Material of the smears.")] = Material.BLOOD,
) -> None:
    """Write the cells that reviewers named: a picture each in a folder a class, and an index.

    `cytovox train classifier --from-corrections DIR` tunes the classifier with them.
    """
    from cytovox.app.opening import OpenedStore  # noqa: PLC0415 - only this command needs the application
    from cytovox.app.review_corrections import (  # noqa: PLC0415
        CorrectionsQuery,
        corrected_cases,
        correction_files,
    )
    from cytovox.app.settings import Settings  # noqa: PLC0415

    settings = Settings.from_environment(config=config, data_folder=data_folder)
    if settings.data_folder is None and not settings.database_url:
        raise InputError("corrections: expected --data-folder or --config, to say which archive is meant")
    if output.exists():
        raise InputError(f"{output}: is there already; choose a new folder, or remove it first")
    with OpenedStore(settings) as opened:
        wanted = CorrectionsQuery(tuple(tag or ()), specimen, material.value)
        chosen = corrected_cases(opened.store, wanted)
        if not chosen:
            raise InputError("corrections: nobody has corrected or confirmed a cell of these cases yet")
        written = _write(output, correction_files(opened.store, chosen))
    remarks().print(Text(f"{written} cells of {len(chosen)} pictures: {output}"))


def _write(output: Path, files: Iterator[tuple[str, bytes]]) -> int:
    """Number of pictures written; the folder is there with all of them or not at all."""
    part = output.with_name(f".{output.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    count = 0
    try:
        for name, content in files:
            path = part / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            count += name.endswith(".png")
        part.rename(output)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return count
