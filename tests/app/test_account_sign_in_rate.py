"""Wrong passwords count for all processes of an archive, on both kinds of database."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from cytovox.app import account_sign_in_rate
from cytovox.app.account_sign_in_rate import BY_ADDRESS, BY_NAME, SignInRate
from cytovox.app.database import Database
from cytovox.app.problems import ApiProblem
from cytovox.app.tables import sign_in_attempts


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, to be moved by hand."""
    now = [1_700_000_000.0]
    monkeypatch.setattr(account_sign_in_rate.time, "time", lambda: now[0])
    return now


@pytest.fixture
def processes(database_url: str) -> Iterator[list[SignInRate]]:
    """What two server processes of one archive have."""
    databases = [Database(database_url) for _ in range(2)]
    yield [SignInRate(database) for database in databases]
    for database in databases:
        database.close()


def wait_s(rate: SignInRate, name: str, address: str) -> int:
    """Seconds to wait as the answer says them; 0 where the attempt was taken."""
    try:
        rate.take(name, address)
    except ApiProblem as problem:
        return int(problem.headers["retry-after"])
    return 0


def rows(rate: SignInRate) -> list[str]:
    with rate._database.reading() as connection:
        return list(connection.execute(sa.select(sign_in_attempts.c.who)).scalars())


def test_processes_count_together_and_attempts_come_back_one_by_one(
    processes: list[SignInRate], clock: list[float]
) -> None:
    taken = [wait_s(processes[i % 2], "Rita", f"10.0.0.{i}") for i in range(BY_NAME.at_once)]
    assert taken == [0] * BY_NAME.at_once
    assert [wait_s(rate, "RITA", "10.0.1.1") for rate in processes] == [30, 30]
    clock[0] += 29.5
    assert wait_s(processes[0], "rita", "10.0.1.1") == 1
    clock[0] += 0.5
    assert [wait_s(rate, "rita", "10.0.1.1") for rate in processes] == [0, 30]
    assert wait_s(processes[1], "vera", "10.0.1.1") == 0


def test_attempts_at_the_same_moment_are_counted_each(
    processes: list[SignInRate], clock: list[float]
) -> None:
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda i: wait_s(processes[i % 2], "rita", f"10.0.0.{i}"), range(24)))
    assert waits.count(0) == BY_NAME.at_once
    assert set(waits) == {0, 30}


def test_an_address_that_may_not_try_uses_up_no_attempts_of_a_name(
    processes: list[SignInRate], clock: list[float]
) -> None:
    for number in range(BY_ADDRESS.at_once):
        assert wait_s(processes[0], f"guess {number}", "10.0.0.1") == 0
    for _ in range(BY_NAME.at_once):
        assert wait_s(processes[1], "rita", "10.0.0.1") == 10
    assert wait_s(processes[1], "rita", "10.0.0.2") == 0


def test_what_is_given_back_can_be_taken_again_and_no_more_than_that(
    processes: list[SignInRate], clock: list[float]
) -> None:
    here, there = processes
    for _ in range(BY_NAME.at_once):
        here.take("rita", "10.0.0.1")
    there.give_back("rita", "10.0.0.1")
    assert [wait_s(here, "rita", "10.0.0.1") for _ in range(2)] == [0, 30]
    for _ in range(3 * BY_NAME.at_once):
        there.give_back("rita", "10.0.0.1")
    assert [wait_s(here, "rita", "10.0.0.1") for _ in range(BY_NAME.at_once + 1)] == [0] * 10 + [30]
    there.give_back("nobody", "10.0.0.9")


def test_rows_go_when_they_say_nothing_any_more_and_hold_no_name(
    processes: list[SignInRate], clock: list[float]
) -> None:
    for number in range(5):
        processes[0].take(f"my secret password {number}", f"10.0.0.{number}")
    kept = rows(processes[1])
    assert len(kept) == 10
    assert not [who for who in kept if "secret" in who or "10.0" in who]
    clock[0] += 31
    processes[1].take("rita", "x" * 500)
    assert len(rows(processes[0])) == 2
