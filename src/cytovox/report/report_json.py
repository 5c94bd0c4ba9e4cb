"""A report as JSON, schema `cytovox.smear-report/1` or `cytovox.volume-report/1`.

`report-1.schema.json` beside this file describes both.
"""

import hashlib
import json

from cytovox.report.report_document import (
    Block,
    Cell,
    Facts,
    Figure,
    JsonObject,
    ReportDocument,
    Sentence,
    Table,
)


def report_to_json(report: ReportDocument) -> bytes:
    """The report as JSON (UTF-8); of pictures their captions and hashes."""
    document = {
        "schema": report.schema,
        "title": report.title,
        "subject": report.subject,
        "status": _sentence(report.status),
        "stamp": report.stamp,
        "notice": report.notice,
        "sections": [
            {"key": s.key, "title": s.title, "blocks": [_block(block) for block in s.blocks]}
            for s in report.sections
        ],
        **report.data,
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1).encode()


def _block(block: Block) -> JsonObject:
    if isinstance(block, Sentence):
        return {"type": "sentence", **_sentence(block)}
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Facts):
        items = [{"name": name, **_cell(cell)} for name, cell in block.items]
        return {"type": "facts", "key": block.key, "items": items}
    if isinstance(block, Figure):
        return {"type": "figure", **_figure(block)}
    return {
        "type": "gallery",
        "key": block.key,
        "title": block.title,
        "figures": [_figure(figure) for figure in block.figures],
    }


def _sentence(sentence: Sentence) -> JsonObject:
    return {"text": sentence.text, "tone": sentence.tone.value}


def _table(table: Table) -> JsonObject:
    keys = [column.key for column in table.columns]
    return {
        "type": "table",
        "key": table.key,
        "caption": table.caption,
        "columns": [{"key": c.key, "title": c.title} for c in table.columns],
        "rows": [
            {
                "key": row.key,
                "part": row.part,
                "cells": {key: _cell(cell) for key, cell in zip(keys, row.cells, strict=True)},
            }
            for row in table.rows
        ],
    }


def _cell(cell: Cell) -> JsonObject:
    return {"text": cell.text, "value": cell.value}


def _figure(figure: Figure) -> JsonObject:
    return {
        "key": figure.key,
        "caption": figure.caption,
        "alt": figure.alt,
        "kind": figure.kind,
        "sha256": hashlib.sha256(figure.data).hexdigest(),
    }
