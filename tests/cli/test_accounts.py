"""Accounts made and changed on the server's own machine."""

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cytovox.cli.program import program
from cytovox.cli.serve import _is_loopback

PASSWORD = "four smears in a row"  # noqa: S105 - of people who do not exist


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Any]:
    """Runs `cytovox accounts` on a server of its own; `typed` comes in at standard input."""
    config = tmp_path / "cytovox.toml"
    config.write_text(f"data_folder = '{tmp_path / 'data'}'\naccounts = true\n")

    def run(*arguments: str, typed: str = "") -> Any:
        return CliRunner().invoke(program, ["accounts", *arguments, "--config", str(config)], input=typed)

    return run


def listed(run: Callable[..., Any]) -> list[dict[str, Any]]:
    return json.loads(run("list", "--json").stdout)["accounts"]


def test_the_first_admin_of_an_empty_server(run: Callable[..., Any], tmp_path: Path) -> None:
    assert "there is no account yet" in run("list").stdout
    made = run("add", "anna", "--role", "admin", "--full-name", "Anna A.", typed=f"{PASSWORD}\n")
    assert (made.exit_code, made.stdout) == (0, "")
    assert "anna may sign in as admin" in made.stderr
    (anna,) = listed(run)
    assert (anna["name"], anna["full_name"], anna["role"], anna["disabled"]) == (
        "anna", "Anna A.", "admin", False
    )  # fmt: skip
    for part in ("anna", "Anna A.", "admin", "yes"):
        assert part in run("list").stdout

    from cytovox.app.account_stores import AccountStores
    from cytovox.app.opening import open_database
    from cytovox.app.settings import Settings

    database = open_database(Settings(data_folder=tmp_path / "data"))
    people = AccountStores.of(database, Settings())
    assert people.sessions.sign_in("anna", PASSWORD, address="here")
    assert people.accounts.history("anna")[-1].actor == "command line"
    database.close()


def test_a_new_password_and_a_disabled_account(run: Callable[..., Any]) -> None:
    for name, role in (("anna", "admin"), ("otto", "viewer")):
        run("add", name, "--role", role, typed=f"{PASSWORD}\n")
    assert run("password", "otto", typed="five smears in a row\n").exit_code == 0
    assert run("disable", "otto").exit_code == 0
    assert [account["disabled"] for account in listed(run)] == [False, True]
    assert "otto may sign in" in run("disable", "otto", "--undo").stderr
    assert not listed(run)[1]["disabled"]


@pytest.mark.parametrize(
    ("arguments", "typed", "message"),
    [
        (("add", "anna", "--role", "viewer"), PASSWORD, "There is an account 'anna' already"),
        (("add", "a b", "--role", "viewer"), PASSWORD, "account name: expected"),
        (("add", "otto", "--role", "viewer"), "short", "password: expected 12 to 256 characters, got 5"),
        (("add", "otto", "--role", "viewer"), "", "got 0"),
        (("password", "otto"), PASSWORD, "There is no account of this name"),
        (("disable", "anna"), "", "last account that may manage accounts"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    run: Callable[..., Any], arguments: tuple[str, ...], typed: str, message: str
) -> None:
    run("add", "anna", "--role", "admin", typed=f"{PASSWORD}\n")
    result = run(*arguments, typed=f"{typed}\n")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert message in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert [account["name"] for account in listed(run)] == ["anna"]


def test_without_a_place_for_the_accounts_nothing_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CYTOVOX_CONFIG", "CYTOVOX_DATA_FOLDER", "CYTOVOX_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    result = CliRunner().invoke(program, ["accounts", "list"])
    assert result.exit_code == 2
    assert "there is no database" in result.stderr
    assert "accounts are off" in result.stderr


@pytest.mark.parametrize(("host", "loud"), [("0.0.0.0", True), ("127.0.0.1", False)])  # noqa: S104
def test_a_server_that_is_open_to_all_says_so(host: str, loud: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cytovox.app.server.serve", lambda settings: None)
    monkeypatch.delenv("CYTOVOX_ACCOUNTS", raising=False)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    result = CliRunner().invoke(program, ["serve", "--host", host, "--port", str(port)])
    assert result.exit_code == 0
    assert ("warning: whoever reaches" in result.stderr) is loud


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("Localhost", True),
        ("::", False),
        ("lab", False),
    ],
)
def test_which_addresses_only_this_machine_reaches(host: str, own: bool) -> None:
    assert _is_loopback(host) is own
