"""A report as one value: sections of sentences, tables and pictures, which every writer writes in full."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

JsonObject = dict[str, Any]


class Tone(StrEnum):
    """How a sentence is meant."""

    PLAIN = "plain"
    NOTE = "note"
    WARNING = "warning"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A paragraph.

    Attributes:
        text: What it says.
        tone: How it is meant.
    """

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of a table.

    Attributes:
        text: What a person reads.
        value: What a program reads, or None where that is the text.
        colour: Of a swatch before the text, "#rrggbb", or None.
    """

    text: str
    value: float | int | bool | None = None
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        key: Stable identifier.
        title: What a person reads.
        numeric: Whether figures stand in it.
        wide: Whether it takes the room that the others leave.
    """

    key: str
    title: str
    numeric: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table.

    Attributes:
        key: Stable identifier.
        cells: One a column.
        part: Whether it is a part of the row above that is none.
    """

    key: str
    cells: tuple[Cell, ...]
    part: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        key: Stable identifier.
        caption: What stands above it.
        columns: From the left.
        rows: From above, at least one.
    """

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what they are.

    Attributes:
        key: Stable identifier.
        items: Name and value.
    """

    key: str
    items: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture.

    Attributes:
        key: Stable identifier.
        caption: What stands below it.
        alt: What is to be seen, for who cannot.
        data: Its bytes.
        kind: "png", "jpg" or "svg".
    """

    key: str
    caption: str
    alt: str
    data: bytes = field(repr=False)
    kind: str


@dataclass(frozen=True, slots=True)
class Gallery:
    """Small pictures under one heading.

    Attributes:
        key: Stable identifier.
        title: Heading.
        figures: From the left.
        colour: Of a swatch before the heading, "#rrggbb", or None.
        columns: How many stand side by side on paper.
    """

    key: str
    title: str
    figures: tuple[Figure, ...]
    colour: str | None = None
    columns: int = 6


Block = Sentence | Table | Facts | Figure | Gallery


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report.

    Attributes:
        key: Stable identifier.
        title: Heading.
        blocks: In reading order.
    """

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """A whole report.

    Attributes:
        schema: Of its JSON.
        title: What it is.
        subject: What it is about: the name of a picture or stack.
        status: Whether somebody signed it, in plain sight.
        stamp: The same in two or three words, for every page.
        notice: What every page says.
        sections: In reading order.
        data: What programs want beyond the sections, as plain values.
    """

    schema: str
    title: str
    subject: str
    status: Sentence
    stamp: str
    notice: str
    sections: tuple[Section, ...]
    data: JsonObject = field(repr=False)

    def texts(self) -> Iterator[str]:
        """Every text that a reader of any form must find, in reading order."""
        yield from (self.title, self.subject, self.status.text, self.notice)
        for section in self.sections:
            yield section.title
            for block in section.blocks:
                yield from _texts(block)

    def figures(self) -> Iterator[Figure]:
        """Every picture, in reading order."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Figure):
                    yield block
                elif isinstance(block, Gallery):
                    yield from block.figures


def _texts(block: Block) -> Iterator[str]:
    if isinstance(block, Sentence):
        yield block.text
    elif isinstance(block, Table):
        yield block.caption
        yield from (column.title for column in block.columns)
        yield from (cell.text for row in block.rows for cell in row.cells)
    elif isinstance(block, Facts):
        for name, cell in block.items:
            yield from (name, cell.text)
    elif isinstance(block, Figure):
        yield block.caption
    else:
        yield block.title
        yield from (figure.caption for figure in block.figures)
