"""Reviews on both kinds of database, on large pictures, and when something fails on the way."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.app.example_cases import PICTURE, example_case

from cytovox.app import review_desk
from cytovox.app.blobs import BlobStore
from cytovox.app.cases import CaseState
from cytovox.app.database import Database
from cytovox.app.results import FINDINGS
from cytovox.app.review_desk import ReviewDesk, Wish
from cytovox.app.review_findings import MACHINE, Latest, reviewed_findings
from cytovox.app.store import CaseStore, new_case_id
from cytovox.domain.findings import SmearFindings
from cytovox.domain.reviewed import EditKind
from cytovox.report.findings_json import findings_to_dict

CLASSIFY, CONFIRM, ADD, REMOVE, REDRAW = EditKind
SQUARE = ((1.0, 1.0), (9.0, 1.0), (9.0, 9.0), (1.0, 9.0))


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[CaseStore]:
    database = Database(database_url)
    yield CaseStore(database, BlobStore(database, str(tmp_path / "blobs")))
    database.close()


def finished(store: CaseStore, findings: SmearFindings) -> str:
    """Id of a case with these findings."""
    case = replace(example_case(), state=CaseState.DONE)
    store.add(case, b"original", PICTURE)
    store.write(case.id, FINDINGS, json.dumps(findings_to_dict(findings)).encode())
    return case.id


def test_edits_at_once_are_all_kept_each_with_its_own_id(store: CaseStore, make_findings) -> None:
    case_id = finished(store, make_findings())
    problems: list[BaseException] = []

    def work(reviewer: str) -> None:
        try:
            desk = ReviewDesk(store)
            for _ in range(5):
                desk.edit(case_id, Wish(ADD, None, "platelet", SQUARE), reviewer=reviewer, actor="a")
                desk.edit(case_id, Wish(CLASSIFY, 1, "platelet"), reviewer=reviewer, actor="a")
                desk.undo(case_id, reviewer=reviewer, actor="a")
        except Exception as error:  # noqa: BLE001 - told below, in the thread of the test
            problems.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("ann", "ben", "cat")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert reviewed_findings(store, case_id).cells.ids.tolist() == [1, 2, 3, *range(4, 19)]
    assert store.get(case_id).counts.platelets == 16
    assert ReviewDesk(store).read(case_id).revision == 45


def test_what_fails_on_the_way_leaves_nothing(
    store: CaseStore, make_findings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The edit, the counts and the audit trail are one transaction."""
    case_id = finished(store, make_findings())
    desk = ReviewDesk(store)
    desk.edit(case_id, Wish(CLASSIFY, 2, "monocyte"), reviewer="ann", actor="a")
    before = (store.get(case_id), store.history(case_id), desk.read(case_id))

    def broken(_: SmearFindings) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(review_desk, "coarse_counts", broken)
    with pytest.raises(RuntimeError):
        desk.edit(case_id, Wish(REMOVE, 1), reviewer="ann", actor="a")
    assert (store.get(case_id), store.history(case_id), desk.read(case_id)) == before


def test_the_machines_file_stays_as_it_was(store: CaseStore, make_findings) -> None:
    findings = make_findings()
    case_id = finished(store, findings)
    kept = store.read(case_id, FINDINGS)
    ReviewDesk(store).edit(case_id, Wish(REMOVE, 1), reviewer="ann", actor="a")
    assert store.read(case_id, FINDINGS) == kept
    assert len(reviewed_findings(store, case_id).cells) == 2
    assert len(reviewed_findings(store, case_id, MACHINE).cells) == 3
    assert len(reviewed_findings(store, case_id, "ben").cells) == 3


def test_many_edits_read_what_the_machine_found_once(
    store: CaseStore, make_findings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Among 5,000 cells the reading takes sixty times as long as the edit (python -m benchmarks review_edits).
    case_id = finished(store, make_findings(source=new_case_id()))
    files: list[str] = []
    read = store.read
    monkeypatch.setattr(store, "read", lambda of, name: files.append(name) or read(of, name))
    desk = ReviewDesk(store)
    for label in ("lymphocyte", "monocyte") * 3:
        desk.edit(case_id, Wish(CLASSIFY, 1, label), reviewer="ann", actor="a")
    assert files == [FINDINGS]


def test_the_latest_values_are_kept_up_to_their_weight() -> None:
    kept: Latest[str] = Latest(6, len)
    assert [kept.get(key, lambda key=key: key * 3) for key in "ab"] == ["aaa", "bbb"]
    assert kept.get("a", lambda: "again") == "aaa"
    assert kept.get("c", lambda: "ccc") == "ccc"
    # b was asked for longest ago, and c needed its room.
    assert kept.get("a", lambda: "again") == "aaa"
    assert kept.get("b", lambda: "again") == "again"
    assert kept.get("d", lambda: "much too long") == "much too long"
    assert kept.get("d", lambda: "made anew") == "made anew"
