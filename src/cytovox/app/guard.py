"""What stands before every request: host and origin checks, an upload limit, and safe headers."""

import ipaddress
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cytovox.app.account_policy import is_api
from cytovox.app.problems import ApiProblem, problem_response
from cytovox.app.sessions_cookie import has_session_cookie
from cytovox.app.settings import Settings

MULTIPART_ALLOWANCE_BYTES = 64 * 1024
"""Room for boundaries, part headers and form fields beside the file itself."""
DISCARDED_AT_MOST = 8
"""An oversize body is read to its end and thrown away, up to this many times the limit: a browser that is cut
off while it still sends shows a network error in place of our answer."""
STACKS = "/api/stacks"
"""Where stacks of slices come in, which may be larger than pictures."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# Mantine writes <style> elements at run time, hence 'unsafe-inline' for styles; scripts come from files only.
SAFE_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
        "object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(), microphone=(), payment=(), usb=()",
}
# For this host alone: others of the domain may have no HTTPS.
HTTPS_HEADERS = {"strict-transport-security": "max-age=31536000"}
# What a route does not say may be kept, no browser and no proxy keeps: it may be about people.
API_HEADERS = {"cache-control": "no-store"}


class Guard:
    """ASGI middleware that refuses foreign hosts and origins and adds safe headers to every answer.

    The host check defeats DNS rebinding, which needs a host *name*: addresses and localhost always pass.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._names = {"localhost", settings.host.lower()} | {
            name.strip().lower() for name in settings.allowed_hosts.split(",") if name.strip()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a refused request itself; passes the others on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        added = dict(SAFE_HEADERS)
        if scope["scheme"] == "https":
            added |= HTTPS_HEADERS
        if is_api(scope["path"]):
            added |= API_HEADERS

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(Headers(scope=scope), scope["method"], scope["scheme"])
        if refusal is None:
            await self._app(scope, receive, send_with_headers)
        else:
            await problem_response(403, *refusal)(scope, receive, send_with_headers)

    def _refusal(self, headers: Headers, method: str, scheme: str) -> tuple[str, str] | None:
        host = headers.get("host", "")
        if not self._is_known(host):
            return "unknown_host", (
                f"This server does not answer to the host name '{host[:80]}'. "
                "Add it to CYTOVOX_ALLOWED_HOSTS if it should."
            )
        if method in SAFE_METHODS:
            return None
        if _comes_from_elsewhere(headers, host, scheme):
            return "foreign_origin", "Another web site may not change anything here."
        # With an API token the cookie does not count.
        by_token = headers.get("authorization", "").lower().startswith("bearer ")
        if has_session_cookie(headers) and not (by_token or _shows_origin(headers)):
            return "no_origin", (
                "A request with a session's cookie must say which page it comes from, as browsers do. "
                "Scripts use an API token in place of the cookie."
            )
        return None

    def _is_known(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname
        except ValueError:
            return False
        if name is None:
            return False
        return "*" in self._names or name in self._names or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _comes_from_elsewhere(headers: Headers, host: str, scheme: str) -> bool:
    origin = headers.get("origin")
    if origin is not None:
        try:
            from_page = urlsplit(origin)
        except ValueError:
            return True
        # A page that came without encryption may have been written by anybody on the way.
        weaker = scheme == "https" and from_page.scheme != "https"
        return weaker or from_page.netloc.lower() != host.lower()
    return headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}


def _shows_origin(headers: Headers) -> bool:
    return "origin" in headers or headers.get("sec-fetch-site") == "same-origin"


class UploadLimit:
    """ASGI middleware that stops reading a request's body at the upload limit, whatever its headers say."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on with a body that ends in an ApiProblem where it grows too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = 0
        is_stack = scope["path"] == STACKS
        bytes_kept = self._settings.stack_limit_bytes if is_stack else self._settings.upload_limit_bytes
        limit = bytes_kept + MULTIPART_ALLOWANCE_BYTES

        async def limited_receive() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                await self._discard_rest(message, receive, seen, limit)
                raise (
                    stack_too_large(self._settings.stack_limit_mb)
                    if is_stack
                    else too_large(self._settings.upload_limit_mb)
                )
            return message

        await self._app(scope, limited_receive, send)

    async def _discard_rest(self, message: Message, receive: Receive, seen: int, limit: int) -> None:
        while message.get("more_body", False) and seen < DISCARDED_AT_MOST * limit:
            message = await receive()
            seen += len(message.get("body", b""))


def too_large(limit_mb: float) -> ApiProblem:
    """The answer to an upload beyond the limit."""
    return ApiProblem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "upload_too_large",
        f"The picture is larger than {limit_mb:g} MB, the most this server takes. "
        "Save it as JPEG or crop it, or raise CYTOVOX_UPLOAD_LIMIT_MB.",
    )


def stack_too_large(limit_mb: float) -> ApiProblem:
    """The answer to a stack beyond the limit."""
    return ApiProblem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "upload_too_large",
        f"The stack is larger than {limit_mb:g} MB, the most this server takes. "
        "Send one series at a time, or raise CYTOVOX_STACK_LIMIT_MB.",
    )
