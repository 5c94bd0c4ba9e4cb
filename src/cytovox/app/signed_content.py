"""What the report of a case states now, as the hashes that a signature is for."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cytovox.app.case_rows import select_cases
from cytovox.app.cases import Case, CaseKind
from cytovox.app.edits import active, edits_of
from cytovox.app.reference_range_rows import ranges_in
from cytovox.app.results import FINDINGS
from cytovox.app.review_findings import machine_findings
from cytovox.app.store import CaseStore, case_not_found
from cytovox.app.tables import cases
from cytovox.domain.findings import SmearFindings
from cytovox.domain.reference_ranges import ReferenceRanges
from cytovox.domain.review import with_edits
from cytovox.report.findings_json import provenance_to_dict
from cytovox.report.report_content import ContentPart, ReportContent


def smear_content(case: Case, findings: SmearFindings, ranges: ReferenceRanges) -> ReportContent:
    """What the report of a smear states.

    Of each cell its number, class and outline: who looked at a cell and left it as it was changes nothing.
    Values are named one by one, so that a field that a later version adds to findings changes nothing either.

    Args:
        case: What people said of it.
        findings: With all corrections.
        ranges: Of the laboratory; those of the smear's material count.
    """
    cells, scale = findings.cells, findings.scale
    return ReportContent.of(
        {
            ContentPart.CELLS: [
                [int(number), str(label), [[round(float(x), 1), round(float(y), 1)] for x, y in outline]]
                for number, label, outline in zip(cells.ids, cells.label, cells.outlines, strict=True)
            ],
            ContentPart.RANGES: [
                [key, float(entry.low), float(entry.high), entry.source]
                for key, entry in sorted(ranges.of(findings.material).items())
            ],
            **_said_of(case),
            ContentPart.ANALYSIS: {
                "material": findings.material,
                "scale": [scale.mpp_um, scale.origin.value, scale.relative_sd],
                "warnings": [[warning.key, warning.message] for warning in findings.warnings],
                "provenance": provenance_to_dict(findings.provenance),
            },
        }
    )


def stack_content(case: Case, findings_sha256: str) -> ReportContent:
    """What the report of a stack states; its findings tell which models drew the organs.

    Args:
        case: What people said of it.
        findings_sha256: Hash of its `findings.json`.
    """
    said = ReportContent.of(_said_of(case))
    return ReportContent({ContentPart.ORGANS.value: findings_sha256, **said.parts})


def content_of(store: CaseStore, case_id: str) -> ReportContent:
    """What the report of a finished case states now.

    Raises:
        ApiProblem: 404 without such a finished case.
    """
    read = content_reader(store, case_id)
    with store.database.reading() as connection:
        return read(connection)


def content_reader(store: CaseStore, case_id: str) -> Callable[[Connection], ReportContent]:
    """Reads what the report states within a transaction; what never changes is read at once.

    Raises:
        ApiProblem: 404 without such a finished case, here or when it is gone by the time of reading.
    """
    if store.get(case_id).kind is not CaseKind.SMEAR:
        digest = store.digest(case_id, FINDINGS)
        return lambda connection: stack_content(_case_in(connection, case_id), digest)
    machine = machine_findings(store, case_id)

    def read(connection: Connection) -> ReportContent:
        case = _case_in(connection, case_id)
        findings = with_edits(machine, active(edits_of(connection, case_id)))
        return smear_content(case, findings, ranges_in(connection).ranges)

    return read


def _case_in(connection: Connection, case_id: str) -> Case:
    query = sa.select(cases).where(cases.c.id == case_id, cases.c.deleted_at.is_(None))
    found = select_cases(connection, query)
    if not found:
        raise case_not_found()
    return found[0]


def _said_of(case: Case) -> dict[ContentPart, str | None]:
    return {
        ContentPart.NAME: case.name,
        ContentPart.SUBJECT: case.subject,
        ContentPart.SPECIMEN: case.specimen,
        ContentPart.COLLECTED_ON: case.collected_on,
    }
