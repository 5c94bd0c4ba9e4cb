"""Pseudonyms of an archive: a person keeps one as long as it lasts, and no date of a scan is told."""

import hashlib
import hmac
import secrets as random
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cytovox.app.database import Database
from cytovox.app.tables import secrets
from cytovox.domain.volume import Volume

_NAME = "pseudonyms"
_KEY_BYTES = 32
_CALENDAR_FROM = 500_000
"""Days above this are counted by the calendar (year 1369 on): a date, not a place in a study."""
_LARGEST_SHIFT_DAYS = 36_500


def pseudonym_key(database: Database) -> bytes:
    """The key that patient numbers are hashed with; made when it is first asked for.

    It is in the database, where every server and worker of an archive finds it, and nowhere else.

    Args:
        database: Of the archive.
    """
    with database.reading() as connection:
        value = _kept(connection)
    if value is None:
        with database.writing() as connection:
            value = _kept(connection)
            if value is None:
                value = random.token_hex(_KEY_BYTES)
                connection.execute(secrets.insert().values(name=_NAME, value=value))
    return bytes.fromhex(value)


def _kept(connection: Connection) -> str | None:
    query = sa.select(secrets.c.value).where(secrets.c.name == _NAME)
    return connection.execute(query).scalar_one_or_none()


def without_date(volume: Volume, key: bytes) -> Volume:
    """The stack with its day shifted by a secret number of days, the same for all scans of a person.

    Days between scans stay true, dates are not told. A day that counts from the start of a study stays.

    Args:
        volume: As it was read.
        key: Of `pseudonym_key`.
    """
    if volume.day is None or volume.day < _CALENDAR_FROM:
        return volume
    if volume.subject is None:
        return replace(volume, day=None)
    digest = hmac.new(key, f"day of {volume.subject}".encode(), hashlib.sha256).digest()
    return replace(volume, day=volume.day - 1 - int.from_bytes(digest[:8]) % _LARGEST_SHIFT_DAYS)
