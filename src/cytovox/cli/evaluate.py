"""`cytovox evaluate`: measure an installed or a newly trained network on labelled data."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Column, Table

from cytovox.cli.console import print_json, progress_bar, remarks, results
from cytovox.cli.extras import extra_needed
from cytovox.domain.errors import InputError

evaluate = typer.Typer(
    name="evaluate", no_args_is_help=True, help="Measure a network on labelled data (extra 'evaluate')."
)


class Level(StrEnum):
    """At which level labels and answers are compared."""

    FINE = "fine"
    GROUPED = "grouped"


Data = Annotated[Path, typer.Option(metavar="DIR", envvar="CYTOVOX_DATA", help="Data folder.")]
MaybeData = Annotated[
    Path | None,
    typer.Option(metavar="DIR", envvar="CYTOVOX_DATA", help="Data folder with the standing sets."),
]
Output = Annotated[
    Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for figures, tables and plots.")
]
BundleFolder = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Bundle to measure.", show_default="the installed one")
]
_INSTALLED = "the installed one"
BundleName = Annotated[str, typer.Option(metavar="NAME", help="Installed bundle, or the folder of one.")]
Pictures = Annotated[
    Path | None,
    typer.Option(metavar="PATH", help="Your labelled pictures: one folder a class, or an index CSV."),
]
LabelColumn = Annotated[str, typer.Option(metavar="NAME", help="Column of the index with the label.")]
Split = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Part of the index by its column 'split'.", show_default="all"),
]
Mapping = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help='TOML file: lines "their label" = "our class"; "" leaves a label out.'),
]
UmPerPx = Annotated[
    float | None,
    typer.Option(
        metavar="UM", min=0.001, max=10.0, help="Micrometres per pixel.", show_default="from the pictures"
    ),
]
LevelOption = Annotated[Level, typer.Option(help="Compare as labelled, or subtypes summed to their types.")]
Robustness = Annotated[
    bool, typer.Option("--robustness", help="Also corrupt pictures in steps, and draw the curves.")
]
SweepPictures = Annotated[int, typer.Option(metavar="N", min=10, help="Pictures of that sweep.")]
MapFolder = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder with pictures/NAME.png and masks/NAME.png, indices or colours."),
]
Fields = Annotated[int, typer.Option(metavar="N", min=4, help="Composed smears a set.")]
Json = Annotated[bool, typer.Option("--json", help="Print the whole report instead of a table.")]


@evaluate.command()
def finder(data: Data, output: Output = Path("runs/evaluate-finder"), bundle: BundleFolder = None) -> None:
    """Measure the network that finds and outlines cells."""
    with extra_needed("evaluate", "evaluation"):
        from cytovox.evaluation.detection import evaluate_finder  # noqa: PLC0415 - needs an extra

    print_json(evaluate_finder(data, output, bundle))


@evaluate.command("white-cells")
def white_cells(
    data: Data,
    output: Output = Path("runs/evaluate-white-cells"),
    bundle: BundleFolder = None,
    json: Json = False,
) -> None:
    """Measure the network that tells nucleus and cytoplasm of white cells apart."""
    with extra_needed("evaluate", "evaluation"):
        from cytovox.evaluation.segmentation import evaluate_white_cells  # noqa: PLC0415 - needs an extra

    with _progress() as progress:
        report = evaluate_white_cells(data, output, bundle, progress=progress)
    if json:
        print_json(report)
        return
    table = Table(
        Column("source", no_wrap=True), "cells", "nucleus", "whole cell", "trained on", title="Dice"
    )
    for name, row in report["sets"].items():
        shares = [f"{row[key]:.4f}" for key in ("nucleus", "cell")]
        table.add_row(name, str(row["cells"]), *shares, "yes" if row["trained_on"] else "no")
    results().print(table)
    if report["lobes"]:
        counted = Table(Column("type", no_wrap=True), *next(iter(report["lobes"].values())), title="lobes")
        for name, counts in report["lobes"].items():
            counted.add_row(name, *map(str, counts.values()))
        results().print(counted)
    remarks().print(f"report: {output / 'white-cells.json'}", markup=False, highlight=False)


@evaluate.command()
def classifier(
    data: MaybeData = None,
    output: Output = Path("runs/evaluate-classifier"),
    bundle: BundleName = "blood",
    pictures: Pictures = None,
    label_column: LabelColumn = "label",
    split: Split = None,
    mapping: Mapping = None,
    um_per_px: UmPerPx = None,
    level: LevelOption = Level.FINE,
    robustness: Robustness = False,
    sweep_pictures: SweepPictures = 200,
    json: Json = False,
) -> None:
    """Measure a network that names cells, on a data folder's standing sets or on your labelled pictures."""
    with extra_needed("evaluate", "evaluation"):
        from cytovox.evaluation.classification import (  # noqa: PLC0415 - needs an extra
            EvaluationOptions,
            evaluate_classifier,
            evaluate_own_pictures,
        )
        from cytovox.evaluation.label_levels import Level as LabelLevel  # noqa: PLC0415
        from cytovox.evaluation.own_pictures import OwnPictures, read_mapping  # noqa: PLC0415

    with _progress() as progress:
        options = EvaluationOptions(robustness=robustness, sweep_pictures=sweep_pictures, progress=progress)
        if pictures is not None:
            own = OwnPictures(
                path=pictures,
                label_column=label_column,
                split=split,
                mapping=read_mapping(mapping) if mapping else {},
                um_per_px=um_per_px,
                level=LabelLevel(level.value),
            )
            report = evaluate_own_pictures(own, output, bundle, options)
        else:
            report = evaluate_classifier(_needed(data), output, bundle, options)
    if json:
        print_json(report)
    else:
        _print_sets(report["sets"], output)


@evaluate.command()
def malaria(
    data: Data,
    output: Output = Path("runs/evaluate-malaria"),
    bundle: BundleName = "malaria",
) -> None:
    """Measure the network that tells infected red cells from others, cell by cell and on whole fields."""
    with extra_needed("evaluate", "evaluation"):
        from cytovox.evaluation.parasites import evaluate_parasites  # noqa: PLC0415 - needs an extra

    with _progress() as progress:
        report = evaluate_parasites(data, output, bundle, progress=progress)
    print_json(report)


@evaluate.command()
def organs(
    data: Data,
    output: Output = Path("runs/evaluate-organs"),
    slices_bundle: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Bundle that chooses slices.", show_default=_INSTALLED)
    ] = None,
    organs_bundle: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Bundle that outlines.", show_default=_INSTALLED)
    ] = None,
    json: Json = False,
) -> None:
    """Measure the networks of CT and MR stacks on people that they were not trained on."""
    with extra_needed("evaluate", "evaluation"):
        from cytovox.evaluation.organs import evaluate_organs  # noqa: PLC0415 - needs an extra

    with _progress() as progress:
        report = evaluate_organs(data, output, slices_bundle, organs_bundle, progress=progress)
    if json:
        print_json(report)
        return
    for name, figures in report["sets"].items():
        table = Table(
            *(Column("organ", no_wrap=True), "people", "slices", "Dice", "Hausdorff", "score"),
            *("kept", "stopped"),
            title=name,
        )
        for organ, row in figures["organs"].items():
            keys = ("dice", "hausdorff", "score", "sensitivity", "specificity")
            shares = ["" if row[key] is None else f"{row[key]:.3f}" for key in keys]
            table.add_row(organ, str(row["cases"]), str(row["slices"]), *shares)
        results().print(table)
    remarks().print(f"report: {output / 'organs.json'}", markup=False, highlight=False)


@evaluate.command()
def refusal(
    data: Data,
    output: Output = Path("runs/evaluate-refusal"),
    bundle: BundleName = "blood",
    json: Json = False,
) -> None:
    """Measure what a network that names cells refuses: red cells, background, other stains, photographs."""
    with extra_needed("evaluate", "evaluation"):
        from cytovox.evaluation.refusal import evaluate_refusal  # noqa: PLC0415 - needs an extra

    with _progress() as progress:
        report = evaluate_refusal(data, output, bundle, progress=progress)
    if json:
        print_json(report)
        return
    table = Table(
        Column("family", no_wrap=True),
        "pictures",
        "unidentified",
        "trained on",
        title=f"{output / 'refusal.json'}",
    )
    for name, row in report["families"].items():
        trained = "as refused" if row["trained_on"] else "no"
        table.add_row(
            name, str(row["pictures"]), f"{row['refused']:.1%}", "" if row["true_cells"] else trained
        )
    results().print(table)


@evaluate.command("map")
def smear_map(
    data: MaybeData = None,
    pictures: MapFolder = None,
    output: Output = Path("runs/evaluate-map"),
    fields: Fields = 200,
    um_per_px: UmPerPx = None,
    json: Json = False,
) -> None:
    """Measure the ten-class map and the outlines on composed smears, or on your pictures with masks."""
    with extra_needed("evaluate", "evaluation"):
        from cytovox.evaluation.smear_maps import evaluate_smear_maps, own_smears  # noqa: PLC0415 - an extra
        from cytovox.training.composed_tests import composed_tests  # noqa: PLC0415

    with _progress() as progress:
        sets = own_smears(pictures, um_per_px) if pictures else composed_tests(_needed(data), fields)
        report = evaluate_smear_maps(sets, output, progress=progress)
    if json:
        print_json(report)
        return
    table = Table(Column("set", no_wrap=True), "smears", "pixels right", "mean IoU", "AP50", "AP75")
    for name, row in report["sets"].items():
        cells = row["cells"].values()
        precision = [f"{sum(c[key] for c in cells) / max(len(cells), 1):.3f}" for key in ("ap50", "ap75")]
        pixels = f"{row['pixel_accuracy']:.1%}"
        table.add_row(name, str(row["smears"]), pixels, f"{row['mean_iou']:.3f}", *precision)
    results().print(table)


def _needed(data: Path | None) -> Path:
    if data is None:
        raise InputError("expected --data with the data folder (or CYTOVOX_DATA), or --pictures; got neither")
    return data


def _print_sets(sets: dict[str, dict[str, float]], output: Path) -> None:
    table = Table(Column("set", no_wrap=True), "role", "n", "right", "balanced", "F1", "ECE", "refused")
    for name, row in sets.items():
        shares = [f"{row[key]:.1%}" for key in ("accuracy", "balanced_accuracy")]
        scores = [f"{row[key]:.3f}" for key in ("macro_f1", "ece")]
        table.add_row(name, str(row["role"]), str(row["pictures"]), *shares, *scores, f"{row['refused']:.1%}")
    results().print(table)
    remarks().print(f"report: {output / 'report.html'}", markup=False, highlight=False)


@contextmanager
def _progress() -> Iterator[Callable[[str, float], None]]:
    with progress_bar(quiet=False) as bar:
        task = bar.add_task("reading", total=100)
        yield lambda what, share: bar.update(task, description=what, completed=round(100 * share))
