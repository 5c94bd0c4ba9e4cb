"""Training recipes: small TOML files that hold everything a run depends on but the data folder."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from cytovox.domain.errors import TrainingDataError
from cytovox.io.cell_pictures import CellPictureSource
from cytovox.training.augmentation import AppearanceOptions
from cytovox.training.cell_pictures import VariationOptions
from cytovox.training.finder_sources import FieldSource
from cytovox.training.fitting import FitOptions

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ClassifierRecipe:
    """Everything a classifier run depends on but the data folder.

    Attributes:
        name: Bundle name.
        version: Bundle version.
        taxonomy: Taxonomy of the classes.
        classes: Class keys, in output order.
        input_px: Side of the network's square input.
        um_per_px: Physical size of its pixel.
        weights: What the encoder starts from (see `CellClassifier.start_from`), relative to the data folder.
        fit: How the network is fitted.
        sources: Training pictures; the first also gives the validation split.
        scale_spread: Log-normal spread of the size of cells in training.
        evenness: 0 draws all pictures of a source alike, 1 all its classes alike.
        calibration_share: Share of the training split that is held back to calibrate on.
        self_training_from: Epoch from which unlabelled cells get the class that the network is sure of.
        self_training_least: Least probability of such a class.
        appearance: Variation of colour and sharpness.
        variation: Further variation.
    """

    name: str
    version: str
    taxonomy: str
    classes: tuple[str, ...]
    input_px: int
    um_per_px: float
    weights: str
    fit: FitOptions
    sources: tuple[CellPictureSource, ...]
    scale_spread: float = 0.14
    evenness: float = 0.0
    calibration_share: float = 0.1
    self_training_from: int = 1
    self_training_least: float = 0.9
    appearance: AppearanceOptions = field(default_factory=AppearanceOptions)
    variation: VariationOptions = field(default_factory=VariationOptions)


@dataclass(frozen=True, slots=True)
class FinderRecipe:
    """Everything a finder run depends on but the data folder.

    Attributes:
        name: Bundle name.
        version: Bundle version.
        um_per_px: Physical size of the network's pixel.
        crop_px: Side of a training crop; a multiple of 16.
        weights: ImageNet weights, relative to the data folder.
        validation: Index of the fields whose "val" split is held out.
        fit: How the network is fitted.
        sources: Training fields.
    """

    name: str
    version: str
    um_per_px: float
    crop_px: int
    weights: str
    validation: Path
    fit: FitOptions
    sources: tuple[FieldSource, ...]


def read_toml(path: Path | None, shipped: str) -> dict[str, Any]:
    """A recipe file's tables; the shipped recipe of that name when `path` is None.

    Raises:
        TrainingDataError: The file is missing or is no TOML.
    """
    try:
        if path is None:
            return tomllib.loads((resources.files(__package__) / "recipes" / shipped).read_text("utf-8"))
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TrainingDataError(f"{path}: expected a recipe in TOML, {error}") from error


def fill(kind: type[T], table: Mapping[str, Any], where: str) -> T:
    """A recipe dataclass from a TOML table, with a clear error for a missing or unknown entry."""
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    if unknown := table.keys() - known:
        raise TrainingDataError(
            f"recipe {where}: unknown entry '{min(unknown)}'; it knows {', '.join(sorted(known))}"
        )
    try:
        return kind(**table)
    except TypeError as error:
        raise TrainingDataError(f"recipe {where}: {error}") from error


def read_classifier_recipe(path: Path | None, data_root: Path) -> ClassifierRecipe:
    """The recipe with its indexes resolved against the data folder."""
    table = read_toml(path, "blood.toml")
    sources = tuple(
        fill(CellPictureSource, {**source, "index": data_root / str(source.get("index", ""))}, "[[sources]]")
        for source in table.pop("sources", [])
    )
    parts = {
        "fit": fill(FitOptions, table.pop("fit", {}), "[fit]"),
        "appearance": fill(AppearanceOptions, table.pop("appearance", {}), "[appearance]"),
        "variation": fill(VariationOptions, table.pop("variation", {}), "[variation]"),
        "classes": tuple(table.pop("classes", ())),
        "sources": sources,
    }
    return fill(ClassifierRecipe, {**table, **parts}, "top level")


def read_finder_recipe(path: Path | None, data_root: Path) -> FinderRecipe:
    """The recipe with its indexes resolved against the data folder."""
    table = read_toml(path, "finder.toml")
    sources = []
    for source in table.pop("sources", []):
        paths = {key: data_root / source[key] for key in ("index", "masks") if key in source}
        sources.append(fill(FieldSource, {**source, **paths}, "[[sources]]"))
    fit = fill(FitOptions, table.pop("fit", {}), "[fit]")
    table["validation"] = data_root / str(table.get("validation", ""))
    return fill(FinderRecipe, {**table, "fit": fit, "sources": tuple(sources)}, "top level")
