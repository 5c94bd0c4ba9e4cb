import json
from pathlib import Path

import pytest

from cytovox.app.openapi import openapi_text

COMMITTED = Path(__file__).resolve().parents[2] / "web" / "openapi.json"


@pytest.fixture(scope="module")
def documents() -> tuple[dict, dict]:
    """The API's description as it is, and as the front end's types were made from it."""
    return json.loads(openapi_text()), json.loads(COMMITTED.read_text(encoding="utf-8"))


def test_the_front_end_knows_every_document(documents: tuple[dict, dict]) -> None:
    fresh, committed = documents
    assert committed["components"]["schemas"] == fresh["components"]["schemas"], (
        "run: python -m cytovox.app.openapi > web/openapi.json && npm --prefix web run api"
    )


def test_the_front_end_knows_every_operation(documents: tuple[dict, dict]) -> None:
    fresh, committed = documents
    assert operations(committed) == operations(fresh)


def operations(document: dict) -> dict[tuple[str, str], tuple[str, list[str]]]:
    return {
        (method, path): (operation["operationId"], sorted(operation["responses"]))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_errors_are_described_as_they_come(documents: tuple[dict, dict]) -> None:
    fresh, _ = documents
    assert "HTTPValidationError" not in fresh["components"]["schemas"]
    upload = fresh["paths"]["/api/cases"]["post"]["responses"]
    for status in ("413", "415", "422", "503"):
        assert upload[status]["content"]["application/json"]["schema"]["$ref"].endswith("/ProblemDocument")
