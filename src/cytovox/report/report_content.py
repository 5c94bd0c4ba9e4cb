"""What a report states and what may change of it, as hashes by which a signature knows what it is for."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

_PART, _HASH = ".", ":"
CONTENT_PATTERN = r"^[a-z_]{1,32}:[0-9a-f]{64}(\.[a-z_]{1,32}:[0-9a-f]{64}){0,9}$"
"""Of `ReportContent.token`."""
LONGEST_CONTENT = 800


class ContentPart(StrEnum):
    """A part of what a report states."""

    CELLS = "cells"
    ORGANS = "organs"
    RANGES = "reference_ranges"
    NAME = "name"
    SUBJECT = "subject"
    SPECIMEN = "specimen"
    COLLECTED_ON = "collected_on"
    ANALYSIS = "analysis"


_CHANGES: Mapping[str, str] = {
    ContentPart.CELLS: "cells were corrected",
    ContentPart.ORGANS: "organs were drawn anew",
    ContentPart.RANGES: "the reference ranges were changed",
    ContentPart.NAME: "the case was renamed",
    ContentPart.SUBJECT: "the person was changed",
    ContentPart.SPECIMEN: "the specimen was changed",
    ContentPart.COLLECTED_ON: "the date of the specimen was changed",
    ContentPart.ANALYSIS: "the picture was analysed anew",
}
CHANGED = "the content of the report was changed"


@dataclass(frozen=True, slots=True)
class ReportContent:
    """What a report states, a hash for each part of it.

    What says nothing of the case is in none of them: when the report was made, by which version and in which
    words, who signed, and which figures of its models are known on this machine.

    Attributes:
        parts: SHA-256 of each `ContentPart` that the report has.
    """

    parts: Mapping[str, str]

    @classmethod
    def of(cls, told: Mapping[ContentPart, Any]) -> Self:
        """The content of values that JSON can hold."""
        return cls({part.value: _sha256(value) for part, value in told.items()})

    @classmethod
    def from_token(cls, token: str) -> Self:
        """The content that a `token` stands for; it obeys `CONTENT_PATTERN`."""
        pairs = (part.partition(_HASH) for part in token.split(_PART))
        return cls({name: digest for name, _, digest in pairs})

    @property
    def token(self) -> str:
        """The same as one word: what a reader of this content sends to sign it."""
        return _PART.join(f"{name}{_HASH}{digest}" for name, digest in self.parts.items())

    def changed_to(self, present: Self) -> tuple[str, ...]:
        """The parts that are not the same any more.

        Parts that only the present content has are left out: an earlier version knew nothing of them.
        """
        return tuple(name for name, digest in self.parts.items() if present.parts.get(name) != digest)


def told_change(part: str) -> str:
    """That a part was changed, in words: "cells were corrected"."""
    return _CHANGES.get(part, CHANGED)


def listed(words: Iterable[str]) -> str:
    """Words as one text: "a, b and c"."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def _sha256(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, separators=(",", ":"), allow_nan=False).encode()).hexdigest()
