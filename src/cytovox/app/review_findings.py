"""Findings of a case as reviewers left them. Who tells of cells asks here, not for the machine's file."""

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from http import HTTPStatus
from typing import Any, Generic, TypeVar

from cytovox.app.cases import Case, CaseKind, CaseState
from cytovox.app.edits import active, edits_of
from cytovox.app.problems import ApiProblem
from cytovox.app.results import FINDINGS
from cytovox.app.store import CaseStore
from cytovox.app.stored_findings import stored_findings
from cytovox.domain.findings import SmearFindings
from cytovox.domain.review import Edit, with_edits
from cytovox.report.findings_json import findings_to_dict

MACHINE = ""
"""In place of a reviewer: the machine alone."""


T = TypeVar("T")


class Latest(Generic[T]):
    """The values that were asked for last, by what they are made of; safe to use from several threads.

    Args:
        most: Of all values that are kept together.
        weight: Of one value; 1 by default.
    """

    def __init__(self, most: int, weight: Callable[[T], int] = lambda _value: 1) -> None:
        self._most = most
        self._weight = weight
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of a key, made where it is not kept. Two who ask at once may both make it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while sum(map(self._weight, self._kept.values())) > self._most:
                self._kept.popitem(last=False)
        return made


# By the hash of the machine's file and the edits: the same findings in any archive.
_machine: Latest[SmearFindings] = Latest(8)
_corrected: Latest[SmearFindings] = Latest(8)


def reviewed_findings(store: CaseStore, case_id: str, reviewer: str | None = None) -> SmearFindings:
    """The cells of a finished smear with everything that reviewers corrected.

    Args:
        store: Where cases are.
        case_id: Which.
        reviewer: Whose corrections alone; `MACHINE` for none, None for everybody's.

    Raises:
        ApiProblem: 404 where there is no such smear, or it is not done.
    """
    return findings_after(store, case_id, standing_edits(store, case_id, reviewer))


def findings_after(store: CaseStore, case_id: str, edits: tuple[Edit, ...]) -> SmearFindings:
    """The cells of a finished smear with these edits done to them.

    Raises:
        ApiProblem: As of `reviewed_findings`.
    """
    machine = machine_findings(store, case_id)
    key = (store.digest(case_id, FINDINGS), edits)
    return _corrected.get(key, lambda: with_edits(machine, edits))


def reviewed_document(store: CaseStore, case_id: str) -> dict[str, Any]:
    """The content of findings.json of a finished smear with everything that reviewers corrected.

    Raises:
        ApiProblem: As of `reviewed_findings`.
    """
    finished_smear(store, case_id)
    edits = standing_edits(store, case_id)
    if edits:
        return findings_to_dict(findings_after(store, case_id, edits))
    document: dict[str, Any] = json.loads(store.read(case_id, FINDINGS))
    return document


def machine_findings(store: CaseStore, case_id: str) -> SmearFindings:
    """The cells of a finished smear as they were found.

    Raises:
        ApiProblem: As of `reviewed_findings`.
    """
    finished_smear(store, case_id)
    digest = store.digest(case_id, FINDINGS)
    return _machine.get(digest, lambda: stored_findings(json.loads(store.read(case_id, FINDINGS))))


def standing_edits(store: CaseStore, case_id: str, reviewer: str | None = None) -> tuple[Edit, ...]:
    """The edits of a case that stand, in order.

    Args:
        store: Where cases are.
        case_id: Which.
        reviewer: As of `reviewed_findings`.
    """
    if reviewer == MACHINE:
        return ()
    with store.database.reading() as connection:
        return tuple(active(edits_of(connection, case_id), reviewer))


def finished_smear(store: CaseStore, case_id: str) -> Case:
    """A case that has cells.

    Raises:
        ApiProblem: As of `reviewed_findings`.
    """
    case = store.get(case_id)
    if case.kind is not CaseKind.SMEAR or case.state is not CaseState.DONE:
        raise ApiProblem(
            HTTPStatus.NOT_FOUND, "not_there", "The case has no cells: it is not a smear, or not done yet."
        )
    return case


def no_such_cell(cell_id: int, *, removed: bool) -> ApiProblem:
    """The answer where a cell is not in the picture, or not any more."""
    why = f"Cell {cell_id} was removed from this case." if removed else f"The case has no cell {cell_id}."
    return ApiProblem(HTTPStatus.NOT_FOUND, "cell_not_found", why)
