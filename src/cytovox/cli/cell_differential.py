"""Pictures of one cell each, counted as one differential: on the screen, as JSON and as CSV."""

import csv
import io
import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from cytovox.cli.console import results
from cytovox.cli.named_cells import NamedCell
from cytovox.domain.differential import Differential, differential
from cytovox.domain.errors import InputError
from cytovox.domain.exact_binomial import CountRatio
from cytovox.domain.flags import flags_of
from cytovox.domain.material import Material
from cytovox.domain.proportion import Proportion
from cytovox.io.atomic import write_whole
from cytovox.report import NOTICE
from cytovox.report.csv_text import as_text
from cytovox.report.differential_json import differential_to_dict

ENDINGS = (".json", ".csv")
COLUMNS = ("part", "key", "name", "count", "of", "value", "low", "high")
"""Of the CSV: `value` with its exact 95 % interval, shares in percent."""


def check_ending(path: Path) -> None:
    """Nothing, where the file's name tells one of `ENDINGS`.

    Raises:
        InputError: It does not.
    """
    if path.suffix.lower() not in ENDINGS:
        raise InputError(f"--differential: expected a name that ends in {' or '.join(ENDINGS)}, got '{path}'")


def differential_of_pictures(named: Sequence[NamedCell]) -> Differential:
    """The differential of cells that were named one by one; what could not be read counts nowhere.

    Raises:
        InputError: No picture could be read, or the classifier's classes are neither of blood nor of marrow.
    """
    told = [cell.predictions for cell in named if cell.predictions is not None]
    if not told:
        raise InputError("--differential: expected a picture that can be read, got none")
    key = told[0].taxonomy.key
    if key not in tuple(Material):
        raise InputError(
            f"--differential: expected a classifier of {' or '.join(Material)}, got one whose classes are "
            "its own; leave --differential out, or take another model"
        )
    # A class that was not met has a row too, of no cells: it was looked for.
    counts = Counter(dict.fromkeys(told[0].classes, 0))
    counts.update(str(predictions.label[0]) for predictions in told)
    return differential(counts, material=key, pictures=len(told))


def write_differential(found: Differential, path: Path) -> None:
    """Write a differential as JSON or as CSV, by the file's ending, whole or not at all."""
    if path.suffix.lower() == ".json":
        text = json.dumps(differential_to_dict(found), ensure_ascii=False, allow_nan=False, indent=1)
        write_whole(path, f"{text}\n".encode())
        return
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    writer.writerows([as_text(field) for field in line] for line in _lines(found))
    write_whole(path, table.getvalue().encode())


def print_differential(found: Differential) -> None:
    """Print rows, what stands apart, the figures of marrow and what a person should look at."""
    console = results()
    table = Table(found.panel.counted_cells, "count", "percent", "95 %", box=None, header_style="bold")
    for column in table.columns[1:]:
        column.justify = "right"
    for row in found.rows:
        name = f"  {row.name}" if row.parent else row.name
        table.add_row(Text(name), str(row.share.count), *_percent(row.share))
    console.print(table)
    console.print(Text(_progress(found)))
    for apart in found.apart:
        console.print(Text(f"apart: {apart.count} {apart.name}"))
    if found.marrow is not None:
        console.print(Text(f"M:E ratio: {_ratio(found.marrow.me_ratio)}"))
        share, interval = _percent(found.marrow.blasts)
        console.print(Text(f"blasts: {share} % ({interval})"))
    for flag in flags_of(found):
        console.print(Text(flag.text))
    console.print(Text(NOTICE, style="dim"))


def _progress(found: Differential) -> str:
    progress = found.progress
    missing = f", {progress.missing} missing to {progress.target}" if progress.missing else ""
    return f"{progress.counted} {found.panel.counted_cells} of {found.pictures} pictures{missing}"


def _percent(share: Proportion) -> tuple[str, str]:
    if not share.total:
        return "-", "-"
    return f"{100 * share.share:.1f}", f"{100 * share.low:.1f}-{100 * share.high:.1f}"


def _ratio(ratio: CountRatio) -> str:
    if math.isnan(ratio.ratio):
        return "neither myeloid nor erythroid cells"
    if not ratio.second:
        return f"no erythroid cells ({ratio.first} myeloid ones: at least {ratio.low:.2f})"
    return f"{ratio.ratio:.2f} ({ratio.low:.2f}-{ratio.high:.2f}; {ratio.first} over {ratio.second})"


def _lines(found: Differential) -> Iterator[tuple[str, ...]]:
    for row in found.rows:
        yield ("cells", row.key, row.name, *_share(row.share))
    for apart in found.apart:
        yield ("apart", apart.key, apart.name, str(apart.count), "", "", "", "")
    if found.marrow is not None:
        ratio = found.marrow.me_ratio
        values = (_number(value) for value in (ratio.ratio, ratio.low, ratio.high))
        yield ("marrow", "me_ratio", "M:E ratio", str(ratio.first), str(ratio.second), *values)
        yield ("marrow", "blasts", "blasts", *_share(found.marrow.blasts))
    yield ("notice", "", NOTICE, "", "", "", "", "")


def _share(share: Proportion) -> tuple[str, ...]:
    limits = (share.share, share.low, share.high) if share.total else (math.nan,) * 3
    return str(share.count), str(share.total), *(_number(100 * value) for value in limits)


def _number(value: float) -> str:
    return f"{value:.4f}" if math.isfinite(value) else ""
