"""The cell table as CSV: one row a cell, with a header row."""

import csv
import io
import math
from pathlib import Path

from cytovox.domain.findings import SmearFindings
from cytovox.domain.morphometry import MEASURES
from cytovox.domain.taxonomy import UNIDENTIFIED
from cytovox.io.atomic import write_whole
from cytovox.report import NOTICE
from cytovox.report.csv_text import as_text
from cytovox.report.findings_json import measures_of

COLUMNS = (
    "source",
    "id",
    "label",
    "name",
    "coarse",
    "score",
    "confidence",
    "runner_up",
    "runner_up_probability",
    "third",
    "third_probability",
    "best",
    "unidentified",
    "prediction_set",
    "unfamiliarity",
    "reviewed_by",
    "xmin",
    "ymin",
    "xmax",
    "ymax",
    "area_px",
    "area_um2",
    *MEASURES,
    "mpp_um",
    "scale_origin",
    "notice",
)
ABSENT = ("", math.nan)
"""In place of a runner-up where there are too few classes."""


def write_csv(findings: SmearFindings, path: Path) -> None:
    """Write the cell table to a CSV file (UTF-8, comma, CRLF as RFC 4180 has it), whole or not at all."""
    write_whole(path, cells_to_csv(findings).encode())


def cells_to_csv(findings: SmearFindings) -> str:
    """The cell table as CSV text; fields in um are empty where the scale is unknown."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_row(findings, index) for index in range(len(findings.cells)))
    return text.getvalue()


def _row(findings: SmearFindings, index: int) -> list[str]:
    cells, scale = findings.cells, findings.scale
    taxonomy = cells.taxonomy
    (best, confidence), *others = cells.predictions.ranked(index)
    (runner_up, second), (third, last), *_ = [*others, ABSENT, ABSENT]
    label = UNIDENTIFIED if cells.unidentified[index] else best
    return [
        as_text(findings.source),
        str(cells.ids[index]),
        label,
        taxonomy[label].name,
        taxonomy.coarse(label),
        _number(float(cells.score[index]), 4),
        _number(confidence, 4),
        runner_up,
        _number(second, 4),
        third,
        _number(last, 4),
        best,
        str(bool(cells.unidentified[index])).lower(),
        ";".join(cells.predictions.prediction_set(index)),
        _number(float(cells.unfamiliarity[index]), 4),
        as_text("" if (reviewed := cells.reviewed[index]) is None else reviewed.by),
        *(_number(float(edge), 1) for edge in cells.box[index]),
        _number(float(cells.area_px[index]), 1),
        _number(float(cells.area_um2[index]), 2),
        *("" if value is None else f"{value:.10g}" for value in measures_of(cells, index).values()),
        _number(math.nan if scale.mpp_um is None else scale.mpp_um, 5),
        scale.origin.value,
        NOTICE,
    ]


def _number(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}" if math.isfinite(value) else ""
