"""What a person said of one cell."""

from dataclasses import dataclass
from enum import StrEnum


class EditKind(StrEnum):
    """What a reviewer does to a cell."""

    CLASSIFY = "classify"
    CONFIRM = "confirm"
    ADD = "add"
    REMOVE = "remove"
    REDRAW = "redraw"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """That a person reviewed a cell, as a reader of the findings must know.

    Attributes:
        by: The reviewer who spoke last.
        kind: What they did: whatever named the cell last, or "redraw" where its outline alone was changed.
        label_before: What the machine called the cell, or None where a person added it.
    """

    by: str
    kind: EditKind
    label_before: str | None
