import sqlalchemy as sa

from cytovox.app.database import Database
from cytovox.app.reference_range_rows import keep_ranges, kept_ranges
from cytovox.app.tables import audit
from cytovox.domain.reference_ranges import ReferenceRange, default_reference_ranges

OWN = [ReferenceRange("monocyte", 1.5, 9, "unser Labor, 2026 – Müller")]


def test_ranges_are_kept_on_either_database_and_the_trail_says_who_set_them(database_url: str) -> None:
    database = Database(database_url)
    try:
        assert kept_ranges(database).changed_by is None
        kept = keep_ranges(database, OWN, None, actor="ada")
        assert kept_ranges(database) == kept
        assert list(kept.ranges.blood.values()) == OWN
        assert kept.ranges.marrow == default_reference_ranges().marrow
        assert keep_ranges(database, None, None, actor="bob").changed_by is None
        assert kept_ranges(database).ranges == default_reference_ranges()
        with database.reading() as connection:
            lines = connection.execute(sa.select(audit.c.actor, audit.c.fields).order_by(audit.c.id)).all()
        assert [tuple(line) for line in lines] == [("ada", "reference_ranges"), ("bob", "reference_ranges")]
    finally:
        database.close()
