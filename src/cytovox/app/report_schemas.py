"""The JSON of signatures."""

from pydantic import Field

from cytovox.app.schemas import Document

LONGEST_SIGNER, LONGEST_COMMENT = 120, 4000


class SignatureDocument(Document):
    """That somebody confirmed the findings of a case."""

    id: int
    name: str = Field(description="Who signed.")
    at_utc: str
    comment: str = Field(description='What they added, or "".')
    is_current: bool = Field(description="Whether the findings are still those that were signed.")


class SignatureRequest(Document):
    """A signature."""

    name: str = Field(
        "",
        max_length=LONGEST_SIGNER,
        description="Who signs. Counts only on a server without accounts, and is needed there.",
    )
    comment: str = Field("", max_length=LONGEST_COMMENT)
