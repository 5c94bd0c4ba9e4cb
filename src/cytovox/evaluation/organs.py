"""Measuring the networks of the volume lane on stacks whose organs somebody drew."""

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytovox.analysis.bundles import FIND_ORGAN_SLICES, SEGMENT_ORGANS, Bundle, find_bundle, load_bundle
from cytovox.analysis.organ_segmentation import OrganSegmentation
from cytovox.analysis.slice_organs import SliceOrgans
from cytovox.analysis.stack_views import GreyStack
from cytovox.analysis.volume import VolumeModels, VolumeOptions
from cytovox.domain.errors import TrainingDataError
from cytovox.evaluation.organ_scores import competition_score, dice, hausdorff_share, slice_dice
from cytovox.imaging.slice_views import spacing_from_body
from cytovox.io.atomic import write_whole
from cytovox.io.labelled_stacks import LabelledStack, StackSource, read_labelled_stacks

Progress = Callable[[str, float], None]
ANY = "any"
"""Stands for whether a voxel or a slice is of any of the organs."""


@dataclass(frozen=True, slots=True)
class OrganFigures:
    """How well one organ was found in one stack.

    Attributes:
        case: Whose stack it is.
        organ: Key of the organ.
        slices: Slices that hold it.
        passed: How many of them model A let through.
        empty: Slices that do not hold it.
        stopped: How many of those model A stopped.
        slice_dice: Dice of each slice that holds it in truth or by the answer.
        dice: Dice of the whole stack, NaN where it is neither there nor found.
        hausdorff: Normalised 3D Hausdorff distance.
        true_voxels: Voxels drawn.
        found_voxels: Voxels found.
    """

    case: str
    organ: str
    slices: int
    passed: int
    empty: int
    stopped: int
    slice_dice: tuple[float, ...]
    dice: float
    hausdorff: float
    true_voxels: int
    found_voxels: int


def evaluate_organs(
    data_root: Path,
    output: Path,
    slices: Path | None = None,
    organs: Path | None = None,
    *,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Figures of a pair of bundles on the cases that neither was trained on, written to `output/organs.json`.

    Args:
        data_root: Data folder that the bundles' recipe speaks of.
        output: Folder of the report.
        slices: Folder of model A's bundle; the installed one by default.
        organs: Folder of model B's bundle; the installed one by default.
        progress: Called with the case and the share done.

    Raises:
        TrainingDataError: The data folder holds no case that was kept out of training.
    """
    models = _models(slices, organs)
    unseen = unseen_stacks(models.organs.bundle, data_root)
    sets: dict[str, list[OrganFigures]] = {}
    for place, (source, case) in enumerate(unseen):
        if progress:
            progress(case, place / len(unseen))
        figures = sets.setdefault(source.path.relative_to(data_root).as_posix(), [])
        for stack in read_labelled_stacks(source, cases=(case,)):
            figures += measure_stack(models, stack)
    if not sets:
        raise TrainingDataError(f"{data_root}: expected cases kept out of training, found none of them")
    report = {
        "bundles": {use.name: {"version": use.version, "sha256": use.sha256} for use in models.uses},
        "sets": {name: summary(figures) for name, figures in sets.items()},
    }
    output.mkdir(parents=True, exist_ok=True)
    write_whole(output / "organs.json", (json.dumps(report, indent=2, allow_nan=False) + "\n").encode())
    return report


def unseen_stacks(bundle: Bundle, data_root: Path) -> list[tuple[StackSource, str]]:
    """Sources and cases that a bundle was not trained on, as far as the data folder has them."""
    held_out = set(bundle.manifest["held_out"])
    found = []
    for row in bundle.manifest["recipe"]["sources"]:
        source = _source(row, data_root)
        if not source.index.is_file():
            continue
        cases = bundle.manifest["cases"][row["path"]]
        found += [(source, case) for case in cases if source.measure_only or case in held_out]
    return found


def measure_stack(models: VolumeModels, stack: LabelledStack) -> list[OrganFigures]:
    """How well each organ that was drawn in a stack is found, with the usual options.

    Where all were drawn, a last row under the name ANY says how well they are told from everything else, and
    which slices pass.

    Args:
        models: The pair of networks.
        stack: The stack with its labels.
    """
    grey = grey_stack(stack)
    chances = models.slices.chances(grey)
    # Lone slices have no volume to measure pieces by.
    least_ml = VolumeOptions().least_ml if stack.spacing_known and len(grey.grey) > 1 else 0.0
    answer = models.organs.segment(grey, chances, least_ml=least_ml)
    passes = chances.probabilities >= np.array(chances.thresholds)
    figures = []
    for label, organ in enumerate(models.organs.organs, 1):
        if organ in stack.drawn:
            column = passes[:, chances.organs.index(organ)]
            figures.append(_figures(stack.case, organ, _drawn(stack, (organ,)), answer == label, column))
    if set(models.organs.organs) <= set(stack.drawn):
        whole = _drawn(stack, models.organs.organs)
        figures.append(_figures(stack.case, ANY, whole, answer > 0, np.asarray(passes.any(axis=1))))
    return figures


def _drawn(stack: LabelledStack, organs: Sequence[str]) -> NDArray[np.bool_]:
    return np.isin(stack.labels, [place for place, key in enumerate(stack.drawn, 1) if key in organs])


def grey_stack(stack: LabelledStack) -> GreyStack:
    """A labelled stack as at run time; an unknown size of pixels is guessed from the body."""
    grey = GreyStack.of(stack.volume)
    if stack.spacing_known:
        return grey
    side = spacing_from_body(grey.body)
    return dataclasses.replace(grey, spacing_mm=(1.0, side, side))


def summary(figures: Sequence[OrganFigures]) -> dict[str, Any]:
    """Plain values: each organ over all stacks, each case over its organs, and every single row."""
    organs = list(dict.fromkeys(row.organ for row in figures))
    cases = list(dict.fromkeys(row.case for row in figures))
    return {
        "organs": {organ: _pooled([row for row in figures if row.organ == organ]) for organ in organs},
        "cases": {
            case: _pooled([row for row in figures if row.case == case and row.organ != ANY]) for case in cases
        },
        "rows": [_finite(dataclasses.asdict(row)) for row in figures],
    }


def _figures(
    case: str, organ: str, truth: NDArray[np.bool_], answer: NDArray[np.bool_], passes: NDArray[np.bool_]
) -> OrganFigures:
    there = truth.any(axis=(1, 2))
    return OrganFigures(
        case=case,
        organ=organ,
        slices=int(there.sum()),
        passed=int((passes & there).sum()),
        empty=int((~there).sum()),
        stopped=int((~passes & ~there).sum()),
        slice_dice=tuple(slice_dice(truth, answer).tolist()),
        dice=dice(truth, answer),
        hausdorff=hausdorff_share(truth, answer),
        true_voxels=int(truth.sum()),
        found_voxels=int(answer.sum()),
    )


def _pooled(rows: Sequence[OrganFigures]) -> dict[str, Any]:
    """Figures over some stacks; None where nothing could be measured."""
    each = [value for row in rows for value in row.slice_dice]
    # A stack without the organ, in truth and by the answer, has no distance to measure.
    shown = [row for row in rows if row.slice_dice]
    mean_dice, hausdorff = _mean(each), _mean([row.hausdorff for row in shown])
    slices, empty = sum(row.slices for row in rows), sum(row.empty for row in rows)
    return {
        "cases": len({row.case for row in shown}),
        "slices": len(each),
        "dice": mean_dice,
        "stack_dice": _mean([row.dice for row in shown]),
        "hausdorff": hausdorff,
        "score": None if mean_dice is None or hausdorff is None else competition_score(mean_dice, hausdorff),
        "slices_with_organ": slices,
        "sensitivity": sum(row.passed for row in rows) / slices if slices else None,
        "slices_without_organ": empty,
        "specificity": sum(row.stopped for row in rows) / empty if empty else None,
    }


def _mean(values: Iterable[float]) -> float | None:
    kept = list(values)
    return float(np.mean(kept)) if kept else None


def _finite(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: None if isinstance(value, float) and np.isnan(value) else value for key, value in row.items()
    }


def _models(slices: Path | None, organs: Path | None) -> VolumeModels:
    return VolumeModels(
        SliceOrgans.of(load_bundle(slices) if slices else find_bundle("organ_slices_mr", FIND_ORGAN_SLICES)),
        OrganSegmentation.of(load_bundle(organs) if organs else find_bundle("organs_mr", SEGMENT_ORGANS)),
    )


def _source(row: Mapping[str, Any], data_root: Path) -> StackSource:
    paths = {key: data_root / row[key] for key in ("path", "labels", "names") if row.get(key)}
    return StackSource(**{**row, **paths})
