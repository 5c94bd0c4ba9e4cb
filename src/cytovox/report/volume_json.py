"""Findings of a stack as JSON, schema `cytovox.volume-findings/1` (`volume-findings-1.schema.json` here)."""

import json
from pathlib import Path
from typing import Any

from cytovox.domain.volume_findings import OrganMeasure, SliceChances, VolumeFindings
from cytovox.io.atomic import write_whole
from cytovox.report import NOTICE
from cytovox.report.findings_json import provenance_to_dict
from cytovox.report.organ_codes import plain_codes

SCHEMA = "cytovox.volume-findings/1"
JsonObject = dict[str, Any]


def write_volume_json(findings: VolumeFindings, path: Path) -> None:
    """Write findings to a JSON file (UTF-8), whole or not at all."""
    text = json.dumps(volume_to_dict(findings), ensure_ascii=False, allow_nan=False, indent=1)
    write_whole(path, f"{text}\n".encode())


def volume_to_dict(findings: VolumeFindings) -> JsonObject:
    """Findings as plain values that JSON can hold; slices are counted from 1, as viewers count them."""
    grid = findings.grid
    return {
        "schema": SCHEMA,
        "source": findings.source,
        "subject": findings.subject,
        "day": findings.day,
        "modality": findings.modality.value,
        "label_origin": findings.label_origin.value,
        "grid": {
            "slices": grid.shape[0],
            "rows": grid.shape[1],
            "columns": grid.shape[2],
            "spacing_mm": [round(step, 6) for step in grid.spacing_mm],
            "affine_lps_mm": [[round(float(value), 6) for value in row] for row in grid.affine],
        },
        "organs": [_organ(organ) for organ in findings.organs],
        "slice_chances": _chances(findings.slice_chances),
        "warnings": [{"key": w.key, "message": w.message} for w in findings.warnings],
        "provenance": provenance_to_dict(findings.provenance),
        "notice": notice_of(findings),
    }


def notice_of(findings: VolumeFindings) -> str:
    """What every export of these findings says."""
    return " ".join(text for text in (findings.notice, NOTICE) if text)


def _organ(organ: OrganMeasure) -> JsonObject:
    return {
        "label": organ.label,
        "key": organ.organ.key,
        "name": organ.organ.name,
        "colour": organ.organ.colour,
        "codes": plain_codes(organ.organ),
        "voxels": organ.voxels,
        "volume_ml": round(organ.volume_ml, 3),
        "first_slice": organ.first_slice + 1,
        "last_slice": organ.last_slice + 1,
        "cut": organ.cut,
    }


def _chances(chances: SliceChances | None) -> JsonObject | None:
    if chances is None:
        return None
    return {
        "organs": list(chances.organs),
        "thresholds": [round(float(value), 4) for value in chances.thresholds],
        "probabilities": [[round(float(value), 4) for value in row] for row in chances.probabilities],
    }
