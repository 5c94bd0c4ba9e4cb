"""Every operation that the API describes, asked as nobody, as each role and with an API token."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
from tests.app.conftest import Client
from tests.app.people import ADA, RITA, VERA, browser, laboratory, signed_in

from cytovox.app.account_policy import needed_right
from cytovox.app.openapi import openapi_text

OPEN = {"getSession", "signIn", "signOut", "getHealth"}
OWN = {"changePassword", "listTokens", "createToken", "revokeToken"}
ADMIN = {
    "listAccounts", "createAccount", "changeAccount", "resetPassword", "getAccountHistory",
    "setReferenceRanges",
}  # fmt: skip
"""By hand, and not from the policy: a new operation that only an admin may use is written down here too."""
SLOW = {"createSampleCase", "createSampleStack"}
"""These do something even without a body; asked only as those who may not."""
VIEWER_CHANGES_NOTHING_WITH = {"answerQuiz", "classifyCells"}


def operations() -> list[tuple[str, str, str]]:
    """Name, method and path of each operation, with values for the path's parameters."""
    values = {"name": "nobody", "token_id": "0" * 32, "case_id": "0" * 32, "form": "glb"}
    return [
        (
            operation["operationId"],
            method.upper(),
            re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], "1"), path),
        )
        for path, methods in json.loads(openapi_text())["paths"].items()
        for method, operation in methods.items()
    ]


OPERATIONS = operations()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with laboratory(tmp_path_factory.mktemp("people") / "data") as client:
        yield client


@pytest.fixture(scope="module")
def viewer(server: Client) -> Iterator[Client]:
    with closing(signed_in(server, VERA)) as client:
        yield client


@pytest.fixture(scope="module")
def reviewer(server: Client) -> Iterator[Client]:
    with closing(signed_in(server, RITA)) as client:
        yield client


@pytest.fixture(scope="module")
def admin(server: Client) -> Iterator[Client]:
    with closing(signed_in(server, ADA)) as client:
        yield client


@pytest.fixture(scope="module")
def strangers(server: Client) -> Iterator[list[Client]]:
    """Browsers in which nobody is signed in, in several ways."""
    brought = ({}, {"authorization": "Bearer cytovox_made_up"}, {"cookie": "cytovox_session=made-up"})
    with ExitStack() as stack:
        yield [stack.enter_context(browser(server, **headers)) for headers in brought]


def status_of(client: Client, method: str, path: str) -> int:
    """Status of the answer; of a stream, which never ends, too."""
    with client.stream(method, path) as answer:
        return answer.status_code


def expected_for(role: str, name: str, method: str) -> bool:
    """Whether a role may, as docs/how-to/share-a-server.md says."""
    if name in OPEN | OWN | VIEWER_CHANGES_NOTHING_WITH:
        return True
    if name in ADMIN:
        return role == ADA
    return method == "GET" or role != VERA


def test_every_kind_of_operation_is_among_them() -> None:
    names = {name for name, _, _ in OPERATIONS}
    assert names > OPEN | OWN | VIEWER_CHANGES_NOTHING_WITH
    assert {"createCase", "deleteCase", "createStack", "followCases"} < names


@pytest.mark.parametrize(("name", "method", "path"), OPERATIONS, ids=[name for name, _, _ in OPERATIONS])
def test_nobody_may_what_is_not_open(strangers: list[Client], name: str, method: str, path: str) -> None:
    for stranger in strangers:
        assert (status_of(stranger, method, path) == 401) is (name not in OPEN)


@pytest.mark.parametrize(("name", "method", "path"), OPERATIONS, ids=[name for name, _, _ in OPERATIONS])
def test_each_role_may_what_it_may(
    viewer: Client, reviewer: Client, admin: Client, name: str, method: str, path: str
) -> None:
    if name in {"signOut", "signIn"}:
        return
    for role, client in ((VERA, viewer), (RITA, reviewer), (ADA, admin)):
        if name in SLOW and role != VERA:
            continue
        status = status_of(client, method, path)
        assert status not in {401, 500}, role
        assert (status != 403) is expected_for(role, name, method), role


def test_a_token_of_an_admin_manages_neither_accounts_nor_tokens(admin: Client) -> None:
    secret = admin.post("/api/account/tokens", json={"label": "script"}).json()["secret"]
    with Client(base_url=admin.base_url, timeout=20) as script:
        script.headers["authorization"] = f"Bearer {secret}"
        for name, method, path in OPERATIONS:
            if name not in SLOW:
                status = status_of(script, method, path)
                assert (status == 403) is (name in (ADMIN | OWN) - {"setReferenceRanges"}), name


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/accounts%0A"),
        ("GET", "/api/accounts/"),
        ("GET", "/api//accounts"),
        ("GET", "/api/./accounts"),
        ("GET", "//api/accounts"),
        ("GET", "/api/accounts;a"),
        ("GET", "/api/%61ccounts"),
        ("GET", "/api/accounts/x%0Ay/history"),
        ("PUT", "/api/accounts/rita%0A/password"),
        ("POST", "/api/cases%0A"),
        ("POST", "/api/cases/sample%0A"),
    ],
)
def test_no_other_way_of_writing_a_path_leads_past_the_policy(viewer: Client, method: str, path: str) -> None:
    answer = viewer.request(method, path, follow_redirects=True, json={"password": "five smears in a row"})
    assert answer.status_code in {403, 404} or answer.headers["content-type"].startswith("text/html")


def test_what_is_not_known_needs_a_right_all_the_same(strangers: list[Client], viewer: Client) -> None:
    assert strangers[0].get("/api/nothing").status_code == 401
    assert viewer.get("/api/nothing").status_code == 404
    assert viewer.post("/api/nothing").status_code == 403
    assert needed_right("PROPFIND", "/api/nothing") == "review"


def test_files_of_the_front_end_are_open(strangers: list[Client]) -> None:
    for path in ("/", "/archive", "/api/docs"):
        assert strangers[0].get(path).status_code in {200, 503}


def test_without_accounts_nothing_is_refused_and_there_are_none_to_manage(client: Client) -> None:
    assert client.get("/api/session").json() == {
        "accounts": False,
        "any_account": False,
        "account": None,
        "roles_may": ["view", "review", "administer"],
    }
    for name, method, path in OPERATIONS:
        if name in SLOW:
            continue
        assert status_of(client, method, path) not in {401, 403}, name
    assert client.get("/api/accounts").json()["error"]["code"] == "no_accounts"
    assert client.post("/api/session", json={"name": "a", "password": "b"}).status_code == 409
