"""What stands before every request of a server with accounts: who asks, and whether they may."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cytovox.app.account_policy import RIGHTS, Right, is_api, needed_right, needs_person, role_for
from cytovox.app.account_stores import AccountStores
from cytovox.app.accounts import Account
from cytovox.app.problems import problem_response
from cytovox.app.sessions_cookie import session_token

LOOKS_AGAIN_S = 10.0
"""How often an answer that goes on, as a stream of events does, is held against its asker's session."""
_BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request brings to show who asks.

    Attributes:
        session: Token of a session, or None.
        api_token: API token, or None. Where there is one, a session does not count.
    """

    session: str | None
    api_token: str | None

    @classmethod
    def of(cls, scope: Scope) -> "Credentials":
        """Those of a request."""
        headers = Headers(scope=scope)
        given = headers.get("authorization", "")
        if given.lower().startswith(_BEARER):
            return cls(None, given[len(_BEARER) :].strip())
        return cls(session_token(headers, scope["scheme"]), None)


class AccountGate:
    """ASGI middleware that sets `request.state.account` and answers, by the policy, whoever may not ask this.

    Args:
        app: Answers the others.
        stores: Who there is.
    """

    def __init__(self, app: ASGIApp, stores: AccountStores) -> None:
        self._app = app
        self._stores = stores

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a refused request itself; passes the others on."""
        if scope["type"] != "http" or not is_api(scope["path"]):
            await self._app(scope, receive, send)
            return
        credentials = Credentials.of(scope)
        account = await run_in_threadpool(self._account, credentials)
        scope.setdefault("state", {})["account"] = account
        scope["state"]["session_token"] = None if account is None else credentials.session
        refusal = _refusal(scope, account, credentials)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        if account is not None and scope["method"] == "GET":
            await self._answer_while_signed_in(credentials, scope, receive, send)
        else:
            await self._app(scope, receive, _varying(send))

    async def _answer_while_signed_in(
        self, credentials: Credentials, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Passes a request on, and ends an answer that goes on after its session has ended."""
        is_over = False

        async def receive_while_signed_in() -> Message:
            nonlocal is_over
            while True:
                try:
                    return await asyncio.wait_for(receive(), LOOKS_AGAIN_S)
                except TimeoutError:
                    if await run_in_threadpool(self._account, credentials, in_use=False) is None:
                        is_over = True
                        return {"type": "http.disconnect"}

        await self._app(scope, receive_while_signed_in, _varying(send))
        if is_over:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _account(self, credentials: Credentials, *, in_use: bool = True) -> Account | None:
        if credentials.api_token is not None:
            return self._stores.tokens.account_of(credentials.api_token)
        if credentials.session is not None:
            return self._stores.sessions.account_of(credentials.session, in_use=in_use)
        return None


def _refusal(scope: Scope, account: Account | None, credentials: Credentials) -> Response | None:
    path = scope["path"]
    # The router's patterns let a line feed follow a path, and the policy's do not.
    if min(path) < " ":
        return problem_response(HTTPStatus.NOT_FOUND, "not_found", "There is nothing at such an address.")
    right = needed_right(scope["method"], path)
    if right is None:
        return None
    if account is None:
        return _who_are_you(credentials)
    if right not in RIGHTS[account.role]:
        return _not_allowed(account, right)
    if credentials.api_token is not None and needs_person(path):
        return problem_response(
            HTTPStatus.FORBIDDEN, "needs_person", "An API token may not do this. Sign in with a password."
        )
    return None


def _who_are_you(credentials: Credentials) -> Response:
    message = (
        "Sign in first, or send an API token in the header Authorization."
        if credentials.api_token is None
        else "This API token is unknown, revoked or expired."
    )
    answer = problem_response(HTTPStatus.UNAUTHORIZED, "sign_in_needed", message)
    # Required by RFC 9110, section 15.5.2. Browsers open no window of their own for this scheme.
    answer.headers["www-authenticate"] = "Bearer"
    return answer


def _not_allowed(account: Account, right: Right) -> Response:
    return problem_response(
        HTTPStatus.FORBIDDEN,
        "not_allowed",
        f"This needs the role {role_for(right)}; your account has the role {account.role}.",
    )


def _varying(send: Send) -> Send:
    """The same, where what a browser keeps of an answer counts for the person only who asked."""

    async def send_varying(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.add_vary_header("Cookie")
            headers.add_vary_header("Authorization")
        await send(message)

    return send_varying
