import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.app.example_cases import PICTURE, example_case

from cytovox.app.cases import Case, CaseState, CellCounts
from cytovox.app.job_queue import CANCELLED, JobQueue
from cytovox.app.opening import OpenedStore, open_store
from cytovox.app.problems import ApiProblem
from cytovox.app.settings import Settings
from cytovox.app.store import CaseQuery, CaseStore
from cytovox.domain.errors import InputError
from cytovox.io.browser_picture import BrowserPicture


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CaseStore]:
    opened = open_store(Settings(data_folder=tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[CaseStore]:
    """Keeps two cases, of which one may wait."""
    opened = open_store(Settings(data_folder=tmp_path, max_cases=2, max_waiting=1))
    yield opened
    opened.close()


def added(store: CaseStore, case: Case, **options: str) -> Case:
    store.add(case, b"original", PICTURE, **options)
    return case


def test_cases_survive_in_a_data_folder(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path)
    store = open_store(settings)
    done = added(store, example_case(1))
    store.write(done.id, "cells.csv", b"id\r\n")
    ended = {"state": CaseState.DONE, "progress": 1.0, "step": "done", "counts": CellCounts(1, 2, 3)}
    store.update(done.id, **ended, tags=("Anaemia", "control"))
    store.close()

    again = open_store(settings)
    assert again.get(done.id) == replace(done, **ended, tags=("Anaemia", "control"))
    assert again.read(done.id, "cells.csv") == b"id\r\n"
    assert again.read_picture(done.id) == b"shown"
    again.close()


def test_without_a_data_folder_nothing_stays_behind() -> None:
    with OpenedStore(Settings()) as opened:
        added(opened.store, example_case())
        folder = opened.settings.data_folder
        assert folder is not None
        assert any(folder.iterdir())
    assert not folder.exists()


def test_the_oldest_finished_case_makes_room(small: CaseStore) -> None:
    first, second, third, fourth = (example_case(n) for n in range(4))
    added(small, first)
    JobQueue(small.database).claim("worker")
    added(small, second)
    small.cancel(second.id)
    added(small, third)
    JobQueue(small.database).claim("worker")
    assert [case.id for case in small.all()] == [third.id, first.id]
    with pytest.raises(ApiProblem) as refused:
        added(small, fourth)
    assert (refused.value.status_code, refused.value.code) == (503, "too_many_cases")
    assert [case.id for case in small.all()] == [third.id, first.id]


def test_a_refused_case_leaves_no_trace(small: CaseStore) -> None:
    added(small, example_case(1))
    refused = example_case(2)
    with pytest.raises(ApiProblem) as problem:
        added(small, refused)
    assert (problem.value.status_code, problem.value.code) == (503, "queue_full")
    with pytest.raises(ApiProblem, match="already waiting"):
        small.check_room()
    assert len(small.all()) == 1
    with pytest.raises(ApiProblem, match="no such case"):
        small.history(refused.id)


def test_an_original_that_a_browser_can_show_is_kept_once(store: CaseStore, tmp_path: Path) -> None:
    case, data = example_case(), b"jpeg bytes"
    store.add(case, data, BrowserPicture(data, "image/jpeg", b"small"))
    assert store.read_picture(case.id) == data
    twin = example_case(1)
    store.add(twin, data, BrowserPicture(data, "image/jpeg", b"small"))
    assert len([p for p in (tmp_path / "blobs").rglob("*") if p.is_file()]) == 2


def test_a_change_to_a_deleted_case_does_nothing(store: CaseStore) -> None:
    case = added(store, example_case())
    store.remove(case.id)
    assert store.update(case.id, progress=0.5) is None
    store.write(case.id, "cells.csv", b"")
    with pytest.raises(ApiProblem, match="no such case"):
        store.read(case.id, "original")
    assert store.restore(case.id).progress == 0
    with pytest.raises(ApiProblem, match="does not have this file"):
        store.read(case.id, "cells.csv")


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="data folder"):
        open_store(Settings(data_folder=tmp_path / "file"))


def test_search_by_part_of_the_name_in_any_case(store: CaseStore) -> None:
    for number, name in enumerate(("Ärztin 100%.png", "ÄRZTIN_2.PNG", "other.png")):
        added(store, example_case(number, name))

    def names(text: str) -> list[str]:
        return [case.name for case in store.find(CaseQuery(text))]

    assert names("ärzt") == ["ÄRZTIN_2.PNG", "Ärztin 100%.png"]
    # Not wild cards.
    assert names("100%") == ["Ärztin 100%.png"]
    assert names("_") == ["ÄRZTIN_2.PNG"]
    assert names("' OR 1=1 --") == []


def test_tags_narrow_the_list_and_are_counted(store: CaseStore) -> None:
    one, two = added(store, example_case(1)), added(store, example_case(2))
    store.update(one.id, tags=("Malaria", "slide 7"))
    store.update(two.id, tags=("malaria",))
    assert [case.id for case in store.find(CaseQuery(tags=("MALARIA",)))] == [two.id, one.id]
    assert [case.id for case in store.find(CaseQuery(tags=("malaria", "Slide 7")))] == [one.id]
    assert list(store.tags().values()) == [2, 1]
    store.update(one.id, tags=())
    assert store.get(one.id).tags == ()
    store.remove(two.id)
    assert store.tags() == {}


def test_pages_join_to_the_whole_list(store: CaseStore) -> None:
    # Cases of the same moment too: their ids decide.
    for number in range(7):
        added(store, example_case(number // 2))
    whole = [case.id for case in store.all()]
    joined: list[str] = []
    while page := store.find(CaseQuery(limit=3, after=joined[-1] if joined else None)):
        assert len(page) <= 3
        joined += [case.id for case in page]
    assert joined == whole
    assert store.count(CaseQuery(limit=3)) == 7
    # A page after a case that was deleted meanwhile goes on where it was.
    store.remove(whole[2])
    assert [case.id for case in store.find(CaseQuery(limit=2, after=whole[2]))] == whole[3:5]
    with pytest.raises(ApiProblem, match="no such case"):
        store.find(CaseQuery(after="0" * 32))


def test_deleting_can_be_undone_until_it_is_purged(store: CaseStore) -> None:
    case = added(store, example_case())
    store.update(case.id, state=CaseState.DONE, tags=("kept",))
    store.remove(case.id)
    assert store.all() == []
    assert [c.id for c in store.find(CaseQuery(deleted=True))] == [case.id]
    assert store.restore(case.id).tags == ("kept",)
    assert store.read(case.id, "original") == b"original"
    store.remove(case.id)
    assert store.purge(deleted_before=time.time() - 60) == 0
    assert store.purge(deleted_before=time.time() + 1) == 1
    with pytest.raises(ApiProblem, match="no such case"):
        store.restore(case.id)


def test_a_deleted_unfinished_case_is_queued_again_when_it_is_restored(store: CaseStore) -> None:
    queue = JobQueue(store.database)
    case = added(store, example_case())
    store.remove(case.id)
    assert queue.claim("worker") is None
    assert store.restore(case.id).state is CaseState.QUEUED
    job = queue.claim("worker")
    assert job is not None
    assert job.case_id == case.id


def test_cancel_and_try_again(store: CaseStore) -> None:
    case = added(store, example_case())
    cancelled = store.cancel(case.id)
    assert (cancelled.state, cancelled.problem) == (CaseState.FAILED, CANCELLED)
    assert JobQueue(store.database).claim("worker") is None
    assert store.cancel(case.id) == cancelled
    assert store.retry(case.id).state is CaseState.QUEUED
    with pytest.raises(ApiProblem) as refused:
        store.retry(case.id)
    assert refused.value.status_code == 409
    assert JobQueue(store.database).claim("worker") is not None


def test_the_audit_trail_says_who_did_what_but_not_what_stood_there(store: CaseStore) -> None:
    case = added(store, example_case(0, "Jane Doe.png"), actor="10.0.0.7")
    store.update(case.id, actor="10.0.0.8", name="x.png", tags=("a",))
    store.remove(case.id, actor="10.0.0.8")
    store.restore(case.id, actor="10.0.0.7")
    trail = store.history(case.id)
    assert [(a.actor, a.action, a.fields) for a in trail] == [
        ("10.0.0.7", "created", ()),
        ("10.0.0.8", "changed", ("name", "tags")),
        ("10.0.0.8", "deleted", ()),
        ("10.0.0.7", "restored", ()),
    ]
    assert "Doe" not in str(trail)


@pytest.mark.parametrize("what", ["get", "remove", "restore", "cancel", "retry", "history"])
def test_there_is_nothing_under_an_unknown_id(store: CaseStore, what: str) -> None:
    ask: Callable[[str], object] = getattr(store, what)
    with pytest.raises(ApiProblem) as problem:
        ask("0" * 32)
    assert problem.value.status_code == 404
