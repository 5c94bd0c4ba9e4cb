"""`cytovox models`: what is installed, with measured figures."""

from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from cytovox.cli.console import print_json, results


def models(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """List the installed models with their measured figures."""
    from cytovox.analysis.bundles import installed_bundles  # noqa: PLC0415 - loads the networks' runtime

    found = [
        {
            "name": bundle.name,
            "version": bundle.version,
            "task": bundle.task,
            "sha256": bundle.sha256,
            "folder": str(bundle.folder),
            "classes": list(bundle.classes),
            "level": bundle.manifest.get("conformal", {}).get("level"),
            "refuse_rate": bundle.manifest.get("familiarity", {}).get("default_rate"),
            "size_mb": round((bundle.folder / "model.onnx").stat().st_size / 1e6, 2),
            "measured": [dict(figure) for figure in bundle.manifest.get("measured", [])],
        }
        for bundle in installed_bundles()
    ]
    if as_json:
        print_json({"schema": "cytovox.models/1", "models": found})
    else:
        _print_tables(found)


def _print_tables(found: list[dict[str, Any]]) -> None:
    console = results()
    if not found:
        console.print("no model is installed")
    for model in found:
        title = f"{model['name']} {model['version']} - {model['task']}, {model['size_mb']} MB"
        console.print(Text(title, style="bold"))
        console.print(Text(", ".join(model["classes"]), style="dim"))
        table = Table("measured", "value", "data", "split", "note", box=None, header_style="dim")
        table.columns[1].justify = "right"
        for figure in model["measured"]:
            value = figure.get("value")
            shown = f"{value:.4g}" if isinstance(value, int | float) else str(value)
            cells = [Text(str(figure.get(key) or "")) for key in ("metric", "data", "split", "note")]
            table.add_row(cells[0], shown, *cells[1:])
        console.print(table)
