"""Training recipes: small TOML files that hold everything a run depends on but the data folder."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from cytovox.domain.errors import TrainingDataError
from cytovox.imaging.preprocessing import is_to_be_measured, preprocess
from cytovox.io.cell_pictures import CellPictureSource
from cytovox.training.augmentation import AppearanceOptions
from cytovox.training.backbones.catalogue import DEFAULT_BACKBONE, check_encoder
from cytovox.training.cell_pictures import VariationOptions
from cytovox.training.composed_fields import ComposedSource
from cytovox.training.finder_sources import FieldSource
from cytovox.training.fitting import FitOptions
from cytovox.training.imbalance import ImbalanceOptions

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
        pictures_um_per_px: Scale of single-cell pictures that name none; None to estimate it from each.
        backbone: Encoder, one of `backbones.catalogue.BACKBONES`.
        imbalance: What is done about rare classes.
        preprocessing: Steps between crop and network (`imaging.preprocessing`); a stain normalisation without
            figures is measured on the training pictures.
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
    pictures_um_per_px: float | None = None
    backbone: str = DEFAULT_BACKBONE
    imbalance: ImbalanceOptions = field(default_factory=ImbalanceOptions)
    preprocessing: tuple[Mapping[str, Any], ...] = ()

    def __post_init__(self) -> None:
        check_encoder(self.backbone, self.input_px)
        preprocess([step for step in self.preprocessing if not is_to_be_measured(step)])


@dataclass(frozen=True, slots=True)
class FinderRecipe:
    """Everything a finder run depends on but the data folder.

    Attributes:
        name: Bundle name.
        version: Bundle version.
        um_per_px: Physical size of the network's pixel.
        crop_px: Side of a training crop; a multiple of 16.
        weights: What the network starts from (see `CellFinder.start_from`), relative to the data folder.
        validation: Index of the fields whose "val" split is held out.
        fit: How the network is fitted.
        sources: Training fields.
        composed: Further ones, composed from cut-outs.
    """

    name: str
    version: str
    um_per_px: float
    crop_px: int
    weights: str
    validation: Path
    fit: FitOptions
    sources: tuple[FieldSource, ...]
    composed: ComposedSource = field(default_factory=ComposedSource)


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


def read_classifier_recipe(
    recipe: Path | str | None, data_root: Path, changes: Mapping[str, Any] | None = None
) -> ClassifierRecipe:
    """The recipe with its indexes resolved against the data folder.

    Args:
        recipe: TOML file, or the name of a shipped recipe ("blood", "marrow"); "blood" by default.
        data_root: Data folder.
        changes: See `changed`.
    """
    name = "blood" if recipe is None else str(recipe)
    shipped = recipe is None or (
        isinstance(recipe, str) and (resources.files(__package__) / "recipes" / f"{name}.toml").is_file()
    )
    table = read_toml(None if shipped else Path(name), f"{name}.toml")
    return classifier_recipe(changed(table, changes or {}), data_root)


def changed(table: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A recipe's tables with some entries replaced.

    Args:
        table: As read from TOML.
        changes: New values by their dotted names ("input_px", "fit.epochs").
    """
    out = {key: dict(value) if isinstance(value, Mapping) else value for key, value in table.items()}
    for name, value in changes.items():
        section, _, entry = name.rpartition(".")
        (out.setdefault(section, {}) if section else out)[entry] = value
    return out


def classifier_recipe(table: Mapping[str, Any], data_root: Path) -> ClassifierRecipe:
    """The recipe of a file's tables, with its indexes resolved against the data folder.

    Raises:
        TrainingDataError: An entry is missing, unknown or out of range.
    """
    table = dict(table)
    sources = tuple(
        fill(CellPictureSource, {**source, "index": data_root / str(source.get("index", ""))}, "[[sources]]")
        for source in table.pop("sources", [])
    )
    parts = {
        "fit": fill(FitOptions, table.pop("fit", {}), "[fit]"),
        "appearance": fill(AppearanceOptions, table.pop("appearance", {}), "[appearance]"),
        "variation": fill(VariationOptions, table.pop("variation", {}), "[variation]"),
        "imbalance": fill(ImbalanceOptions, table.pop("imbalance", {}), "[imbalance]"),
        "preprocessing": tuple(table.pop("preprocessing", ())),
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
    composed = fill(ComposedSource, table.pop("composed", {}), "[composed]")
    table["validation"] = data_root / str(table.get("validation", ""))
    return fill(
        FinderRecipe, {**table, "fit": fit, "composed": composed, "sources": tuple(sources)}, "top level"
    )
