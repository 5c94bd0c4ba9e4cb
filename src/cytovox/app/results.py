"""The files a finished case offers."""

import json

from cytovox.domain.findings import SmearFindings
from cytovox.domain.image import SmearImage
from cytovox.report.cells_csv import cells_to_csv
from cytovox.report.coco import coco_bytes
from cytovox.report.findings_json import findings_to_dict
from cytovox.report.geojson import geojson_bytes
from cytovox.report.overlay import overlay_png
from cytovox.report.smear_map_png import map_png

FINDINGS = "findings.json"
CELLS = "cells.csv"
OVERLAY = "overlay.png"
GEOJSON = "cells.geojson"
COCO = "coco.json"
MAP = "map.png"
MAP_WITH_LEGEND = "map-with-legend.png"


def result_files(image: SmearImage, findings: SmearFindings) -> dict[str, bytes]:
    """Bytes of every result file by name; those of the map only where there is one.

    Args:
        image: The picture that was analysed.
        findings: What was found in it.
    """
    document = json.dumps(
        findings_to_dict(findings), ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    files = {
        FINDINGS: document.encode(),
        CELLS: cells_to_csv(findings).encode(),
        OVERLAY: overlay_png(image.pixels, findings),
        GEOJSON: geojson_bytes(findings),
        COCO: coco_bytes([findings]),
    }
    if findings.smear_map is not None:
        files |= {MAP: map_png(findings, legend=False), MAP_WITH_LEGEND: map_png(findings)}
    return files
