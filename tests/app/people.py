"""A server with accounts, and people who use it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from tests.app.conftest import Client, fast_analysis, serving

from cytovox.app.account_stores import AccountStores
from cytovox.app.accounts import Account, NewAccount, Role
from cytovox.app.database import Database
from cytovox.app.settings import Settings

PASSWORD = "four smears in a row"  # noqa: S105 - of people who do not exist
VERA, RITA, ADA = "vera", "rita", "ada"
ROLES = {VERA: Role.VIEWER, RITA: Role.REVIEWER, ADA: Role.ADMIN}


def stores_of(folder: Path, **settings: Any) -> AccountStores:
    """What a server with this data folder knows of people, opened beside it."""
    folder.mkdir(exist_ok=True)
    return AccountStores.of(Database(f"sqlite:///{folder / 'cytovox.db'}"), Settings(**settings))


def add_people(people: AccountStores, password: str = PASSWORD) -> dict[str, Account]:
    """A viewer, a reviewer and an admin."""
    return {
        name: people.accounts.add(NewAccount(name, password, role, f"{name} Test"), actor="test")
        for name, role in ROLES.items()
    }


@contextmanager
def laboratory(folder: Path, **settings: Any) -> Iterator[Client]:
    """A served application with the three accounts; nobody is signed in."""
    people = stores_of(folder)
    add_people(people)
    people.accounts.database.close()
    with serving(Settings(accounts=True, data_folder=folder, **settings), fast_analysis) as client:
        yield client


def browser(client: httpx.Client, **headers: str) -> Client:
    """Another browser at the same server: it says which page it comes from."""
    origin = str(client.base_url).rstrip("/")
    return Client(base_url=client.base_url, timeout=20, headers={"origin": origin} | headers)


def sign_in(client: httpx.Client, name: str, password: str = PASSWORD) -> httpx.Response:
    """The answer to a sign-in."""
    return client.post("/api/session", json={"name": name, "password": password})


def signed_in(client: httpx.Client, name: str) -> Client:
    """A browser in which somebody is signed in."""
    own = browser(client)
    assert sign_in(own, name).status_code == 200
    return own
