"""Cells of the archive whose class may be taught: what people said, then what the machine is sure of."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from cytovox.app.cases import CaseKind, CaseState
from cytovox.app.problems import ApiProblem
from cytovox.app.review_findings import reviewed_document
from cytovox.app.store import ORIGINAL, CaseStore
from cytovox.app.tables import cases, edits, files, signatures
from cytovox.domain.material import Material

MOST_CASES = 60
"""Pictures that are looked through for one question of a person: about a second."""
_SURE = 0.9
_BORDER_PX = 2.0
"""A cell that is nearer to the border of its picture may be cut."""

Box = tuple[float, float, float, float]


class Basis(StrEnum):
    """What a class rests on, the surest first."""

    DRAWN = "drawn"
    REVIEWED = "reviewed"
    SIGNED = "signed"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class LabelledCell:
    """A cell and its class.

    Attributes:
        case_id: Its case; empty for the sample smear that ships with the program.
        case_name: Name of its picture.
        cell_id: Its id in the findings.
        label: Key of its class.
        basis: What that rests on.
        box: xmin, ymin, xmax, ymax in pixels.
    """

    case_id: str
    case_name: str
    cell_id: int
    label: str
    basis: Basis
    box: Box


@dataclass(frozen=True, slots=True)
class _Source:
    case_id: str
    name: str
    signed: bool


def labelled_cells(
    store: CaseStore, material: Material, *, seed: str, created_before: str
) -> Iterator[LabelledCell]:
    """Whole cells of finished cases, those of reviewed and signed ones first; else in an order by chance.

    Args:
        store: Where cases are.
        material: What the smears are made of.
        seed: The same text gives the same order.
        created_before: ISO 8601 time; later cases are left out.
    """
    for source in _sources(store, material, seed, created_before)[:MOST_CASES]:
        try:
            findings = reviewed_document(store, source.case_id)
        except ApiProblem:  # deleted in this moment
            continue
        size = (findings["width"], findings["height"])
        for cell in findings["cells"]:
            basis = _basis(cell, signed=source.signed)
            if basis is not None and _is_whole(cell["box"], size):
                yield LabelledCell(
                    source.case_id, source.name, cell["id"], cell["label"], basis, tuple(cell["box"])
                )


def shuffled(seed: str, *parts: object) -> str:
    """A text to sort by, which looks random and is the same for the same seed."""
    return hashlib.sha256("|".join([seed, *map(str, parts)]).encode()).hexdigest()


def _sources(store: CaseStore, material: Material, seed: str, created_before: str) -> Sequence[_Source]:
    edited = sa.exists().where(edits.c.case_id == cases.c.id, ~edits.c.undone)
    signed = sa.exists().where(signatures.c.case_id == cases.c.id)
    query = (
        sa.select(cases.c.id, cases.c.name, files.c.sha256, edited.label("edited"), signed.label("signed"))
        .join(files, (files.c.case_id == cases.c.id) & (files.c.name == ORIGINAL))
        .where(
            cases.c.deleted_at.is_(None),
            cases.c.state == CaseState.DONE,
            cases.c.kind == CaseKind.SMEAR,
            cases.c.material == material,
            cases.c.created_utc <= created_before,
        )
    )
    with store.database.reading() as connection:
        rows = connection.execute(query).all()
    # A picture that was uploaded twice is asked once: of its cases, the one that comes first below.
    ranked = sorted(rows, key=lambda row: (not row.edited, not row.signed, shuffled(seed, row.id)))
    by_picture: dict[str, sa.Row[Any]] = {}
    for row in ranked:
        by_picture.setdefault(row.sha256, row)
    return [_Source(row.id, row.name, bool(row.signed)) for row in by_picture.values()]


def _basis(cell: dict[str, Any], *, signed: bool) -> Basis | None:
    """What the class of a cell rests on; None where it is not fit to be taught."""
    if cell["label"] == "unidentified":
        return None
    reviewed = cell.get("reviewed")
    if reviewed is not None and reviewed["kind"] != "redraw":
        return Basis.REVIEWED
    if signed:
        return Basis.SIGNED
    sure = cell["confidence"] >= _SURE and cell.get("prediction_set", [cell["label"]]) == [cell["label"]]
    return Basis.MACHINE if sure else None


def _is_whole(box: Sequence[float], size: tuple[int, int]) -> bool:
    xmin, ymin, xmax, ymax = box
    return (
        min(xmin, ymin) >= _BORDER_PX
        and xmax <= size[0] - _BORDER_PX
        and ymax <= size[1] - _BORDER_PX
    )  # fmt: skip
