"""Recipe of the two networks of the volume lane."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cytovox.domain.errors import TrainingDataError
from cytovox.imaging.slice_views import ViewOptions
from cytovox.io.labelled_stacks import StackSource
from cytovox.training.fitting import FitOptions
from cytovox.training.organ_networks import ENCODERS, ORGANS
from cytovox.training.recipe import changed, fill, read_toml
from cytovox.training.slice_variation import SliceVariation

BACKGROUND = "background"
_MOST_CLASSES = 30


@dataclass(frozen=True, slots=True)
class NetworkPlan:
    """How one of the two networks is made.

    Attributes:
        view: What it sees of a slice.
        fit: How it is fitted.
        draws: Slices an epoch.
        pretraining_epochs: Epochs on the sources marked `pretraining`, before all else; 0 for none.
        weights: What the encoder starts from, relative to the data folder; "" for chance.
        encoder: Of model B, one of `organ_networks.ENCODERS`.
    """

    view: ViewOptions
    fit: FitOptions
    draws: int
    pretraining_epochs: int = 0
    weights: str = ""
    encoder: str = "mit_b0"

    def __post_init__(self) -> None:
        if self.encoder not in ENCODERS:
            raise TrainingDataError(f"encoder: expected one of {', '.join(ENCODERS)}, got '{self.encoder}'")
        if self.view.rows % 32 or self.view.columns % 32:
            raise TrainingDataError(
                f"view: expected rows and columns that are multiples of 32, got {self.view.rows} "
                f"and {self.view.columns}"
            )
        if self.draws < self.fit.batch_size:
            raise TrainingDataError(
                f"draws: expected at least a batch, {self.fit.batch_size}, got {self.draws}"
            )


@dataclass(frozen=True, slots=True)
class OrganRecipe:
    """Everything a run depends on but the data folder.

    Attributes:
        name: Name of the bundle that segments; that of the one that chooses slices is `slices_name`.
        slices_name: See `name`.
        version: Of both.
        classes: Of the segmenter in training: background, the organs, then structures that help.
        notice: Words that everything made with the bundles carries.
        report_case: Case that the shipped bundles never see, so that their figures on it are honest.
        report_share: Share of the cases for that, where the recipe names none.
        threshold_share: Share of the cases that model A's thresholds are chosen on, where it names none.
        slices: Model A.
        organs: Model B.
        sources: Labelled stacks.
        variation: How far slices are varied.
        folds: In how many groups the cases in training are left out in turn, 0 for one at a time.
        fold_epochs: Epochs of those fits, by network; that of the bundles by default.
    """

    name: str
    slices_name: str
    version: str
    classes: tuple[str, ...]
    slices: NetworkPlan
    organs: NetworkPlan
    sources: tuple[StackSource, ...]
    notice: str = ""
    report_case: str = ""
    variation: SliceVariation = field(default_factory=SliceVariation)
    report_share: float = 0.15
    threshold_share: float = 0.1
    folds: int = 0
    fold_epochs: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.classes[: len(ORGANS) + 1] != (BACKGROUND, *ORGANS) or len(self.classes) > _MOST_CLASSES:
            raise TrainingDataError(
                f"classes: expected {BACKGROUND}, {', '.join(ORGANS)} first, at most {_MOST_CLASSES} in all"
            )
        if not self.sources:
            raise TrainingDataError("recipe: expected at least one table [[sources]], got none")
        for source in self.sources:
            self.variation_of(source)

    def variation_of(self, source: StackSource) -> SliceVariation:
        """How far the slices of a source are varied."""
        own = {name: getattr(self.variation, name) for name in SliceVariation.__dataclass_fields__}
        return fill(SliceVariation, {**own, **source.variation}, "[[sources]] variation")


def read_organ_recipe(
    path: Path | None, data_root: Path, changes: Mapping[str, Any] | None = None
) -> OrganRecipe:
    """The recipe with its paths resolved against the data folder.

    Args:
        path: TOML file; by default the shipped one: of the competition where the data folder is the
            competition's, with its `train.csv`, else of a data folder of the project's layout.
        data_root: Data folder.
        changes: Entries to replace, by their dotted names ("organs.fit.epochs").

    Raises:
        TrainingDataError: An entry is missing, unknown or out of range.
    """
    shipped = "organs_competition.toml" if (data_root / "train.csv").is_file() else "organs.toml"
    table = _nested(read_toml(path, shipped), changes or {})
    parts = {
        "slices": _plan(table.pop("slices", {}), "slices"),
        "organs": _plan(table.pop("organs", {}), "organs"),
        "variation": fill(SliceVariation, table.pop("variation", {}), "[variation]"),
        "classes": tuple(table.pop("classes", ())),
        "sources": tuple(_source(row, data_root) for row in table.pop("sources", [])),
    }
    return fill(OrganRecipe, {**table, **parts}, "top level")


def _nested(table: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`changed`, for names of several steps."""
    out = dict(table)
    for name, value in changes.items():
        first, _, rest = name.partition(".")
        out[first] = (
            _nested(out.get(first, {}), {rest: value})
            if "." in rest
            else changed({first: out.get(first, {})}, {name: value})[first]
        )
    return out


def _plan(table: Mapping[str, Any], where: str) -> NetworkPlan:
    parts = {
        "view": fill(ViewOptions, table.get("view", {}), f"[{where}.view]"),
        "fit": fill(FitOptions, table.get("fit", {}), f"[{where}.fit]"),
    }
    return fill(NetworkPlan, {**table, **parts}, f"[{where}]")


def _source(row: Mapping[str, Any], data_root: Path) -> StackSource:
    paths = {key: data_root / row[key] for key in ("path", "labels", "names") if key in row}
    return fill(StackSource, {**row, **paths}, "[[sources]]")
