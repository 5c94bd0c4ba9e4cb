"""Rooms stay small: modules and functions within their bounds, and none with a name that says nothing."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sorted(p for folder in ("src", "tests", "benchmarks") for p in (ROOT / folder).rglob("*.py"))
LONGEST_MODULE, LONGEST_FUNCTION = 600, 60
SAYS_NOTHING = {"utils", "util", "common", "helpers", "helper", "misc"}


def long_functions(source: str) -> list[str]:
    """Functions above the bound, with their length in lines."""
    functions = (
        n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    lengths = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    return [f"{name}: {lines} lines" for name, lines in lengths.items() if lines > LONGEST_FUNCTION]


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_is_within_its_bounds(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert path.stem not in SAYS_NOTHING
    assert source.count("\n") <= LONGEST_MODULE
    assert long_functions(source) == []


def test_a_long_function_is_found() -> None:
    assert long_functions("def f():\n" + "    x = 1\n" * 59) == []
    assert long_functions("def f():\n" + "    x = 1\n" * 60) == ["f: 61 lines"]
