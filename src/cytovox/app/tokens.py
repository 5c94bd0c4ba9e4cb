"""API tokens: a script acts for an account without its password."""

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

import sqlalchemy as sa

from cytovox.app.account_secrets import new_secret, secret_hash
from cytovox.app.accounts import Account, account_of_row, record_account_action
from cytovox.app.case_rows import now_utc
from cytovox.app.database import Database
from cytovox.app.problems import ApiProblem
from cytovox.app.tables import accounts, api_tokens

PREFIX = "cytovox_"
"""What every token begins with, so that programs that look for leaked secrets can know one."""
MOST_TOKENS = 50
_USE_NOTED_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as it can be shown: without its secret.

    Attributes:
        id: 32 hexadecimal digits.
        label: What it is for, in its owner's words.
        created_utc: ISO 8601 time, UTC.
        used_utc: When it was last used, to the minute, or None.
        expires_utc: When it ends, or None.
    """

    id: str
    label: str
    created_utc: str
    used_utc: str | None
    expires_utc: str | None


class TokenStore:
    """The API tokens of an archive.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, account: Account) -> list[ApiToken]:
        """An account's tokens, newest first; those that have expired among them."""
        query = (
            sa.select(api_tokens)
            .where(api_tokens.c.account_id == account.id)
            .order_by(api_tokens.c.created_utc.desc(), api_tokens.c.id)
        )
        with self._database.reading() as connection:
            return [
                ApiToken(row.id, row.label, row.created_utc, row.used_utc, _time_text(row.expires_at))
                for row in connection.execute(query)
            ]

    def add(self, account: Account, label: str, *, days: int | None) -> tuple[ApiToken, str]:
        """A new token, and its secret, which can never be read again.

        Args:
            account: Whom it acts for.
            label: What it is for.
            days: After which it ends, or None for never.

        Raises:
            ApiProblem: 409 when the account has as many as it may have.
        """
        secret = PREFIX + new_secret()
        expires_at = None if days is None else time.time() + days * 24 * 3600.0
        token = ApiToken(secrets.token_hex(16), label, now_utc(), None, _time_text(expires_at))
        how_many = (
            sa.select(sa.func.count()).select_from(api_tokens).where(api_tokens.c.account_id == account.id)
        )
        with self._database.writing() as connection:
            if connection.execute(how_many).scalar_one() >= MOST_TOKENS:
                raise ApiProblem(
                    HTTPStatus.CONFLICT,
                    "too_many_tokens",
                    f"An account has at most {MOST_TOKENS} API tokens. Revoke one that is not used any more.",
                )
            connection.execute(
                api_tokens.insert().values(
                    id=token.id,
                    account_id=account.id,
                    label=label,
                    token_sha256=secret_hash(secret),
                    created_utc=token.created_utc,
                    used_utc=None,
                    expires_at=expires_at,
                )
            )
            record_account_action(connection, account.name, "token_added", account.id)
        return token, secret

    def revoke(self, account: Account, token_id: str) -> None:
        """Ends a token.

        Raises:
            ApiProblem: 404 when the account has none of this id.
        """
        own = (api_tokens.c.id == token_id) & (api_tokens.c.account_id == account.id)
        with self._database.writing() as connection:
            if connection.execute(api_tokens.delete().where(own)).rowcount == 0:
                raise ApiProblem(HTTPStatus.NOT_FOUND, "token_not_found", "You have no such API token.")
            record_account_action(connection, account.name, "token_revoked", account.id)

    def account_of(self, secret: str) -> Account | None:
        """Whom a token acts for; None where it is unknown, revoked or expired, or its account disabled."""
        now = time.time()
        query = (
            sa.select(accounts, api_tokens.c.id.label("token_id"), api_tokens.c.used_utc)
            .join(api_tokens, api_tokens.c.account_id == accounts.c.id)
            .where(
                api_tokens.c.token_sha256 == secret_hash(secret),
                api_tokens.c.expires_at.is_(None) | (api_tokens.c.expires_at >= now),
                ~accounts.c.disabled,
            )
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        if row.used_utc is None or row.used_utc < _time_text(now - _USE_NOTED_EVERY_S):
            with self._database.writing() as connection:
                connection.execute(
                    api_tokens.update().where(api_tokens.c.id == row.token_id).values(used_utc=now_utc())
                )
        return account_of_row(row)


def _time_text(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
