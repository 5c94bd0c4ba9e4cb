"""The cookie that carries a session's token."""

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response

SECURE_NAME, PLAIN_NAME = "__Host-cytovox", "cytovox_session"
"""Browsers take a `__Host-` cookie over HTTPS only, and from no other host of the domain."""


def session_token(headers: Headers, scheme: str) -> str | None:
    """The token that a request brings, or None.

    Args:
        headers: Of the request.
        scheme: http, or https; the cookie of the other does not count.
    """
    return cookie_parser(headers.get("cookie", "")).get(_name(scheme)) or None


def has_session_cookie(headers: Headers) -> bool:
    """Whether a request brings a token under either name."""
    return bool({SECURE_NAME, PLAIN_NAME} & cookie_parser(headers.get("cookie", "")).keys())


def set_session_cookie(response: Response, token: str, scheme: str) -> None:
    """Makes the browser keep a token until it is closed; scripts of a page cannot read it."""
    response.set_cookie(
        _name(scheme), token, path="/", secure=scheme == "https", httponly=True, samesite="lax"
    )


def delete_session_cookie(response: Response, scheme: str) -> None:
    """Makes the browser forget the token."""
    response.delete_cookie(_name(scheme), path="/", secure=scheme == "https", httponly=True, samesite="lax")


def _name(scheme: str) -> str:
    return SECURE_NAME if scheme == "https" else PLAIN_NAME
