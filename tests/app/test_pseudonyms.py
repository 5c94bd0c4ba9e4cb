from dataclasses import replace
from pathlib import Path

import numpy as np

from cytovox.app.database import Database
from cytovox.app.pseudonyms import pseudonym_key, without_date
from cytovox.domain.volume import Volume, VolumeGrid

DAY = 738_890
KEY = b"k" * 32


def scan(subject: str | None, day: int | None) -> Volume:
    return Volume(np.zeros((1, 1, 1)), VolumeGrid((1, 1, 1), np.eye(4)), subject=subject, day=day)


def test_an_archive_keeps_its_key(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    first, second = Database(url), Database(url)
    assert pseudonym_key(first) == pseudonym_key(second) == pseudonym_key(first)
    assert len(pseudonym_key(first)) == 32
    other = Database(f"sqlite:///{tmp_path / 'b.db'}")
    assert pseudonym_key(other) != pseudonym_key(first)
    for database in (first, second, other):
        database.close()


def test_days_between_scans_stay_and_dates_go() -> None:
    first, later = (without_date(scan("p-1", day), KEY).day for day in (DAY, DAY + 14))
    assert first is not None
    assert later is not None
    assert later - first == 14
    assert first != DAY
    assert first != without_date(scan("p-2", DAY), KEY).day
    assert first != without_date(scan("p-1", DAY), b"other" * 8).day


def test_days_of_a_study_stay_and_days_of_nobody_go() -> None:
    assert without_date(scan("case2", 19), KEY).day == 19
    assert without_date(scan(None, DAY), KEY).day is None
    assert replace(without_date(scan(None, None), KEY)).day is None
