"""What an analysis found, with everything a report needs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cytovox.domain.cells import CellTable
from cytovox.domain.image import Scale
from cytovox.domain.predictions import CellPredictions
from cytovox.domain.proportion import Proportion, wilson
from cytovox.domain.smear_map import SmearMap
from cytovox.domain.taxonomy import UNIDENTIFIED

__all__ = ["CellPredictions", "ModelUse", "Provenance", "QualityWarning", "SmearFindings"]


@dataclass(frozen=True, slots=True)
class QualityWarning:
    """Something about a picture that makes its results less trustworthy.

    Attributes:
        key: Stable identifier ("blurred", "overexposed", "underexposed", "oversaturated", "colourless",
            "few_cells", "not_a_smear", "scale_uncertain", "scale_unknown").
        message: Plain language for the person who took the picture, with what to do.
    """

    key: str
    message: str


@dataclass(frozen=True, slots=True)
class ModelUse:
    """A model bundle that took part in a run.

    Attributes:
        name: Bundle name.
        version: Bundle version.
        sha256: Hash of its `model.onnx`.
    """

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a result came about, enough to repeat it.

    Attributes:
        cytovox_version: Version of this package.
        created_utc: ISO 8601 time, UTC.
        models: Bundles used.
        options: Options of the run, as plain values, and `working_um_per_px`, the scale that the networks
            worked at, also where the reported scale is unknown.
        input_sha256: Hash of the decoded pixels.
    """

    cytovox_version: str
    created_utc: str
    models: tuple[ModelUse, ...]
    options: Mapping[str, str | float | int | bool | None]
    input_sha256: str


@dataclass(frozen=True, slots=True)
class SmearFindings:
    """Result of one smear picture.

    Attributes:
        source: What the picture was called.
        width: Columns of the picture, px.
        height: Rows of the picture, px.
        cells: One row a cell.
        scale: Micrometres per pixel, with origin and uncertainty.
        warnings: Quality warnings, most important first.
        provenance: How the result came about.
        level: Share of white cells whose true class is in their prediction set (0.9), or None from a
            classifier without sets.
        smear_map: Class of every pixel, or None where no map was asked for, or it is not at hand.
        counted_pixels: Pixels of each class of a map that is not at hand, or None.
    """

    source: str
    width: int
    height: int
    cells: CellTable
    scale: Scale
    warnings: tuple[QualityWarning, ...]
    provenance: Provenance
    level: float | None = None
    smear_map: SmearMap | None = None
    counted_pixels: Mapping[str, int] | None = None

    @property
    def map_pixels(self) -> Mapping[str, int] | None:
        """Pixels of each class of the map, in class order; None where none was made."""
        return self.counted_pixels if self.smear_map is None else self.smear_map.pixels

    @property
    def material(self) -> str:
        """What the smear was made of: the key of the taxonomy of its cells."""
        return self.cells.taxonomy.key

    @property
    def parasitaemia(self) -> Proportion | None:
        """Infected among all red cells, with its interval; None where they were not examined for it."""
        if "infected_red_cell" not in self.cells.classes:
            return None
        labels = self.cells.label
        infected = int(np.count_nonzero(labels == "infected_red_cell"))
        return wilson(infected, infected + int(np.count_nonzero(labels == "red_cell")))

    @property
    def counts(self) -> dict[str, int]:
        """Number of cells of each class, in class order; classes that were not found have 0.

        "unidentified" comes last, and only where there is such a cell: it is no type of a differential.
        """
        labels = self.cells.label
        refused = int(np.count_nonzero(self.cells.unidentified))
        counts = {key: int(np.count_nonzero(labels == key)) for key in self.cells.classes}
        return counts | ({UNIDENTIFIED: refused} if refused else {})
