"""How often something may be done: a bucket of tokens for each key that fills up steadily."""

import threading
import time
from collections import OrderedDict

MOST_KEYS = 10_000
"""Keys that are remembered; the one that was silent longest makes room."""


class TokenBuckets:
    """Lets each key take so many tokens at once, and then as many as come back.

    Args:
        size: Tokens of a full bucket.
        per_s: Tokens that come back in a second.
    """

    def __init__(self, size: float, per_s: float) -> None:
        self._size = size
        self._per_s = per_s
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """0 where a token was taken; else the seconds until there is one."""
        now = time.monotonic()
        with self._lock:
            level, at = self._buckets.pop(key, (self._size, now))
            level = min(self._size, level + (now - at) * self._per_s)
            wait_s = max(0.0, (1 - level) / self._per_s)
            self._buckets[key] = (level if wait_s else level - 1, now)
            if len(self._buckets) > MOST_KEYS:
                self._buckets.popitem(last=False)
        return wait_s
