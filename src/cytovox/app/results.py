"""The files a finished case offers."""

import json

from cytovox.domain.findings import SmearFindings
from cytovox.domain.image import SmearImage
from cytovox.report.cells_csv import cells_to_csv
from cytovox.report.findings_json import findings_to_dict
from cytovox.report.overlay import overlay_png

FINDINGS = "findings.json"
CELLS = "cells.csv"
OVERLAY = "overlay.png"


def result_files(image: SmearImage, findings: SmearFindings) -> dict[str, bytes]:
    """Bytes of every result file by name.

    Args:
        image: The picture that was analysed.
        findings: What was found in it.
    """
    document = json.dumps(
        findings_to_dict(findings), ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return {
        FINDINGS: document.encode(),
        CELLS: cells_to_csv(findings).encode(),
        OVERLAY: overlay_png(image.pixels, findings),
    }
