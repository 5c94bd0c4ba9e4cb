"""Labelled cells named by a classifier: where their label says they are, or found first as for a user."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cytovox.analysis.classify import classify_cells, loaded_classifier, working_scale
from cytovox.analysis.smear import SmearModels, SmearOptions, analyze_smear
from cytovox.domain.cells import CellTable
from cytovox.domain.errors import ImageFileError, TrainingDataError
from cytovox.domain.image import SmearImage
from cytovox.domain.material import Material
from cytovox.domain.predictions import CellPredictions
from cytovox.domain.taxonomy import Taxonomy
from cytovox.evaluation.classification_report import NOT_FOUND
from cytovox.evaluation.labelled_sets import LabelledCell
from cytovox.imaging.resample import crop_square
from cytovox.io.smear import open_smear

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of it that is done, 0..1."""

_AT_ONCE = 64
_WINDOW_UM = 40.0


@dataclass(frozen=True, slots=True)
class NamedCells:
    """Cells and what the network says of them, one row a cell.

    Attributes:
        cells: Those that could be read.
        predictions: Of each.
        unreadable: What was wrong with each picture that could not be read.
    """

    cells: tuple[LabelledCell, ...]
    predictions: CellPredictions
    unreadable: tuple[str, ...] = ()


def name_cells(
    cells: Sequence[LabelledCell],
    model: str,
    *,
    um_per_px: float | None = None,
    progress: Progress | None = None,
) -> NamedCells:
    """Each cell named where its label says that it is.

    Args:
        cells: At least one of them readable.
        model: Name of an installed classifier, or the folder of one.
        um_per_px: Scale of all pictures; None to take it from each picture, as for a user.
        progress: Called as the work goes on.

    Raises:
        TrainingDataError: No picture can be read.
    """
    kept, parts, unreadable = [], [], []
    for start in range(0, len(cells), _AT_ONCE):
        views = []
        for cell in cells[start : start + _AT_ONCE]:
            try:
                views.append(cell_view(cell, um_per_px))
            except ImageFileError as error:
                unreadable.append(f"{cell.path.name}: {error.reason}")
                continue
            kept.append(cell)
        if views:
            parts.append(classify_cells(views, model))
        if progress:
            progress("naming cells", min(1.0, (start + _AT_ONCE) / len(cells)))
    if not parts:
        raise TrainingDataError(f"expected readable pictures, found none of {len(cells)}: {unreadable[:3]}")
    return NamedCells(tuple(kept), joined(parts), tuple(unreadable))


def cell_view(cell: LabelledCell, um_per_px: float | None = None) -> SmearImage:
    """The picture with the cell in its middle; of a field a window of 40 um, at the field's estimated scale.

    Args:
        cell: Where it is.
        um_per_px: The picture's scale where it is known.

    Raises:
        ImageFileError: The picture cannot be read.
    """
    image = open_smear(cell.path, um_per_px)
    if cell.centre_xy is None:
        return image
    return window(image, cell.centre_xy, working_scale(image))


def window(image: SmearImage, centre_xy: tuple[float, float], um_per_px: float) -> SmearImage:
    """The part of a field around a point, on the same pixel grid; the border's pixels go on beyond it."""
    half = round(_WINDOW_UM / um_per_px / 2)
    middle = (round(centre_xy[0]), round(centre_xy[1]))
    pixels = crop_square(image.pixels, middle, side_px=2.0 * half, out_px=2 * half)
    return SmearImage(pixels, um_per_px, image.source)


def find_and_name(
    cells: Sequence[LabelledCell], model: str, *, progress: Progress | None = None
) -> NamedCells:
    """Each cell found in its field and then named; one that is not found is of the class `NOT_FOUND`.

    Found means: among the cells called white, one whose box holds the labelled place; of several the nearest.

    Args:
        cells: With their places.
        model: Name of an installed classifier, or the folder of one.
        progress: Called as the work goes on.
    """
    models = SmearModels(SmearModels.shipped().finder, loaded_classifier(model))
    options = SmearOptions(material=_material(models.classifier.bundle.taxonomy))
    parts = []
    for i, cell in enumerate(cells):
        table = analyze_smear(open_smear(cell.path), models, options=options).cells
        parts.append(_found(table, cell.centre_xy or (0.0, 0.0)))
        if progress:
            progress("finding cells", (i + 1) / len(cells))
    return NamedCells(tuple(cells), joined(parts))


def joined(parts: Sequence[CellPredictions]) -> CellPredictions:
    """The rows of several tables of the same classes, one after the other."""
    return replace(
        parts[0],
        probabilities=np.concatenate([p.probabilities for p in parts]),
        prediction_sets=np.concatenate([p.prediction_sets for p in parts]),
        unfamiliarity=np.concatenate([p.unfamiliarity for p in parts]),
        unidentified=np.concatenate([p.unidentified for p in parts]),
    )


def _material(taxonomy: Taxonomy) -> str:
    return taxonomy.key if taxonomy.key in tuple(Material) else Material.BLOOD


def _found(table: CellTable, place: tuple[float, float]) -> CellPredictions:
    x, y = place
    box = table.box
    known = table.predictions
    finders = ("red_cell", "platelet")
    white = np.array([known.taxonomy.coarse(str(key)) not in finders for key in known.best], bool)
    holds = white & (box[:, 0] <= x) & (x <= box[:, 2]) & (box[:, 1] <= y) & (y <= box[:, 3])
    classes = (*known.classes, NOT_FOUND)
    if not holds.any():
        return _missed(classes, known)
    middle = (box[:, :2] + box[:, 2:]) / 2
    nearest = np.where(holds, np.hypot(middle[:, 0] - x, middle[:, 1] - y), np.inf).argmin()
    row = known[np.array([nearest])]
    none = np.zeros((1, 1))
    return replace(
        row,
        classes=classes,
        probabilities=np.concatenate([row.probabilities, none.astype(np.float32)], axis=1),
        prediction_sets=np.concatenate([row.prediction_sets, none > 0], axis=1),
    )


def _missed(classes: tuple[str, ...], like: CellPredictions) -> CellPredictions:
    last = np.arange(len(classes))[None] == len(classes) - 1
    return CellPredictions(
        classes,
        last.astype(np.float32),
        np.zeros_like(last),
        np.full(1, np.nan, np.float32),
        np.zeros(1, bool),
        like.taxonomy,
    )
