"""Whatever a request holds, the answer is one that the description of the API allows, and never 5xx.

schemathesis makes the requests from the description: valid ones, and such as are not.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.app.conftest import Client, fast_analysis, picture_bytes, serving

from cytovox.app.settings import Settings

REQUESTS_AN_OPERATION = 15
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ENDLESS = {"followCase", "followCases"}
DESCRIPTION = json.loads(
    (Path(__file__).resolve().parents[2] / "web" / "openapi.json").read_text(encoding="utf-8")
)
OPERATIONS = [
    (path, method)
    for path, methods in DESCRIPTION["paths"].items()
    for method, operation in methods.items()
    if operation["operationId"] not in ENDLESS
]


@pytest.fixture(scope="module")
def served() -> Iterator[Client]:
    with serving(
        Settings(upload_limit_mb=0.2, max_pixels=200_000, uploads_per_minute=1_000_000), fast_analysis
    ) as client:
        yield client


@pytest.fixture(scope="module")
def described(served: Client) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{str(served.base_url).rstrip('/')}/api/openapi.json")


@pytest.fixture
def finished(served: Client) -> str:
    """Id of a case that about half of the requests are about; the others' is none."""
    case = served.upload(picture_bytes("PNG")).json()
    # Sample stacks that an earlier test asked for may be ahead of it, and go through real networks.
    served.wait_for(case["id"], "done", timeout_s=300)
    return case["id"]


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_one_that_the_description_allows(
    path: str, method: str, described: schemathesis.BaseSchema, finished: str
) -> None:
    operation = described[path][method]

    wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @given(case=operation.as_strategy() | wrong)
    @settings(
        max_examples=REQUESTS_AN_OPERATION,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answer(case: schemathesis.Case) -> None:
        if "case_id" in case.path_parameters and len(case.path_parameters["case_id"]) % 2:
            case.path_parameters["case_id"] = finished
        case.call_and_validate(checks=CHECKS)

    answer()
