"""Sessions and API tokens as rows: on SQLite and PostgreSQL."""

import time
from collections.abc import Iterator

import pytest
from tests.app.people import ADA, PASSWORD, RITA, add_people

from cytovox.app import sessions
from cytovox.app.account_stores import AccountStores
from cytovox.app.accounts import Account, Role
from cytovox.app.database import Database
from cytovox.app.problems import ApiProblem
from cytovox.app.settings import Settings

HOUR_S = 3600.0


@pytest.fixture
def people(database_url: str) -> Iterator[AccountStores]:
    database = Database(database_url)
    stores = AccountStores.of(database, Settings(session_h=2))
    add_people(stores)
    yield stores
    database.close()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds by which the clock runs ahead."""
    ahead, clock = [0.0], time.time
    monkeypatch.setattr("time.time", lambda: clock() + ahead[0])
    return ahead


def begin(people: AccountStores, name: str = RITA) -> str:
    return people.sessions.sign_in(name, PASSWORD, address="here")[1]


def rita(people: AccountStores) -> Account:
    return next(account for account in people.accounts.all() if account.name == RITA)


def test_name_and_password_must_belong_together(people: AccountStores) -> None:
    account, token = people.sessions.sign_in("RITA", PASSWORD, address="here")
    assert account == people.sessions.account_of(token) == rita(people)
    assert people.sessions.sign_in(RITA, "five smears in a row", address="here") is None
    for name in ("nobody", "", "a\x00", "rita\n"):
        assert people.sessions.sign_in(name, PASSWORD, address="here") is None
    assert people.sessions.account_of("made up") is None
    actions = [(line.actor, line.action) for line in people.accounts.history(RITA)]
    assert actions[:2] == [("here", "sign_in_failed"), (RITA, "signed_in")]


def test_each_sign_in_has_a_token_of_its_own_and_ends_by_itself(people: AccountStores) -> None:
    one, two = begin(people), begin(people)
    assert one != two
    people.sessions.end(one)
    assert people.sessions.account_of(one) is None
    assert people.sessions.account_of(two)
    people.sessions.end_all(rita(people))
    assert people.sessions.account_of(two) is None


def test_a_session_ends_when_it_is_not_used_and_lasts_while_it_is(
    people: AccountStores, later: list[float]
) -> None:
    used, unused = begin(people), begin(people)
    later[0] = 1.5 * HOUR_S
    assert people.sessions.account_of(used)
    assert people.sessions.account_of(unused, in_use=False)
    later[0] = 3 * HOUR_S
    assert people.sessions.account_of(used)
    assert people.sessions.account_of(unused) is None


def test_no_session_outlasts_a_fortnight(people: AccountStores, later: list[float]) -> None:
    token = begin(people)
    for hour in range(1, 14 * 24):
        later[0] = hour * HOUR_S
        assert people.sessions.account_of(token), hour
    later[0] = sessions.LONGEST_S + 60
    assert people.sessions.account_of(token) is None


def test_a_disabled_account_is_out_at_once_and_a_changed_role_counts_at_once(people: AccountStores) -> None:
    token = begin(people)
    _, secret = people.tokens.add(rita(people), "script", days=None)
    people.accounts.change(RITA, actor=ADA, role=Role.VIEWER)
    assert people.sessions.account_of(token).role is Role.VIEWER
    assert people.tokens.account_of(secret).role is Role.VIEWER
    people.accounts.change(RITA, actor=ADA, disabled=True)
    assert people.sessions.account_of(token) is None
    assert people.tokens.account_of(secret) is None
    assert people.sessions.sign_in(RITA, PASSWORD, address="here") is None
    people.accounts.change(RITA, actor=ADA, disabled=False)
    assert people.sessions.account_of(token) is None, "sessions do not come back"


def test_a_changed_password_ends_the_other_sessions(people: AccountStores) -> None:
    mine, other, strangers = begin(people), begin(people), begin(people, ADA)
    new = "five smears in a row"
    assert not people.sessions.change_password(rita(people), "wrong", new, token=mine)
    assert people.sessions.account_of(other)
    assert people.sessions.change_password(rita(people), PASSWORD, new, token=mine)
    assert people.sessions.account_of(mine)
    assert people.sessions.account_of(other) is None
    assert people.sessions.account_of(strangers)
    assert people.sessions.sign_in(RITA, PASSWORD, address="here") is None


def test_a_sign_in_with_a_password_that_is_changed_meanwhile_fails(
    people: AccountStores, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits = sessions.password_fits

    def slow(kept: str | None, password: str) -> bool:
        answer = fits(kept, password)
        people.accounts.reset_password(RITA, "five smears in a row", actor=ADA)
        return answer

    monkeypatch.setattr(sessions, "password_fits", slow)
    assert people.sessions.sign_in(RITA, PASSWORD, address="here") is None


def test_a_hash_of_weaker_figures_is_replaced_at_the_next_sign_in(
    people: AccountStores, monkeypatch: pytest.MonkeyPatch
) -> None:
    from argon2 import PasswordHasher

    from cytovox.app.accounts import one_row, replace_password

    weak = PasswordHasher(1, 1024, 1).hash(PASSWORD)
    with people.accounts.database.writing() as connection:
        replace_password(connection, rita(people).id, weak)
    assert begin(people)
    with people.accounts.database.reading() as connection:
        assert one_row(connection, RITA).password_hash != weak
    assert begin(people)


def test_a_token_acts_for_its_account_until_it_is_revoked_or_expires(
    people: AccountStores, later: list[float]
) -> None:
    lasting, secret = people.tokens.add(rita(people), "script", days=None)
    _, passing = people.tokens.add(rita(people), "course", days=1)
    assert secret.startswith("cytovox_")
    assert people.tokens.account_of(secret) == rita(people)
    assert people.tokens.account_of(passing)
    later[0] = 25 * HOUR_S
    assert people.tokens.account_of(passing) is None
    people.tokens.revoke(rita(people), lasting.id)
    assert people.tokens.account_of(secret) is None
    assert [token.label for token in people.tokens.of(rita(people))] == ["course"]


def test_the_last_use_of_a_token_is_told(people: AccountStores) -> None:
    _, secret = people.tokens.add(rita(people), "script", days=None)
    assert people.tokens.of(rita(people))[0].used_utc is None
    people.tokens.account_of(secret)
    used = people.tokens.of(rita(people))[0].used_utc
    assert used
    people.tokens.account_of(secret)
    assert people.tokens.of(rita(people))[0].used_utc == used, "not written at every request"


def test_nobody_revokes_another_ones_token_or_has_too_many(
    people: AccountStores, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, _ = people.tokens.add(rita(people), "script", days=None)
    ada = next(account for account in people.accounts.all() if account.name == ADA)
    with pytest.raises(ApiProblem) as problem:
        people.tokens.revoke(ada, token.id)
    assert problem.value.code == "token_not_found"
    monkeypatch.setattr("cytovox.app.tokens.MOST_TOKENS", 1)
    with pytest.raises(ApiProblem, match="at most 1") as problem:
        people.tokens.add(rita(people), "another", days=None)
    assert problem.value.code == "too_many_tokens"
