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
from cytovox.domain.cells import CellTable
from cytovox.domain.errors import InputError
from cytovox.domain.findings import Provenance, QualityWarning, SmearFindings
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import SmearImage
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
    """

    min_score: float | None = None

    def __post_init__(self) -> None:
        if self.min_score is not None and not 0.0 < self.min_score <= 1.0:
            raise InputError(f"min_score: expected a number above 0 and at most 1, got {self.min_score}")


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
    classes, probabilities = _name_cells(models, image, cells, found.working_um_per_px)
    table = CellTable.from_outlines(
        tuple(cells.outlines),
        classes=classes,
        score=cells.score,
        probabilities=probabilities,
        picture_size=(image.height, image.width),
        mpp_um=found.scale.mpp_um,
    )
    limits = np.array([image.width, image.height] * 2, np.float32)
    drawn = models.finder.drawn_boxes(cells, found.working_um_per_px)
    table = replace(table, box=np.clip(drawn, 0, limits))
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
        provenance=_provenance(models, image, options),
    )


def _above_thresholds(finder: CellFinder, cells: StarCells, min_score: float | None) -> StarCells:
    if min_score is not None:
        return cells
    thresholds = finder.bundle.manifest["thresholds"]
    lowest = np.array([thresholds[key] for key in finder.classes])
    return cells[np.flatnonzero(cells.score >= lowest[cells.kind])]


def _name_cells(
    models: SmearModels, image: SmearImage, cells: StarCells, um_per_px: float
) -> tuple[tuple[str, ...], FloatArray]:
    """Class keys and probabilities of each cell.

    The finder decides between red cell, white cell and platelet; its score says how surely. The probabilities
    of a white cell are the classifier's over the types: a hard type never turns a white cell into a red one.
    """
    coarse = models.finder.classes
    white = coarse.index("white_cell")
    types = [key for key in models.classifier.classes if key not in coarse]
    others = [key for key in coarse if key != "white_cell"]
    # The centre maps are independent; squaring lets the winner's share speak for its class.
    share = np.square(cells.scores)
    share /= np.maximum(share.sum(axis=1, keepdims=True), 1e-12)
    of_type = np.repeat(share[:, white, None] / len(types), len(types), axis=1)
    of_others = np.delete(share, white, axis=1)
    rows = np.flatnonzero(cells.kind == white)
    of_type[rows] = _white_cell_types(models.classifier, image, cells.boxes[rows], types, um_per_px)
    of_others[rows] = 0.0
    return (*others, *types), np.concatenate([of_others, of_type], axis=1).astype(np.float32)


def _white_cell_types(
    classifier: CellClassifier, image: SmearImage, boxes: FloatArray, types: list[str], um_per_px: float
) -> FloatArray:
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    crops = [classifier.crop(image.pixels, (float(x), float(y)), um_per_px) for x, y in middles]
    named = classifier.probabilities(crops)[:, [classifier.classes.index(key) for key in types]]
    return np.asarray(named / np.maximum(named.sum(axis=1, keepdims=True), 1e-12), np.float32)


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


def _provenance(models: SmearModels, image: SmearImage, options: SmearOptions) -> Provenance:
    return Provenance(
        cytovox_version=_own_version(),
        created_utc=datetime.now(UTC).isoformat(timespec="seconds"),
        models=(models.finder.bundle.use, models.classifier.bundle.use),
        options={"min_score": options.min_score, "mpp_um": image.mpp_um},
        input_sha256=hashlib.sha256(image.pixels.tobytes()).hexdigest(),
    )


@cache
def _own_version() -> str:
    # Read once: looking through installed packages costs 2 ms, a twentieth of a field.
    try:
        return version("cytovox")
    except PackageNotFoundError:
        return "unknown"
