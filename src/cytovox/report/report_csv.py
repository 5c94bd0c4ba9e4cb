"""A report as CSV: one line a fact, so that it can be filtered; what it says is what the other forms say."""

import csv
import io
from collections.abc import Iterator

from cytovox.report.csv_text import as_text
from cytovox.report.report_document import (
    Block,
    Cell,
    Facts,
    Figure,
    Gallery,
    ReportDocument,
    Sentence,
    Table,
)

COLUMNS = ("section", "item", "row", "field", "text", "value")


def report_to_csv(report: ReportDocument) -> bytes:
    """The report as CSV (UTF-8 with a byte order mark, for spreadsheets; comma; CRLF as RFC 4180 has it).

    `text` is what a person reads, `value` the same as a plain number where it is one.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([as_text(field) for field in line] for line in _lines(report))
    return text.getvalue().encode("utf-8-sig")


def _lines(report: ReportDocument) -> Iterator[tuple[str, ...]]:
    for field, text in (
        ("schema", report.schema),
        ("title", report.title),
        ("subject", report.subject),
        ("status", report.status.text),
        ("notice", report.notice),
    ):
        yield "Report", "report", "", field, text, ""
    for section in report.sections:
        for number, block in enumerate(section.blocks, start=1):
            for line in _block(block, number):
                yield (section.title, *line)


def _block(block: Block, number: int) -> Iterator[tuple[str, str, str, str, str]]:
    if isinstance(block, Sentence):
        yield f"sentence {number}", "", block.tone.value, block.text, ""
    elif isinstance(block, Facts):
        for name, cell in block.items:
            yield block.key, "", name, cell.text, _value(cell)
    elif isinstance(block, Table):
        yield from _table(block)
    elif isinstance(block, Figure):
        yield "figure", block.key, "caption", block.caption, ""
    else:
        yield from _gallery(block)


def _table(table: Table) -> Iterator[tuple[str, str, str, str, str]]:
    yield table.key, "", "caption", table.caption, ""
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=True):
            yield table.key, row.key, column.title, cell.text, _value(cell)


def _gallery(gallery: Gallery) -> Iterator[tuple[str, str, str, str, str]]:
    yield "gallery", gallery.key, "title", gallery.title, ""
    for figure in gallery.figures:
        yield "gallery", figure.key, "caption", figure.caption, ""


def _value(cell: Cell) -> str:
    if cell.value is None:
        return ""
    return str(cell.value).lower() if isinstance(cell.value, bool) else f"{cell.value:.10g}"
