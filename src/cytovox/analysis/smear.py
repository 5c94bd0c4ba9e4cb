"""The smear lane: one picture in, every cell out."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from cytovox.analysis.cell_classifier import CellClassifier
from cytovox.analysis.cell_finder import CellFinder
from cytovox.analysis.scale_refinement import ScaledCells, find_at_scale
from cytovox.analysis.star_decoding import StarCells
from cytovox.domain.best_class import best_class
from cytovox.domain.cells import CellTable
from cytovox.domain.errors import InputError
from cytovox.domain.findings import Provenance, QualityWarning, SmearFindings
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import SmearImage
from cytovox.domain.predictions import CellPredictions
from cytovox.imaging.quality import quality_warnings

Progress = Callable[[float, str], None]
"""Called with the share done, 0..1, and the present step in words."""

_SCALE_DISAGREEMENT = 1.35
"""Ratio of given to measured scale above which the user is warned; red cells vary by less."""


@dataclass(frozen=True, slots=True)
class SmearOptions:
    """Options of `analyze_smear`.

    Attributes:
        min_score: Lowest finder score of a reported cell, 0..1; None for each class's own threshold.
        refuse_rate: Share of true white cells that may be called "unidentified" so that strange ones are;
            None for the classifier's own, 0 to name every cell.
        smear_map: Whether the ten-class map of the picture's pixels is wanted too.
    """

    min_score: float | None = None
    refuse_rate: float | None = None
    smear_map: bool = False

    def __post_init__(self) -> None:
        if self.min_score is not None and not 0.0 < self.min_score <= 1.0:
            raise InputError(f"min_score: expected a number above 0 and at most 1, got {self.min_score}")
        if self.refuse_rate is not None and not 0.0 <= self.refuse_rate <= 1.0:
            raise InputError(f"refuse_rate: expected a number from 0 to 1, got {self.refuse_rate}")


@dataclass(frozen=True, slots=True)
class SmearModels:
    """The models of the smear lane, loaded."""

    finder: CellFinder
    classifier: CellClassifier

    @classmethod
    def shipped(cls) -> "SmearModels":
        """The installed bundles, loaded once a process."""
        return _shipped()


@cache
def _shipped() -> SmearModels:
    return SmearModels(CellFinder.load(), CellClassifier.load())


def analyze_smear(
    image: SmearImage,
    models: SmearModels | None = None,
    *,
    options: SmearOptions = SmearOptions(),
    progress: Progress | None = None,
) -> SmearFindings:
    """Every cell of a smear picture: outlined, named, measured and counted.

    Args:
        image: The picture; its scale is estimated from its red cells where it is unknown.
        models: Loaded models; the shipped ones by default.
        options: See `SmearOptions`.
        progress: Called as the work goes on.

    Raises:
        InputError: `image` is no `SmearImage`.
        BundleError: A shipped model is missing or damaged.
    """
    if not isinstance(image, SmearImage):
        raise InputError(f"analyze_smear: expected a SmearImage (see open_smear), got {type(image).__name__}")
    report = progress or (lambda _share, _step: None)
    report(0.0, "loading the models")
    models = models or SmearModels.shipped()
    report(0.1, "finding cells")
    floor = options.min_score or models.finder.lowest_threshold
    found = find_at_scale(models.finder, image.pixels, image.scale, min_score=floor)
    cells = _above_thresholds(models.finder, found.cells, options.min_score)
    report(0.6, "naming white cells")
    names = _name_cells(models, image, cells, found.working_um_per_px, options.refuse_rate)
    table = _table(models.finder, image, cells, found, names)
    report(0.9, "checking the picture")
    warnings = _warnings(models.finder, image, found, cells)
    report(1.0, "done")
    return SmearFindings(
        source=image.source,
        width=image.width,
        height=image.height,
        cells=table,
        scale=found.scale,
        warnings=warnings,
        provenance=_provenance(models, image, options, found.working_um_per_px),
        level=models.classifier.level,
    )


def _table(
    finder: CellFinder, image: SmearImage, cells: StarCells, found: ScaledCells, names: CellPredictions
) -> CellTable:
    table = CellTable.from_outlines(
        tuple(cells.outlines),
        classes=names.classes,
        score=cells.score,
        probabilities=names.probabilities,
        picture_size=(image.height, image.width),
        mpp_um=found.scale.mpp_um,
    )
    limits = np.array([image.width, image.height] * 2, np.float32)
    drawn = finder.drawn_boxes(cells, found.working_um_per_px)
    return replace(
        table,
        box=np.clip(drawn, 0, limits),
        prediction_sets=names.prediction_sets,
        unfamiliarity=names.unfamiliarity,
        unidentified=names.unidentified,
    )


def _above_thresholds(finder: CellFinder, cells: StarCells, min_score: float | None) -> StarCells:
    if min_score is not None:
        return cells
    thresholds = finder.bundle.manifest["thresholds"]
    lowest = np.array([thresholds[key] for key in finder.classes])
    return cells[np.flatnonzero(cells.score >= lowest[cells.kind])]


def _name_cells(
    models: SmearModels, image: SmearImage, cells: StarCells, um_per_px: float, refuse_rate: float | None
) -> CellPredictions:
    """Probabilities, prediction set and refusal of each cell.

    The finder decides between red cell, white cell and platelet; its score says how surely. The probabilities
    of a white cell are the classifier's over the types: a hard type never turns a white cell into a red one.
    """
    coarse = models.finder.classes
    white = coarse.index("white_cell")
    types = tuple(key for key in models.classifier.classes if key not in coarse)
    others = [key for key in coarse if key != "white_cell"]
    # The centre maps are independent; squaring lets the winner's share speak for its class.
    share = np.square(cells.scores)
    share /= np.maximum(share.sum(axis=1, keepdims=True), 1e-12)
    of_type = np.repeat(share[:, white, None] / len(types), len(types), axis=1)
    of_others = np.delete(share, white, axis=1)
    rows = np.flatnonzero(cells.kind == white)
    named = _white_cell_types(
        models.classifier, image, cells.boxes[rows], types, um_per_px=um_per_px, refuse_rate=refuse_rate
    )
    of_type[rows], of_others[rows] = named.probabilities, 0.0
    probabilities = np.concatenate([of_others, of_type], axis=1).astype(np.float32)
    classes = (*others, *types)
    # Of a cell that the classifier does not see, the finder's class alone.
    kinds = np.array([key if key in others else "" for key in coarse])[cells.kind]
    sets = np.array(classes) == kinds[:, None]
    sets[rows, len(others) :] = named.prediction_sets
    unfamiliarity, unidentified = np.full(len(cells), np.nan, np.float32), np.zeros(len(cells), bool)
    unfamiliarity[rows], unidentified[rows] = named.unfamiliarity, named.unidentified
    return CellPredictions(classes, probabilities, sets, unfamiliarity, unidentified)


def _white_cell_types(
    classifier: CellClassifier,
    image: SmearImage,
    boxes: FloatArray,
    types: tuple[str, ...],
    *,
    um_per_px: float,
    refuse_rate: float | None,
) -> CellPredictions:
    """The classifier's answer on white cells, among `types`: the finder decides on platelets."""
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    crops = [classifier.crop(image.pixels, (float(x), float(y)), um_per_px) for x, y in middles]
    named = classifier.classify(crops, refuse_rate=refuse_rate)
    columns = [classifier.classes.index(key) for key in types]
    of_type = named.probabilities[:, columns]
    of_type /= np.maximum(of_type.sum(axis=1, keepdims=True), 1e-300)
    sets = named.prediction_sets[:, columns]
    if classifier.level is None:
        sets = np.arange(len(types)) == best_class(of_type, types, classifier.bundle.taxonomy)[:, None]
    return CellPredictions(
        types,
        of_type.astype(np.float32),
        sets,
        named.unfamiliarity.astype(np.float32),
        named.unidentified,
    )


def _warnings(
    finder: CellFinder, image: SmearImage, found: ScaledCells, cells: StarCells
) -> tuple[QualityWarning, ...]:
    count = {key: int((cells.kind == i).sum()) for i, key in enumerate(finder.classes)}
    warnings = quality_warnings(
        image.pixels,
        scale=found.scale,
        red_cells=count["red_cell"],
        white_cells=count["white_cell"],
        platelets=count["platelet"],
    )
    return (*warnings, *_scale_warnings(image, found))


def _scale_warnings(image: SmearImage, found: ScaledCells) -> tuple[QualityWarning, ...]:
    given, measured = image.mpp_um, found.measured_um_per_px
    if given is None or measured is None:
        return ()
    if max(given / measured, measured / given) <= _SCALE_DISAGREEMENT:
        return ()
    message = (
        f"The given scale is {given:.3f} um per pixel, but the red cells of this picture suggest "
        f"{measured:.3f}. Check the given scale: sizes and cell types depend on it."
    )
    return (QualityWarning("scale_uncertain", message),)


def _provenance(
    models: SmearModels, image: SmearImage, options: SmearOptions, working_um_per_px: float
) -> Provenance:
    return Provenance(
        cytovox_version=_own_version(),
        created_utc=datetime.now(UTC).isoformat(timespec="seconds"),
        models=(models.finder.bundle.use, models.classifier.bundle.use),
        options={
            "min_score": options.min_score,
            "refuse_rate": options.refuse_rate,
            "mpp_um": image.mpp_um,
            "working_um_per_px": working_um_per_px,
        },
        input_sha256=hashlib.sha256(image.pixels.tobytes()).hexdigest(),
    )


@cache
def _own_version() -> str:
    # Read once: looking through installed packages costs 2 ms, a twentieth of a field.
    try:
        return version("cytovox")
    except PackageNotFoundError:
        return "unknown"
