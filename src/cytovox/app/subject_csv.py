"""A person's smears over time as CSV: one row a smear and type of cell, with a header row."""

import csv
import io
from collections.abc import Iterator

from cytovox.app.differential_schemas import ShareDocument
from cytovox.app.specimen_schemas import SubjectTrendDocument, TrendPointDocument
from cytovox.report.csv_text import as_text
from cytovox.report.model_words import RESEARCH_USE

COLUMNS = (
    "subject", "date", "date_of", "specimen", "material", "pictures", "key", "type", "count", "of", "percent",
    "low", "high", "reference_low", "reference_high", "use",
)  # fmt: skip
PARASITAEMIA = "parasitaemia"


def trend_to_csv(trend: SubjectTrendDocument) -> str:
    """The trend as CSV text (comma, CRLF as RFC 4180 has it); percentages and intervals in percent."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for point in trend.points:
        writer.writerows(_rows(trend.subject, point))
    return text.getvalue()


def _rows(subject: str, point: TrendPointDocument) -> Iterator[list[str]]:
    found = point.differential
    start = [
        as_text(subject),
        point.date,
        "specimen" if point.collected else "upload",
        as_text(point.specimen or ""),
        point.material,
        str(len(point.cases)),
    ]
    for row in found.rows:
        usual = [f"{row.reference.low:g}", f"{row.reference.high:g}"] if row.reference else ["", ""]
        yield [*start, row.key, as_text(row.name), *_figures(row, found.total), *usual, RESEARCH_USE]
    if found.red_cells.parasitaemia is not None:
        figures = _figures(found.red_cells.parasitaemia, found.red_cells.count)
        yield [*start, PARASITAEMIA, "infected red cell", *figures, "", "", RESEARCH_USE]


def _figures(share: ShareDocument, total: int) -> list[str]:
    ends = (share.percent, share.low, share.high)
    return [str(share.count), str(total), *("" if end is None else f"{end:.4g}" for end in ends)]
