"""Accounts as rows: on SQLite and PostgreSQL."""

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from tests.app.people import ADA, PASSWORD, RITA, VERA, add_people

from cytovox.app import tables
from cytovox.app.account_stores import AccountStores
from cytovox.app.accounts import NewAccount, Role
from cytovox.app.database import Database
from cytovox.app.problems import ApiProblem
from cytovox.app.settings import Settings
from cytovox.domain.errors import InputError


@pytest.fixture
def people(database_url: str) -> Iterator[AccountStores]:
    database = Database(database_url)
    yield AccountStores.of(database, Settings())
    database.close()


def test_accounts_are_listed_by_name_and_keep_what_was_given(people: AccountStores) -> None:
    assert not people.accounts.any()
    add_people(people)
    assert people.accounts.any()
    assert [account.name for account in people.accounts.all()] == [ADA, RITA, VERA]
    ada = people.accounts.all()[0]
    assert (ada.role, ada.full_name, ada.disabled) == (Role.ADMIN, "ada Test", False)


def test_a_name_is_taken_in_any_case(people: AccountStores) -> None:
    add_people(people)
    with pytest.raises(ApiProblem) as problem:
        people.accounts.add(NewAccount("Rita", PASSWORD, Role.VIEWER), actor="test")
    assert (problem.value.status_code, problem.value.code) == (409, "name_taken")
    assert len(people.accounts.all()) == 3


@pytest.mark.parametrize("name", ["", " ", "a b", "-a", "a\n", "ä", "a" * 65, "a/b", "<b>"])
def test_what_cannot_be_a_name_is_refused(people: AccountStores, name: str) -> None:
    with pytest.raises(InputError, match="account name: expected"):
        people.accounts.add(NewAccount(name, PASSWORD, Role.VIEWER), actor="test")


def test_changes_are_kept_and_told_in_the_history_without_what_stood_there(people: AccountStores) -> None:
    add_people(people)
    people.accounts.change(RITA, actor=ADA, full_name=" Rita\x00  Roe ", role=Role.ADMIN)
    changed = people.accounts.change(RITA, actor=ADA, role=Role.ADMIN)
    assert (changed.full_name, changed.role) == ("Rita Roe", Role.ADMIN)
    lines = [(line.actor, line.action, line.fields) for line in people.accounts.history(RITA)]
    assert lines == [
        (ADA, "account_changed", ("full_name", "role")),
        ("test", "account_added", ()),
    ]


def test_the_last_admin_stays(people: AccountStores) -> None:
    add_people(people)
    for change in ({"role": Role.REVIEWER}, {"disabled": True}):
        with pytest.raises(ApiProblem, match="last account that may manage") as problem:
            people.accounts.change(ADA, actor=ADA, **change)
        assert problem.value.code == "last_admin"
    assert people.accounts.change(ADA, actor=ADA, full_name="Ada").role is Role.ADMIN
    people.accounts.change(RITA, actor=ADA, role=Role.ADMIN)
    assert people.accounts.change(ADA, actor=RITA, disabled=True).disabled
    with pytest.raises(ApiProblem):
        people.accounts.change(RITA, actor=RITA, role=Role.VIEWER)


def test_of_two_admins_who_demote_each_other_at_once_one_stays(people: AccountStores) -> None:
    add_people(people)
    people.accounts.change(RITA, actor=ADA, role=Role.ADMIN)
    for _ in range(5):
        together, refused = threading.Barrier(2), []

        def demote(name: str, together=together, refused=refused) -> None:
            together.wait()
            try:
                people.accounts.change(name, actor="test", role=Role.VIEWER)
            except ApiProblem as problem:
                refused.append(problem.code)

        threads = [threading.Thread(target=demote, args=(name,)) for name in (ADA, RITA)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert refused == ["last_admin"]
        assert sum(account.role is Role.ADMIN for account in people.accounts.all()) == 1
        for name in (ADA, RITA):
            people.accounts.change(name, actor="test", role=Role.ADMIN)


def test_nobody_of_a_name_is_not_found(people: AccountStores) -> None:
    for name in ("nobody", "a\x00b", ""):
        with pytest.raises(ApiProblem) as problem:
            people.accounts.change(name, actor="test", disabled=True)
        assert problem.value.code == "account_not_found"


def test_a_reset_password_ends_sessions_and_tokens(people: AccountStores) -> None:
    rita = add_people(people)[RITA]
    _, token = people.sessions.sign_in(RITA, PASSWORD, address="here")
    _, secret = people.tokens.add(rita, "script", days=None)
    with pytest.raises(InputError, match="12 to 256"):
        people.accounts.reset_password(RITA, "short", actor=ADA)
    assert people.sessions.account_of(token)
    people.accounts.reset_password(RITA, "five smears in a row", actor=ADA)
    assert people.sessions.account_of(token) is None
    assert people.tokens.account_of(secret) is None
    assert people.sessions.sign_in(RITA, PASSWORD, address="here") is None
    assert people.sessions.sign_in(RITA, "five smears in a row", address="here")


def test_neither_password_nor_token_stands_in_the_database(people: AccountStores) -> None:
    rita = add_people(people)[RITA]
    _, token = people.sessions.sign_in(RITA, PASSWORD, address="here")
    _, secret = people.tokens.add(rita, "script", days=1)
    with people.accounts.database.reading() as connection:
        kept = " ".join(
            str(row)
            for table in tables.metadata.sorted_tables
            for row in connection.execute(sa.select(table))
        )
    assert RITA in kept
    for hidden in (PASSWORD, token, secret, secret.removeprefix("cytovox_")):
        assert hidden not in kept
