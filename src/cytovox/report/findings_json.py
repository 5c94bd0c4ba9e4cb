"""Findings as JSON, schema `cytovox.smear-findings/1` (`smear-findings-1.schema.json` beside this file)."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from cytovox.domain.cells import CellTable
from cytovox.domain.findings import Provenance, SmearFindings
from cytovox.domain.image import Scale
from cytovox.domain.morphometry import MEASURES
from cytovox.domain.proportion import Proportion
from cytovox.domain.reviewed import Reviewed
from cytovox.domain.taxonomy import Taxonomy
from cytovox.io.atomic import write_whole
from cytovox.report import NOTICE

SCHEMA = "cytovox.smear-findings/1"
LEAST_PROBABILITY = 0.01
"""Class probabilities below this are left out of a cell."""

AREA_MEASURES = frozenset({"nucleus_area_px", "nucleus_area_um2"})
"""Measures that are large enough for fewer decimals."""

JsonObject = dict[str, Any]


def write_json(findings: SmearFindings, path: Path) -> None:
    """Write findings to a JSON file (UTF-8), whole or not at all."""
    text = json.dumps(findings_to_dict(findings), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    write_whole(path, text.encode())


def findings_to_dict(findings: SmearFindings) -> JsonObject:
    """Findings as plain values that JSON can hold; sizes in um are null where the scale is unknown."""
    taxonomy = findings.cells.taxonomy
    return {
        "schema": SCHEMA,
        "source": findings.source,
        "material": findings.material,
        "width": findings.width,
        "height": findings.height,
        "scale": _scale(findings.scale),
        "warnings": [{"key": w.key, "message": w.message} for w in findings.warnings],
        "counts": _counts(findings, taxonomy),
        "level": findings.level,
        "parasitaemia": _parasitaemia(findings.parasitaemia),
        "map_pixels": None if findings.map_pixels is None else dict(findings.map_pixels),
        "cells": _cells(findings.cells, taxonomy),
        "provenance": provenance_to_dict(findings.provenance),
        "notice": NOTICE,
    }


def _scale(scale: Scale) -> JsonObject:
    return {
        "mpp_um": scale.mpp_um,
        "origin": scale.origin.value,
        "relative_sd": scale.relative_sd,
        "red_cells": scale.red_cells,
    }


def _counts(findings: SmearFindings, taxonomy: Taxonomy) -> list[JsonObject]:
    return [
        {
            "key": key,
            "name": taxonomy[key].name,
            "coarse": taxonomy.coarse(key),
            "colour": taxonomy[key].colour,
            "count": count,
        }
        for key, count in findings.counts.items()
    ]


def _parasitaemia(found: Proportion | None) -> JsonObject | None:
    if found is None:
        return None
    return {
        "infected": found.count,
        "red_cells": found.total,
        "share": _finite(found.share, 6),
        "low": round(found.low, 6),
        "high": round(found.high, 6),
    }


def _cells(cells: CellTable, taxonomy: Taxonomy) -> list[JsonObject]:
    labels, best, confidence = cells.label.tolist(), cells.best.tolist(), cells.confidence.tolist()
    boxes = _rounded(cells.box, 1)
    return [
        {
            "id": int(cells.ids[index]),
            "label": label,
            "best": best[index],
            "unidentified": bool(cells.unidentified[index]),
            "coarse": taxonomy.coarse(label),
            "score": round(float(cells.score[index]), 4),
            "confidence": round(confidence[index], 4),
            "probabilities": _probabilities(cells, index),
            "prediction_set": list(cells.predictions.prediction_set(index)),
            "unfamiliarity": _finite(float(cells.unfamiliarity[index]), 4),
            "box": boxes[index],
            "polygon": _rounded(cells.polygon(index), 1),
            "area_px": round(float(cells.area_px[index]), 1),
            "area_um2": _finite(float(cells.area_um2[index]), 2),
            "nucleus_polygons": [_rounded(part, 1) for part in cells.nucleus_outlines[index]],
            "morphometry": measures_of(cells, index),
            "reviewed": _reviewed(cells.reviewed[index]),
        }
        for index, label in enumerate(labels)
    ]


def _reviewed(reviewed: Reviewed | None) -> JsonObject | None:
    if reviewed is None:
        return None
    return {"by": reviewed.by, "kind": reviewed.kind.value, "label_before": reviewed.label_before}


def measures_of(cells: CellTable, index: int) -> dict[str, float | None]:
    """Measures of one cell by name, rounded; None where it was not measured."""
    return {
        name: _finite(float(getattr(cells.morphometry, name)[index]), 2 if name in AREA_MEASURES else 4)
        for name in MEASURES
    }


def _probabilities(cells: CellTable, index: int) -> dict[str, float]:
    row = cells.probabilities[index]
    order = np.argsort(-row, kind="stable")
    return {cells.classes[i]: round(float(row[i]), 4) for i in order if row[i] > LEAST_PROBABILITY}


def provenance_to_dict(provenance: Provenance) -> JsonObject:
    """How a result came about, as plain values."""
    return {
        "cytovox_version": provenance.cytovox_version,
        "created_utc": provenance.created_utc,
        "models": [{"name": m.name, "version": m.version, "sha256": m.sha256} for m in provenance.models],
        "options": dict(provenance.options),
        "input_sha256": provenance.input_sha256,
    }


def _rounded(values: np.ndarray[Any, np.dtype[np.float32]], decimals: int) -> list[Any]:
    # float64 first: a rounded float32 prints as 12.300000190734863.
    rounded: list[Any] = np.round(values.astype(np.float64), decimals).tolist()
    return rounded


def _finite(value: float, decimals: int) -> float | None:
    return round(value, decimals) if math.isfinite(value) else None
