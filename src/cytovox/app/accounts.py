"""Accounts: who may sign in, in which role. None is deleted, only disabled: the audit trail names them."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row
from sqlalchemy.exc import IntegrityError

from cytovox.app.case_rows import folded, now_utc, record_action
from cytovox.app.cases import safe_label
from cytovox.app.database import Database
from cytovox.app.passwords import check_new_password, password_hash
from cytovox.app.problems import ApiProblem
from cytovox.app.tables import accounts, api_tokens, audit, sessions
from cytovox.domain.errors import InputError

LONGEST_FULL_NAME = 120
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._@\-]{0,63}$"
_NAME = re.compile(NAME_PATTERN.replace("$", r"\Z"))


class Role(StrEnum):
    """What somebody does on this server; each role may all that the one before it may."""

    VIEWER = "viewer"
    REVIEWER = "reviewer"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in.

    Attributes:
        id: 24 hexadecimal digits.
        name: What is typed to sign in, and what the audit trail says.
        full_name: What people read; may be empty.
        role: What the account may do.
        created_utc: ISO 8601 time, UTC.
        disabled: Whether it may not sign in any more.
    """

    id: str
    name: str
    full_name: str
    role: Role
    created_utc: str
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What an account is made of; name and password as a person typed them."""

    name: str
    password: str
    role: Role
    full_name: str = ""


@dataclass(frozen=True, slots=True)
class AccountAction:
    """A line of the audit trail about an account."""

    at_utc: str
    actor: str
    action: str
    fields: tuple[str, ...]


class AccountStore:
    """The accounts of an archive.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def any(self) -> bool:
        """Whether there is an account at all."""
        with self.database.reading() as connection:
            return bool(connection.execute(sa.exists().select_from(accounts).select()).scalar())

    def all(self) -> list[Account]:
        """Every account, by name."""
        with self.database.reading() as connection:
            return [
                account_of_row(row)
                for row in connection.execute(sa.select(accounts).order_by(accounts.c.name_key))
            ]

    def add(self, new: NewAccount, *, actor: str) -> Account:
        """A new account.

        Args:
            new: What it is made of.
            actor: Who makes it.

        Raises:
            ApiProblem: 409 when there is one of this name.
            InputError: The name or the password will not do.
        """
        if not _NAME.match(new.name):
            raise InputError(
                "account name: expected 1 to 64 characters of a-z, A-Z, 0-9, . _ - and @, the first a letter "
                "or a digit"
            )
        check_new_password(new.password, new.name)
        account = Account(secrets.token_hex(12), new.name, safe_full_name(new.full_name), new.role, now_utc())
        columns = asdict(account) | {
            "name_key": folded(account.name),
            "role": account.role.value,
            "password_hash": password_hash(new.password),
        }
        try:
            with self.database.writing() as connection:
                connection.execute(accounts.insert().values(**columns))
                record_account_action(connection, actor, "account_added", account.id)
        except IntegrityError as error:
            raise ApiProblem(
                HTTPStatus.CONFLICT, "name_taken", f"There is an account '{new.name}' already."
            ) from error
        return account

    def change(
        self,
        name: str,
        *,
        actor: str,
        full_name: str | None = None,
        role: Role | None = None,
        disabled: bool | None = None,
    ) -> Account:
        """An account with other values, where they are given; a disabled one is signed out everywhere.

        Args:
            name: Which account.
            actor: Who changes it.
            full_name: What people read.
            role: What it may do.
            disabled: Whether it may not sign in any more.

        Raises:
            ApiProblem: 404 when there is none, 409 when no admin would be left.
        """
        values: dict[str, Any] = {}
        if full_name is not None:
            values["full_name"] = safe_full_name(full_name)
        if role is not None:
            values["role"] = role.value
        if disabled is not None:
            values["disabled"] = disabled
        with self.database.writing() as connection:
            _lock_admins(connection)
            before = one_row(connection, name)
            changed = [column for column, value in values.items() if getattr(before, column) != value]
            if changed:
                connection.execute(accounts.update().where(accounts.c.id == before.id).values(**values))
                record_account_action(connection, actor, "account_changed", before.id, changed)
            if before.role == Role.ADMIN and {"role", "disabled"} & {*changed}:
                _check_admin_left(connection)
            if disabled:
                end_sessions(connection, before.id)
            return account_of_row(one_row(connection, name))

    def reset_password(self, name: str, password: str, *, actor: str) -> None:
        """Gives an account another password, ends its sessions and revokes its API tokens.

        Args:
            name: Which account.
            password: The new one.
            actor: Who does it.

        Raises:
            ApiProblem: 404 when there is no such account.
            InputError: The password will not do.
        """
        check_new_password(password, name)
        hashed = password_hash(password)
        with self.database.writing() as connection:
            account = one_row(connection, name)
            replace_password(connection, account.id, hashed)
            end_sessions(connection, account.id)
            connection.execute(api_tokens.delete().where(api_tokens.c.account_id == account.id))
            record_account_action(connection, actor, "password_reset", account.id)

    def history(self, name: str) -> list[AccountAction]:
        """What was done with an account, and its sign-ins, newest first; the last thousand.

        Raises:
            ApiProblem: 404 when there is none of this name.
        """
        with self.database.reading() as connection:
            account = one_row(connection, name)
            query = (
                sa.select(audit)
                .where(audit.c.case_id == _audit_key(account.id))
                .order_by(audit.c.id.desc())
                .limit(1000)
            )
            return [
                AccountAction(row.at_utc, row.actor, row.action, tuple(row.fields.split()))
                for row in connection.execute(query)
            ]


def safe_full_name(text: str) -> str:
    """A full name without control characters and excess length."""
    return (safe_label(text) or "")[:LONGEST_FULL_NAME]


def find_row(connection: Connection, name: str) -> Row[Any] | None:
    """Row of an account, or None where there is none of this name, in any case, or it cannot be a name."""
    return _row(connection, name) if _NAME.match(name) else None


def one_row(connection: Connection, name: str) -> Row[Any]:
    """Row of an account.

    Raises:
        ApiProblem: 404 when there is none of this name.
    """
    row = find_row(connection, name)
    if row is None:
        raise ApiProblem(HTTPStatus.NOT_FOUND, "account_not_found", "There is no account of this name.")
    return row


def account_of_row(row: Row[Any]) -> Account:
    """An account from a row that has the columns of the table `accounts`."""
    return Account(row.id, row.name, row.full_name, Role(row.role), row.created_utc, row.disabled)


def replace_password(connection: Connection, account_id: str, hashed: str) -> None:
    """Keeps another hash of a password."""
    connection.execute(accounts.update().where(accounts.c.id == account_id).values(password_hash=hashed))


def end_sessions(connection: Connection, account_id: str, *, but: str | None = None) -> None:
    """Ends the sessions of an account.

    Args:
        connection: Writes.
        account_id: Whose.
        but: Hash of the token of the one that stays.
    """
    own = sessions.c.account_id == account_id
    others = own if but is None else own & (sessions.c.token_sha256 != but)
    connection.execute(sessions.delete().where(others))


def record_account_action(
    connection: Connection, actor: str, action: str, account_id: str, changed: Sequence[str] = ()
) -> None:
    """Adds a line about an account to the audit trail."""
    record_action(connection, actor, action, _audit_key(account_id), changed)


def _audit_key(account_id: str) -> str:
    # Fits the column of a case's id, which has 32 characters.
    return f"account:{account_id}"


def _row(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(sa.select(accounts).where(accounts.c.name_key == folded(name))).one_or_none()


def _lock_admins(connection: Connection) -> None:
    # Two admins who demote each other at the same moment must not both succeed.
    admins = sa.select(accounts.c.id).where(accounts.c.role == Role.ADMIN.value).order_by(accounts.c.id)
    connection.execute(admins.with_for_update()).all()


def _check_admin_left(connection: Connection) -> None:
    left = sa.exists().where(accounts.c.role == Role.ADMIN.value, ~accounts.c.disabled)
    if not connection.execute(left.select()).scalar():
        raise ApiProblem(
            HTTPStatus.CONFLICT,
            "last_admin",
            "This is the last account that may manage accounts. Make another one an admin first.",
        )
