"""`cytovox sculpt`: a picture in; 3D models of its cells out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from cytovox.cli.analyze import MATERIAL_HELP
from cytovox.cli.batch import make_folder
from cytovox.cli.console import progress_bar, results
from cytovox.domain.errors import InputError
from cytovox.domain.material import Material
from cytovox.domain.surface import PlacedSurface
from cytovox.report import NOTICE
from cytovox.report.glb import write_glb
from cytovox.report.model_words import form_of, trust_words
from cytovox.report.obj import write_obj
from cytovox.report.stl import write_stl
from cytovox.sculpt.options import FIELD_STEP_UM, RED_CELL_VOLUME_FL, Pose, SculptOptions

if TYPE_CHECKING:
    from cytovox.sculpt.film import Film

WRITERS: dict[str, Callable[[Sequence[PlacedSurface], Path], None]] = {
    "glb": write_glb,
    "stl": write_stl,
    "obj": write_obj,
}
"""File formats of models."""


@dataclass(frozen=True, slots=True)
class SculptRequest:
    """What a run was asked to do.

    Attributes:
        picture: The smear.
        output: File, or folder where every cell gets a file of its own.
        cell: Number of the cell, from 1, or None.
        every: Whether each cell gets a file of its own.
        form: File format of those.
        pose: How white cells stand.
    """

    picture: Path
    output: Path
    cell: int | None
    every: bool
    form: str
    pose: Pose


def sculpt(
    picture: Annotated[Path, typer.Argument(metavar="PICTURE", help="Picture of a blood smear.")],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="PATH", help="File .glb, .stl or .obj; with --all a folder."),
    ],
    cell: Annotated[
        int | None, typer.Option(min=1, help="Number of one cell, as in the table of cells.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Each cell in a file of its own.")] = False,
    scene: Annotated[bool, typer.Option("--scene", help="The whole field in one file.")] = False,
    form: Annotated[str, typer.Option("--format", help=f"With --all: {', '.join(WRITERS)}.")] = "glb",
    pose: Annotated[
        Pose, typer.Option(help="White cells flat as on the slide, or round as in suspension.")
    ] = Pose.SLIDE,
    mpp: Annotated[
        float | None,
        typer.Option(
            metavar="UM", help="Micrometres per pixel.", show_default="from the file, else estimated"
        ),
    ] = None,
    red_cell_volume: Annotated[
        float, typer.Option(metavar="FL", help="Volume of the median red cell, femtolitres.")
    ] = RED_CELL_VOLUME_FL,
    material: Annotated[Material, typer.Option(help=MATERIAL_HELP)] = Material.BLOOD,
) -> None:
    """Make 3D models of the cells in a picture of a smear of blood or bone marrow.

    Red cells get their thickness from the light they absorb; the depth of all others is inferred from their
    outlines. Cells have the numbers that `cytovox analyze` gives them.
    """
    if sum((cell is not None, every, scene)) != 1:
        raise InputError("sculpt: expected one of --cell N, --all and --scene")
    request = SculptRequest(picture, output, cell, every, form.lower(), pose)
    _check(request)
    film = _film(picture, mpp, red_cell_volume, material)
    if every:
        _write_all(film, request)
        return
    placed = _field(film, pose) if scene else (_cell(film, (cell or 1) - 1, pose),)
    WRITERS[form_of(output, tuple(WRITERS))](placed, output)
    _say(f"{output}: {trust_words(placed)}")


def _check(request: SculptRequest) -> None:
    """Nothing, where the output can be written: looked at before the long work."""
    if not request.every:
        form_of(request.output, tuple(WRITERS))
        make_folder(request.output.parent)
        return
    if request.form not in WRITERS:
        raise InputError(f"--format: expected one of {', '.join(WRITERS)}, got '{request.form}'")
    make_folder(request.output)


def _film(picture: Path, mpp_um: float | None, red_cell_volume_fl: float, material: Material) -> "Film":
    from cytovox.analysis.smear import SmearOptions, analyze_smear  # noqa: PLC0415 - loads the networks' runtime
    from cytovox.io.smear import open_smear  # noqa: PLC0415
    from cytovox.sculpt.film import Film  # noqa: PLC0415

    image = open_smear(picture, mpp_um)
    with progress_bar(quiet=False) as bar:
        task = bar.add_task("finding cells", total=1.0)
        findings = analyze_smear(
            image,
            options=SmearOptions(material=material),
            progress=lambda share, step: bar.update(task, completed=share, description=step),
        )
    return Film.of(image, findings, red_cell_volume_fl=red_cell_volume_fl)


def _cell(film: "Film", index: int, pose: Pose) -> PlacedSurface:
    from cytovox.sculpt.cells import sculpt_cell  # noqa: PLC0415

    return PlacedSurface(sculpt_cell(film, index, options=SculptOptions(pose)))


def _field(film: "Film", pose: Pose) -> tuple[PlacedSurface, ...]:
    from cytovox.sculpt.field import sculpt_field  # noqa: PLC0415

    with progress_bar(quiet=False) as bar:
        task = bar.add_task("making cells", total=len(film.cells))
        return sculpt_field(
            film,
            options=SculptOptions(pose, FIELD_STEP_UM),
            progress=lambda done, _: bar.update(task, completed=done),
        )


def _write_all(film: "Film", request: SculptRequest) -> None:
    left_out = 0
    with progress_bar(quiet=False) as bar:
        for index in bar.track(range(len(film.cells)), description="making cells"):
            try:
                placed = _cell(film, index, request.pose)
            except InputError:  # an outline too small for a body
                left_out += 1
                continue
            label = str(film.label[index])
            path = request.output / f"{request.picture.stem}.cell-{index + 1:03d}.{label}.{request.form}"
            WRITERS[request.form]((placed,), path)
    _say(f"{len(film.cells) - left_out} models in {request.output}; {left_out} cells too small for one")


def _say(line: str) -> None:
    results().print(Text(line))
    results().print(Text(NOTICE, style="dim"))
