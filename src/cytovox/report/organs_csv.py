"""Volumes of organs as CSV: one row an organ, with a header row."""

import csv
import io
from pathlib import Path

from cytovox.domain.volume_findings import OrganMeasure, VolumeFindings
from cytovox.io.atomic import write_whole
from cytovox.report.csv_text import as_text
from cytovox.report.model_words import RESEARCH_USE
from cytovox.report.organ_codes import plain_codes
from cytovox.report.volume_json import notice_of

COLUMNS = (
    "source",
    "subject",
    "day",
    "modality",
    "label",
    "key",
    "organ",
    "snomed_ct",
    "volume_ml",
    "voxels",
    "first_slice",
    "last_slice",
    "slices",
    "cut",
    "label_origin",
    "warnings",
    "use",
    "notice",
)


def write_organs_csv(findings: VolumeFindings, path: Path) -> None:
    """Write the volumes to a CSV file (UTF-8, comma, CRLF as RFC 4180 has it), whole or not at all."""
    write_whole(path, organs_to_csv(findings).encode())


def organs_to_csv(findings: VolumeFindings) -> str:
    """The volumes as CSV text; slices are counted from 1, as viewers count them."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_row(findings, organ) for organ in findings.organs)
    return text.getvalue()


def _row(findings: VolumeFindings, organ: OrganMeasure) -> list[str]:
    codes = [code["code"] for code in plain_codes(organ.organ) if code["system"] == "SNOMED CT"]
    return [
        as_text(findings.source),
        as_text(findings.subject or ""),
        "" if findings.day is None else str(findings.day),
        findings.modality.value,
        str(organ.label),
        organ.organ.key,
        as_text(organ.organ.name),
        ";".join(codes),
        f"{organ.volume_ml:.3f}",
        str(organ.voxels),
        str(organ.first_slice + 1),
        str(organ.last_slice + 1),
        str(findings.grid.shape[0]),
        str(organ.cut).lower(),
        findings.label_origin.value,
        ";".join(warning.key for warning in findings.warnings),
        RESEARCH_USE,
        notice_of(findings),
    ]
