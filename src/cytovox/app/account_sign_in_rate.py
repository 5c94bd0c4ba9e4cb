"""How often a wrong password may be tried; counted in the database, for all processes together."""

import hashlib
import ipaddress
import time
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from cytovox.app.case_rows import folded
from cytovox.app.clients import too_often
from cytovox.app.database import Database
from cytovox.app.tables import sign_in_attempts as attempts

_NETWORK_V6 = 64
_NAME_DIGITS = 5
"""Of the hash of a name, which people type their password in place of: 20 bits tell nobody which it was."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """How many attempts are free at once, and after how many seconds another one is."""

    at_once: int
    every_s: float

    def wait_s(self, free_at: float, now: float) -> float:
        """Seconds until an attempt is free; 0 where one is.

        Args:
            free_at: When all are free again, by the clock.
            now: By the same clock.
        """
        return max(0.0, free_at - now - (self.at_once - 1) * self.every_s)


BY_NAME, BY_ADDRESS = Allowed(10, 30.0), Allowed(30, 10.0)
"""Wrong passwords. For a name that is 2,880 a day, from wherever."""


class SignInRate:
    """Slows down whoever guesses passwords, by the name that is tried and by the address of who tries.

    Args:
        database: Where attempts are counted, until all are free again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, address: str) -> None:
        """Counts an attempt, before its password is looked at: attempts at the same moment count too.

        Raises:
            ApiProblem: 429 when there were too many, with the seconds to wait in the header retry-after.
        """
        # The address first: one that may not try any more must not use up the attempts of a name. All lock
        # rows in this order, or two that sign in at once would wait for each other.
        keys = ((_of_address(address), BY_ADDRESS), (_of_name(name), BY_NAME))
        # Looked up before it writes: who is refused a thousand times a second must not hold up who writes.
        wait_s = self._known_wait_s(dict(keys))
        if not wait_s:
            with self._database.writing() as connection:
                wait_s = _taken(connection, *keys[0]) or _taken(connection, *keys[1])
                _forget(connection)
        if wait_s:
            raise too_often("too_many_attempts", "Too many wrong passwords.", wait_s)

    def give_back(self, name: str, address: str) -> None:
        """Says that the attempt was right, and does not count."""
        with self._database.writing() as connection:
            for who, allowed in ((_of_address(address), BY_ADDRESS), (_of_name(name), BY_NAME)):
                earlier = {"free_at": attempts.c.free_at - allowed.every_s}
                connection.execute(attempts.update().where(attempts.c.who == who).values(earlier))

    def _known_wait_s(self, allowed: Mapping[str, Allowed]) -> float:
        """Seconds to wait by what is there; 0 where an attempt seems free."""
        query = sa.select(attempts).where(attempts.c.who.in_(allowed))
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        now = time.time()
        return max((allowed[row.who].wait_s(row.free_at, now) for row in rows), default=0.0)


def network(address: str) -> str:
    """An address as it counts: of version 6 the network, for a household has 2^64 of them."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, _NETWORK_V6), strict=False))


def _taken(connection: Connection, who: str, allowed: Allowed) -> float:
    """0 where an attempt was free and now counts; else the seconds until one is."""
    now = time.time()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = insert(attempts).values(who=who, free_at=now)
    # Changes nothing where there is a row, but nobody else does either before the transaction ends.
    kept = row.on_conflict_do_update(index_elements=["who"], set_={"who": row.excluded.who})
    free_at = float(connection.execute(kept.returning(attempts.c.free_at)).scalar_one())
    wait_s = allowed.wait_s(free_at, now)
    if not wait_s:
        later = {"free_at": max(free_at, now) + allowed.every_s}
        connection.execute(attempts.update().where(attempts.c.who == who).values(later))
    return wait_s


def _forget(connection: Connection) -> None:
    """Deletes rows that say nothing any more, but for those that somebody is just about to change."""
    old = sa.select(attempts.c.who).where(attempts.c.free_at < time.time()).with_for_update(skip_locked=True)
    connection.execute(attempts.delete().where(attempts.c.who.in_(old)))


def _of_name(name: str) -> str:
    return f"name {_sha256(folded(name))[:_NAME_DIGITS]}"


def _of_address(address: str) -> str:
    # A proxy hands on whatever stands in a header: hashed, it always fits.
    return f"address {_sha256(network(address))}"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
