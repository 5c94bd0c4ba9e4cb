"""Sessions: who is signed in, by a random token that only the browser and its hash here know."""

import time
from typing import Any

import sqlalchemy as sa

from cytovox.app.account_secrets import new_secret, secret_hash
from cytovox.app.accounts import (
    Account,
    account_of_row,
    end_sessions,
    find_row,
    record_account_action,
    replace_password,
)
from cytovox.app.database import Database
from cytovox.app.passwords import check_new_password, needs_new_hash, password_fits, password_hash
from cytovox.app.tables import accounts, sessions

LONGEST_S = 14 * 24 * 3600.0
"""However much it is used, a session ends after this time (OWASP ASVS 5.0, 7.3: an absolute limit)."""
RENEWED_EVERY_S = 60.0


class SessionStore:
    """The sessions of an archive.

    Args:
        database: Where they are.
        session_h: Hours without use after which a session ends.
    """

    def __init__(self, database: Database, *, session_h: float) -> None:
        self._database = database
        self._length_s = session_h * 3600

    def sign_in(self, name: str, password: str, *, address: str) -> tuple[Account, str] | None:
        """The account and the token of a new session; None where name and password do not belong together.

        Args:
            name: As a person typed it.
            password: As a person typed it.
            address: Where the request came from, for the audit trail of an attempt that fails.
        """
        with self._database.reading() as connection:
            found = find_row(connection, name)
        kept = None if found is None or found.disabled else str(found.password_hash)
        fits = password_fits(kept, password)
        if found is None:
            # Written down as for a known name: the time that it takes must not tell.
            with self._database.writing() as connection:
                record_account_action(connection, address, "sign_in_failed", "")
            return None
        # Another hash than yesterday's is made outside of the transaction: it takes long.
        stronger = password_hash(password) if fits and kept is not None and needs_new_hash(kept) else None
        token, now = new_secret(), time.time()
        with self._database.writing() as connection:
            # Read again: the password may have been changed, or the account disabled, in the meantime.
            row = connection.execute(
                sa.select(accounts).where(accounts.c.id == found.id).with_for_update()
            ).one()
            if not fits or row.disabled or row.password_hash != kept:
                record_account_action(connection, address, "sign_in_failed", row.id)
                return None
            if stronger is not None:
                replace_password(connection, row.id, stronger)
            connection.execute(sessions.delete().where(sessions.c.expires_at < now))
            connection.execute(
                sessions.insert().values(
                    token_sha256=secret_hash(token),
                    account_id=row.id,
                    created_at=now,
                    expires_at=now + min(self._length_s, LONGEST_S),
                )
            )
            record_account_action(connection, row.name, "signed_in", row.id)
        return account_of_row(row), token

    def account_of(self, token: str, *, in_use: bool = True) -> Account | None:
        """Who is signed in by a token; None where its session is over.

        Args:
            token: Of the cookie.
            in_use: Whether this counts as use, which puts off the session's end.
        """
        now, hashed = time.time(), secret_hash(token)
        query = (
            sa.select(accounts, sessions.c.created_at, sessions.c.expires_at)
            .join(sessions, sessions.c.account_id == accounts.c.id)
            .where(sessions.c.token_sha256 == hashed, sessions.c.expires_at >= now, ~accounts.c.disabled)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        end = min(now + self._length_s, row.created_at + LONGEST_S)
        if in_use and end - row.expires_at > min(RENEWED_EVERY_S, self._length_s / 10):
            with self._database.writing() as connection:
                connection.execute(
                    sessions.update().where(sessions.c.token_sha256 == hashed).values(expires_at=end)
                )
        return account_of_row(row)

    def end(self, token: str) -> None:
        """Ends the session of a token."""
        with self._database.writing() as connection:
            connection.execute(sessions.delete().where(sessions.c.token_sha256 == secret_hash(token)))

    def end_all(self, account: Account) -> None:
        """Ends all sessions of an account."""
        with self._database.writing() as connection:
            end_sessions(connection, account.id)
            record_account_action(connection, account.name, "signed_out_everywhere", account.id)

    def change_password(self, account: Account, current: str, new: str, *, token: str) -> bool:
        """Whether the current password is right; it is replaced then, and all other sessions end.

        Args:
            account: Whose.
            current: As a person typed it.
            new: The password from now on.
            token: Of the session that stays.

        Raises:
            InputError: The new password will not do.
        """
        with self._database.reading() as connection:
            kept = connection.execute(_kept_password(account)).scalar_one()
        if not password_fits(kept, current):
            return False
        check_new_password(new, account.name)
        hashed = password_hash(new)
        with self._database.writing() as connection:
            if connection.execute(_kept_password(account).with_for_update()).scalar_one() != kept:
                return False
            replace_password(connection, account.id, hashed)
            end_sessions(connection, account.id, but=secret_hash(token))
            record_account_action(connection, account.name, "password_changed", account.id)
        return True


def _kept_password(account: Account) -> sa.Select[Any]:
    return sa.select(accounts.c.password_hash).where(accounts.c.id == account.id)
