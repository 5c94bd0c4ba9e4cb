"""`cytovox train`: the shipped networks again, a classifier of one's own pictures, an ensemble."""

import logging
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from cytovox.cli.console import progress_bar, remarks
from cytovox.cli.extras import extra_needed
from cytovox.cli.training_options import (
    Backbone,
    BatchSize,
    CalibrationShare,
    Classes,
    Devices,
    Dropout,
    Epochs,
    FromCorrections,
    GroupColumn,
    Imbalance,
    InputPx,
    KeepCopies,
    LabelColumn,
    LearningRate,
    Nodes,
    Optimiser,
    Patience,
    Pictures,
    Precision,
    Preprocessing,
    RecipeOrName,
    Replay,
    Schedule,
    Seed,
    SplitColumn,
    Start,
    Strategy,
    TaxonomyName,
    UmPerPx,
    ValShare,
    Workers,
    names_in,
    recipe_changes,
)
from cytovox.domain.errors import InputError

train = typer.Typer(
    name="train",
    no_args_is_help=True,
    help="Train a network and export its bundle (needs the extra 'train').",
)

SHIPPED = ("blood", "marrow")
"""Shipped recipes of classifiers, for a data folder of the project's own layout."""

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

    with redirect_stdout(sys.stderr):  # progress bars of lightning
        bundle = train_finder(data, output, recipe, resume)
    remarks().print(Text(f"bundle: {bundle}"))


@train.command("white-cells")
def white_cells(
    data: Data,
    output: Output = Path("runs/white-cells"),
    recipe: Recipe = None,
    without: Annotated[
        str,
        typer.Option(
            metavar="SUBSET", help="Source to leave out of training and be measured on as a stranger."
        ),
    ] = "",
    epochs: Epochs = None,
    resume: Resume = False,
) -> None:
    """Train the network that tells nucleus and cytoplasm of white cells apart."""
    with extra_needed("train", "training"):
        from cytovox.training.white_cell_parts_making import (  # noqa: PLC0415 - torch is an extra
            train_white_cells,
        )

    _hush()
    changes = {} if epochs is None else {"fit.epochs": epochs}
    with redirect_stdout(sys.stderr):
        bundle = train_white_cells(data, output, recipe, resume, without=without, changes=changes)
    remarks().print(Text(f"bundle: {bundle}"))


@train.command()
def malaria(
    data: Data,
    output: Output = Path("runs/malaria"),
    recipe: Recipe = None,
    epochs: Epochs = None,
    resume: Resume = False,
) -> None:
    """Train the network that tells infected red cells from others."""
    with extra_needed("train", "training"):
        from cytovox.training.parasite_making import train_malaria  # noqa: PLC0415 - torch is an extra

    _hush()
    changes = {} if epochs is None else {"fit.epochs": epochs}
    with redirect_stdout(sys.stderr):
        bundle = train_malaria(data, output, recipe, resume, changes=changes)
    remarks().print(Text(f"bundle: {bundle}"))


@train.command()
def organs(
    data: Data,
    output: Output = Path("runs/organs"),
    recipe: Recipe = None,
    cross_validate: Annotated[
        bool,
        typer.Option(
            "--cross-validate", help="Also fit without groups of cases in turn, and measure on them."
        ),
    ] = False,
    epochs: Epochs = None,
    workers: Workers = None,
    precision: Precision = None,
    devices: Devices = None,
    nodes: Nodes = None,
    strategy: Strategy = None,
    resume: Resume = False,
) -> None:
    """Train the two networks of CT and MR stacks: which slices hold an organ, and where it is.

    DIR is the project's data folder, or the folder of the UW-Madison GI tract competition with its train.csv.
    """
    given = {
        "workers": workers,
        "precision": precision,
        "nodes": nodes,
        "strategy": strategy,
        "epochs": epochs,
    }
    given["devices"] = int(devices) if devices and devices.isdigit() else devices
    with extra_needed("train", "training"):
        from cytovox.training.organ_making import train_organs  # noqa: PLC0415 - torch is an extra

    _hush()
    changes = {
        f"{network}.fit.{name}": value
        for network in ("slices", "organs")
        for name, value in given.items()
        if value is not None
    }
    with redirect_stdout(sys.stderr):
        bundles = train_organs(data, output, recipe, resume, cross_validate=cross_validate, changes=changes)
    for bundle in bundles:
        remarks().print(Text(f"bundle: {bundle}"))


@train.command()
def classifier(
    data: Pictures = None,
    output: Output = Path("runs/classifier"),
    from_corrections: FromCorrections = None,
    replay: Replay = None,
    recipe: RecipeOrName = None,
    classes: Classes = None,
    taxonomy: TaxonomyName = "",
    um_per_px: UmPerPx = None,
    label_column: LabelColumn = "",
    split_column: SplitColumn = "split",
    group_column: GroupColumn = "",
    val_share: ValShare = 0.15,
    calibration_share: CalibrationShare = 0.15,
    keep_copies: KeepCopies = False,
    backbone: Backbone = None,
    start: Start = None,
    input_px: InputPx = None,
    epochs: Epochs = None,
    batch_size: BatchSize = None,
    learning_rate: LearningRate = None,
    optimiser: Optimiser = None,
    schedule: Schedule = None,
    dropout: Dropout = None,
    patience: Patience = None,
    imbalance: Imbalance = None,
    preprocessing: Preprocessing = None,
    seed: Seed = None,
    precision: Precision = None,
    workers: Workers = None,
    devices: Devices = None,
    nodes: Nodes = None,
    strategy: Strategy = None,
    resume: Resume = False,
) -> None:
    """Train a network that names cells, on your own labelled pictures or on the project's data sets."""
    given = locals()
    with extra_needed("train", "training"):
        from cytovox.training.own_pictures import refuse_data_folder  # noqa: PLC0415 - torch is an extra
        from cytovox.training.recipe import read_toml  # noqa: PLC0415

    _hush()
    if from_corrections is not None:
        _tune(given)
        return
    if data is None:
        raise InputError("classifier: expected --data with labelled pictures, or --from-corrections")
    if recipe in SHIPPED or (recipe is not None and read_toml(Path(recipe), "").get("sources")):
        _train_on_data_folder(given)
    else:
        refuse_data_folder(data)
        _train_on_own_pictures(given)


@train.command()
def ensemble(
    members: Annotated[
        list[str], typer.Argument(metavar="MEMBER...", help="Bundles of the same classes, by name or folder.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Folder of the ensemble's bundle.")
    ] = Path("runs/ensemble"),
    calibrate_on: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="Labelled pictures that no member was trained on, such as a run's index.csv.",
            show_default="no prediction sets, nothing refused",
        ),
    ] = None,
    um_per_px: UmPerPx = None,
) -> None:
    """Put classifiers of the same classes together; their probabilities are averaged."""
    with extra_needed("train", "training"):
        from cytovox.training.ensembling import make_ensemble  # noqa: PLC0415 - torch is an extra

    remarks().print(Text(f"bundle: {make_ensemble(members, output, calibrate_on, um_per_px)}"))


def _tune(given: Mapping[str, Any]) -> None:
    """Tune a classifier with corrected cells."""
    from cytovox.training.corrections import Tuning, tune  # noqa: PLC0415

    asked = Tuning(
        corrections=given["from_corrections"],
        output=given["output"],
        start=(given["start"] or "blood").removeprefix("bundle:"),
        replay=tuple(given["replay"] or ()),
        um_per_px=given["um_per_px"],
    )
    with _progress() as progress:
        tuned = tune(asked, progress)
    for note in tuned.notes:
        remarks().print(Text(note))
    how = "of smears that it never saw" if tuned.held_out else "by cross-validation"
    remarks().print(
        Text(
            f"named right: {tuned.before:.1%} before, {tuned.after:.1%} after ({tuned.measured} cells {how}; "
            f"tuned on {tuned.trained})"
        )
    )
    remarks().print(Text(f"bundle: {tuned.bundle}"))


def _train_on_own_pictures(given: Mapping[str, Any]) -> None:
    """Train with the options of `cytovox train classifier`, by their names."""
    from cytovox.io.labelled_folder import LabelOptions  # noqa: PLC0415
    from cytovox.io.splitting import SplitShares  # noqa: PLC0415
    from cytovox.training.own_pictures import OwnTraining, prepare, train_prepared  # noqa: PLC0415
    from cytovox.training.recipe import changed, read_toml  # noqa: PLC0415

    recipe = Path(given["recipe"]) if given["recipe"] else None
    columns = {name: given[name] for name in ("label_column", "split_column", "group_column")}
    asked = OwnTraining(
        pictures=given["data"],
        output=given["output"],
        recipe=changed(read_toml(recipe, "own.toml"), recipe_changes(given)),
        classes=names_in(given["classes"]),
        taxonomy=given["taxonomy"],
        um_per_px=given["um_per_px"],
        columns=LabelOptions(**columns),
        shares=SplitShares(given["val_share"], given["calibration_share"]),
        keep_copies=given["keep_copies"],
        resume=given["resume"],
    )
    with _progress() as progress:
        prepared = prepare(asked, progress)
    print_counts(prepared.counts, prepared.notes)
    with redirect_stdout(sys.stderr):
        bundle = train_prepared(prepared)
    remarks().print(Text(f"bundle: {bundle}"))


def _train_on_data_folder(given: Mapping[str, Any]) -> None:
    from cytovox.training.making import train_classifier  # noqa: PLC0415 - torch is an extra

    with redirect_stdout(sys.stderr):
        bundle = train_classifier(
            given["data"], given["output"], given["recipe"], given["resume"], changes=recipe_changes(given)
        )
    remarks().print(Text(f"bundle: {bundle}"))


def print_counts(counts: Mapping[str, Mapping[str, int]], notes: tuple[str, ...]) -> None:
    """The table of classes and splits, and what there is to know about them, on standard error."""
    splits = list(next(iter(counts.values()), {}))
    table = Table("class", *splits, "all", box=None, header_style="bold")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, of_split in counts.items():
        table.add_row(Text(name), *(str(of_split[s]) for s in splits), str(sum(of_split.values())))
    totals = [sum(row[s] for row in counts.values()) for s in splits]
    table.add_row("", *map(str, totals), str(sum(totals)), style="bold")
    remarks().print(table)
    for note in notes:
        remarks().print(Text(note))


def _hush() -> None:
    """Keep libraries' notes on hardware and their own deprecated calls off the screen."""
    for name in ("lightning.pytorch", "lightning.fabric", "torch.onnx"):
        logging.getLogger(name).setLevel(logging.ERROR)
    for category in (DeprecationWarning, FutureWarning, UserWarning):
        warnings.filterwarnings("ignore", category=category, module=r"(lightning|torch|copyreg)")


@contextmanager
def _progress() -> Iterator[Callable[[str, float], None]]:
    with progress_bar(quiet=False) as bar:
        tasks: dict[str, Any] = {}

        def show(what: str, done: float) -> None:
            task = tasks.setdefault(what, None) or bar.add_task(what, total=100)
            tasks[what] = task
            bar.update(task, completed=round(100 * done))

        yield show
