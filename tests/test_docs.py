"""What the documentation says is what the code does: links, options, columns, settings."""

import json
import re
import runpy
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import typer.main

from cytovox.app.settings import Settings, variable
from cytovox.cli.program import program
from cytovox.report.cells_csv import COLUMNS

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "benchmarks" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
HELP = {"-h", "--help"}


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", path.read_text(encoding="utf-8")):
        name, _, anchor = target.partition("#")
        linked = (path.parent / name).resolve() if name else path
        assert linked.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", linked.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in map(slug, headings), target


def commands(group: Any, words: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Every command that does something, by its words."""
    found = {}
    for name, command in group.commands.items():
        below = (
            commands(command, (*words, name)) if hasattr(command, "commands") else {(*words, name): command}
        )
        found.update(below)
    return found


def documented_options(words: tuple[str, ...]) -> set[str]:
    """Options in the first table column of the section that names the command."""
    for heading, body in re.findall(
        r"^## (.+?)$(.*?)(?=^## |\Z)", page("reference/command-line.md"), re.M | re.S
    ):
        if any(f"{part} ".startswith(f"cytovox {' '.join(words)} ") for part in heading.split(", ")):
            cells = re.findall(r"^\| (`-.+?`) \|", body, re.MULTILINE)
            return {option for cell in cells for option in re.findall(r"`(-[\w-]+)`", cell)}
    pytest.fail(f"docs/reference/command-line.md has no section on cytovox {' '.join(words)}")


@pytest.mark.parametrize("words", commands(typer.main.get_command(program)), ids=" ".join)
def test_every_option_is_documented_and_no_other(words: tuple[str, ...]) -> None:
    command = commands(typer.main.get_command(program))[words]
    options = {o for p in command.params if p.param_type_name == "option" for o in p.opts + p.secondary_opts}
    assert documented_options(words) == options - HELP


def test_every_csv_column_is_documented() -> None:
    section = page("reference/files.md").partition("## NAME.cells.csv")[2].partition("\n## ")[0]
    named = [
        name
        for cell in re.findall(r"^\| (`.+?) \|", section, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", cell)
    ]
    assert tuple(named) == COLUMNS


def test_every_json_field_is_documented() -> None:
    section = page("reference/files.md").partition("## NAME.findings.json")[2].partition("\n## ")[0]
    schema = json.loads(
        (ROOT / "src/cytovox/report/smear-findings-1.schema.json").read_text(encoding="utf-8")
    )
    cell, scale = schema["$defs"]["cell"], schema["$defs"]["scale"]
    for name in (*schema["properties"], *cell["properties"], *scale["properties"]):
        assert f"`{name}`" in section


def test_every_setting_is_documented_with_its_default() -> None:
    rows = re.findall(
        r"^\| `(CYTOVOX_\w+)` \| (.*?) ?\| (.+) \|$", page("reference/web-application.md"), re.MULTILINE
    )
    expected = [
        (variable(f.name), "" if f.default in (None, "") else str(f.default), f.metadata["help"])
        for f in fields(Settings)
    ]
    assert rows == expected


def test_the_page_of_the_api_is_what_its_description_makes() -> None:
    script = runpy.run_path(str(ROOT / "docs" / "http_api_page.py"))
    description = json.loads((ROOT / "web" / "openapi.json").read_text(encoding="utf-8"))
    assert page("reference/http-api.md") == script["page"](description), "run: python docs/http_api_page.py"


def test_documented_python_names_are_the_public_ones() -> None:
    import cytovox

    table = page("reference/python.md").partition("## CellTable")[0]
    assert sorted(re.findall(r"^\| `(\w+)", table, re.MULTILINE)) == sorted(
        name for name in cytovox.__all__ if not name.startswith("__")
    )
