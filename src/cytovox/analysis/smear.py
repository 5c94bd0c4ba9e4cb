"""The smear lane: one picture in, every cell out."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cytovox.analysis.cell_classifier import CellClassifier
from cytovox.analysis.cell_finder import CellFinder
from cytovox.analysis.classify import loaded_classifier
from cytovox.analysis.infected_red_cells import infection_probabilities
from cytovox.analysis.name_cells import name_cells, with_subtype
from cytovox.analysis.parasites import Parasites
from cytovox.analysis.provenance import provenance_of
from cytovox.analysis.scale_refinement import ScaledCells, find_at_scale
from cytovox.analysis.sharper_outlines import sharper_outlines
from cytovox.analysis.smear_map import (
    Votes,
    class_shares,
    class_votes,
    consistent_map,
    draw_raw_map,
    look_like_platelets,
)
from cytovox.analysis.star_decoding import StarCells
from cytovox.analysis.white_cell_parts import WhiteCellParts, measure_white_cells
from cytovox.domain.cells import CellTable
from cytovox.domain.errors import BundleError, InputError
from cytovox.domain.findings import ModelUse, Provenance, QualityWarning, SmearFindings
from cytovox.domain.image import SmearImage
from cytovox.domain.material import Material
from cytovox.domain.predictions import CellPredictions
from cytovox.domain.smear_map import SmearMap
from cytovox.domain.taxonomies import load_taxonomy
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
        material: What the smear was made of, "blood" or "marrow": whose classes nucleated cells are named by.
    """

    min_score: float | None = None
    refuse_rate: float | None = None
    smear_map: bool = False
    material: str = Material.BLOOD

    def __post_init__(self) -> None:
        if self.min_score is not None and not 0.0 < self.min_score <= 1.0:
            raise InputError(f"min_score: expected a number above 0 and at most 1, got {self.min_score}")
        if self.refuse_rate is not None and not 0.0 <= self.refuse_rate <= 1.0:
            raise InputError(f"refuse_rate: expected a number from 0 to 1, got {self.refuse_rate}")
        if self.material not in tuple(Material):
            raise InputError(f"material: expected one of {', '.join(Material)}, got '{self.material}'")


@dataclass(frozen=True, slots=True)
class SmearModels:
    """The models of the smear lane, loaded.

    Attributes:
        finder: Finds and outlines cells, and draws the map.
        classifier: Names white cells.
        white_cells: Tells nucleus and cytoplasm apart; None to leave nuclei unmeasured.
        malaria: Tells infected red cells; None to call all red cells healthy.
    """

    finder: CellFinder
    classifier: CellClassifier
    white_cells: WhiteCellParts | None = None
    malaria: Parasites | None = None

    @property
    def uses(self) -> tuple[ModelUse, ...]:
        """How results name them."""
        given = (self.finder, self.classifier, self.white_cells, self.malaria)
        return tuple(model.bundle.use for model in given if model is not None)

    @classmethod
    def shipped(cls, material: str = Material.BLOOD) -> "SmearModels":
        """The installed bundles for a material, loaded once a process."""
        # Whatever the material, the same finder: only the classifier is another. Parasites were learnt and
        # measured in blood; in marrow, nuclei that lie on red cells are taken for them.
        finder, white_cells, malaria = _for_any_material()
        of_blood = malaria if material == Material.BLOOD else None
        return cls(finder, loaded_classifier(material), white_cells, of_blood)


@cache
def _for_any_material() -> tuple[CellFinder, WhiteCellParts, Parasites]:
    return CellFinder.load(), WhiteCellParts.load(), Parasites.load()


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
        models: Loaded models; the shipped ones for the material by default.
        options: See `SmearOptions`.
        progress: Called as the work goes on.

    Raises:
        InputError: `image` is no `SmearImage`, or the classifier given is for another material.
        BundleError: A shipped model is missing or damaged.
    """
    if not isinstance(image, SmearImage):
        raise InputError(f"analyze_smear: expected a SmearImage (see open_smear), got {type(image).__name__}")
    report = progress or (lambda _share, _step: None)
    report(0.0, "loading the models")
    models = models or SmearModels.shipped(options.material)
    _check_material(models.classifier, options.material)
    report(0.1, "finding cells")
    floor = options.min_score or models.finder.lowest_threshold
    crowded = options.material == Material.MARROW
    found = find_at_scale(models.finder, image.pixels, image.scale, min_score=floor, crowded=crowded)
    cells = models.finder.above_thresholds(found.cells, options.min_score)
    raw = None if found.pixel_map is None else draw_raw_map(found.pixel_map, image.height, image.width)
    votes = None if raw is None else class_votes(raw, list(cells.outlines))
    if votes is not None:
        cells = _clumps_as_platelets(models.finder, cells, votes)
    report(0.5, "naming cells")
    names = _names(models, image, cells, found, votes, refuse_rate=options.refuse_rate)
    report(0.7, "measuring cells")
    table = replace(_table(models, image, cells, found, names), taxonomy=load_taxonomy(options.material))
    report(0.8, "drawing the map")
    smear_map = _smear_map(models.finder, raw, table, found) if options.smear_map else None
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
        smear_map=smear_map,
    )


def _check_material(classifier: CellClassifier, material: str) -> None:
    """Nothing, where the classifier's classes are those of the material, or of its own making."""
    key = classifier.bundle.taxonomy.key
    if key in tuple(Material) and key != material:
        raise InputError(
            f"material: expected a classifier of '{material}', got '{classifier.bundle.name}', which names "
            f"cells of '{key}'; give the material '{key}' or another classifier"
        )


def _clumps_as_platelets(finder: CellFinder, cells: StarCells, votes: Votes) -> StarCells:
    """The cells, platelet clumps among them that the finder took for a white cell put right.

    A clump is as large as a white cell, and the finder was shown few. The map knows them by their pixels.
    """
    white, platelet = finder.classes.index("white_cell"), finder.classes.index("platelet")
    rows = np.flatnonzero(cells.kind == white)
    rows = rows[look_like_platelets(votes[rows])]
    scores = cells.scores.copy()
    scores[rows, white], scores[rows, platelet] = cells.scores[rows, platelet], cells.scores[rows, white]
    return StarCells(cells.centre, cells.radii, scores)


def _names(
    models: SmearModels,
    image: SmearImage,
    cells: StarCells,
    found: ScaledCells,
    votes: Votes | None,
    *,
    refuse_rate: float | None,
) -> CellPredictions:
    names = name_cells(
        models.classifier,
        image.pixels,
        cells,
        models.finder.classes,
        um_per_px=found.working_um_per_px,
        refuse_rate=refuse_rate,
    )
    if votes is not None:
        clumps = class_shares(votes, "platelet_clump", "platelet")
        names = with_subtype(names, "platelet", "platelet_clump", clumps)
    if models.malaria is not None:
        infected = np.zeros(len(cells), np.float32)
        red = np.flatnonzero(cells.kind == models.finder.classes.index("red_cell"))
        of_red = None if votes is None else votes[red]
        infected[red] = infection_probabilities(
            models.malaria, image.pixels, cells[red], of_red, found.working_um_per_px
        )
        names = with_subtype(names, "red_cell", "infected_red_cell", infected)
    return names


def _table(
    models: SmearModels, image: SmearImage, cells: StarCells, found: ScaledCells, names: CellPredictions
) -> CellTable:
    outlines, measured = tuple(cells.outlines), None
    if models.white_cells is not None:
        measured = measure_white_cells(
            models.white_cells,
            image.pixels,
            outlines,
            cells.kind == models.finder.classes.index("white_cell"),
            found.working_um_per_px,
            mpp_um=found.scale.mpp_um,
        )
        outlines = sharper_outlines(outlines, measured.cell_outlines)
    table = CellTable.from_outlines(
        outlines,
        classes=names.classes,
        score=cells.score,
        probabilities=names.probabilities,
        picture_size=(image.height, image.width),
        mpp_um=found.scale.mpp_um,
    )
    limits = np.array([image.width, image.height] * 2, np.float32)
    drawn = models.finder.drawn_boxes(cells, found.working_um_per_px)
    return replace(
        table,
        box=np.clip(drawn, 0, limits),
        prediction_sets=names.prediction_sets,
        unfamiliarity=names.unfamiliarity,
        unidentified=names.unidentified,
        nucleus_outlines=table.nucleus_outlines if measured is None else measured.nucleus_outlines,
        morphometry=table.morphometry if measured is None else measured.morphometry,
    )


def _smear_map(
    finder: CellFinder, raw: NDArray[np.uint8] | None, table: CellTable, found: ScaledCells
) -> SmearMap:
    if raw is None:
        raise BundleError(
            f"smear map: expected a finder that draws one, got '{finder.bundle.name}' "
            f"{finder.bundle.version}, which does not; leave the map out, or use the installed finder"
        )
    return consistent_map(raw, table, found.working_um_per_px)


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
    options_used = {
        "min_score": options.min_score,
        "refuse_rate": options.refuse_rate,
        "material": str(options.material),
        "mpp_um": image.mpp_um,
        "working_um_per_px": working_um_per_px,
    }
    return provenance_of(image.pixels, models.uses, options_used)
