"""A whole report of its own sections and those that every report ends with."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cytovox.domain.findings import Provenance
from cytovox.report.report_document import JsonObject, ReportDocument, Section
from cytovox.report.report_sections import (
    REPORT_NOTICE,
    ReportCase,
    case_data,
    models_section,
    origin_section,
    sign_off_section,
    stamp_of,
    status_of,
)


@dataclass(frozen=True, slots=True)
class OwnPart:
    """What a report on smears, or one on a stack, says of its own.

    Attributes:
        schema: Of its JSON.
        title: What it is.
        sections: Those that come first.
        provenances: Name of each picture or of the stack, and how its findings came about.
        data: What programs want beyond the sections.
        notice: Words of the models, or "".
    """

    schema: str
    title: str
    sections: tuple[Section, ...]
    provenances: Sequence[tuple[str, Provenance]]
    data: JsonObject = field(repr=False)
    notice: str = ""


def whole_report(own: OwnPart, case: ReportCase) -> ReportDocument:
    """The report: its own part, models, how it came about, and who signed.

    Args:
        own: What it says of its own.
        case: What people said of it, models, signatures.
    """
    several = len(own.provenances) if len(own.provenances) > 1 else 0
    return ReportDocument(
        own.schema,
        own.title,
        case.name,
        status_of(case.signatures, several=several),
        stamp_of(case.signatures, several=several),
        " ".join(text for text in (REPORT_NOTICE, own.notice) if text),
        (
            *own.sections,
            models_section(case.models),
            origin_section(case, own.provenances),
            sign_off_section(case.signatures, several=several),
        ),
        {**case_data(case), **own.data},
    )
