from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.app.example_cases import PICTURE, example_case

from cytovox.app.cases import Case, CaseKind, CaseState
from cytovox.app.opening import open_store
from cytovox.app.scan_rows import ScanRow, record_scan
from cytovox.app.settings import Settings
from cytovox.app.specimen_rows import (
    SpecimenRow,
    all_specimens,
    pictures_of_specimen,
    pictures_of_subject,
    scans_of_subject,
)
from cytovox.app.store import CaseStore
from cytovox.app.tables import edits
from cytovox.domain.volume import Modality
from cytovox.domain.volume_findings import LabelOrigin


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[CaseStore]:
    opened = open_store(Settings(data_folder=tmp_path, database_url=database_url))
    yield opened
    opened.close()


def kept(store: CaseStore, number: int, data: bytes = b"bytes", **changes) -> Case:
    case = replace(example_case(number), **changes)
    store.add(case, data, PICTURE)
    return case


def test_smears_are_counted_by_their_keys(store: CaseStore) -> None:
    kept(store, 1, specimen="b", state=CaseState.DONE)
    kept(store, 2, specimen="b")
    kept(store, 3, specimen="Ä", state=CaseState.DONE)
    kept(store, 4)
    kept(store, 5, specimen="b", kind=CaseKind.VOLUME)
    store.remove(kept(store, 6, specimen="gone").id)
    assert all_specimens(store.database) == [SpecimenRow("b", 2, 1), SpecimenRow("Ä", 1, 1)]


def test_pictures_come_in_order_with_their_bytes_and_whether_they_were_reviewed(store: CaseStore) -> None:
    late = kept(store, 9, specimen="s", subject="p")
    early = kept(store, 1, b"other", specimen="s")
    undone = kept(store, 5, specimen="s")
    with store.database.writing() as connection:
        for case, is_undone in ((early, False), (undone, True)):
            connection.execute(
                edits.insert().values(
                    case_id=case.id, reviewer="mw", at_utc="2026-01-01T00:00:00Z", kind="confirm", cell_id=1,
                    content={}, undone=is_undone,
                )
            )  # fmt: skip
    found = pictures_of_specimen(store.database, "s")
    assert [picture.case.id for picture in found] == [early.id, undone.id, late.id]
    assert [picture.reviewed for picture in found] == [True, False, False]
    assert found[0].original_sha256 != found[1].original_sha256 == found[2].original_sha256
    assert [picture.case.id for picture in pictures_of_subject(store.database, "p")] == [late.id]


def test_stacks_belong_to_a_person_by_either_pseudonym(store: CaseStore) -> None:
    typed = kept(store, 2, subject="p", kind=CaseKind.VOLUME)
    read = kept(store, 1, kind=CaseKind.VOLUME)
    kept(store, 3, subject="p")
    with store.database.writing() as connection:
        record_scan(connection, read.id, ScanRow("p", None, Modality.CT, LabelOrigin.MODEL, []))
    assert [case.id for case in scans_of_subject(store.database, "p")] == [read.id, typed.id]
