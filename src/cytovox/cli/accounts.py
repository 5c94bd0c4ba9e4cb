"""`cytovox accounts`: who may sign in to a server, managed on the server itself."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from cytovox.cli.console import print_json, remarks, results
from cytovox.domain.errors import CytovoxError

if TYPE_CHECKING:
    from cytovox.app.accounts import AccountStore

ACTOR = "command line"
"""Who acts, in the audit trail."""

accounts = typer.Typer(
    name="accounts",
    help="Manage who may sign in to the web application of this machine.",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(help="What is typed to sign in: letters, digits and . _ - @")]
Config = Annotated[
    Path | None,
    typer.Option(help="TOML file with the server's settings.", show_default="CYTOVOX_CONFIG, else none"),
]


class RoleName(StrEnum):
    """What an account may do."""

    VIEWER = "viewer"
    REVIEWER = "reviewer"
    ADMIN = "admin"


@accounts.command()
def add(
    name: Name,
    role: Annotated[RoleName, typer.Option(help="Viewers look, reviewers work, admins manage.")],
    full_name: Annotated[str, typer.Option(help="What people read beside the name.")] = "",
    config: Config = None,
) -> None:
    """Add an account; asks for its password, or reads it as a line of standard input."""
    from cytovox.app.accounts import NewAccount, Role  # noqa: PLC0415 - only these commands need the application

    with _store(config) as store:
        new = NewAccount(name, _new_password(), Role(role.value), full_name)
        store.add(new, actor=ACTOR)
    remarks().print(f"{name} may sign in as {role.value}", highlight=False, markup=False)


@accounts.command(name="list")
def list_accounts(
    config: Config = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the accounts."""
    with _store(config) as store:
        found = store.all()
    if json:
        print_json(
            {
                "accounts": [
                    {
                        "name": account.name,
                        "full_name": account.full_name,
                        "role": account.role.value,
                        "disabled": account.disabled,
                        "created_utc": account.created_utc,
                    }
                    for account in found
                ]
            }
        )
        return
    table = Table("name", "full name", "role", "may sign in", "since")
    for account in found:
        may = "no" if account.disabled else "yes"
        table.add_row(account.name, account.full_name, account.role.value, may, account.created_utc[:10])
    results().print(table if found else "there is no account yet", markup=False)


@accounts.command()
def password(name: Name, config: Config = None) -> None:
    """Give an account another password; its sessions end, and its API tokens are revoked."""
    with _store(config) as store:
        store.history(name)  # an unknown name is said before a password is asked for
        store.reset_password(name, _new_password(), actor=ACTOR)
    remarks().print(f"{name} has a new password", highlight=False, markup=False)


@accounts.command()
def disable(
    name: Name,
    undo: Annotated[bool, typer.Option("--undo", help="Let the account sign in again.")] = False,
    config: Config = None,
) -> None:
    """Keep an account from signing in, and sign it out everywhere."""
    with _store(config) as store:
        store.change(name, actor=ACTOR, disabled=not undo)
    remarks().print(f"{name} may {'' if undo else 'not '}sign in", highlight=False, markup=False)


@contextmanager
def _store(config: Path | None) -> "Iterator[AccountStore]":
    from cytovox.app.accounts import AccountStore  # noqa: PLC0415 - as above
    from cytovox.app.opening import open_database  # noqa: PLC0415
    from cytovox.app.problems import ApiProblem  # noqa: PLC0415
    from cytovox.app.settings import Settings  # noqa: PLC0415

    settings = Settings.from_environment(config=config)
    if not settings.accounts:
        remarks().print(
            "note: accounts are off in these settings; the server needs CYTOVOX_ACCOUNTS=true",
            highlight=False,
            soft_wrap=True,
        )
    database = open_database(settings)
    try:
        yield AccountStore(database)
    except ApiProblem as problem:
        raise CytovoxError(problem.detail) from problem
    finally:
        database.close()


def _new_password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")
