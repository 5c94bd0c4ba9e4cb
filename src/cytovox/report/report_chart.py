"""The percentages of a differential with their intervals and reference ranges, as a drawing (SVG)."""

from collections.abc import Sequence
from html import escape

from cytovox.domain.colour import rgb
from cytovox.domain.differential import Differential, DifferentialRow
from cytovox.domain.flags import interval_text, percent_text, range_text
from cytovox.report.report_document import Figure

Point = tuple[float, float]
_WIDTH, _ROW, _LEFT, _RIGHT, _TOP, _BOTTOM = 760, 26, 190, 150, 12, 34
_STEPS = (1, 2, 5, 10, 20, 25, 50)
_MOST_TICKS = 6
_FONTS = "system-ui, Libertinus Serif, sans-serif"
_INK, _FAINT, _BAND, _GRID = "#1c2026", "#56606c", "#dfe6ee", "#e6eaef"


def differential_chart(found: Differential) -> Figure | None:
    """Each row's percentage as a dot, its interval as a line, its range as a band; None of no cells."""
    if not found.total:
        return None
    most = _axis_end(found.rows)
    height = _TOP + len(found.rows) * _ROW + _BOTTOM
    size = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{_FONTS}">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        *_axis(most, _TOP + len(found.rows) * _ROW),
    ]
    for number, row in enumerate(found.rows):
        parts += _row(row, _TOP + (number + 0.5) * _ROW, most)
    text = "".join([*parts, "</svg>"])
    return Figure(
        "differential_chart",
        "Percentages (dots) with their 95 % intervals (lines) and reference ranges (bands).",
        "; ".join(f"{row.name} {percent_text(row.share)}" for row in found.rows),
        text.encode(),
        "svg",
    )


def _axis_end(rows: Sequence[DifferentialRow]) -> float:
    most = max(max(100 * row.share.high, row.reference.high if row.reference else 0) for row in rows)
    return min(100.0, 10 * (int(most / 10) + 1))


def _x(percent: float, most: float) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * min(percent, most) / most


def _axis(most: float, bottom: float) -> list[str]:
    step = next((step for step in _STEPS if most / step <= _MOST_TICKS), 50)
    parts = []
    for percent in range(0, int(most) + 1, step):
        x = _x(percent, most)
        parts += [
            _line((x, _TOP), (x, bottom), _GRID),
            _text(f"{percent} %", (x, bottom + 18), _FAINT, anchor="middle"),
        ]
    return parts


def _row(row: DifferentialRow, y: float, most: float) -> list[str]:
    indent = 16 if row.parent else 0
    share, parts = row.share, []
    if row.reference is not None:
        low, high = _x(row.reference.low, most), _x(row.reference.high, most)
        parts.append(
            f'<rect x="{low:.1f}" y="{y - 9:.1f}" width="{max(high - low, 1.5):.1f}" height="18" rx="2" '
            f'fill="{_BAND}"><title>{escape(range_text(row.reference))} %</title></rect>'
        )
    low, middle, high = (_x(100 * end, most) for end in (share.low, share.share, share.high))
    dot = "#{:02x}{:02x}{:02x}".format(*rgb(row.colour))
    words = f"{percent_text(share)} ({interval_text(share).removesuffix(' %')})"
    return [
        *parts,
        _text(row.name, (8 + indent, y + 4.5), _INK),
        _line((low, y), (high, y), _INK, width=1.6),
        *(_line((end, y - 4), (end, y + 4), _INK) for end in (low, high)),
        f'<circle cx="{middle:.1f}" cy="{y:.1f}" r="5" fill="{dot}" stroke="{_INK}"/>',
        _text(words, (_WIDTH - 8, y + 4.5), _INK, anchor="end"),
    ]


def _line(start: Point, end: Point, colour: str, *, width: float = 1.0) -> str:
    (x1, y1), (x2, y2) = start, end
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width}"/>'


def _text(text: str, at: Point, colour: str, *, anchor: str = "start") -> str:
    place = f'x="{at[0]:.1f}" y="{at[1]:.1f}" text-anchor="{anchor}"'
    return f'<text {place} font-size="13" fill="{colour}">{escape(text)}</text>'
