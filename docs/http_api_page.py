"""Write `docs/reference/http-api.md` from the API's own description: `python docs/http_api_page.py`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DESCRIPTION = ROOT / "web" / "openapi.json"
PAGE = ROOT / "docs" / "reference" / "http-api.md"
INTRODUCTION = """# HTTP API

Every operation and document, written by `python docs/http_api_page.py` from the API's own description.
The running application shows the same at `/api/docs`, and as OpenAPI at `/api/openapi.json`. An overview with
settings stands in [Web application](web-application.md). An error is
`{"error": {"code": "...", "message": "..."}}`.
"""

Json = dict[str, Any]


def page(description: Json) -> str:
    """The page as Markdown.

    Args:
        description: OpenAPI 3.1 document.
    """
    groups: dict[str, list[str]] = {}
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            tag = operation.get("tags", ["server"])[0]
            groups.setdefault(tag, []).extend(_operation(method, path, operation))
    lines = [INTRODUCTION]
    for tag, entries in sorted(groups.items()):
        lines += [f"## {tag.capitalize()}", "", *entries]
    lines += ["## Documents", ""]
    for name, schema in sorted(description["components"]["schemas"].items()):
        if "properties" in schema and not name.startswith("Body_"):
            lines += _document(name, schema)
    return "\n".join(lines).rstrip() + "\n"


def _operation(method: str, path: str, operation: Json) -> Iterator[str]:
    yield f"### {method.upper()} {path}"
    yield ""
    yield " ".join(operation.get("description", operation["summary"]).split())
    yield ""
    parameters = operation.get("parameters", [])
    if parameters:
        yield from ("| parameter | in | kind | meaning |", "| --- | --- | --- | --- |")
        for given in parameters:
            kind, text = _kind(given["schema"]), _cell(given.get("description", ""))
            yield f"| `{given['name']}` | {given['in']} | {kind} | {text} |"
        yield ""
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"Body: `{media_type}`, {_kind(content['schema'])}."
        yield ""
    yield "Answers: " + "; ".join(_answers(operation)) + "."
    yield ""


def _answers(operation: Json) -> Iterator[str]:
    for status, answer in operation["responses"].items():
        kinds = ", ".join(
            _kind(content["schema"]) if media_type == "application/json" else f"`{media_type}`"
            for media_type, content in answer.get("content", {}).items()
            if media_type != "application/json" or content.get("schema")
        )
        yield f"{status} {kinds}".strip()


def _document(name: str, schema: Json) -> Iterator[str]:
    yield f"### {name}"
    yield ""
    yield " ".join(schema.get("description", "").split())
    yield ""
    yield from ("| field | kind | meaning |", "| --- | --- | --- |")
    for field, value in schema["properties"].items():
        yield f"| `{field}` | {_kind(value)} | {_cell(value.get('description', ''))} |"
    yield ""


def _kind(schema: Json) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return "form fields" if name.startswith("Body_") else name
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(choice) for choice in schema["anyOf"]))
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("type", "any"))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> None:
    """Rewrite the page."""
    description = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    PAGE.write_text(page(description), encoding="utf-8")


if __name__ == "__main__":
    main()
