"""/api/session, /api/account, /api/accounts: signing in, one's own account, and everybody's."""

import logging
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from cytovox.app.account_policy import ALL_RIGHTS, RIGHTS
from cytovox.app.account_schemas import (
    AccountActionDocument,
    AccountChanges,
    AccountDocument,
    AccountRequest,
    NewTokenDocument,
    PasswordChange,
    PasswordReset,
    SessionDocument,
    SignedInDocument,
    SignIn,
    TokenDocument,
    TokenRequest,
)
from cytovox.app.account_stores import AccountStores
from cytovox.app.accounts import NAME_PATTERN, Account, NewAccount
from cytovox.app.case_routes import Answers
from cytovox.app.cases import safe_label
from cytovox.app.clients import account_of, address_of
from cytovox.app.problems import ApiProblem
from cytovox.app.schemas import ProblemDocument
from cytovox.app.sessions_cookie import delete_session_cookie, session_token, set_session_cookie
from cytovox.app.tokens import ApiToken

NO_ACCOUNTS: Answers = {
    409: {"model": ProblemDocument, "description": "This server has no accounts; or the message says why."}
}
TOO_OFTEN: Answers = {429: {"model": ProblemDocument, "description": "Too many wrong passwords."}}
NO_SUCH_ACCOUNT: Answers = {404: {"model": ProblemDocument, "description": "There is no such account."}}
NO_SUCH_TOKEN: Answers = {404: {"model": ProblemDocument, "description": "There is no such token."}}
AccountName = Annotated[str, Path(pattern=NAME_PATTERN, description="Name of an account.")]

log = logging.getLogger("cytovox.app")


def account_routes(stores: AccountStores, *, enabled: bool) -> APIRouter:
    """The routes of accounts.

    Args:
        stores: Who there is.
        enabled: Whether this server has accounts.
    """
    router = APIRouter(prefix="/api", tags=["accounts"])
    _add_session(router, stores, enabled=enabled)
    _add_own(router, stores)
    _add_all(router, stores)
    return router


def signed_in(request: Request) -> Account:
    """Who is signed in.

    Raises:
        ApiProblem: 409 on a server without accounts.
    """
    account = account_of(request)
    if account is None:
        raise _no_accounts()
    return account


Me = Annotated[Account, Depends(signed_in)]


def _add_session(router: APIRouter, stores: AccountStores, *, enabled: bool) -> None:
    def document(account: Account | None) -> SessionDocument:
        return SessionDocument(
            accounts=enabled,
            any_account=enabled and stores.accounts.any(),
            account=None
            if account is None
            else SignedInDocument(name=account.name, full_name=account.full_name, role=account.role),
            roles_may=list(ALL_RIGHTS if not enabled else () if account is None else RIGHTS[account.role]),
        )

    @router.get("/session", operation_id="getSession")
    def get_session(request: Request) -> SessionDocument:
        """Who is signed in, and what one may do."""
        return document(account_of(request))

    @router.post("/session", responses={**NO_ACCOUNTS, **TOO_OFTEN}, operation_id="signIn")
    def sign_in(request: Request, response: Response, given: SignIn) -> SessionDocument:
        """Sign in. The answer sets a cookie; a session that there was ends."""
        if not enabled:
            raise _no_accounts()
        address, scheme = address_of(request), request.scope["scheme"]
        stores.rate.take(given.name, address)
        begun = stores.sessions.sign_in(given.name, given.password, address=address)
        if begun is None:
            # Not the name: people type their password there.
            log.warning("failed sign-in from %s", address)
            raise _wrong_credentials()
        stores.rate.give_back(given.name, address)
        account, token = begun
        if before := session_token(request.headers, scheme):
            stores.sessions.end(before)
        set_session_cookie(response, token, scheme)
        return document(account)

    @router.delete("/session", status_code=204, operation_id="signOut")
    def sign_out(
        request: Request,
        everywhere: Annotated[bool, Query(description="Whether all sessions of the account end.")] = False,
    ) -> Response:
        """Sign out."""
        token, account = session_token(request.headers, request.scope["scheme"]), account_of(request)
        if everywhere and account is not None:
            stores.sessions.end_all(account)
        elif token is not None:
            stores.sessions.end(token)
        response = Response(status_code=204)
        delete_session_cookie(response, request.scope["scheme"])
        return response


def _add_own(router: APIRouter, stores: AccountStores) -> None:
    @router.put(
        "/account/password",
        status_code=204,
        responses={**NO_ACCOUNTS, **TOO_OFTEN},
        operation_id="changePassword",
    )
    def change_password(request: Request, me: Me, given: PasswordChange) -> Response:
        """Change one's own password; all other sessions end."""
        stores.rate.take(me.name, address_of(request))
        token = str(request.state.session_token)
        if not stores.sessions.change_password(me, given.current_password, given.new_password, token=token):
            raise ApiProblem(
                HTTPStatus.FORBIDDEN, "wrong_password", "The current password is another one. Try again."
            )
        stores.rate.give_back(me.name, address_of(request))
        return Response(status_code=204)

    @router.get("/account/tokens", responses=NO_ACCOUNTS, operation_id="listTokens")
    def list_tokens(me: Me) -> list[TokenDocument]:
        """One's own API tokens, newest first."""
        return [_token_document(token) for token in stores.tokens.of(me)]

    @router.post("/account/tokens", status_code=201, responses=NO_ACCOUNTS, operation_id="createToken")
    def create_token(me: Me, wanted: TokenRequest) -> NewTokenDocument:
        """Make an API token, which acts in one's own name. Its secret is told this once."""
        label = safe_label(wanted.label)
        if label is None:
            raise ApiProblem(
                HTTPStatus.UNPROCESSABLE_ENTITY, "no_label", "label: expected a word on what the token is for"
            )
        token, secret = stores.tokens.add(me, label, days=wanted.days)
        return NewTokenDocument(token=_token_document(token), secret=secret)

    @router.delete(
        "/account/tokens/{token_id}",
        status_code=204,
        responses={**NO_ACCOUNTS, **NO_SUCH_TOKEN},
        operation_id="revokeToken",
    )
    def revoke_token(
        me: Me, token_id: Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="Id of a token.")]
    ) -> Response:
        """End an API token at once."""
        stores.tokens.revoke(me, token_id)
        return Response(status_code=204)


def _add_all(router: APIRouter, stores: AccountStores) -> None:
    @router.get("/accounts", responses=NO_ACCOUNTS, operation_id="listAccounts")
    def list_accounts(_me: Me) -> list[AccountDocument]:
        """Everybody who may sign in, and whoever might once."""
        return [_account_document(account) for account in stores.accounts.all()]

    @router.post("/accounts", status_code=201, responses=NO_ACCOUNTS, operation_id="createAccount")
    def create_account(me: Me, wanted: AccountRequest) -> AccountDocument:
        """Add an account."""
        new = NewAccount(wanted.name, wanted.password, wanted.role, wanted.full_name)
        return _account_document(stores.accounts.add(new, actor=me.name))

    @router.patch(
        "/accounts/{name}", responses={**NO_ACCOUNTS, **NO_SUCH_ACCOUNT}, operation_id="changeAccount"
    )
    def change_account(me: Me, name: AccountName, changes: AccountChanges) -> AccountDocument:
        """Change full name or role, or disable an account, which signs it out everywhere."""
        return _account_document(
            stores.accounts.change(
                name,
                actor=me.name,
                full_name=changes.full_name,
                role=changes.role,
                disabled=changes.disabled,
            )
        )

    @router.put(
        "/accounts/{name}/password",
        status_code=204,
        responses={**NO_ACCOUNTS, **NO_SUCH_ACCOUNT},
        operation_id="resetPassword",
    )
    def reset_password(me: Me, name: AccountName, given: PasswordReset) -> Response:
        """Give an account another password; its sessions end, and its API tokens are revoked."""
        stores.accounts.reset_password(name, given.password, actor=me.name)
        return Response(status_code=204)

    @router.get(
        "/accounts/{name}/history",
        responses={**NO_ACCOUNTS, **NO_SUCH_ACCOUNT},
        operation_id="getAccountHistory",
    )
    def get_account_history(_me: Me, name: AccountName) -> list[AccountActionDocument]:
        """What was done with an account, and its sign-ins, newest first."""
        return [
            AccountActionDocument(
                at_utc=line.at_utc, actor=line.actor, action=line.action, fields=list(line.fields)
            )
            for line in stores.accounts.history(name)
        ]


def _token_document(token: ApiToken) -> TokenDocument:
    return TokenDocument(
        id=token.id,
        label=token.label,
        created_utc=token.created_utc,
        used_utc=token.used_utc,
        expires_utc=token.expires_utc,
    )


def _account_document(account: Account) -> AccountDocument:
    return AccountDocument(
        name=account.name,
        full_name=account.full_name,
        role=account.role,
        created_utc=account.created_utc,
        disabled=account.disabled,
    )


def _no_accounts() -> ApiProblem:
    return ApiProblem(
        HTTPStatus.CONFLICT,
        "no_accounts",
        "This server has no accounts: everybody who reaches it may everything. "
        "CYTOVOX_ACCOUNTS=true turns them on.",
    )


def _wrong_credentials() -> ApiProblem:
    problem = ApiProblem(
        HTTPStatus.UNAUTHORIZED, "wrong_credentials", "Name and password do not belong together. Try again."
    )
    problem.headers = {"www-authenticate": "Bearer"}
    return problem
