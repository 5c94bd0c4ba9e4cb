"""Decoding without the decoders' warnings, which may quote what stands in a file."""

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

# Warnings are filtered for the whole process at once, so two threads must not do so at the same time.
_DECODING = threading.RLock()


@contextmanager
def quiet_decoding() -> Iterator[None]:
    """A context in which no warning is shown and no other thread decodes."""
    with _DECODING, warnings.catch_warnings(action="ignore"):
        yield
