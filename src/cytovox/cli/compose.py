"""`cytovox compose`: training smears with exact truth, from cut-outs of real cells or from rendered ones."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from cytovox.cli.composed_field import FieldRequest
from cytovox.cli.composed_set import Cells, compose_set
from cytovox.cli.console import progress_bar, remarks
from cytovox.cli.extras import extra_needed
from cytovox.domain.errors import InputError


class Background(StrEnum):
    """Red cells of a field."""

    healthy = "healthy"
    infected = "infected"
    mixed = "mixed"


class Ground(StrEnum):
    """The empty slide."""

    smear = "smear"
    white = "white"


class Split(StrEnum):
    """Which of the data folder's pictures cells are cut from."""

    train = "train"
    val = "val"
    test = "test"


Output = Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder of the set.")]
Number = Annotated[int, typer.Option(min=1, help="How many fields.")]
Data = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Data folder to cut real cells from.", show_default="rendered cells"),
]
Bank = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder that keeps the cut-outs.", show_default="cut anew each run"),
]
Size = Annotated[str, typer.Option(metavar="PX|WxH", help="Size of each picture, such as 224 or 640x480.")]
UmPerPx = Annotated[
    float | None,
    typer.Option(min=0.03, max=1.0, help="Micrometres per pixel.", show_default="0.12 to 0.28, by field"),
]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same files.")]
SplitOption = Annotated[Split, typer.Option(help="No cut-out is in two of them.")]
BackgroundOption = Annotated[
    Background | None,
    typer.Option(help="None, all or some of the red cells infected.", show_default="any, by field"),
]
GroundOption = Annotated[
    Ground | None,
    typer.Option(help="Tinted and unevenly lit, or plain white.", show_default="either, by field"),
]
Workers = Annotated[int | None, typer.Option(min=1, max=256, help="Processes.", show_default="one a core")]


def compose(
    output: Output,
    number: Number = 100,
    data: Data = None,
    bank: Bank = None,
    size: Size = "224",
    um_per_px: UmPerPx = None,
    seed: Seed = 0,
    split: SplitOption = Split.train,
    background: BackgroundOption = None,
    ground: GroundOption = None,
    workers: Workers = None,
) -> None:
    """Make training smears with exact truth: pictures, class masks, colour maps, instances, boxes, COCO.

    A run that was broken off goes on where it stopped; a larger --number adds fields to the set.
    """
    width, height = parse_size(size)
    request = FieldRequest(
        seed=seed,
        width=width,
        height=height,
        um_per_px=um_per_px,
        background=background and background.value,
        ground=ground and ground.value,
    )
    with _cells(data, bank, split) as cells, progress_bar(quiet=False) as bar:
        task = bar.add_task("fields", total=number)
        compose_set(
            output,
            number,
            request,
            cells,
            workers=workers or os.cpu_count() or 1,
            on_fields=lambda done: bar.update(task, completed=done),
        )
    remarks().print(Text(f"{number} fields: {output}"))


def parse_size(text: str) -> tuple[int, int]:
    """Width and height of "224" or "640x480".

    Raises:
        InputError: The text is neither.
    """
    found = re.fullmatch(r"(\d{1,5})(?:[xX](\d{1,5}))?", text.strip())
    if not found:
        raise InputError(f"--size: expected pixels such as 224 or 640x480, got '{text}'")
    return int(found[1]), int(found[2] or found[1])


@contextmanager
def _cells(data: Path | None, folder: Path | None, split: Split) -> Iterator[Cells]:
    if data is None:
        if folder is not None:
            raise InputError("--bank: expected --data as well, whose cells it keeps")
        yield Cells()
        return
    with extra_needed("train", "composing from real cells"):
        from cytovox.training.cut_out_bank import bank_file  # noqa: PLC0415 - not in a base install's tests
        from cytovox.training.cut_out_file import load_bank  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="cytovox-bank-") as temporary:
        remarks().print(Text("cutting out cells; about a minute where they are not kept"))
        path = bank_file(data, split.value, folder or Path(temporary))
        built = load_bank(path)
        yield Cells(path, built.digest, split.value, built.licences, load_bank)
