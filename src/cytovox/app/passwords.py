"""Passwords: which ones will do, and how they are kept."""

import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cytovox.domain.errors import InputError

SHORTEST, LONGEST = 12, 256
"""Characters. NIST SP 800-63B asks for 8 at least and for no rule about kinds of characters."""
FEWEST_DIFFERENT = 5

# OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane, at least.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# A flood of sign-ins waits here and does not add up in memory.
_AT_A_TIME = threading.BoundedSemaphore(4)


def password_hash(password: str) -> str:
    """Salted Argon2id hash in the PHC string format."""
    with _AT_A_TIME:
        return _HASHER.hash(_plain(password))


def password_fits(kept: str | None, password: str) -> bool:
    """Whether a password is the one whose hash was kept; takes as long where there is none.

    Args:
        kept: Hash, or None where there is no such account: the time that it takes must not tell.
        password: As a person typed it.
    """
    try:
        with _AT_A_TIME:
            _HASHER.verify(_nobodys_hash() if kept is None else kept, _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def needs_new_hash(kept: str) -> bool:
    """Whether a hash was made with other figures than those of today."""
    return _HASHER.check_needs_rehash(kept)


def check_new_password(password: str, name: str) -> None:
    """Refuses a password that is easily guessed.

    Args:
        password: As a person typed it.
        name: Of the account.

    Raises:
        InputError: It is too short, too long, of too few different characters, or holds the account's name.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise InputError(
            f"password: expected {SHORTEST} to {LONGEST} characters, got {len(password)}. "
            "A few words in a row are easy to keep in mind"
        )
    if len(set(password.casefold())) < FEWEST_DIFFERENT:
        raise InputError(f"password: expected at least {FEWEST_DIFFERENT} different characters")
    if len(name) > 2 and name.casefold() in password.casefold():
        raise InputError("password: expected one without the name of the account in it")


def _plain(password: str) -> bytes:
    # NIST SP 800-63B, 3.1.1.2: keyboards write the same letter in several ways.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody has this password")
