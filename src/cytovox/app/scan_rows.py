"""Finished scans as rows of the database, so that those of one person are found together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from cytovox.app.case_rows import select_cases
from cytovox.app.cases import Case
from cytovox.app.database import Database
from cytovox.app.tables import cases, scans
from cytovox.domain.volume import Modality
from cytovox.domain.volume_findings import LabelOrigin, VolumeFindings


@dataclass(frozen=True, slots=True)
class ScanRow:
    """What a time line needs of a scan.

    Attributes:
        subject: Pseudonym of the person, or None.
        day: Order of that person's scans, in days, or None.
        modality: CT, MR or other.
        label_origin: Who drew the organs.
        organs: Of each its key, name, colour, volume_ml and cut.
    """

    subject: str | None
    day: int | None
    modality: Modality
    label_origin: LabelOrigin
    organs: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, findings: VolumeFindings) -> "ScanRow":
        """The row of a finished analysis."""
        organs = [
            {
                "key": measure.organ.key,
                "name": measure.organ.name,
                "colour": measure.organ.colour,
                "volume_ml": round(measure.volume_ml, 3),
                "cut": measure.cut,
            }
            for measure in findings.organs
        ]
        return cls(findings.subject, findings.day, findings.modality, findings.label_origin, organs)


@dataclass(frozen=True, slots=True)
class TimePoint:
    """A scan and its case.

    Attributes:
        case: The case.
        days: Since the person's first scan in the archive, or None where that is not known.
        modality: CT, MR or other.
        label_origin: Who drew the organs.
        organs: As of `ScanRow`.
    """

    case: Case
    days: int | None
    modality: Modality
    label_origin: LabelOrigin
    organs: Sequence[Mapping[str, Any]]


def record_scan(connection: Connection, case_id: str, scan: ScanRow) -> None:
    """Notes a finished scan; what was noted of the same case before goes."""
    connection.execute(scans.delete().where(scans.c.case_id == case_id))
    connection.execute(
        scans.insert().values(
            case_id=case_id,
            subject=scan.subject,
            day=scan.day,
            modality=scan.modality.value,
            label_origin=scan.label_origin.value,
            organs=list(scan.organs),
        )
    )


def scans_of_same_subject(database: Database, case: Case) -> list[TimePoint]:
    """Finished scans of the person of a case, earliest first, itself among them; none where it is no scan.

    Whoever uploaded them: those who sign in to one server are one laboratory.
    """
    own = sa.select(scans.c.subject).where(scans.c.case_id == case.id).scalar_subquery()
    same = (scans.c.subject == own) | (scans.c.case_id == case.id)
    with database.reading() as connection:
        rows = {row.case_id: row for row in connection.execute(sa.select(scans).where(same))}
        kept = sa.select(cases).where(cases.c.id.in_(list(rows)), cases.c.deleted_at.is_(None))
        found = select_cases(connection, kept)
    first = min((rows[other.id].day for other in found if rows[other.id].day is not None), default=0)
    points = [_time_point(other, rows[other.id], first) for other in found]
    return sorted(points, key=lambda point: (point.days is None, point.days or 0, point.case.created_utc))


def _time_point(case: Case, row: sa.Row[Any], first: int) -> TimePoint:
    days = None if row.day is None else row.day - first
    return TimePoint(case, days, Modality(row.modality), LabelOrigin(row.label_origin), row.organs)
