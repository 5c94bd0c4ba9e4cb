import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.app.example_cases import PICTURE, example_case

from cytovox.app import job_queue
from cytovox.app.cases import CaseProblem, CaseState, CellCounts
from cytovox.app.job_queue import Job, JobQueue, LeaseLost
from cytovox.app.opening import open_store
from cytovox.app.settings import Settings
from cytovox.app.store import CaseQuery, CaseStore
from cytovox.app.tables import jobs


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[CaseStore]:
    opened = open_store(Settings(data_folder=tmp_path, database_url=database_url))
    yield opened
    opened.close()


@pytest.fixture
def queue(store: CaseStore) -> JobQueue:
    return JobQueue(store.database)


@pytest.fixture
def ask(store: CaseStore) -> Callable[[str], str]:
    """Adds a case of somebody; returns its id."""

    def add(actor: str) -> str:
        case = example_case(name=f"{actor}.png")
        store.add(case, b"original", PICTURE, actor=actor)
        return case.id

    return add


def claimed(queue: JobQueue, worker: str = "worker") -> Job:
    job = queue.claim(worker)
    assert job is not None
    return job


def run_out(queue: JobQueue) -> None:
    """Lets all leases run out."""
    with queue._database.writing() as connection:
        connection.execute(jobs.update().values(lease_until=time.time() - 1))


def test_a_job_goes_from_queued_to_done(queue: JobQueue, store: CaseStore, ask) -> None:
    case_id = ask("a")
    assert queue.waiting() == 1
    job = claimed(queue)
    assert (job.case_id, job.kind, queue.waiting()) == (case_id, "smear", 0)
    assert queue.claim("other") is None
    queue.report(job, 0.25, "looking for cells")
    case = store.get(case_id)
    assert (case.state, case.progress, case.step) == (CaseState.RUNNING, 0.25, "looking for cells")
    queue.finish(job, store.keep({"findings.json": b"{}"}), CellCounts(1, 2, 3, 4))
    case = store.get(case_id)
    assert (case.state, case.progress, case.counts) == (CaseState.DONE, 1.0, CellCounts(1, 2, 3, 4))
    assert store.read(case_id, "findings.json") == b"{}"
    assert queue.claim("worker") is None


def test_askers_take_turns_however_many_cases_one_has(queue: JobQueue, store: CaseStore, ask) -> None:
    for _ in range(4):
        ask("greedy")
    for actor in ("modest", "other", "modest"):
        ask(actor)
    order = [store.get(claimed(queue).case_id).name.removesuffix(".png") for _ in range(7)]
    assert order == ["greedy", "modest", "other", "greedy", "modest", "greedy", "greedy"]


def test_of_one_asker_the_oldest_comes_first(queue: JobQueue, ask) -> None:
    ids = [ask("a") for _ in range(5)]
    assert [claimed(queue).case_id for _ in range(5)] == ids


def test_many_workers_never_get_the_same_job(queue: JobQueue, ask) -> None:
    ids = {ask(f"actor {number % 3}") for number in range(24)}

    def work(number: int) -> list[str]:
        mine = []
        while (job := queue.claim(f"worker {number}")) is not None:
            mine.append(job.case_id)
            queue.finish(job, {}, None)
        return mine

    with ThreadPoolExecutor(6) as pool:
        done = [case_id for mine in pool.map(work, range(6)) for case_id in mine]
    assert len(done) == 24
    assert set(done) == ids


def test_a_job_whose_lease_ran_out_is_anothers(queue: JobQueue, store: CaseStore, ask) -> None:
    case_id = ask("a")
    silent = claimed(queue, "silent")
    assert queue.recover() == 0
    run_out(queue)
    assert queue.recover() == 1
    assert store.get(case_id).state is CaseState.QUEUED
    job = claimed(queue, "other")
    assert not queue.renew(silent)
    with pytest.raises(LeaseLost):
        queue.report(silent, 0.9, "too late")
    with pytest.raises(LeaseLost):
        queue.finish(silent, store.keep({"findings.json": b"late"}), None)
    with pytest.raises(LeaseLost):
        queue.fail(silent, CaseProblem("late", "Too late."))
    queue.hand_back(silent)
    assert store.get(case_id).progress == 0
    queue.finish(job, store.keep({"findings.json": b"in time"}), None)
    assert store.read(case_id, "findings.json") == b"in time"


def test_three_crashes_are_enough(queue: JobQueue, store: CaseStore, ask) -> None:
    case_id = ask("a")
    for attempt in range(1, 4):
        claimed(queue, f"worker {attempt}")
        assert queue.take_from("somebody else") == 0
        assert queue.take_from(f"worker {attempt}") == 1
    case = store.get(case_id)
    assert (case.state, case.problem) == (CaseState.FAILED, job_queue.CRASHED)
    assert queue.claim("worker") is None


def test_handing_back_is_no_attempt(queue: JobQueue, store: CaseStore, ask) -> None:
    case_id = ask("a")
    for _ in range(5):
        queue.hand_back(claimed(queue))
    assert store.get(case_id).state is CaseState.QUEUED
    with queue._database.reading() as connection:
        assert connection.execute(sa.select(jobs.c.attempts)).scalar_one() == 0


def test_a_deleted_or_cancelled_case_stops_its_worker(queue: JobQueue, store: CaseStore, ask) -> None:
    for end in (store.remove, store.cancel):
        case_id = ask("a")
        job = claimed(queue)
        end(case_id)
        with pytest.raises(LeaseLost):
            queue.report(job, 0.5, "looking for cells")
        assert queue.recover(all_leases=True) == 0


def test_all_leases_end_with_the_only_server(queue: JobQueue, ask) -> None:
    ask("a")
    claimed(queue)
    assert queue.recover(all_leases=True) == 1
    assert claimed(queue)


def test_search_tags_and_pages_work_on_every_database(store: CaseStore, ask) -> None:
    ids = [ask(actor) for actor in ("Älice", "bob", "älice")]
    store.update(ids[0], tags=("Malaria",))
    assert {c.id for c in store.find(CaseQuery("ÄLICE"))} == {ids[0], ids[2]}
    assert [c.id for c in store.find(CaseQuery(tags=("malaria",)))] == [ids[0]]
    first = store.find(CaseQuery(limit=2))
    rest = store.find(CaseQuery(limit=2, after=first[-1].id))
    assert {c.id for c in (*first, *rest)} == set(ids)
    assert store.tags() == {"Malaria": 1}
