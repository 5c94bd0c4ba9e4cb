"""Reviewers at work: each edit is checked and kept in one transaction with the counts and the audit trail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy.engine import Connection

from cytovox.app.case_rows import change_case, record_action
from cytovox.app.edits import (
    CORRECTED,
    REDID,
    UNDID,
    StoredEdit,
    active,
    add_edit,
    edits_of,
    first_undone,
    last_done,
    revision_of,
    set_undone,
)
from cytovox.app.jobs import coarse_counts
from cytovox.app.problems import ApiProblem
from cytovox.app.review_findings import machine_findings, no_such_cell
from cytovox.app.store import CaseStore, case_not_found
from cytovox.domain.errors import InputError
from cytovox.domain.findings import SmearFindings
from cytovox.domain.review import Edit, next_cell_id, with_edits
from cytovox.domain.review_outlines import Polygon, checked_polygon
from cytovox.domain.reviewed import EditKind


@dataclass(frozen=True, slots=True)
class Wish:
    """An edit as a reviewer asks for it, not yet checked.

    Attributes:
        kind: What is to be done.
        cell_id: To which cell; None for one that is added.
        label: Class to be given.
        polygon: Outline that was drawn.
    """

    kind: EditKind
    cell_id: int | None = None
    label: str | None = None
    polygon: Polygon | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What reviewers said of a case.

    Attributes:
        edits: In order, undone ones included.
        revision: How often it changed.
    """

    edits: Sequence[StoredEdit]
    revision: int


class ReviewDesk:
    """Takes edits of cases.

    Args:
        store: Where cases are.
    """

    def __init__(self, store: CaseStore) -> None:
        self._store = store

    def read(self, case_id: str) -> Review:
        """What was said so far.

        Raises:
            ApiProblem: 404 where there is no such finished smear.
        """
        machine_findings(self._store, case_id)
        with self._store.database.reading() as connection:
            return _review(connection, case_id)

    def edit(self, case_id: str, wish: Wish, *, reviewer: str, actor: str) -> Review:
        """Keeps an edit.

        Args:
            case_id: Of which case.
            wish: What is to be done.
            reviewer: Who says so.
            actor: Who asks, for the audit trail.

        Raises:
            ApiProblem: 404 where there is no such finished smear, or no such cell in it any more.
            InputError: The edit makes no sense.
        """

        def change(connection: Connection, stored: list[StoredEdit], machine: SmearFindings) -> str:
            edit = _checked(wish, reviewer, machine, stored)
            add_edit(connection, case_id, edit)
            return edit.kind.value

        return self._change(case_id, change, CORRECTED, actor)

    def undo(self, case_id: str, *, reviewer: str, actor: str) -> Review:
        """Takes the reviewer's last edit back.

        Raises:
            ApiProblem: 404 as of `edit`, 409 where there is none.
        """

        def change(connection: Connection, stored: list[StoredEdit], _: SmearFindings) -> str:
            return _set_undone(connection, last_done(stored, reviewer), undone=True)

        return self._change(case_id, change, UNDID, actor)

    def redo(self, case_id: str, *, reviewer: str, actor: str) -> Review:
        """Does again what the reviewer undid last.

        Raises:
            ApiProblem: 404 as of `edit`, 409 where there is nothing.
        """

        def change(connection: Connection, stored: list[StoredEdit], _: SmearFindings) -> str:
            return _set_undone(connection, first_undone(stored, reviewer), undone=False)

        return self._change(case_id, change, REDID, actor)

    def _change(
        self,
        case_id: str,
        change: Callable[[Connection, list[StoredEdit], SmearFindings], str],
        action: str,
        actor: str,
    ) -> Review:
        machine = machine_findings(self._store, case_id)
        with self._store.database.writing() as connection:
            # First, so that whoever edits the same case at once waits here.
            if not change_case(connection, case_id):
                raise case_not_found()
            kind = change(connection, edits_of(connection, case_id), machine)
            record_action(connection, actor, action, case_id, [kind])
            review = _review(connection, case_id)
            counts = coarse_counts(with_edits(machine, active(list(review.edits))))
            change_case(connection, case_id, counts=counts)
            return review


def _review(connection: Connection, case_id: str) -> Review:
    return Review(edits_of(connection, case_id), revision_of(connection, case_id))


def _checked(wish: Wish, reviewer: str, machine: SmearFindings, stored: list[StoredEdit]) -> Edit:
    if (wish.cell_id is None) != (wish.kind is EditKind.ADD):
        raise InputError(
            "add: expected no cell_id, the new cell is given its own"
            if wish.kind is EditKind.ADD
            else f"{wish.kind}: expected the cell_id of a cell, got none"
        )
    label, cell_id = wish.label, wish.cell_id
    unused_id = next_cell_id(machine, [s.edit for s in stored])
    if cell_id is None:
        cell_id = unused_id
    else:
        present = _label_of(cell_id, with_edits(machine, active(stored)), removed=cell_id < unused_id)
        if wish.kind is EditKind.CONFIRM and label is None:
            # Kept with the edit, so that it still says the same when others change their mind.
            label = present
    if label is not None:
        _ = machine.cells.taxonomy[label]
    polygon = wish.polygon
    if polygon is not None:
        polygon = checked_polygon(polygon, machine.width, machine.height)
    return Edit(wish.kind, reviewer, cell_id, label, polygon)


def _label_of(cell_id: int, findings: SmearFindings, *, removed: bool) -> str:
    rows = (findings.cells.ids == cell_id).nonzero()[0]
    if not len(rows):
        raise no_such_cell(cell_id, removed=removed)
    return str(findings.cells.label[rows[0]])


def _set_undone(connection: Connection, found: StoredEdit | None, *, undone: bool) -> str:
    if found is None:
        what = "undo" if undone else "redo"
        problem = f"You have nothing to {what} in this case."
        raise ApiProblem(HTTPStatus.CONFLICT, f"nothing_to_{what}", problem)
    set_undone(connection, found, undone=undone)
    return found.edit.kind.value
