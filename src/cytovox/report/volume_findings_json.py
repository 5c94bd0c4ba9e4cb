"""Findings of a stack as JSON, schema `cytovox.volume-findings/1`."""

import json
from typing import Any

from cytovox.domain.taxonomy import CellClass
from cytovox.domain.volume_findings import OrganMeasure, SliceChances, VolumeFindings
from cytovox.report import NOTICE

SCHEMA = "cytovox.volume-findings/1"

JsonObject = dict[str, Any]


def volume_findings_bytes(findings: VolumeFindings) -> bytes:
    """Findings of a stack as a JSON file (UTF-8)."""
    document = volume_findings_to_dict(findings)
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def volume_findings_to_dict(findings: VolumeFindings) -> JsonObject:
    """Findings of a stack as plain values that JSON can hold; the label map itself is not among them."""
    grid, provenance = findings.grid, findings.provenance
    return {
        "schema": SCHEMA,
        "source": findings.source,
        "modality": findings.modality.value,
        "grid": {
            "shape": list(grid.shape),
            "spacing_mm": [round(mm, 6) for mm in grid.spacing_mm],
            "affine": [[round(value, 6) for value in row] for row in grid.affine.tolist()],
        },
        "label_origin": findings.label_origin.value,
        "label_source": findings.labels.source,
        "organs": [_organ(measure) for measure in findings.organs],
        "warnings": [{"key": w.key, "message": w.message} for w in findings.warnings],
        "slice_chances": None if findings.slice_chances is None else _chances(findings.slice_chances),
        "subject": findings.subject,
        "day": findings.day,
        "provenance": {
            "cytovox_version": provenance.cytovox_version,
            "created_utc": provenance.created_utc,
            "models": [{"name": m.name, "version": m.version, "sha256": m.sha256} for m in provenance.models],
            "options": dict(provenance.options),
            "input_sha256": provenance.input_sha256,
        },
        "notice": " ".join(filter(None, (NOTICE, findings.notice))),
    }


def _organ(measure: OrganMeasure) -> JsonObject:
    return {
        "label": measure.label,
        "key": measure.organ.key,
        "name": measure.organ.name,
        "colour": measure.organ.colour,
        "codes": _codes(measure.organ),
        "voxels": measure.voxels,
        "volume_ml": round(measure.volume_ml, 3),
        "first_slice": measure.first_slice,
        "last_slice": measure.last_slice,
        "cut": measure.cut,
    }


def _codes(organ: CellClass) -> list[JsonObject]:
    return [{"system": code.system, "code": code.code, "display": code.display} for code in organ.codes]


def _chances(chances: SliceChances) -> JsonObject:
    return {
        "organs": list(chances.organs),
        "thresholds": [round(float(one), 4) for one in chances.thresholds],
        "probabilities": [[round(float(one), 4) for one in row] for row in chances.probabilities],
    }
