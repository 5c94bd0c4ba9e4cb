"""What the written forms of a report say, as plain text to hold one report against all of them."""

import csv
import io
import re
from html.parser import HTMLParser

from pypdf import PdfReader


def squeezed(text: str) -> str:
    """Text without any white space and soft hyphens: where lines break is not what is compared."""
    return re.sub(r"[\s\u00ad]", "", text)


def pdf_pages(data: bytes) -> list[str]:
    return [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(data)).pages]


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._styled = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._styled = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._styled = False

    def handle_data(self, data: str) -> None:
        if not self._styled:
            self.parts.append(data)


def html_text(data: bytes) -> str:
    return squeezed("".join(_parsed(data).parts))


def html_tags(data: bytes) -> list[tuple[str, dict[str, str | None]]]:
    return _parsed(data).tags


def csv_text(data: bytes) -> str:
    """All fields; a guard against formulas is taken off again."""
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    fields = [f[1:] if re.match(r"'[=+\-@\t\r]", f) else f for row in rows for f in row]
    return squeezed("\n".join(fields))


def _parsed(data: bytes) -> _Text:
    parser = _Text()
    parser.feed(data.decode())
    return parser
