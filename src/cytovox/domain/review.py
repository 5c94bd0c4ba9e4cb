"""What reviewers correct in findings. The machine's own stay as they are; corrected ones are made anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.cells import CellTable
from cytovox.domain.errors import InputError
from cytovox.domain.findings import SmearFindings
from cytovox.domain.geometry import FloatArray
from cytovox.domain.morphometry import MEASURES, Morphometry
from cytovox.domain.review_outlines import Polygon, all_inside
from cytovox.domain.reviewed import EditKind, Reviewed
from cytovox.domain.taxonomy import UNIDENTIFIED, UNTYPED

OF_THE_OUTLINE = ("circularity", "nucleus_to_cytoplasm_ratio", "cytoplasm_stain_density")
"""Measures that no longer hold for a cell with another outline."""

_ARRAYS = (
    "box", "score", "probabilities", "area_px", "area_um2", "prediction_sets", "unfamiliarity",
    "unidentified", "ids",
)  # fmt: skip
_TUPLES = ("outlines", "nucleus_outlines", "reviewed")
_NAMING = (EditKind.CLASSIFY, EditKind.CONFIRM, EditKind.ADD)
_DRAWING = (EditKind.ADD, EditKind.REDRAW)


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that a reviewer did.

    Attributes:
        kind: What.
        reviewer: Who.
        cell_id: Of which cell; of "add", the id that the new cell goes by.
        label: Class that the cell is given or confirmed to be, or None.
        polygon: Outline that was drawn, (x, y) in pixels, or None.

    Raises:
        InputError: The label or the outline is missing, or there is one too many.
    """

    kind: EditKind
    reviewer: str
    cell_id: int
    label: str | None = None
    polygon: Polygon | None = None

    def __post_init__(self) -> None:
        for name, kinds in (("label", _NAMING), ("polygon", _DRAWING)):
            wanted = self.kind in kinds
            if (getattr(self, name) is not None) != wanted:
                got = "none" if wanted else "one"
                raise InputError(f"{self.kind}: expected {'a' if wanted else 'no'} {name}, got {got}")


@dataclass(frozen=True, slots=True)
class _Said:
    """All that was said of one cell so far."""

    reviewed: Reviewed
    label: str | None = None
    outline: FloatArray | None = None
    removed: bool = False


def with_edits(findings: SmearFindings, edits: Sequence[Edit]) -> SmearFindings:
    """The findings as reviewers corrected them, in the order of their edits; later ones count.

    A class that a reviewer gave has probability 1 and stands alone in the prediction set; of a cell that a
    reviewer calls unidentified the machine's probabilities stay. Boxes and areas follow a new outline; a
    nucleus stays where it lies in it, measures of the outline go. Edits of cells that are not there (removed
    before, or added by an edit that was undone) do nothing.

    Args:
        findings: The machine's.
        edits: What is to be done to them.
    """
    said = _said(findings.cells, edits)
    if not said:
        return findings
    cells = _with_classes(findings.cells, said)
    gone = [cell_id for cell_id, about in said.items() if about.removed]
    kept = _rows(cells, np.flatnonzero(~np.isin(cells.ids, gone)))
    known = set(kept.ids.tolist())
    new = {i: about for i, about in said.items() if i not in known and not about.removed}
    whole = _joined(kept, _added(new, findings, cells.classes)) if new else kept
    return replace(findings, cells=_corrected(whole, said, findings))


def next_cell_id(findings: SmearFindings, edits: Sequence[Edit]) -> int:
    """The id of a cell that is now added: beyond all that there are or were."""
    used = [*findings.cells.ids.tolist(), *(edit.cell_id for edit in edits)]
    return max(used, default=0) + 1


def _said(cells: CellTable, edits: Sequence[Edit]) -> dict[int, _Said]:
    labels = dict(zip(cells.ids.tolist(), cells.label.tolist(), strict=True))
    said: dict[int, _Said] = {}
    for edit in edits:
        before = said.get(edit.cell_id)
        if edit.kind is EditKind.ADD:
            if before is None and edit.cell_id not in labels:
                said[edit.cell_id] = _after(edit, _Said(Reviewed(edit.reviewer, edit.kind, None)))
        elif before is None and edit.cell_id in labels:
            first = Reviewed(edit.reviewer, edit.kind, labels[edit.cell_id])
            said[edit.cell_id] = _after(edit, _Said(first))
        elif before is not None and not before.removed:
            said[edit.cell_id] = _after(edit, before)
    return said


def _after(edit: Edit, before: _Said) -> _Said:
    named = edit.kind in {EditKind.CLASSIFY, EditKind.CONFIRM}
    return _Said(
        replace(before.reviewed, by=edit.reviewer, kind=edit.kind if named else before.reviewed.kind),
        before.label if edit.label is None else edit.label,
        before.outline if edit.polygon is None else np.array(edit.polygon, np.float32),
        edit.kind is EditKind.REMOVE,
    )


def _with_classes(cells: CellTable, said: Mapping[int, _Said]) -> CellTable:
    """The table with a column for each class that people gave and the machine does not know."""
    given = {about.label for about in said.values()}
    # A cell that a person added and calls unidentified is of some class all the same.
    given |= {UNTYPED} if UNIDENTIFIED in given else set()
    new = tuple(key for key in cells.taxonomy.keys if key in given - {*cells.classes, UNIDENTIFIED})
    if not new:
        return cells
    empty = np.zeros((len(cells), len(new)), np.float32)
    return replace(
        cells,
        classes=(*cells.classes, *new),
        probabilities=np.hstack([cells.probabilities, empty]),
        prediction_sets=np.hstack([cells.prediction_sets, empty > 0]),
    )


def _rows(cells: CellTable, rows: NDArray[np.intp]) -> CellTable:
    columns: dict[str, Any] = {name: getattr(cells, name)[rows] for name in _ARRAYS}
    for name in _TUPLES:
        whole = getattr(cells, name)
        columns[name] = tuple(whole[row] for row in rows.tolist())
    measures = {name: getattr(cells.morphometry, name)[rows] for name in MEASURES}
    return replace(cells, morphometry=Morphometry(**measures), **columns)


def _joined(cells: CellTable, more: CellTable) -> CellTable:
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(cells, name), getattr(more, name)]) for name in _ARRAYS
    }
    columns |= {name: (*getattr(cells, name), *getattr(more, name)) for name in _TUPLES}
    both = (cells.morphometry, more.morphometry)
    measures = {name: np.concatenate([getattr(each, name) for each in both]) for name in MEASURES}
    return replace(cells, morphometry=Morphometry(**measures), **columns)


def _added(new: Mapping[int, _Said], findings: SmearFindings, classes: tuple[str, ...]) -> CellTable:
    """Cells that people added, not yet named: of no type, and surely there."""
    table = CellTable.from_outlines(
        tuple(about.outline for about in new.values() if about.outline is not None),
        classes=classes,
        score=np.ones(len(new), np.float32),
        probabilities=np.array([[key == UNTYPED for key in classes]] * len(new), np.float32),
        picture_size=(findings.height, findings.width),
        mpp_um=findings.scale.mpp_um,
    )
    return replace(table, ids=np.array(list(new), np.int64))


def _corrected(cells: CellTable, said: Mapping[int, _Said], findings: SmearFindings) -> CellTable:
    """The table with what was said of its cells: first outlines, then names."""
    row_of = {cell_id: row for row, cell_id in enumerate(cells.ids.tolist())}
    here = {row_of[cell_id]: about for cell_id, about in said.items() if cell_id in row_of}
    reviewed = list(cells.reviewed)
    for row, about in here.items():
        reviewed[row] = about.reviewed
    drawn = {row: about.outline for row, about in here.items() if about.outline is not None}
    named = {row: about.label for row, about in here.items() if about.label is not None}
    return _named(_redrawn(replace(cells, reviewed=tuple(reviewed)), drawn, findings), named)


def _redrawn(cells: CellTable, drawn: Mapping[int, FloatArray], findings: SmearFindings) -> CellTable:
    if not drawn:
        return cells
    rows = list(drawn)
    outlines, nuclei = list(cells.outlines), list(cells.nucleus_outlines)
    measures = {name: getattr(cells.morphometry, name).copy() for name in MEASURES}
    for row, outline in drawn.items():
        keeps_nucleus = all(all_inside(outline, part) for part in nuclei[row])
        outlines[row], nuclei[row] = outline, nuclei[row] if keeps_nucleus else ()
        for name in OF_THE_OUTLINE if keeps_nucleus else MEASURES:
            measures[name][row] = np.nan
    anew = CellTable.from_outlines(
        tuple(outlines[row] for row in rows),
        classes=cells.classes,
        score=cells.score[rows],
        probabilities=cells.probabilities[rows],
        picture_size=(findings.height, findings.width),
        mpp_um=findings.scale.mpp_um,
    )
    columns: dict[str, Any] = {name: getattr(cells, name).copy() for name in ("box", "area_px", "area_um2")}
    for name, column in columns.items():
        column[rows] = getattr(anew, name)
    return replace(
        cells,
        outlines=tuple(outlines),
        nucleus_outlines=tuple(nuclei),
        morphometry=Morphometry(**measures),
        **columns,
    )


def _named(cells: CellTable, named: Mapping[int, str]) -> CellTable:
    probabilities, sets = cells.probabilities.copy(), cells.prediction_sets.copy()
    unidentified = cells.unidentified.copy()
    column = {key: i for i, key in enumerate(cells.classes)}
    for row, label in named.items():
        unidentified[row] = label == UNIDENTIFIED
        if label != UNIDENTIFIED:
            probabilities[row] = 0
            probabilities[row, column[label]] = 1
            sets[row] = probabilities[row] > 0
    return replace(cells, probabilities=probabilities, prediction_sets=sets, unidentified=unidentified)
