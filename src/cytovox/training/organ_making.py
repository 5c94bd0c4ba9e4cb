"""Making the two bundles of the volume lane: fit, choose thresholds, export, measure, write the cards."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from lightning.pytorch.utilities import rank_zero_only
from numpy.typing import NDArray

from cytovox.analysis.volume import VolumeModels
from cytovox.evaluation.organs import OrganFigures, evaluate_organs, grey_stack, measure_stack, summary
from cytovox.io.atomic import write_whole
from cytovox.io.labelled_stacks import LabelledStack, read_labelled_stacks
from cytovox.training.manifest import add_measurements
from cytovox.training.organ_bundles import organs_in_memory, slices_in_memory, write_organs, write_slices
from cytovox.training.organ_cases import CaseSplit
from cytovox.training.organ_fitting import (
    ORGAN_MAPS,
    SLICES,
    OrganRun,
    fit_first_stage,
    fit_second_stage,
    new_segmenter,
    new_slice_classifier,
    prepare_stacks,
)
from cytovox.training.organ_networks import ORGANS, OrganSegmenter, SliceClassifier
from cytovox.training.organ_recipe import OrganRecipe, read_organ_recipe
from cytovox.training.organ_slices import PreparedStack, presence_of
from cytovox.training.organ_thresholds import choose_thresholds

_COMMAND = "cytovox evaluate organs --data DATA"
_CROSS_VALIDATION = "cytovox train organs --data DATA --cross-validate"
_OPEN = (0.0,) * len(ORGANS)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a network that had not seen a case said of its slices.

    Attributes:
        chances: Shape (slices, organs).
        present: 1, 0, or below 0 where nobody looked; same shape.
    """

    chances: NDArray[np.float32]
    present: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class FittedOrgans:
    """All networks of a run.

    Attributes:
        slices: Model A.
        organs: Model B.
        slice_folds: Model A fitted without a group of cases, and without the report case, by the group.
        organ_folds: Model B fitted without a group of cases, by the group; none without cross-validation.
    """

    slices: SliceClassifier
    organs: OrganSegmenter
    slice_folds: Mapping[tuple[str, ...], SliceClassifier]
    organ_folds: Mapping[tuple[str, ...], OrganSegmenter]


def train_organs(
    data_root: Path,
    output: Path,
    recipe: Path | None = None,
    resume: bool = False,
    *,
    cross_validate: bool = False,
    changes: Mapping[str, Any] | None = None,
) -> tuple[Path, Path]:
    """Fit both networks, measure them on people that neither has seen, and write their bundles.

    Args:
        data_root: Data folder of the project's layout, or the folder of the UW-Madison competition.
        output: Run folder: checkpoints, logs, evaluation; the bundles go to `output/bundles`.
        recipe: TOML recipe; a shipped one by default.
        resume: Go on from the run's checkpoints.
        cross_validate: Also fit model B anew without each group of cases, and measure it on that group.
        changes: Entries to replace in the recipe, by their dotted names.

    Returns:
        The folders of the bundles of model A and model B.
    """
    run = OrganRun(read_organ_recipe(recipe, data_root, changes), data_root, output, resume)
    split = CaseSplit.of(run.recipe)
    fitted = fit_organs(run, split, cross_validate=cross_validate)
    bundles = output / "bundles"
    if getattr(rank_zero_only, "rank", 0):  # one of several processes writes
        return bundles / run.recipe.slices_name, bundles / run.recipe.name
    answers = unseen_answers(run, split, fitted)
    slices = write_slices(run, fitted.slices, split, _chosen(answers.values()))
    organs = write_organs(run, fitted.organs, split)
    report = evaluate_organs(data_root, output / "evaluation", slices, organs)
    rows = [
        row
        for name, figures in report["sets"].items()
        for row in _measured(figures, name, "people never trained on", _COMMAND)
    ]
    if cross_validate:
        left_out = measure_folds(run, fitted, answers)
        text = json.dumps(left_out, indent=2, allow_nan=False) + "\n"
        write_whole(output / "cross-validation.json", text.encode())
        note = "each person by networks that never saw that one"
        rows += _measured(left_out, "cross-validation", note, _CROSS_VALIDATION)
    of_slices = [row for row in rows if row["metric"].startswith("slices")]
    add_measurements(slices, of_slices)
    add_measurements(organs, [row for row in rows if row not in of_slices])
    return slices, organs


def fit_organs(run: OrganRun, split: CaseSplit, *, cross_validate: bool) -> FittedOrgans:
    """All networks of a run, fitted.

    Args:
        run: The run.
        split: Whose stacks are for what.
        cross_validate: Whether model B is wanted without each group of cases, too.
    """
    stacks, epochs = prepare_stacks(run.recipe), run.recipe.fold_epochs

    def without(cases: Sequence[str]) -> list[PreparedStack]:
        return [stack for stack in stacks if stack.case not in cases]

    held_back = (*split.report, *split.thresholds)
    start_a = fit_first_stage(run, SLICES, new_slice_classifier(run), stacks)
    start_b = fit_first_stage(run, ORGAN_MAPS, new_segmenter(run), stacks)
    slices = fit_second_stage(run, SLICES, start_a, without(held_back), "shipped")
    organs = fit_second_stage(run, ORGAN_MAPS, start_b, without(split.report), "shipped")
    groups = split.folds(run.recipe.folds)
    folds_a = {
        group: fit_second_stage(
            run,
            SLICES,
            start_a,
            without((*split.report, *group)),
            "-".join(group),
            epochs=epochs.get(SLICES),
        )
        for group in (() if split.thresholds else groups)
    }
    folds_b = {
        group: fit_second_stage(
            run, ORGAN_MAPS, start_b, without(group), "-".join(group), epochs=epochs.get(ORGAN_MAPS)
        )
        for group in (groups if cross_validate else ())
    }
    return FittedOrgans(slices, organs, folds_a, folds_b)


def unseen_answers(run: OrganRun, split: CaseSplit, fitted: FittedOrgans) -> dict[str, Answers]:
    """What model A says of cases that it was not trained on, to choose its thresholds from."""
    networks = fitted.slice_folds or {split.thresholds: fitted.slices}
    return {case: _answers(run, network, case) for group, network in networks.items() for case in group}


def measure_folds(run: OrganRun, fitted: FittedOrgans, answers: Mapping[str, Answers]) -> dict[str, Any]:
    """Figures of each case in training, by networks that never saw it.

    The thresholds of a group come from the other groups.

    Args:
        run: The run.
        fitted: Its networks.
        answers: From `unseen_answers`.
    """
    figures: list[OrganFigures] = []
    for group, network in fitted.organ_folds.items():
        thresholds = _chosen(answer for case, answer in answers.items() if case not in group)
        models = VolumeModels(
            slices_in_memory(run, fitted.slice_folds[group], thresholds), organs_in_memory(run, network)
        )
        for case in group:
            for stack in _labelled(run.recipe, case):
                figures += measure_stack(models, stack)
    return summary(figures)


def _labelled(recipe: OrganRecipe, case: str) -> Iterator[LabelledStack]:
    for source in recipe.sources:
        yield from read_labelled_stacks(source, cases=(case,))


def _answers(run: OrganRun, network: SliceClassifier, case: str) -> Answers:
    model = slices_in_memory(run, network, _OPEN)
    chances, present = [], []
    for stack in _labelled(run.recipe, case):
        chances.append(model.chances(grey_stack(stack)).probabilities)
        present.append(presence_of(stack.labels, stack.drawn, ORGANS))
    return Answers(np.concatenate(chances), np.concatenate(present))


def _chosen(answers: Iterable[Answers]) -> tuple[float, ...]:
    kept = list(answers)
    return choose_thresholds(
        np.concatenate([a.chances for a in kept]), np.concatenate([a.present for a in kept])
    )


def _measured(report: Mapping[str, Any], data: str, note: str, command: str) -> Iterator[dict[str, Any]]:
    for organ, figures in report["organs"].items():
        people = "1 person" if figures["cases"] == 1 else f"{figures['cases']} people"
        counted = f"{data}: {people}, {figures['slices']} slices"
        for metric, key in (
            ("slices kept that hold it", "sensitivity"),
            ("slices stopped that do not hold it", "specificity"),
            ("Dice", "dice"),
            ("Hausdorff, normalised", "hausdorff"),
            ("0.4 Dice + 0.6 (1 - Hausdorff)", "score"),
        ):
            if figures[key] is not None:
                yield {
                    "metric": f"{metric}, {organ}",
                    "value": figures[key],
                    "data": counted,
                    "split": "unseen",
                    "note": note,
                    "command": command,
                }
