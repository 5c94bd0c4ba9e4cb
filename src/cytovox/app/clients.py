"""Who asks, as far as a server without accounts can know, and how often they may."""

import math
import threading
import time
from collections import OrderedDict
from http import HTTPStatus

from fastapi import Request

from cytovox.app.problems import ApiProblem

MOST_CLIENTS = 10_000
"""Clients that are remembered; the one that was silent longest makes room."""


def actor_of(request: Request) -> str:
    """The address that a request came from; behind a proxy on this machine, the one that it forwards."""
    return request.client.host if request.client else "unknown"


class UploadRate:
    """Lets each client upload so many pictures a minute, all at once or one by one.

    A bucket for each client holds a minute's uploads and fills up steadily (token bucket).

    Args:
        per_minute: Uploads a minute.
    """

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> None:
        """Counts an upload of a client.

        Raises:
            ApiProblem: 429 when there were too many, with the seconds to wait in the header retry-after.
        """
        per_s = self._per_minute / 60
        now = time.monotonic()
        with self._lock:
            level, at = self._buckets.pop(client, (float(self._per_minute), now))
            level = min(self._per_minute, level + (now - at) * per_s)
            enough = level >= 1
            self._buckets[client] = (level - 1 if enough else level, now)
            if len(self._buckets) > MOST_CLIENTS:
                self._buckets.popitem(last=False)
        if not enough:
            raise _too_often(self._per_minute, math.ceil((1 - level) / per_s))


def _too_often(per_minute: int, wait_s: int) -> ApiProblem:
    problem = ApiProblem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too_many_uploads",
        f"More than {per_minute} pictures a minute came from this address. Try again in {wait_s} s, or raise "
        "CYTOVOX_UPLOADS_PER_MINUTE.",
    )
    problem.headers = {"retry-after": str(wait_s)}
    return problem
