"""Options of `cytovox train classifier`, and what they change in a recipe."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from cytovox.domain.errors import InputError

UmPerPx = Annotated[
    float | None,
    typer.Option(
        metavar="UM", min=0.001, max=100, help="Micrometres per pixel.", show_default="from the pictures"
    ),
]
Pictures = Annotated[
    Path | None,
    typer.Option(
        metavar="PATH",
        envvar="CYTOVOX_DATA",
        help="Your pictures: a folder with one folder a class, or an index CSV.",
    ),
]
FromCorrections = Annotated[
    Path | None,
    typer.Option(
        metavar="PATH",
        help="Tune a classifier with cells that were corrected in the web application: the ZIP or folder of "
        "'cytovox corrections export'.",
    ),
]
Replay = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="PATH",
        help="With --from-corrections: labelled pictures that keep it from forgetting; repeatable.",
        show_default="none",
    ),
]
RecipeOrName = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Recipe in TOML; blood or marrow for a folder of the project's data sets.",
        show_default="for your own pictures",
    ),
]
Classes = Annotated[
    str | None, typer.Option(metavar="A,B,...", help="Classes, in order.", show_default="all that are there")
]
TaxonomyName = Annotated[
    str,
    typer.Option(
        metavar="NAME", help="Where labels are looked up.", show_default="blood, marrow or own, as labels fit"
    ),
]
LabelColumn = Annotated[
    str, typer.Option(metavar="NAME", help="Column with the label.", show_default="label or class")
]
SplitColumn = Annotated[str, typer.Option(metavar="NAME", help="Column with the split.")]
GroupColumn = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="Column with the patient or slide, whose pictures stay together.",
        show_default="group, patient, slide or case",
    ),
]
ValShare = Annotated[float, typer.Option(metavar="SHARE", help="Share to validate on.")]
CalibrationShare = Annotated[float, typer.Option(metavar="SHARE", help="Share to calibrate on.")]
KeepCopies = Annotated[
    bool, typer.Option("--keep-copies", help="Keep training pictures that are copies of held-out ones.")
]
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

_TOP_LEVEL = ("backbone", "input_px")
_OF_FIT = (
    "epochs", "batch_size", "learning_rate", "optimiser", "schedule", "dropout", "patience", "seed",
    "precision", "workers", "nodes", "strategy",
)  # fmt: skip


def recipe_changes(given: Mapping[str, Any]) -> dict[str, Any]:
    """Entries of a recipe that options replace, by their dotted names; what was not given is left out.

    Args:
        given: Options by name, None for those that were not given.

    Raises:
        InputError: The weights to start from are not there.
    """
    devices, steps = given["devices"], names_in(given["preprocessing"])
    changes = {
        **{name: given[name] for name in _TOP_LEVEL},
        **{f"fit.{name}": given[name] for name in _OF_FIT},
        "fit.devices": int(devices) if devices and devices.isdigit() else devices,
        "weights": _start(given["start"], given["backbone"]),
        "imbalance.strategy": given["imbalance"],
        "preprocessing": [{"step": name} for name in steps] if steps else None,
    }
    return {name: value for name, value in changes.items() if value is not None}


def _start(start: str | None, backbone: str | None) -> str | None:
    if start == "none" or (start is None and backbone not in (None, "mobilenet_v2")):
        return ""
    if start is None or start.startswith("bundle:"):
        return start
    path = Path(start)
    if not path.exists():
        raise InputError(f"--start: expected bundle:NAME, none, a file or a folder, found no '{start}'")
    return str(path.resolve())


def names_in(text: str | None) -> tuple[str, ...]:
    """Names with commas between."""
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())
