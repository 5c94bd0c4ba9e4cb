"""Cells as GeoJSON that QuPath (0.4 or newer) opens: one feature a cell, with class, colour and measurements.

The structure is that of RFC 7946; coordinates are pixels from the top left corner of the picture instead of
degrees. What QuPath reads beyond the standard are the foreign member `nucleusGeometry` and the properties
`objectType`, `classification`, `measurements` and `metadata`.
"""

import json
import math
import uuid
from pathlib import Path
from typing import Any

import numpy as np

from cytovox.domain.cells import CellTable
from cytovox.domain.colour import rgb
from cytovox.domain.findings import SmearFindings
from cytovox.domain.geometry import FloatArray
from cytovox.domain.taxonomy import Taxonomy
from cytovox.io.atomic import write_whole
from cytovox.report import NOTICE

JsonObject = dict[str, Any]
DECIMALS = 2
"""Of coordinates: at a tenth of a pixel, small outlines begin to cross themselves."""

MEASUREMENTS = {
    "circularity": "Cell: Circularity",
    "nucleus_area_px": "Nucleus: Area px^2",
    "nucleus_area_um2": "Nucleus: Area µm^2",
    "nucleus_to_cytoplasm_ratio": "Nucleus/Cytoplasm area ratio",
    "nucleus_circularity": "Nucleus: Circularity",
    "lobes": "Nucleus: Lobes",
    "nucleus_stain_density": "Nucleus: Stain density",
    "cytoplasm_stain_density": "Cytoplasm: Stain density",
}
"""What QuPath's tables call each measure; its own names where it has one."""


def write_geojson(findings: SmearFindings, path: Path) -> None:
    """Write the cells to a GeoJSON file (UTF-8), whole or not at all."""
    write_whole(path, geojson_bytes(findings))


def geojson_bytes(findings: SmearFindings) -> bytes:
    """The cells as GeoJSON text, UTF-8."""
    text = json.dumps(
        findings_to_geojson(findings), ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return text.encode()


def findings_to_geojson(findings: SmearFindings) -> JsonObject:
    """The cells as a FeatureCollection of plain values; outlines may reach beyond the picture."""
    taxonomy = findings.cells.taxonomy
    # Both are worked out for all cells at once: asked for cell by cell, their cost would be a square.
    named = zip(findings.cells.label.tolist(), findings.cells.confidence.tolist(), strict=True)
    return {
        "type": "FeatureCollection",
        "features": [
            _feature(findings, taxonomy, index, label, confidence)
            for index, (label, confidence) in enumerate(named)
        ],
        "source": findings.source,
        "notice": NOTICE,
    }


def _feature(
    findings: SmearFindings, taxonomy: Taxonomy, index: int, label: str, confidence: float
) -> JsonObject:
    cells = findings.cells
    nucleus = cells.nucleus_outlines[index]
    feature = {
        "type": "Feature",
        "id": _feature_id(findings.provenance.input_sha256, int(cells.ids[index])),
        "geometry": {"type": "Polygon", "coordinates": [_ring(cells.polygon(index))]},
        "properties": {
            # QuPath draws a nucleus in its "cell" only; what has none is a "detection".
            "objectType": "cell" if nucleus else "detection",
            "classification": {
                "name": taxonomy.name_of(label),
                "color": list(rgb(taxonomy.colour_of(label))),
            },
            "measurements": _measurements(cells, index, confidence),
            "metadata": {
                "Cytovox id": str(cells.ids[index]),
                "Label": label,
                "Prediction set": "; ".join(cells.predictions.prediction_set(index)),
            },
        },
    }
    return feature | ({"nucleusGeometry": _nucleus(nucleus)} if nucleus else {})


def _feature_id(picture_sha256: str, cell_id: int) -> str:
    # The same cell of the same picture keeps its id, as RFC 4122's name-based UUIDs have it.
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"cytovox:{picture_sha256}:{cell_id}"))


def _nucleus(parts: tuple[FloatArray, ...]) -> JsonObject:
    rings = [_ring(part) for part in parts]
    if len(rings) == 1:
        return {"type": "Polygon", "coordinates": rings}
    return {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}


def _ring(points: FloatArray) -> list[list[float]]:
    """Closed ring, counter-clockwise in (x, y) as RFC 7946, section 3.1.6 asks of exterior rings."""
    x, y = points.T.astype(np.float64)
    turns_left = np.dot(x, np.roll(y, -1)) > np.dot(y, np.roll(x, -1))
    ordered = points if turns_left else points[::-1]
    corners: list[list[float]] = np.round(ordered.astype(np.float64), DECIMALS).tolist()
    return [*corners, corners[0]]


def _measurements(cells: CellTable, index: int, confidence: float) -> dict[str, float]:
    """What was measured, by the name of its column in QuPath; what was not is left out."""
    values = {
        "Score": cells.score[index],
        "Confidence": confidence,
        "Unfamiliarity": cells.unfamiliarity[index],
        "Cell: Area px^2": cells.area_px[index],
        "Cell: Area µm^2": cells.area_um2[index],
    } | {shown: getattr(cells.morphometry, name)[index] for name, shown in MEASUREMENTS.items()}
    return {name: round(float(value), 4) for name, value in values.items() if math.isfinite(value)}
