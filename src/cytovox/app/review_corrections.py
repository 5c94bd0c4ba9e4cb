"""The corrected cells of an archive as training data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from cytovox.analysis.correction_crops import CUT_OUT_UM_PER_PX, correction_crop
from cytovox.app.case_rows import folded, select_cases
from cytovox.app.cases import Case, CaseState
from cytovox.app.problems import ApiProblem
from cytovox.app.review_findings import reviewed_findings
from cytovox.app.store import ORIGINAL, CaseStore
from cytovox.app.tables import case_tags, cases, edits
from cytovox.domain.findings import SmearFindings
from cytovox.domain.geometry import polygon_box
from cytovox.domain.reviewed import EditKind
from cytovox.domain.taxonomy import UNIDENTIFIED
from cytovox.io.corrections import INDEX, CorrectedCell, corrections_index, group_names
from cytovox.io.plain_png import plain_png
from cytovox.io.smear import open_smear_bytes

_NAMED = frozenset({EditKind.CLASSIFY, EditKind.CONFIRM, EditKind.ADD})


@dataclass(frozen=True, slots=True)
class CorrectionsQuery:
    """Which corrections are wanted.

    Attributes:
        tags: Each of which a case must have.
        specimen: Of which smear; None for all.
        material: "blood" or "marrow": their classes are of two taxonomies.
    """

    tags: tuple[str, ...] = ()
    specimen: str | None = None
    material: str = "blood"


def corrected_cases(store: CaseStore, wanted: CorrectionsQuery) -> list[Case]:
    """The finished cases that somebody named cells of, oldest first."""
    named = sa.exists().where(
        edits.c.case_id == cases.c.id, ~edits.c.undone, edits.c.kind.in_([kind.value for kind in _NAMED])
    )
    conditions = [
        cases.c.deleted_at.is_(None),
        cases.c.state == CaseState.DONE,
        cases.c.material == wanted.material,
        named,
        *(
            sa.exists().where(case_tags.c.case_id == cases.c.id, case_tags.c.tag_key == folded(tag))
            for tag in wanted.tags
        ),
    ]
    if wanted.specimen is not None:
        conditions.append(cases.c.specimen == wanted.specimen)
    query = sa.select(cases).where(*conditions).order_by(cases.c.created_utc, cases.c.id)
    with store.database.reading() as connection:
        return select_cases(connection, query)


def correction_files(store: CaseStore, chosen: Sequence[Case]) -> Iterator[tuple[str, bytes]]:
    """Names and contents of a set of corrections: cut-outs in folders of their class, the index last.

    Cells that a person called unidentified are left out, and pictures of unknown scale.

    Args:
        store: Where cases are.
        chosen: Whose cells are wanted.
    """
    groups = group_names([(case.id, case.specimen, case.subject) for case in chosen])
    listed: list[CorrectedCell] = []
    for case in chosen:
        try:
            findings = reviewed_findings(store, case.id)
            original = store.read(case.id, ORIGINAL)
        except ApiProblem:  # deleted in this moment
            continue
        for cell, cut_out in _cells(case, findings, original, groups[case.id]):
            listed.append(cell)
            yield cell.file, cut_out
    yield INDEX, corrections_index(listed)


def _cells(
    case: Case, findings: SmearFindings, original: bytes, group: str
) -> Iterator[tuple[CorrectedCell, bytes]]:
    um_per_px = findings.provenance.options.get("working_um_per_px") or findings.scale.mpp_um
    if not um_per_px:
        return
    pixels = open_smear_bytes(original, case.name).pixels
    cells, labels = findings.cells, findings.cells.label.tolist()
    for row, reviewed in enumerate(cells.reviewed):
        if reviewed is None or reviewed.kind not in _NAMED or labels[row] == UNIDENTIFIED:
            continue
        xmin, ymin, xmax, ymax = polygon_box(cells.outlines[row]).tolist()
        crop = correction_crop(pixels, ((xmin + xmax) / 2, (ymin + ymax) / 2), float(um_per_px))
        cell = CorrectedCell(
            label=labels[row],
            machine_label=reviewed.label_before or "",
            kind=reviewed.kind.value,
            reviewer=reviewed.by,
            case=case.id,
            cell=int(cells.ids[row]),
            group=group,
            um_per_px=CUT_OUT_UM_PER_PX,
        )
        yield cell, plain_png(crop)
