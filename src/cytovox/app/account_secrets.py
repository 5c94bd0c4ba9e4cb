"""Secrets that stand for an account: made at random, and kept as hashes."""

import hashlib
import secrets

_BYTES = 32


def new_secret() -> str:
    """256 random bits as text that is safe in a header and a cookie."""
    return secrets.token_urlsafe(_BYTES)


def secret_hash(secret: str) -> str:
    """SHA-256 as 64 hexadecimal digits. A fast hash will do: nobody can try out 256 random bits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
