"""The laboratory's own reference ranges, as a row of the database."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cytovox.app.case_rows import now_utc, record_action
from cytovox.app.database import Database
from cytovox.app.tables import preferences
from cytovox.domain.errors import InputError
from cytovox.domain.reference_ranges import ReferenceRange, ReferenceRanges, default_reference_ranges

_NAME = "reference_ranges"
_NO_CASE = ""
"""Case of a line of the audit trail that is about all of them."""


@dataclass(frozen=True, slots=True)
class KeptRanges:
    """Reference ranges and who set them.

    Attributes:
        ranges: All of them.
        changed_by: Who set them, or None of those that come with Cytovox.
        changed_utc: When.
    """

    ranges: ReferenceRanges
    changed_by: str | None = None
    changed_utc: str | None = None


def kept_ranges(database: Database) -> KeptRanges:
    """The laboratory's ranges, or those that come with Cytovox."""
    with database.reading() as connection:
        return ranges_in(connection)


def ranges_in(connection: Connection) -> KeptRanges:
    """The same within a transaction."""
    query = sa.select(preferences.c.value).where(preferences.c.name == _NAME)
    value = connection.execute(query).scalar_one_or_none()
    if value is None:
        return KeptRanges(default_reference_ranges())
    blood, marrow = ([ReferenceRange(**entry) for entry in value[name]] for name in ("blood", "marrow"))
    return KeptRanges(_ranges(blood, marrow), value["changed_by"], value["changed_utc"])


def keep_ranges(
    database: Database,
    blood: Sequence[ReferenceRange] | None,
    marrow: Sequence[ReferenceRange] | None,
    *,
    actor: str,
) -> KeptRanges:
    """The ranges, now kept in place of those before.

    Args:
        database: Where they are kept.
        blood: Of blood, or None for those that come with Cytovox.
        marrow: Of marrow, or None likewise.
        actor: Who sets them.

    Raises:
        InputError: Two are of one key, or one is of none that may have a range.
    """
    default = default_reference_ranges()
    ranges = _ranges(
        list(default.blood.values()) if blood is None else blood,
        list(default.marrow.values()) if marrow is None else marrow,
    )
    kept = KeptRanges(ranges) if ranges == default else KeptRanges(ranges, actor, now_utc())
    with database.writing() as connection:
        connection.execute(preferences.delete().where(preferences.c.name == _NAME))
        if kept.changed_by is not None:
            connection.execute(preferences.insert().values(name=_NAME, value=_plain(kept)))
        record_action(connection, actor, "changed", _NO_CASE, [_NAME])
    return kept


def _ranges(blood: Sequence[ReferenceRange], marrow: Sequence[ReferenceRange]) -> ReferenceRanges:
    for material, ranges in (("blood", blood), ("marrow", marrow)):
        if len({entry.key for entry in ranges}) != len(ranges):
            raise InputError(f"reference ranges of {material}: expected one range a key, one stands twice")
    return ReferenceRanges(*({entry.key: entry for entry in ranges} for ranges in (blood, marrow)))


def _plain(kept: KeptRanges) -> dict[str, object]:
    return {
        "blood": [asdict(entry) for entry in kept.ranges.blood.values()],
        "marrow": [asdict(entry) for entry in kept.ranges.marrow.values()],
        "changed_by": kept.changed_by,
        "changed_utc": kept.changed_utc,
    }
