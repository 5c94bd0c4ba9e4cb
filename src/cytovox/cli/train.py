"""`cytovox train`: the shipped networks again, a classifier of one's own pictures, an ensemble."""

import logging
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from cytovox.cli.console import progress_bar, remarks
from cytovox.cli.extras import extra_needed
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

UmPerPx = Annotated[
    float | None,
    typer.Option(
        metavar="UM", min=0.001, max=100, help="Micrometres per pixel.", show_default="from the pictures"
    ),
]


@train.command()
def finder(
    data: Data, output: Output = Path("runs/finder"), recipe: Recipe = None, resume: Resume = False
) -> None:
    """Train the network that finds and outlines every cell."""
    with extra_needed("train", "training"):
        from cytovox.training.making import train_finder  # noqa: PLC0415 - torch is an extra

    remarks().print(Text(f"bundle: {train_finder(data, output, recipe, resume)}"))


_RECIPES = "the recipe's"
Backbone = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Encoder, such as mobilenet_v2, resnet18, vit_tiny_16.", show_default=_RECIPES
    ),
]
Start = Annotated[
    str | None,
    typer.Option(
        metavar="WHAT",
        help="Weights to start from: bundle:NAME, a file, a bundle's folder, none.",
        show_default=_RECIPES,
    ),
]
InputPx = Annotated[
    int | None,
    typer.Option(metavar="PX", help="Side of the network's input.", show_default=_RECIPES),
]
Epochs = Annotated[
    int | None,
    typer.Option(metavar="N", help="Passes over the pictures.", show_default=_RECIPES),
]
BatchSize = Annotated[
    int | None,
    typer.Option(metavar="N", help="Pictures a step.", show_default=_RECIPES),
]
LearningRate = Annotated[
    float | None,
    typer.Option(
        "--learning-rate", "--lr", metavar="RATE", help="Peak of the learning rate.", show_default=_RECIPES
    ),
]
Optimiser = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="adamw, adam or sgd.", show_default=_RECIPES),
]
Schedule = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="cosine, step, constant or one_cycle.", show_default=_RECIPES),
]
Dropout = Annotated[
    float | None,
    typer.Option(metavar="SHARE", help="Share of pooled features dropped.", show_default=_RECIPES),
]
Patience = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Epochs without progress until it stops; 0 never stops early.",
        show_default=_RECIPES,
    ),
]
Imbalance = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="none, downsample, oversample, class_weights, focal or logit_adjustment.",
        show_default=_RECIPES,
    ),
]
Preprocessing = Annotated[
    str | None,
    typer.Option(
        metavar="A,B,...",
        help="Steps before the network: contrast, denoise, macenko, reinhard.",
        show_default=_RECIPES,
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(metavar="N", help="Seed of weights, order and variation.", show_default=_RECIPES),
]
Precision = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Lightning's precision, such as 32-true or bf16-mixed.", show_default=_RECIPES
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(metavar="N", help="Processes that prepare pictures.", show_default=_RECIPES),
]
Devices = Annotated[
    str | None,
    typer.Option(metavar="N", help="How many processors or GPUs, or auto.", show_default=_RECIPES),
]
Nodes = Annotated[
    int | None,
    typer.Option(metavar="N", help="How many machines.", show_default=_RECIPES),
]
Strategy = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="How several devices work together, such as ddp.", show_default=_RECIPES
    ),
]


@train.command()
def classifier(
    data: Annotated[
        Path,
        typer.Option(
            metavar="PATH",
            envvar="CYTOVOX_DATA",
            help="Your pictures: a folder with one folder a class, or an index CSV.",
        ),
    ],
    output: Output = Path("runs/classifier"),
    recipe: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Recipe in TOML; blood or marrow for a folder of the project's data sets.",
            show_default="for your own pictures",
        ),
    ] = None,
    classes: Annotated[
        str | None,
        typer.Option(metavar="A,B,...", help="Classes, in order.", show_default="all that are there"),
    ] = None,
    taxonomy: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Where labels are looked up.",
            show_default="blood, marrow or own, as labels fit",
        ),
    ] = "",
    um_per_px: UmPerPx = None,
    label_column: Annotated[
        str, typer.Option(metavar="NAME", help="Column with the label.", show_default="label or class")
    ] = "",
    split_column: Annotated[str, typer.Option(metavar="NAME", help="Column with the split.")] = "split",
    group_column: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Column with the patient or slide, whose pictures stay together.",
            show_default="group, patient, slide or case",
        ),
    ] = "",
    val_share: Annotated[float, typer.Option(metavar="SHARE", help="Share to validate on.")] = 0.15,
    calibration_share: Annotated[float, typer.Option(metavar="SHARE", help="Share to calibrate on.")] = 0.15,
    keep_copies: Annotated[
        bool, typer.Option("--keep-copies", help="Keep training pictures that are copies of held-out ones.")
    ] = False,
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
    changes = {
        "backbone": backbone,
        "weights": _start(start, backbone),
        "input_px": input_px,
        "imbalance.strategy": imbalance,
        "preprocessing": [{"step": name} for name in _names(preprocessing)] if preprocessing else None,
        "fit.epochs": epochs,
        "fit.batch_size": batch_size,
        "fit.learning_rate": learning_rate,
        "fit.optimiser": optimiser,
        "fit.schedule": schedule,
        "fit.dropout": dropout,
        "fit.patience": patience,
        "fit.seed": seed,
        "fit.precision": precision,
        "fit.workers": workers,
        "fit.devices": int(devices) if devices and devices.isdigit() else devices,
        "fit.nodes": nodes,
        "fit.strategy": strategy,
    }
    given = {name: value for name, value in changes.items() if value is not None}
    with extra_needed("train", "training"):
        from cytovox.io.labelled_folder import LabelOptions  # noqa: PLC0415
        from cytovox.io.splitting import SplitShares  # noqa: PLC0415
        from cytovox.training import own_pictures as own  # noqa: PLC0415 - torch is an extra
        from cytovox.training.recipe import changed, read_toml  # noqa: PLC0415

    if recipe in SHIPPED or (recipe is not None and _has_sources(read_toml(Path(recipe), ""))):
        _train_on_data_folder(data, output, recipe, given, resume=resume)
        return
    own.refuse_data_folder(data)
    table = changed(read_toml(Path(recipe) if recipe else None, "own.toml"), given)
    with _progress() as progress:
        prepared = own.prepare(
            own.OwnTraining(
                pictures=data,
                output=output,
                recipe=table,
                classes=_names(classes),
                taxonomy=taxonomy,
                um_per_px=um_per_px,
                columns=LabelOptions(
                    label_column=label_column, split_column=split_column, group_column=group_column
                ),
                shares=SplitShares(val_share, calibration_share),
                keep_copies=keep_copies,
                resume=resume,
            ),
            progress,
        )
    print_counts(prepared.counts, prepared.notes)
    _hush()
    remarks().print(Text(f"bundle: {own.train_prepared(prepared)}"))


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


def _train_on_data_folder(
    data: Path, output: Path, recipe: str | None, given: Mapping[str, Any], *, resume: bool
) -> None:
    from cytovox.training.making import train_classifier  # noqa: PLC0415 - torch is an extra

    bundle = train_classifier(data, output, recipe or "", resume, changes=given)
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


def _start(start: str | None, backbone: str | None) -> str | None:
    if start == "none" or (start is None and backbone not in (None, "mobilenet_v2")):
        return ""
    if start is None or start.startswith("bundle:"):
        return start
    path = Path(start)
    if not path.exists():
        raise InputError(f"--start: expected bundle:NAME, none, a file or a folder, found no '{start}'")
    return str(path.resolve())


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


def _hush() -> None:
    """Keep libraries' notes on hardware and their own deprecated calls off the screen."""
    for name in ("lightning.pytorch", "lightning.fabric", "torch.onnx"):
        logging.getLogger(name).setLevel(logging.ERROR)
    for category in (DeprecationWarning, FutureWarning, UserWarning):
        warnings.filterwarnings("ignore", category=category, module=r"(lightning|torch|copyreg)")


def _has_sources(table: Mapping[str, Any]) -> bool:
    return bool(table.get("sources"))


@contextmanager
def _progress() -> Iterator[Callable[[str, float], None]]:
    with progress_bar(quiet=False) as bar:
        tasks: dict[str, Any] = {}

        def show(what: str, done: float) -> None:
            task = tasks.setdefault(what, None) or bar.add_task(what, total=100)
            tasks[what] = task
            bar.update(task, completed=round(100 * done))

        yield show
