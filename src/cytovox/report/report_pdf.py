"""A report as PDF/UA, set by Typst. Texts go in as data, never as Typst's own markup."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import typst

from cytovox.domain.errors import InputError
from cytovox.report.report_document import Block, Facts, Figure, JsonObject, ReportDocument, Sentence, Table

TEMPLATE = "report.typ"
DATA = "report.json"
Made = TypeVar("Made")
_SHAPELESS = re.compile(r'the text `"([^`]+)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
PAGE_PPI = 100.0
"""Of pages as pictures."""


def report_to_pdf(report: ReportDocument) -> bytes:
    """The report as PDF: A4, tagged for screen readers, with the fonts that come with Typst.

    Raises:
        InputError: Typst cannot set it.
    """
    with _sources(report) as main:
        return _set(report, lambda: _tagged(main))


def report_to_pages(report: ReportDocument) -> list[bytes]:
    """The pages of the PDF as PNG.

    Raises:
        InputError: Typst cannot set it.
    """
    with _sources(report) as main:
        output = main.with_name("page-{0p}.png")
        _set(report, lambda: typst.compile(main, output, format="png", ppi=PAGE_PPI))
        return [page.read_bytes() for page in sorted(main.parent.glob("page-*.png"))]


def _tagged(main: Path) -> bytes:
    """The PDF; in place of a character that no font has, its code, such as [U+540D].

    PDF/UA allows no character without a shape, and people name pictures in every script there is.
    """
    data = main.with_name(DATA)
    while True:
        try:
            return typst.compile(main, format="pdf", pdf_standards="ua-1")
        except typst.TypstError as error:
            text = data.read_text("utf-8")
            missing = _shapeless(str(error.diagnostic)) & set(text)
            if not missing:
                raise
            data.write_text(text.translate({ord(x): f"[U+{ord(x):04X}]" for x in missing}), "utf-8")


def _shapeless(complaint: str) -> set[str]:
    """Characters that Typst says it has no shape for; it escapes those that show nothing alone."""
    texts = "".join(_SHAPELESS.findall(complaint))
    told = _ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), texts)
    return {letter for letter in told if not letter.isascii()}


@contextmanager
def _sources(report: ReportDocument) -> Iterator[Path]:
    """The template in a folder with its data and pictures; Typst reads nothing outside of it."""
    names = {id(f): f"{number}.{f.kind}" for number, f in enumerate(report.figures())}
    page = {
        "title": report.title,
        "subject": report.subject,
        "status": {"text": report.status.text, "tone": report.status.tone.value},
        "stamp": report.stamp,
        "notice": report.notice,
        "sections": [
            {"title": section.title, "blocks": [_block(block, names) for block in section.blocks]}
            for section in report.sections
        ],
    }
    with TemporaryDirectory(prefix="cytovox-") as name:
        folder = Path(name)
        (folder / DATA).write_text(json.dumps(page, ensure_ascii=False), "utf-8")
        for figure in report.figures():
            (folder / names[id(figure)]).write_bytes(figure.data)
        main = folder / TEMPLATE
        main.write_bytes(files("cytovox.report").joinpath("templates", TEMPLATE).read_bytes())
        yield main


def _set(report: ReportDocument, compile_it: Callable[[], Made]) -> Made:
    try:
        return compile_it()
    except typst.TypstError as error:
        raise InputError(f"report on '{report.subject}': could not be set: {error}") from error


def _block(block: Block, names: dict[int, str]) -> JsonObject:
    if isinstance(block, Sentence):
        return {"type": "sentence", "text": block.text, "tone": block.tone.value}
    if isinstance(block, Table):
        return {
            "type": "table",
            "caption": block.caption,
            "columns": [{"title": c.title, "numeric": c.numeric, "wide": c.wide} for c in block.columns],
            "rows": [
                {"part": r.part, "cells": [{"text": c.text, "colour": c.colour} for c in r.cells]}
                for r in block.rows
            ],
        }
    if isinstance(block, Facts):
        items = [{"name": name, "text": cell.text} for name, cell in block.items]
        return {"type": "facts", "items": items}
    if isinstance(block, Figure):
        return {"type": "figure", **_figure(block, names)}
    return {
        "type": "gallery",
        "title": block.title,
        "colour": block.colour,
        "columns": block.columns,
        "figures": [_figure(figure, names) for figure in block.figures],
    }


def _figure(figure: Figure, names: dict[int, str]) -> JsonObject:
    return {"file": names[id(figure)], "caption": figure.caption, "alt": figure.alt}
