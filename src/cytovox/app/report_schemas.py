"""The JSON of signatures."""

from pydantic import Field

from cytovox.app.schemas import Document
from cytovox.report.report_content import CONTENT_PATTERN, LONGEST_CONTENT

LONGEST_SIGNER, LONGEST_COMMENT = 120, 4000


class SignatureDocument(Document):
    """That somebody confirmed the report of a case."""

    id: int
    name: str = Field(description="Who signed.")
    at_utc: str
    comment: str = Field(description='What they added, or "".')
    is_current: bool = Field(description="Whether the report still states what was signed.")
    changes: list[str] = Field(
        description='What was done since to what was signed, in words: "cells were corrected".'
    )


class SignatureRequest(Document):
    """A signature of a report that was read."""

    content: str = Field(
        pattern=CONTENT_PATTERN,
        max_length=LONGEST_CONTENT,
        description="What was read: `content` of report.json, and of the head of report.html.",
    )
    name: str = Field(
        "",
        max_length=LONGEST_SIGNER,
        description="Who signs. Counts only on a server without accounts, and is needed there.",
    )
    comment: str = Field("", max_length=LONGEST_COMMENT)
