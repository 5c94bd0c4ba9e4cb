"""Findings of a finished case read back from its file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.best_class import group_columns, summed_by_group
from cytovox.domain.cells import CellTable
from cytovox.domain.findings import ModelUse, Provenance, QualityWarning, SmearFindings
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import Scale, ScaleOrigin
from cytovox.domain.material import Material
from cytovox.domain.morphometry import MEASURES, Morphometry
from cytovox.domain.predictions import BoolArray, CellPredictions
from cytovox.domain.reviewed import EditKind, Reviewed
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.domain.taxonomy import UNIDENTIFIED, Taxonomy
from cytovox.report.findings_json import LEAST_PROBABILITY

JsonObject = Mapping[str, Any]

_LEAST_WRITTEN = 1.0005 * LEAST_PROBABILITY
_UNTOLD = 1e-5
"""Of a class that is in the prediction set, though its probability is left out: too little to weigh."""
_TIE_BREAK = 1e-7
"""Keeps the order of classes whose probabilities were rounded to the same four decimals."""


def stored_findings(document: JsonObject) -> SmearFindings:
    """Findings as they were written: the same document comes out when they are written again.

    What the file rounds stays rounded: outlines to 0.1 px, probabilities to four decimals. Of the map there
    are the counted pixels alone; probabilities up to 0.01 are not in the file and come back as guesses
    that keep the best class and the prediction set as they were.

    Args:
        document: Content of a `findings.json` of any version.
    """
    scale = Scale(
        document["scale"]["mpp_um"],
        ScaleOrigin(document["scale"]["origin"]),
        document["scale"]["relative_sd"],
        document["scale"]["red_cells"],
    )
    return SmearFindings(
        source=str(document["source"]),
        width=int(document["width"]),
        height=int(document["height"]),
        cells=_table(document, scale.mpp_um),
        scale=scale,
        warnings=tuple(QualityWarning(w["key"], w["message"]) for w in document.get("warnings", ())),
        provenance=_provenance(document["provenance"]),
        level=document.get("level"),
        counted_pixels=document.get("map_pixels"),
    )


def _table(document: JsonObject, mpp_um: float | None) -> CellTable:
    # Earlier files have no "best" (before there were refusals), no outlines of nuclei, no material and no
    # reviews.
    taxonomy = load_taxonomy(document.get("material", Material.BLOOD))
    cells: Sequence[JsonObject] = document["cells"]
    best = [str(cell.get("best", cell["label"])) for cell in cells]
    counted = (str(entry["key"]) for entry in document.get("counts", ()))
    classes = tuple(key for key in dict.fromkeys([*counted, *best]) if key != UNIDENTIFIED)
    classes = classes or ("white_cell",)
    sets = _prediction_sets(cells, classes)
    table = CellTable.from_outlines(
        tuple(_points(cell["polygon"]) for cell in cells),
        classes=classes,
        score=_column(cells, "score"),
        probabilities=_probabilities(cells, sets, best, classes, taxonomy),
        picture_size=(int(document["height"]), int(document["width"])),
        mpp_um=mpp_um,
    )
    return replace(
        table,
        box=np.array([cell["box"] for cell in cells], np.float32).reshape(-1, 4),
        area_px=_column(cells, "area_px"),
        area_um2=_column(cells, "area_um2"),
        prediction_sets=sets,
        unfamiliarity=_column(cells, "unfamiliarity"),
        unidentified=np.array([cell.get("unidentified", False) for cell in cells], bool),
        nucleus_outlines=tuple(
            tuple(_points(part) for part in cell.get("nucleus_polygons", ())) for cell in cells
        ),
        morphometry=_morphometry(cells),
        taxonomy=taxonomy,
        ids=np.array([cell["id"] for cell in cells], np.int64),
        reviewed=tuple(_reviewed(cell.get("reviewed")) for cell in cells),
    )


def _prediction_sets(cells: Sequence[JsonObject], classes: tuple[str, ...]) -> BoolArray:
    sets = [frozenset(cell.get("prediction_set", ())) for cell in cells]
    return np.array([[key in own for key in classes] for own in sets], bool).reshape(-1, len(classes))


def _probabilities(
    cells: Sequence[JsonObject],
    sets: BoolArray,
    best: Sequence[str],
    classes: tuple[str, ...],
    taxonomy: Taxonomy,
) -> FloatArray:
    """Probabilities (n, k), whose best classes are those that the file names."""
    column = {key: i for i, key in enumerate(classes)}
    table = np.zeros((len(cells), len(classes)), np.float64)
    for row, cell in enumerate(cells):
        told: JsonObject = cell.get("probabilities") or {best[row]: 1.0}
        for rank, (key, probability) in enumerate(told.items()):
            # What was written as 0.01 was a little more, or it would have been left out.
            table[row, column[key]] = max(probability, _LEAST_WRITTEN) - rank * _TIE_BREAK
        for rank, key in enumerate(cell.get("prediction_set", ())):
            if key not in told:
                table[row, column[key]] = _UNTOLD - rank * _TIE_BREAK
    nothing, named = np.zeros(len(cells), np.float32), np.zeros(len(cells), bool)
    found = CellPredictions(classes, table.astype(np.float32), sets, nothing, named, taxonomy).best
    _, member = group_columns(classes, taxonomy)
    for row in np.flatnonzero(found != np.array(best, np.str_)).tolist():
        table[row] = _with_best(table[row], member, column[best[row]])
    return table.astype(np.float32)


def _with_best(row: NDArray[np.float64], member: NDArray[np.intp], best: int) -> NDArray[np.float64]:
    """A row of probabilities in which a class is the best: by those of its group that the file leaves out.

    Where they are not enough, rounding was to blame, and the class itself makes up for it.
    """
    row = row.copy()
    row[best] += max(0.0, row[member == member[best]].max() - row[best]) + _TIE_BREAK
    untold = np.flatnonzero((member == member[best]) & (row <= LEAST_PROBABILITY))
    for column in [*untold.tolist(), best]:
        sums = summed_by_group(row[None], member)[0]
        missing = max(0.0, sums.max() - sums[member[best]]) + _TIE_BREAK
        row[column] += missing if column == best else min(missing, LEAST_PROBABILITY - row[column])
    return row


def _morphometry(cells: Sequence[JsonObject]) -> Morphometry:
    measures = [cell.get("morphometry", {}) for cell in cells]
    return Morphometry(**{name: _column(measures, name) for name in MEASURES})


def _reviewed(told: JsonObject | None) -> Reviewed | None:
    return None if told is None else Reviewed(told["by"], EditKind(told["kind"]), told["label_before"])


def _column(rows: Sequence[JsonObject], name: str) -> FloatArray:
    values = (row.get(name) for row in rows)
    return np.array([np.nan if value is None else value for value in values], np.float32)


def _points(polygon: Sequence[Sequence[float]]) -> FloatArray:
    return np.array(polygon, np.float32).reshape(-1, 2)


def _provenance(document: JsonObject) -> Provenance:
    return Provenance(
        str(document["cytovox_version"]),
        str(document["created_utc"]),
        tuple(ModelUse(m["name"], m["version"], m["sha256"]) for m in document.get("models", ())),
        document["options"],
        str(document["input_sha256"]),
    )
