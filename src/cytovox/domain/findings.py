"""What an analysis found, with everything a report needs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.cells import CellTable
from cytovox.domain.errors import InputError
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import Scale


@dataclass(frozen=True, slots=True)
class QualityWarning:
    """Something about a picture that makes its results less trustworthy.

    Attributes:
        key: Stable identifier ("blurred", "overexposed", "underexposed", "oversaturated", "few_cells",
            "not_a_smear", "scale_uncertain", "scale_unknown").
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
        options: Options of the run, as plain values.
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
    """

    source: str
    width: int
    height: int
    cells: CellTable
    scale: Scale
    warnings: tuple[QualityWarning, ...]
    provenance: Provenance

    @property
    def counts(self) -> dict[str, int]:
        """Number of cells of each class, in class order; classes that were not found have 0."""
        labels = self.cells.label
        return {key: int(np.count_nonzero(labels == key)) for key in self.cells.classes}


@dataclass(frozen=True, slots=True)
class CellPredictions:
    """Classification of pictures of one centred cell each.

    Attributes:
        classes: The k taxonomy keys, in column order.
        probabilities: Array (n, k), each row adding to 1.
    """

    classes: tuple[str, ...]
    probabilities: FloatArray

    def __post_init__(self) -> None:
        if self.probabilities.ndim != 2 or self.probabilities.shape[1] != len(self.classes):
            raise InputError(
                f"predictions: expected shape (cells, {len(self.classes)}), got {self.probabilities.shape}"
            )

    def __len__(self) -> int:
        return len(self.probabilities)

    @property
    def label(self) -> NDArray[np.str_]:
        """Array (n,): the most probable class of each picture."""
        if not len(self):
            return np.array([], dtype=np.str_)
        return np.asarray(np.array(self.classes)[self.probabilities.argmax(axis=1)], np.str_)
