"""Where commands speak: results on standard output, everything else on standard error."""

import json
import math
import os
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

UNWATCHED_WIDTH = 1_000
"""Columns where no terminal says how many it has: a file or a pipe has no edge to cut names off at."""


def results() -> Console:
    """Console for results: as wide as the terminal; in a file or pipe as wide as the table needs."""
    console = Console(soft_wrap=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = UNWATCHED_WIDTH
    return console


def remarks() -> Console:
    """Console for errors and progress."""
    return Console(stderr=True)


def print_error(message: str) -> None:
    """Say on standard error, in red and in one line, what went wrong."""
    remarks().print(
        " ".join(f"error: {message}".split()), style="red", markup=False, highlight=False, soft_wrap=True
    )


def print_json(value: object) -> None:
    """Write a value to standard output as JSON; what is not a finite number becomes null."""
    print(json.dumps(_finite(value), ensure_ascii=False, allow_nan=False, indent=2))  # noqa: T201 - the result itself


def _finite(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list | tuple) else value


def progress_bar(*, quiet: bool) -> Progress:
    """A progress bar on standard error; shows nothing when quiet or when nobody watches."""
    console = remarks()
    columns: tuple[Any, ...] = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal)
