"""The JSON of reviews."""

import math
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from cytovox.app.review_desk import Review
from cytovox.app.schemas import Document
from cytovox.domain.agreement import ReviewerAgreement
from cytovox.domain.review_outlines import MOST_VERTICES
from cytovox.domain.reviewed import EditKind

LONGEST_REVIEWER = 64
Point = Annotated[tuple[float, float], Field(description="x and y in pixels.")]


class ReviewerDocument(Document):
    """Who asks, on a server without accounts."""

    reviewer: str | None = Field(
        None, max_length=LONGEST_REVIEWER, description="Counts only on a server without accounts."
    )


class EditRequest(ReviewerDocument):
    """What a reviewer does to a cell."""

    kind: EditKind
    cell_id: int | None = Field(None, ge=1, lt=2**31, description="Null for a cell that is added.")
    label: str | None = Field(
        None, max_length=64, description="Key of a class of the case's taxonomy, to classify and to add."
    )
    polygon: list[Point] | None = Field(
        None, max_length=MOST_VERTICES, description="Outline, to add and to redraw; closes itself."
    )


class EditContentDocument(Document):
    """What was said with an edit."""

    label: str | None
    polygon: list[Point] | None


class EditDocument(Document):
    """One thing that a reviewer did."""

    id: int = Field(description="Grows with time.")
    reviewer: str
    at_utc: str
    kind: EditKind
    cell_id: int
    content: EditContentDocument
    undone: bool


class ReviewDocument(Document):
    """What reviewers said of a case."""

    edits: list[EditDocument] = Field(description="In order; those that were undone can be done again.")
    reviewers: list[str] = Field(description="Who said something that stands, in the order of the alphabet.")
    can_undo: bool = Field(description="Whether the asker has something to undo.")
    can_redo: bool = Field(description="Whether the asker has something to do again.")
    revision: int = Field(description="Grows with every change.")


def review_document(review: Review, asker: str) -> ReviewDocument:
    """A review as the API tells it to a reviewer."""
    edits = [
        EditDocument(
            id=stored.id,
            reviewer=stored.edit.reviewer,
            at_utc=stored.at_utc,
            kind=stored.edit.kind,
            cell_id=stored.edit.cell_id,
            content=EditContentDocument(
                label=stored.edit.label,
                polygon=None if stored.edit.polygon is None else list(stored.edit.polygon),
            ),
            undone=stored.undone,
        )
        for stored in review.edits
    ]
    own = [edit.undone for edit in edits if edit.reviewer == asker]
    return ReviewDocument(
        edits=edits,
        reviewers=sorted({edit.reviewer for edit in edits if not edit.undone}),
        can_undo=not all(own),
        can_redo=any(own),
        revision=review.revision,
    )


class PairDocument(Document):
    """Two reviewers, and how far they agree."""

    first: str
    second: str
    cells: int = Field(description="Cells that both classified or confirmed.")
    observed: float = Field(description="Share of them that both gave the same class, 0 to 1.")
    expected: float = Field(description="The share that chance alone would give.")
    kappa: float | None = Field(description="Cohen's kappa; null where both gave all cells one class.")
    low: float | None = Field(description="Lower end of its 95 % interval; null with it.")
    high: float | None = Field(description="Upper end; null with it.")
    classes: list[str] = Field(description="Labels that either gave.")
    table: list[list[int]] = Field(
        description="Cells by what the first (rows) and the second (columns) called them, as in classes."
    )


class AgreementDocument(Document):
    """Agreement of each two reviewers who judged the same cells."""

    pairs: list[PairDocument]


def agreement_document(found: Sequence[ReviewerAgreement]) -> AgreementDocument:
    """Agreements as the API tells them."""
    return AgreementDocument(
        pairs=[
            PairDocument(
                first=pair.first,
                second=pair.second,
                cells=pair.cells,
                observed=round(pair.kappa.observed, 6),
                expected=round(pair.kappa.expected, 6),
                kappa=_finite(pair.kappa.value),
                low=_finite(pair.kappa.low),
                high=_finite(pair.kappa.high),
                classes=list(pair.classes),
                table=pair.table.tolist(),
            )
            for pair in found
        ]
    )


def _finite(value: float) -> float | None:
    return round(value, 6) if math.isfinite(value) else None
