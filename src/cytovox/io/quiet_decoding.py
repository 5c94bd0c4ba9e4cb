"""Decoding without the decoders' warnings, which may quote what stands in a file."""

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

# Warnings are filtered for the whole process at once, so two threads must not do so at the same time.
_DECODING = threading.RLock()
# These log odd values of a header as they stand, a patient's name among them.
_TALKERS = tuple(logging.getLogger(name) for name in ("pydicom", "nibabel.global"))


@contextmanager
def quiet_decoding() -> Iterator[None]:
    """A context in which no decoder warns or logs and no other thread decodes."""
    with _DECODING, warnings.catch_warnings(action="ignore"):
        before = [logger.disabled for logger in _TALKERS]
        try:
            for logger in _TALKERS:
                logger.disabled = True
            yield
        finally:
            for logger, disabled in zip(_TALKERS, before, strict=True):
                logger.disabled = disabled
