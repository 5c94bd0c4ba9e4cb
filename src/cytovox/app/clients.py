"""Who asks, and how often they may upload."""

import math
from http import HTTPStatus

from fastapi import Request

from cytovox.app.accounts import Account
from cytovox.app.buckets import TokenBuckets
from cytovox.app.problems import ApiProblem


def account_of(request: Request) -> Account | None:
    """Who is signed in; None on a server without accounts."""
    account: Account | None = getattr(request.state, "account", None)
    return account


def actor_of(request: Request) -> str:
    """The name of who is signed in; on a server without accounts, `address_of` the request."""
    account = account_of(request)
    return address_of(request) if account is None else account.name


def address_of(request: Request) -> str:
    """The address that a request came from; behind a proxy on this machine, the one that it forwards."""
    return request.client.host if request.client else "unknown"


class UploadRate:
    """Lets each client upload so many pictures a minute, all at once or one by one.

    Args:
        per_minute: Uploads a minute.
    """

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._buckets = TokenBuckets(per_minute, per_minute / 60)

    def take(self, client: str) -> None:
        """Counts an upload of a client.

        Raises:
            ApiProblem: 429 when there were too many, with the seconds to wait in the header retry-after.
        """
        wait_s = self._buckets.take(client)
        if wait_s:
            raise too_often(
                "too_many_uploads",
                f"More than {self._per_minute} pictures a minute came from this client.",
                wait_s,
                "raise CYTOVOX_UPLOADS_PER_MINUTE",
            )


def too_often(code: str, what: str, wait_s: float, *otherwise: str) -> ApiProblem:
    """The answer, 429, to something that is done too often, with the header retry-after.

    Args:
        code: Stable identifier.
        what: What was too much, as a sentence.
        wait_s: Seconds until it may be done again.
        *otherwise: What else helps.
    """
    seconds = math.ceil(wait_s)
    advice = ", or ".join([f"Try again in {seconds} s", *otherwise])
    problem = ApiProblem(HTTPStatus.TOO_MANY_REQUESTS, code, f"{what} {advice}.")
    problem.headers = {"retry-after": str(seconds)}
    return problem
