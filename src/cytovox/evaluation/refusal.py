"""What a classifier refuses to name: things that are no cell of its classes, against true cells.

Cells of its classes should be named, at most 2 % of them refused; red cells, empty ground, other stains and
pictures of other things should be refused, at least 95 % of them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cytovox.analysis.bundles import Bundle
from cytovox.analysis.classify import classify_cells
from cytovox.domain.errors import TrainingDataError
from cytovox.domain.image import SmearImage
from cytovox.domain.predictions import CellPredictions
from cytovox.evaluation.bootstrap import Resamples, interval
from cytovox.evaluation.cell_naming import Progress, joined
from cytovox.evaluation.class_figures import one_against_rest
from cytovox.evaluation.classification import chosen_bundle
from cytovox.evaluation.plots import as_png, refusal_plot
from cytovox.evaluation.strangers import Family, families_of
from cytovox.io.atomic import write_whole

SCHEMA = "cytovox.refusal-report/1"
GOAL_REFUSED, GOAL_LOST = 0.95, 0.02
"""Least share of strangers refused, at the largest share of true cells refused."""
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class FamilyFigures:
    """What was refused of one kind of thing.

    Attributes:
        pictures: How many.
        true_cells: Whether they are cells of the classifier's classes.
        trained_on: Whether pictures of that kind, others than these, were shown in training as strangers.
        note: Where they come from.
        refused: Share called unidentified at the bundle's own rate.
        interval: 95 % bootstrap interval of it, over groups.
        refused_at_two_percent: Share refused if the threshold were such that 2 % of the first family of true
            cells is refused; None from a bundle that scores no strangeness.
        roc_auc: How well strangeness ranks the family above the first family of true cells; None likewise,
            and for true cells.
        named: How often each class was given, refused or not.
        mean_confidence: Mean probability of the class given.
    """

    pictures: int
    true_cells: bool
    trained_on: bool
    note: str
    refused: float
    interval: tuple[float, float]
    refused_at_two_percent: float | None
    roc_auc: float | None
    named: Mapping[str, int]
    mean_confidence: float


def evaluate_refusal(
    data_root: Path, output: Path, bundle: Path | str | None = None, *, progress: Progress | None = None
) -> dict[str, Any]:
    """Measure what a classifier refuses, family by family; see `strangers` for the families.

    Args:
        data_root: Data folder.
        output: Folder for `refusal.json` and `refusal.png`; made where it is missing.
        bundle: Bundle folder or name of an installed bundle; "blood" by default.
        progress: Called as the work goes on.

    Returns:
        The content of `refusal.json`.

    Raises:
        TrainingDataError: The folder holds no true cells.
    """
    loaded = chosen_bundle(bundle)
    families = families_of(data_root, loaded.taxonomy.key)
    answers = {}
    for i, family in enumerate(families):
        answers[family.name] = _answers(family.pictures, str(loaded.folder))
        if progress:
            progress(family.name, (i + 1) / len(families))
    report = _report(loaded, families, answers)
    output.mkdir(parents=True, exist_ok=True)
    write_whole(output / "refusal.json", (json.dumps(report, indent=1, allow_nan=False) + "\n").encode())
    write_whole(output / "refusal.png", as_png(refusal_plot(report["families"], GOAL_REFUSED)))
    return report


def _answers(pictures: Sequence[SmearImage], model: str) -> CellPredictions:
    starts = range(0, len(pictures), _AT_ONCE)
    return joined([classify_cells(pictures[i : i + _AT_ONCE], model) for i in starts])


def _report(
    bundle: Bundle, families: Sequence[Family], answers: Mapping[str, CellPredictions]
) -> dict[str, Any]:
    home = next((answers[f.name].unfamiliarity for f in families if f.true_cells), None)
    if home is None:
        raise TrainingDataError(
            "expected labelled cells of the classifier's classes in the data folder, found none"
        )
    figures = {f.name: asdict(_figures(f, answers[f.name], home)) for f in families}
    strangers = [answers[f.name].unidentified for f in families if not f.true_cells]
    return {
        "schema": SCHEMA,
        "bundle": bundle.name,
        "version": bundle.version,
        "sha256": bundle.sha256,
        "goal": {"strangers_refused": GOAL_REFUSED, "true_cells_refused": GOAL_LOST},
        "strangers_refused": float(np.concatenate(strangers).mean()),
        "strangers_refused_mean_of_families": float(np.mean([s.mean() for s in strangers])),
        "true_cells_refused": {f.name: figures[f.name]["refused"] for f in families if f.true_cells},
        "families": figures,
    }


def _figures(family: Family, says: CellPredictions, home: np.ndarray[Any, Any]) -> FamilyFigures:
    scored = bool(np.isfinite(home).all() and np.isfinite(says.unfamiliarity).all())
    resamples = Resamples.of(family.groups)
    spread = resamples.sums(says.unidentified) / resamples.sums(np.ones(len(says)))
    both = np.concatenate([says.unfamiliarity, home])
    stranger = np.arange(len(both)) < len(says)
    names, counts = np.unique(says.best, return_counts=True)
    return FamilyFigures(
        pictures=len(says),
        true_cells=family.true_cells,
        trained_on=family.trained_on,
        note=family.note,
        refused=float(says.unidentified.mean()),
        interval=interval(spread),
        refused_at_two_percent=float((says.unfamiliarity > np.quantile(home, 1 - GOAL_LOST)).mean())
        if scored
        else None,
        roc_auc=one_against_rest(stranger, both).roc_auc if scored and not family.true_cells else None,
        named={str(n): int(c) for n, c in zip(names, counts, strict=True)},
        mean_confidence=float(says.confidence.mean()),
    )
