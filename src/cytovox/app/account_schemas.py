"""The JSON about accounts, sessions and API tokens."""

from typing import Annotated

from pydantic import Field

from cytovox.app.account_policy import Right
from cytovox.app.accounts import LONGEST_FULL_NAME, NAME_PATTERN, Role
from cytovox.app.passwords import LONGEST, SHORTEST
from cytovox.app.schemas import Document

LONGEST_LABEL = 80
Password = Annotated[str, Field(min_length=1, max_length=LONGEST)]
NewPassword = Annotated[str, Field(min_length=SHORTEST, max_length=LONGEST)]


class SignedInDocument(Document):
    """Who is signed in."""

    name: str
    full_name: str = Field(description="May be empty.")
    role: Role


class SessionDocument(Document):
    """Whether this server has accounts, and who is signed in."""

    accounts: bool = Field(description="False where everybody who reaches the server may everything.")
    any_account: bool = Field(description="Whether there is an account to sign in with.")
    account: SignedInDocument | None
    roles_may: list[Right] = Field(description="What the asker may do on this server.")


class SignIn(Document):
    """Name and password."""

    name: str = Field(min_length=1, max_length=200)
    password: Password


class PasswordChange(Document):
    """The password of who is signed in, and the one from now on."""

    current_password: Password
    new_password: NewPassword


class TokenDocument(Document):
    """An API token without its secret."""

    id: str
    label: str
    created_utc: str
    used_utc: str | None = Field(description="When it was last used, to the minute.")
    expires_utc: str | None


class TokenRequest(Document):
    """A token that is wanted."""

    label: str = Field(min_length=1, max_length=LONGEST_LABEL, description="What it is for.")
    days: int | None = Field(None, ge=1, le=3650, description="After which it ends; never when left out.")


class NewTokenDocument(Document):
    """A new API token with its secret, which is told this once."""

    token: TokenDocument
    secret: str = Field(description="For the header: Authorization: Bearer cytovox_...")


class AccountDocument(Document):
    """Somebody who may sign in."""

    name: str
    full_name: str
    role: Role
    created_utc: str
    disabled: bool = Field(description="Whether the account may not sign in any more.")


class AccountRequest(Document):
    """An account that is wanted."""

    name: str = Field(pattern=NAME_PATTERN, description="For signing in; it stays.")
    full_name: str = Field("", max_length=LONGEST_FULL_NAME)
    role: Role
    password: NewPassword


class AccountChanges(Document):
    """What is to be changed about an account; what is left out stays."""

    full_name: str | None = Field(None, max_length=LONGEST_FULL_NAME)
    role: Role | None = None
    disabled: bool | None = None


class PasswordReset(Document):
    """The password of an account from now on."""

    password: NewPassword


class AccountActionDocument(Document):
    """A line of the audit trail about an account."""

    at_utc: str
    actor: str = Field(description="Name of an account; the address, where a sign-in failed.")
    action: str = Field(description="E.g. signed_in, sign_in_failed, account_changed, password_reset.")
    fields: list[str] = Field(description="What was changed; not what stood there.")
