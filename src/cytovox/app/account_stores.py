"""What a server with accounts knows of people."""

from dataclasses import dataclass
from typing import Self

from cytovox.app.account_sign_in_rate import SignInRate
from cytovox.app.accounts import AccountStore
from cytovox.app.database import Database
from cytovox.app.sessions import SessionStore
from cytovox.app.settings import Settings
from cytovox.app.tokens import TokenStore


@dataclass(frozen=True, slots=True)
class AccountStores:
    """Accounts, their sessions and their API tokens.

    Attributes:
        accounts: Who may sign in.
        sessions: Who is signed in.
        tokens: Which scripts may act for whom.
        rate: How often a wrong password may be tried.
    """

    accounts: AccountStore
    sessions: SessionStore
    tokens: TokenStore
    rate: SignInRate

    @classmethod
    def of(cls, database: Database, settings: Settings) -> Self:
        """Those of a database."""
        return cls(
            AccountStore(database),
            SessionStore(database, session_h=settings.session_h),
            TokenStore(database),
            SignInRate(database),
        )
