import json
import math

import pytest
from rich.table import Table

from cytovox.cli.console import print_error, print_json, results


def test_json_has_no_nan(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"a": [1.5, math.nan, (math.inf, 2)], "b": "µ"})
    assert json.loads(capsys.readouterr().out) == {"a": [1.5, None, [None, 2]], "b": "µ"}


def test_error_is_one_line_whatever_it_holds(capsys: pytest.CaptureFixture[str]) -> None:
    print_error("a [bold]file[/bold]\n with\tgaps " + "x" * 300)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "error: a [bold]file[/bold] with gaps " + "x" * 300 + "\n"


def test_nothing_is_cut_short_where_no_terminal_watches(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    table = Table("picture", "remarks", box=None)
    table.add_row("x" * 100, "y" * 100)
    results().print(table)
    assert capsys.readouterr().out.split() == ["picture", "remarks", "x" * 100, "y" * 100]
